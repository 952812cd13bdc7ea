"""Two hundred commands of every kind, drags among them, are taken back to the very document and done again.

`python -m pytest tests/unit/project/test_histories.py --hypothesis-profile=full` tries a thousand such histories.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.core.timebase import OPEN_END, TimeRange
from dimitra_studio.editing.blending import BlendToBase, BlendToNeutral, BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Hold, MirrorFace, Noise, Offset, ScaleAboutMean
from dimitra_studio.editing.smoothing import GaussianSmooth
from dimitra_studio.project import commands, edit_commands, speech_commands
from dimitra_studio.project.document import Keeping, Marker, MediaRef, Project, Revision, Take, TakeSettings
from dimitra_studio.project.edited import EditedTakes
from dimitra_studio.project.format import describe
from dimitra_studio.project.undo import UndoStack

LENGTH = 200  # commands
EXAMPLES = settings.default.max_examples if settings.get_current_profile_name() == "full" else 10
REST = np.linspace(-1, 1, 70, dtype=np.float32)

IDS, EDIT_IDS = st.sampled_from("abcd"), st.sampled_from("xyz")
TEXT = st.text(max_size=3)
HASHES = st.sampled_from(["0" * 64, "1" * 64])
MEDIA = st.builds(MediaRef, st.sampled_from([Path("a.png"), Path("b.png")]), TEXT, HASHES)
SPEECH = st.sampled_from(
    [Utterance(), Utterance((Word(0.1, 0.3, "a"),), (Phoneme(0, 0.1, "SIL"), Phoneme(0.1, 0.4, "AA")))]
)
MOTIONS = st.builds(
    lambda seed, frames: MotionSequence(np.random.default_rng(seed).normal(size=(frames, 70)).astype(np.float32)),
    st.integers(0, 9), st.sampled_from([6, 9]),
)  # fmt: skip
OPERATIONS = st.one_of(
    st.builds(Offset, st.tuples(st.floats(-1, 1))), st.builds(ScaleAboutMean, st.floats(-2, 2)),
    st.builds(GaussianSmooth, st.floats(0, 0.1)), st.builds(BlendToTake, IDS), st.builds(Noise, st.floats(0, 1)),
    st.sampled_from([BlendToNeutral(), BlendToBase(), Hold(), MirrorFace()]),
)  # fmt: skip
SPANS = st.sampled_from([TimeRange(0.0, OPEN_END), TimeRange(0.04, 0.2), TimeRange(0.1, 0.12)])
EDITS = st.builds(
    Edit, EDIT_IDS, OPERATIONS, st.sampled_from([(0,), (0, 13), (25, 26, 65)]), SPANS, st.sampled_from([0.0, 0.08]),
    amount=st.sampled_from([0.0, 0.5, 1.0]), muted=st.booleans(),
)  # fmt: skip
TAKES = st.builds(
    Take, IDS, TEXT, st.integers(0, 9), st.just(TakeSettings()), MOTIONS, st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    edits=st.lists(EDITS, max_size=2, unique_by=lambda edit: edit.id).map(tuple),
)  # fmt: skip
COMMANDS = st.one_of(
    st.builds(commands.SetPortrait, st.none() | MEDIA, st.integers(0, 2)),
    st.builds(commands.ChooseFace, st.integers(0, 2)), st.builds(commands.SetVoice, st.none() | MEDIA, TEXT),
    st.builds(commands.AddTake, TAKES), st.builds(commands.DeleteTake, IDS), st.builds(commands.SelectTake, IDS),
    st.builds(commands.RenameTake, IDS, TEXT), st.builds(commands.StarTake, IDS, st.booleans()),
    st.builds(commands.NoteTake, IDS, TEXT), st.builds(commands.PutMarker, st.builds(Marker, IDS, st.floats(0, 9))),
    st.builds(commands.DeleteMarker, IDS), st.builds(commands.SetLoop, st.none() | SPANS),
    st.builds(commands.SetNotes, TEXT), st.builds(commands.SetKeeping, st.sampled_from(Keeping)),
    st.builds(commands.LocateMedia, HASHES, st.just(Path("c.png"))),
    st.builds(speech_commands.SetScript, st.none() | TEXT, st.none() | SPEECH),
    st.builds(speech_commands.CorrectSpeech, SPEECH, st.none() | SPEECH),
    st.builds(edit_commands.AddEdit, IDS, EDITS, st.none() | st.integers(0, 3)),
    st.builds(edit_commands.ReplaceEdit, IDS, EDITS), st.builds(edit_commands.RemoveEdit, IDS, EDIT_IDS),
    st.builds(edit_commands.MoveEdit, IDS, EDIT_IDS, st.integers(0, 3)),
    st.builds(edit_commands.MuteEdit, IDS, EDIT_IDS, st.booleans()),
    st.builds(edit_commands.ReplaceEdits, IDS, st.lists(EDITS, max_size=3).map(tuple)),
    st.builds(edit_commands.ReplaceBase, IDS, MOTIONS, st.just({"seed": 1}), st.none() | SPEECH),
)  # fmt: skip
GESTURES = st.sampled_from(["begin", "end", "cancel"])
START = Project(takes=tuple(
    Take(name, name, 0, TakeSettings(), MotionSequence(np.full((6, 70), place / 4, np.float32)),
         datetime(2026, 1, 1, tzinfo=UTC))
    for place, name in enumerate("ab")
), current="a")  # fmt: skip


def test_every_command_there_is_takes_part():
    known = {
        each
        for module in (commands, edit_commands, speech_commands)
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__ and hasattr(each, "apply")
    } - {commands.Command}
    drawn = {each.wrapped_strategy.target for each in COMMANDS.original_strategies}
    assert drawn == known


def told(project: Project) -> str:
    """All that a document says, and a few bytes of how its takes look."""
    media = [media and (str(media.path), media.name, media.sha256) for media in (project.portrait, project.voice)]
    motions = [take.motion.values.tobytes().hex() for take in project.takes]
    return json.dumps([describe(project, Revision("")), media, motions, [dict(take.recipe) for take in project.takes]])


def look(project: Project, seen: EditedTakes) -> bytes:
    """The take that is shown, evaluated from what is known of the document before; the very bits of a fresh look."""
    if project.take is None:
        return b""
    shown = seen.edited(project, project.take, REST).motion.values.tobytes()
    assert shown == EditedTakes().edited(project, project.take, REST).motion.values.tobytes()
    return shown


def walked(stack: UndoStack, history: list[object]) -> Iterator[Project]:
    """Does what can be done; the documents that stand after a step of its own."""
    yield stack.project
    dragging = False
    for each in history:
        before = stack.project
        match each:
            case "begin" if not dragging:
                stack.begin_gesture()
                dragging, grip = True, before
            case "end" if dragging:
                stack.end_gesture()
                dragging = False
                if stack.project is not grip:
                    yield stack.project
            case "cancel" if dragging:
                stack.cancel_gesture()
                dragging = False
                assert stack.project is grip
            case str():
                pass
            case command:
                try:
                    stack.do(command)
                except (LookupError, ValueError, InputError):
                    assert stack.project is before  # what cannot be done changes nothing
                    continue
                if not dragging:
                    yield stack.project
    if dragging:
        stack.end_gesture()
        if stack.project is not grip:
            yield stack.project


@settings(
    max_examples=EXAMPLES, deadline=None,
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(st.lists(st.one_of(COMMANDS, COMMANDS, COMMANDS, COMMANDS, GESTURES), min_size=LENGTH, max_size=LENGTH))
def test_two_hundred_commands_of_every_kind_are_undone_and_done_again(history):
    stack, seen = UndoStack(START), EditedTakes()
    stood = [(project, told(project), look(project, seen)) for project in walked(stack, history)]
    for step, way in ((stack.undo, stood[-2::-1]), (stack.redo, stood[1:])):
        for project, words, looks in way:
            assert step() is not None
            assert stack.project is project
            assert (told(project), look(project, seen)) == (words, looks)
        assert step() is None
    while stack.undo():
        assert stack.held >= 0
    assert (stack.project, stack.held) == (START, 0)
