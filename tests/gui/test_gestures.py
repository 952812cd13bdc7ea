"""What happens elsewhere while something is dragged or performed: nothing is lost, and each is a step of its own."""

import pytest

from dimitra_studio.editing.macros import BY_ID
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.edits.hand import Hand

SMILE, BROWS = BY_ID["smile"], BY_ID["brows"]


@pytest.fixture
def session(opened, qtbot):
    """With a take that is shown."""
    opened.generate(TakeSettings(), 1)
    qtbot.waitUntil(lambda: opened.take is not None)
    return opened


@pytest.fixture
def hand(session):
    return Hand(session, session)


def make(session, qtbot) -> None:
    """Another take is made meanwhile, to its end."""
    with qtbot.waitSignal(session.generation.made):
        session.generate(TakeSettings(), 2)


def smiles(session) -> list[float]:
    return [SMILE.read(edit) for edit in session.project.takes[0].edits]


@pytest.mark.parametrize("end", ["release", "give_up"])
@pytest.mark.parametrize("value", [0.0, 0.5])
def test_a_take_that_is_made_while_a_slider_is_dragged_waits_and_is_not_lost(session, hand, qtbot, end, value):
    hand.grip()
    hand.turn(SMILE, 1.0)
    make(session, qtbot)
    assert len(session.project.takes) == 1
    hand.turn(SMILE, value)
    getattr(hand, end)()
    assert len(session.project.takes) == 2
    kept = [value] if value and end == "release" else []
    assert smiles(session) == kept
    assert session.take is session.project.takes[1]
    session.undo()
    assert len(session.project.takes) == 1
    assert smiles(session) == kept


def test_a_take_of_a_document_that_is_gone_does_not_come_into_the_next(session, hand, qtbot):
    hand.grip()
    hand.turn(SMILE, 1.0)
    make(session, qtbot)
    session.new_project()
    hand.release()
    assert session.project.takes == ()


def test_what_is_performed_goes_on_while_a_take_is_made(session, qtbot):
    take, changed = session.take, []
    session.perform(take, None)
    session.document_changed.connect(changed.append)
    make(session, qtbot)
    assert changed == []
    session.end_performance(None, None)
    assert len(session.project.takes) == 2


def test_undo_while_something_is_dragged_takes_the_drag_back_and_loses_nothing(session, hand):
    hand.turn(BROWS, 0.4)
    hand.turn(SMILE, 0.2)
    session.undo()
    hand.grip()
    hand.turn(BROWS, 0.6)
    hand.turn(BROWS, 0.8)
    session.undo()
    assert [BROWS.read(edit) for edit in session.take.edits] == [0.4]
    hand.turn(BROWS, 0.7)  # the hand goes on
    hand.give_up()
    before = session.project
    session.redo()
    assert session.project == before  # nothing that was undone before the drag comes in the place of what is there


def test_a_drag_that_begins_within_another_is_a_step_of_its_own(session, hand):
    hand.grip()
    hand.turn(SMILE, 0.3)
    hand.turn(SMILE, 0.6)
    session.begin_gesture()
    hand.turn(BROWS, 0.5)
    session.end_gesture()
    session.undo()
    assert smiles(session) == [0.6]
    session.undo()
    assert session.take.edits == ()


def test_a_slider_that_is_let_go_over_another_take_keeps_what_it_did(session, hand, qtbot):
    make(session, qtbot)
    one, two = session.project.takes
    session.select_take(one.id)
    hand.grip()
    hand.turn(SMILE, 1.0)
    session.select_take(two.id)
    hand.release()
    assert smiles(session) == [1.0]
