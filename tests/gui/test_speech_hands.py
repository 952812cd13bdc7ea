"""Words and phones put right on the timeline, by mouse and field; one gesture is one step."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.project.document import TakeSettings, TimeRange
from dimitra_studio.project.speech_commands import CorrectSpeech
from dimitra_studio.studio import jobs

HEARD = Utterance(
    (Word(0.4, 0.8, "one"), Word(0.8, 1.2, "two")),
    tuple(
        Phoneme(start, end, symbol)
        for start, end, symbol in (
            (0.0, 0.4, "SIL"), (0.4, 0.6, "W"), (0.6, 0.8, "AH"), (0.8, 1.0, "T"), (1.0, 1.2, "UW"), (1.2, 2.0, "SIL")
        )
    ),
)  # fmt: skip


@pytest.fixture
def spoken(window, opened, monkeypatch, qtbot):
    """The timeline with HEARD, and a take that says it."""

    def pronounce(text, _loader):
        yield Progress("speech", 0, 1)
        if text == "§":
            raise InputError("“§” cannot be pronounced.", "Write it as it is said.")
        return tuple((word, tuple("B" if letter == "b" else "AA" for letter in word)) for word in text.split())

    monkeypatch.setattr(jobs, "pronounce", pronounce)
    opened.do(CorrectSpeech(HEARD))
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    return window.timeline.timeline


def at(timeline, lane, seconds):
    room = timeline.room_of(lane)
    return QPoint(round(timeline.header + timeline.scale.x(seconds)), round(room.center().y()))


def drag(qtbot, timeline, lane, start, end, release=True):
    view = timeline.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(timeline, lane, start))
    QTest.mouseMove(view, at(timeline, lane, (start + end) / 2))
    QTest.mouseMove(view, at(timeline, lane, end))
    if release:
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(timeline, lane, end))


def write(qtbot, timeline, lane, seconds, text):
    qtbot.mouseDClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=at(timeline, lane, seconds))
    field = timeline.speech._field
    assert field.isVisible()
    field.setText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def words(session):
    return [(round(word.start, 1), round(word.end, 1), word.text) for word in session.project.speech.words]


def test_an_edge_is_dragged_in_one_step_and_the_take_is_stale_there(spoken, opened, qtbot):
    drag(qtbot, spoken, spoken._words, 0.8, 0.9)
    assert words(opened) == [(0.4, 0.9, "one"), (0.9, 1.2, "two")]
    assert opened.undo_title == "Move Word"
    (stale, *_) = opened.stale_parts(opened.take)
    assert 0.5 < stale.start < 0.9
    assert spoken._words.marks == opened.stale_parts(opened.take)
    opened.undo()
    assert opened.project.speech is HEARD
    assert not spoken._words.marks
    assert opened.selection is None


def test_a_phones_edge_is_dragged_and_given_up_with_escape(spoken, opened, qtbot):
    drag(qtbot, spoken, spoken._phones, 1.0, 1.1, release=False)
    assert spoken._phones.told(1.05) == "T"
    qtbot.keyClick(spoken, Qt.Key.Key_Escape)
    assert spoken._phones.told(1.05) == "UW"
    assert opened.project.speech is HEARD
    drag(qtbot, spoken, spoken._phones, 1.0, 1.1)
    assert opened.undo_title == "Move Phone"
    assert spoken._phones.told(1.05) == "T"


def test_a_word_is_written_anew_with_the_phones_that_it_has(spoken, opened, qtbot):
    write(qtbot, spoken, spoken._words, 0.5, "ba")
    qtbot.waitUntil(lambda: opened.undo_title == "Change Word")
    assert words(opened)[0] == (0.4, 0.8, "ba")
    assert [phone.symbol for phone in opened.project.speech.phonemes][1:3] == ["B", "AA"]
    assert opened.selection == TimeRange(0.4, 0.8)


def test_two_words_are_written_for_one_and_none_deletes_it(spoken, opened, qtbot):
    write(qtbot, spoken, spoken._words, 0.5, "b ab")
    qtbot.waitUntil(lambda: opened.undo_title == "Change Word")
    assert [word[2] for word in words(opened)] == ["b", "ab", "two"]
    write(qtbot, spoken, spoken._words, 1.0, " ")
    assert opened.undo_title == "Delete Word"
    assert [word[2] for word in words(opened)] == ["b", "ab"]


def test_a_word_is_added_where_there_is_none(spoken, opened, qtbot):
    write(qtbot, spoken, spoken._words, 1.5, "bab")
    qtbot.waitUntil(lambda: opened.undo_title == "Add Word")
    assert words(opened)[-1] == (1.5, 1.8, "bab")


def test_what_cannot_be_said_is_told_and_changes_nothing(spoken, opened, qtbot):
    write(qtbot, spoken, spoken._words, 0.5, "§")
    qtbot.waitUntil(lambda: bool(opened.notices))
    assert opened.notices[-1].text == "“§” cannot be pronounced."
    write(qtbot, spoken, spoken._phones, 0.5, "Q")
    assert opened.notices[-1].text.startswith("“Q” is no phone. These are: AA AE")
    assert opened.project.speech is HEARD


def test_a_phone_is_written_anew(spoken, opened, qtbot):
    write(qtbot, spoken, spoken._phones, 0.5, "b")
    assert opened.project.speech.phonemes[1].symbol == "B"
    assert opened.undo_title == "Change Phone"


def test_escape_leaves_the_word(spoken, opened, qtbot):
    qtbot.mouseDClick(spoken.viewport(), Qt.MouseButton.LeftButton, pos=at(spoken, spoken._words, 0.5))
    field = spoken.speech._field
    field.setText("other")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert opened.project.speech is HEARD


@pytest.mark.parametrize(
    ("lane", "chosen", "title", "count"),
    [
        ("_words", "Split It Here", "Split Word", (3, 6)),
        ("_words", "Join It With the Next One", "Join Words", (1, 6)),
        ("_words", "Delete It", "Delete Word", (1, 4)),
        ("_phones", "Split It Here", "Split Phone", (2, 7)),
        ("_phones", "Join It With the Next One", "Join Phones", (2, 5)),
        ("_phones", "Delete It", "Delete Phone", (2, 5)),
    ],
)
def test_the_menu_does_the_rest(spoken, opened, lane, chosen, title, count):
    assert spoken.speech.show_menu(getattr(spoken, lane), 0.5, QPoint(0, 0))
    menu = spoken.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == chosen).trigger()
    menu.close()
    assert opened.undo_title == title
    speech = opened.project.speech
    assert (len(speech.words), len(speech.phonemes)) == count


def test_the_keys_work_at_the_playhead(spoken, window, opened, qtbot):
    opened.seek(0.9)
    spoken.setFocus()
    window.actions_by_id["word_write"].trigger()
    field = spoken.speech._field
    assert (field.isVisible(), field.text()) == (True, "two")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    window.actions_by_id["phone_delete"].trigger()
    assert opened.undo_title == "Delete Phone"
    assert [phone.symbol for phone in opened.project.speech.phonemes] == ["SIL", "W", "AH", "UW", "SIL"]


def test_what_was_put_right_is_saved_and_used_for_the_next_take(spoken, opened, tmp_path, qtbot):
    drag(qtbot, spoken, spoken._words, 0.8, 0.9)
    right = opened.project.speech
    opened.generate(TakeSettings(), 2)
    qtbot.waitUntil(lambda: len(opened.project.takes) == 2)
    assert opened.take.speech == right
    assert not opened.stale_parts(opened.take)
    opened.save(tmp_path / "p.dimitra")
    assert opened.finish_saving()
    assert opened.open_project(tmp_path / "p.dimitra")
    qtbot.waitUntil(lambda: opened.media.heard is not None)
    assert opened.project.speech == right == opened.media.spoken
    assert [bool(opened.stale_parts(take)) for take in opened.project.takes] == [True, False]
