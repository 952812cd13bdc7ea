"""Whatever is done and undone, in whatever order, the document comes back."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.changes import Part
from dimitra_studio.project.commands import (
    AddTake,
    DeleteMarker,
    DeleteTake,
    NoteTake,
    PutMarker,
    RenameTake,
    SelectTake,
    SetLoop,
    SetNotes,
    SetPortrait,
    SetVoice,
    StarTake,
)
from dimitra_studio.project.document import Marker, MediaRef, Project, Take, TakeSettings, TimeRange
from dimitra_studio.project.undo import UndoStack

IDS = st.sampled_from("abc")
TEXT = st.text(max_size=5)
MEDIA = st.builds(MediaRef, st.just(Path("a.png")), TEXT, st.just("0" * 64))
MOTION = MotionSequence(np.zeros((1, 70), np.float32))
TAKES = st.builds(Take, IDS, TEXT, st.integers(0, 9), st.just(TakeSettings()), st.just(MOTION),
                  st.just(datetime(2026, 1, 1, tzinfo=UTC)))  # fmt: skip
COMMANDS = st.one_of(
    st.builds(SetPortrait, MEDIA), st.builds(SetVoice, MEDIA), st.builds(AddTake, TAKES), st.builds(DeleteTake, IDS),
    st.builds(RenameTake, IDS, TEXT), st.builds(StarTake, IDS, st.booleans()), st.builds(NoteTake, IDS, TEXT),
    st.builds(PutMarker, st.builds(Marker, IDS, st.floats(0, 9))), st.builds(DeleteMarker, IDS),
    st.builds(SetLoop, st.just(TimeRange(0, 1))), st.builds(SetNotes, TEXT),
)  # fmt: skip


def do_all(stack, commands):
    """Does those that can be done and returns the documents on the way."""
    seen = [stack.project]
    for command in commands:
        try:
            stack.do(command)
        except LookupError:
            assert stack.project is seen[-1]  # a command that cannot be done changes nothing
        else:
            seen.append(stack.project)
    return seen


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.large_base_example])
@given(st.lists(COMMANDS, min_size=200, max_size=200))
def test_two_hundred_commands_are_undone_to_the_very_document_and_done_again(commands):
    stack = UndoStack(Project())
    first, last = (seen := do_all(stack, commands))[0], seen[-1]
    while stack.undo():
        assert stack.held >= 0
    assert stack.project is first
    assert stack.held == 0
    while stack.redo():
        pass
    assert stack.project is last
    assert stack.steps == len(seen) - 1


@given(st.lists(COMMANDS, max_size=12))
def test_undo_walks_back_through_every_document_and_redo_forth(commands):
    stack = UndoStack(Project())
    seen = do_all(stack, commands)
    for before in reversed(seen[:-1]):
        stack.undo()
        assert stack.project is before
    assert stack.undo() is None
    for after in seen[1:]:
        stack.redo()
        assert stack.project is after
    assert stack.redo() is None


@given(st.lists(COMMANDS, max_size=6), st.lists(COMMANDS, max_size=6))
def test_a_gesture_is_one_step_or_nothing(before, drag):
    for finish in (UndoStack.end_gesture, UndoStack.cancel_gesture):
        stack = UndoStack(Project())
        start = do_all(stack, before)[-1]
        stack.begin_gesture()
        moved = do_all(stack, drag)
        finish(stack)
        if finish is UndoStack.cancel_gesture:
            assert stack.project is start
            assert not stack.redo_title
        elif len(moved) > 1:
            assert stack.project is moved[-1]
            stack.undo()
            assert stack.project is start


def test_a_gesture_that_is_given_up_leaves_what_can_be_done_again():
    stack = UndoStack(Project())
    stack.do(SetNotes("x"))
    stack.undo()
    assert not stack.in_gesture
    stack.begin_gesture()
    stack.do(SetNotes("y"))
    assert stack.in_gesture
    stack.cancel_gesture()
    assert not stack.in_gesture
    stack.redo()
    assert stack.project.notes == "x"


def test_a_change_names_every_part_that_differs():
    stack = UndoStack(Project())
    assert stack.do(SetNotes("x")).parts == Part.NOTES
    change, seconds = stack.undo()
    assert change.touches(Part.NOTES)
    assert seconds == 0.0


def test_undo_tells_where_the_playhead_stood():
    stack = UndoStack(Project())
    stack.do(SetNotes("x"), seconds=2.5)
    assert stack.undo()[1] == 2.5
    assert stack.redo()[1] == 2.5


def test_the_document_is_saved_again_when_it_comes_back_to_what_was_saved(make_take):
    stack = UndoStack(Project(takes=(make_take("a"), make_take("b")), current="a"))
    assert stack.is_saved
    stack.do(SetNotes("x"))
    assert not stack.is_saved
    stack.mark_saved(stack.project)
    assert stack.is_saved
    stack.undo()
    assert not stack.is_saved
    stack.redo()
    stack.show(SelectTake("b"))
    assert stack.is_saved  # which take is shown is nothing to lose
    assert stack.undo_title == "Change Notes"


def test_doing_something_new_forgets_what_was_undone():
    stack = UndoStack(Project())
    stack.do(SetNotes("x"))
    stack.undo()
    stack.do(SetNotes("y"))
    assert stack.redo() is None


def big_take(take_id: str) -> Take:
    return Take(
        take_id, take_id, 0, TakeSettings(), MotionSequence(np.zeros((1000, 70), np.float32)), datetime.now(UTC)
    )


def test_a_renamed_take_costs_words_and_a_deleted_one_its_curves():
    stack = UndoStack(Project())
    stack.do(AddTake(big_take("a")))
    for name in "xyz":
        stack.do(RenameTake("a", name))
    assert stack.held < 10_000
    stack.do(DeleteTake("a"))
    assert 280_000 < stack.held < 290_000
    stack.undo()
    assert stack.held < 10_000  # it is in the document again


def test_the_oldest_steps_go_when_the_memory_for_them_is_used_up():
    stack = UndoStack(Project(), budget=1_000_000)
    for number in range(8):
        stack.do(AddTake(big_take(str(number))))
        stack.do(DeleteTake(str(number)))
    assert stack.held <= 1_000_000
    undone = 0
    while stack.undo():
        undone += 1
    assert undone == 6  # three takes of 280 kB fit, and each came and went


def test_the_last_step_can_always_be_undone_and_a_gesture_is_never_cut():
    stack = UndoStack(Project(), budget=10)
    stack.do(AddTake(big_take("a")))
    stack.begin_gesture()
    stack.do(DeleteTake("a"))
    stack.do(SetNotes("x"))
    stack.end_gesture()
    assert stack.steps == 1
    stack.undo()
    assert stack.project.takes[0].id == "a"


def test_a_recovered_document_is_not_saved_until_it_is():
    stack = UndoStack(Project(notes="x"), saved=False)
    assert not stack.is_saved
    stack.mark_saved(stack.project)
    assert stack.is_saved
