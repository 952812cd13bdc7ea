"""A part of a take made anew: asked for, looked at in place, kept or not."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.recordings import Override, Samples
from dimitra_studio.engine.pipeline import Take as MadeTake
from dimitra_studio.project.document import TakeSettings, TimeRange
from dimitra_studio.project.edit_commands import AddEdit
from dimitra_studio.project.speech_commands import CorrectSpeech
from dimitra_studio.studio import jobs

SPAN = TimeRange(0.4, 0.8)
HEARD = Utterance(
    (Word(0.2, 0.6, "one"),), (Phoneme(0.0, 0.4, "SIL"), Phoneme(0.4, 0.6, "W"), Phoneme(0.6, 2.0, "SIL"))
)
RIGHT = Utterance(
    (Word(0.2, 0.6, "own"),), (Phoneme(0.0, 0.4, "SIL"), Phoneme(0.4, 0.6, "OW"), Phoneme(0.6, 2.0, "SIL"))
)


@pytest.fixture
def asked(monkeypatch):
    """The requests for parts; each part becomes its seed / 100, where the seed is not 13."""
    requests = []

    def rewrite_part(request, part, sitter, voice, _loader):
        requests.append((request, part, voice))
        yield Progress("motion", 0, 1)
        if request.seed == 13:
            raise InputError("It cannot be made.", "Take another seed.")
        values = np.array(part.take.motion.values)
        for span in part.spans:
            for group in part.groups:
                values[round(span.start * 25) : round(span.end * 25), group.columns] = request.seed / 100
        return MadeTake(sitter, voice, MotionSequence(values), {**part.take.recipe, "regenerated": [{}]})

    monkeypatch.setattr(jobs, "rewrite_part", rewrite_part)
    return requests


@pytest.fixture
def bar(window, opened, asked, qtbot):
    opened.generate(TakeSettings(), 5)
    qtbot.waitUntil(lambda: opened.take is not None)
    return window.timeline.regeneration


def ask(window, bar, session, count=3, seed=6):
    session.select(SPAN)
    window.actions_by_id["regenerate"].trigger()
    bar.count.setValue(count)
    bar.seed.setValue(seed)
    bar.start.click()


def made_with_words(session, qtbot):
    """A take that was made with HEARD."""
    session.do(CorrectSpeech(HEARD))
    session.generate(TakeSettings(), 6)
    qtbot.waitUntil(lambda: len(session.project.takes) == 2)
    return session.take


def lips(session):
    """The first lip channel of what is shown, within the span and beside it."""
    values = session.shown.motion.values[:, 1]
    return float(values[12]), float(values[30])


def test_alternatives_are_seen_in_place_and_one_is_kept_in_one_step(window, bar, opened, asked, qtbot):
    before = opened.take
    ask(window, bar, opened)
    qtbot.waitUntil(lambda: opened.alternatives.audition.coming == 0)
    assert [request.seed for request, _, _ in asked] == [6, 7, 8]
    assert [bar.which.tabText(place) for place in range(bar.which.count())] == ["Before", "1", "2", "3"]
    assert bar.coming.text() == "1 of 3"
    assert lips(opened) == (pytest.approx(0.06), 0.0)
    assert opened.take is before  # the document is as it was
    bar.which.setFocus()
    qtbot.keyClick(bar.which, Qt.Key.Key_Right)
    assert lips(opened)[0] == pytest.approx(0.07)
    qtbot.keyClick(bar.which, Qt.Key.Key_Left)
    qtbot.keyClick(bar.which, Qt.Key.Key_Left)
    assert (lips(opened)[0], bar.keep.isEnabled()) == (0.0, False)
    opened.alternatives.show(3)
    bar.keep.click()
    assert lips(opened) == (pytest.approx(0.08), 0.0)
    assert opened.undo_title == "Regenerate"
    assert not bar.isVisible()
    opened.undo()
    assert opened.take is before


def test_discarding_leaves_all_as_it_was(window, bar, opened, qtbot):
    before, title = opened.take, opened.undo_title
    ask(window, bar, opened, count=2)
    qtbot.waitUntil(lambda: opened.alternatives.audition.coming == 0)
    qtbot.keyClick(bar.which, Qt.Key.Key_Escape)
    assert opened.shown is before
    assert opened.undo_title == title
    assert opened.alternatives.audition is None


def test_stopping_before_the_first_is_there_leaves_nothing(window, bar, opened, qtbot):
    ask(window, bar, opened)
    bar.drop.click()
    assert opened.alternatives.audition is None
    qtbot.waitUntil(lambda: not opened.jobs.lines)
    assert opened.alternatives.audition is None
    assert not bar.isVisible()


def test_groups_and_spans_are_as_chosen_and_edits_stay_on_top(window, bar, opened, asked, qtbot):
    locked = Override(Samples(0.4, 25.0, np.full((10, 1), 0.5, np.float32)))
    opened.do(AddEdit(opened.take.id, Edit("lock", locked, (1,), SPAN)))
    opened.select(SPAN)
    window.actions_by_id["regenerate"].trigger()
    bar.groups[Group.POSE].setChecked(True)
    bar.count.setValue(1)
    bar.start.click()
    qtbot.waitUntil(lambda: opened.alternatives.audition.coming == 0)
    assert asked[0][1].groups == (Group.LIPS, Group.POSE)
    assert asked[0][1].spans == (SPAN,)
    values = opened.shown.motion.values
    assert (values[12, 1], values[12, 2]) == (pytest.approx(0.5), pytest.approx(0.06))
    assert values[12, Group.POSE.columns] == pytest.approx(0.06)
    opened.alternatives.keep()
    assert [edit.id for edit in opened.take.edits] == ["lock"]
    assert opened.shown.motion.values[12, 1] == pytest.approx(0.5)


def test_nothing_chosen_is_told_in_the_bar(window, bar, opened):
    window.actions_by_id["regenerate"].trigger()
    assert "Select" in bar.what.text()
    assert not bar.start.isEnabled()
    opened.select(SPAN)
    assert bar.what.text() == "Regenerate 0.40–0.80 s"
    bar.groups[Group.LIPS].setChecked(False)
    assert not bar.start.isEnabled()


def test_one_that_fails_is_told_and_the_others_stay(window, bar, opened, qtbot):
    ask(window, bar, opened, count=2, seed=12)
    qtbot.waitUntil(lambda: opened.alternatives.audition.coming == 0)
    assert len(opened.alternatives.audition.made) == 1
    assert opened.notices[-1].text == "It cannot be made."


def test_another_take_ends_the_audition(window, bar, opened, qtbot):
    ask(window, bar, opened, count=1)
    qtbot.waitUntil(lambda: opened.alternatives.audition.coming == 0)
    opened.delete_take()
    assert opened.alternatives.audition is None


def test_words_that_change_make_the_take_stale_there_and_lips_are_offered(window, bar, opened, asked, qtbot):
    take = made_with_words(opened, qtbot)
    assert not opened.stale_parts(take)
    assert not bar.isVisible()
    opened.do(CorrectSpeech(RIGHT))
    assert opened.stale_parts(take) == (TimeRange(0.4, 0.6),)
    assert bar.isVisible()
    assert "0.40–0.60 s" in bar.what.text()
    detail = window.takes.list.item(1).data(Qt.ItemDataRole.UserRole + 1)
    assert detail == "⚠ Words changed at 0.4 s"
    bar.count.setValue(1)
    bar.start.click()
    qtbot.waitUntil(lambda: opened.alternatives.audition is not None and opened.alternatives.audition.coming == 0)
    assert asked[0][1].groups == (Group.LIPS,)
    (span,) = asked[0][1].spans
    assert (span.start, span.end) == (pytest.approx(0.28), pytest.approx(0.72))
    assert asked[0][2].put_right == RIGHT
    assert not window.timeline.timeline._words.marks  # the one that is shown says the new words
    bar.keep.click()
    assert not opened.stale_parts(opened.take)
    assert not bar.isVisible()
    opened.undo()
    assert opened.stale_parts(opened.take)


def test_who_closes_the_offer_is_not_asked_again_for_the_same(bar, opened, qtbot):
    made_with_words(opened, qtbot)
    opened.do(CorrectSpeech(RIGHT))
    assert bar.isVisible()
    bar.closing.click()
    assert not bar.isVisible()
    opened.select(SPAN)
    assert not bar.isVisible()
