"""What is said: told, put right, remembered by takes, kept in the file."""

import pytest

from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.project.changes import Part
from dimitra_studio.project.commands import AddTake, SetVoice
from dimitra_studio.project.document import MediaRef, Project
from dimitra_studio.project.speech_commands import CorrectSpeech, SetScript
from dimitra_studio.project.undo import UndoStack
from dimitra_studio.project.utterances import describe_utterance, read_utterance

HEARD = Utterance((Word(0.1, 0.3, "aye"),), (Phoneme(0.0, 0.1, "SIL"), Phoneme(0.1, 0.3, "AY")))
RIGHT = Utterance((Word(0.1, 0.2, "I"),), (Phoneme(0.0, 0.1, "SIL"), Phoneme(0.1, 0.3, "AA")))


def test_a_correction_is_one_step_and_takes_remember_what_was_heard(make_take):
    stack = UndoStack(Project(takes=(make_take("a"),), current="a"))
    change = stack.do(CorrectSpeech(RIGHT, HEARD, "Move Word"))
    assert change.touches(Part.SPEECH)
    assert (stack.project.speech, stack.project.take.speech) == (RIGHT, HEARD)
    assert stack.undo_title == "Move Word"
    stack.undo()
    assert (stack.project.speech, stack.project.take.speech) == (None, None)


def test_a_take_that_knows_its_words_keeps_them(make_take):
    stack = UndoStack(Project())
    stack.do(AddTake(make_take("a", speech=RIGHT)))
    stack.do(CorrectSpeech(HEARD, HEARD))
    assert stack.project.take.speech is RIGHT


def test_a_script_gives_up_what_was_put_right_and_another_voice_both():
    stack = UndoStack(Project(speech=RIGHT))
    stack.do(SetScript("I said so", HEARD))
    assert (stack.project.script, stack.project.speech) == ("I said so", None)
    stack.do(SetVoice(MediaRef("v.wav", "v.wav", "0" * 64)))
    assert stack.project.script is None
    stack.undo()
    stack.undo()
    assert stack.project.speech is RIGHT


def test_what_is_written_is_read_again():
    assert read_utterance(describe_utterance(RIGHT)) == RIGHT


@pytest.mark.parametrize(
    "described",
    [
        [],
        {"words": [], "phones": [[0.1, "QQ"]]},
        {"words": [], "phones": [[0.2, "SIL"], [0.1, "AA"]]},
        {"words": [[0.3, 0.4, "b"], [0.1, 0.2, "a"]], "phones": []},
        {"words": [[0.1, float("nan"), "a"]], "phones": []},
        {"words": [[0.1, 0.2, 7]], "phones": []},
        {"words": [[0.1, 0.2]], "phones": []},
    ],
)
def test_what_is_no_utterance_is_refused(described):
    with pytest.raises((TypeError, ValueError)):
        read_utterance(described)
