"""Commands leave locked channels of a take as they are."""

import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.editing.stack import evaluate
from dimitra_studio.project.commands import AddTake, StarTake
from dimitra_studio.project.document import Project
from dimitra_studio.project.edit_commands import (
    AddEdit,
    MoveEdit,
    MuteEdit,
    RemoveEdit,
    ReplaceBase,
    ReplaceEdit,
    ReplaceEdits,
)
from dimitra_studio.project.locks import Guarded, kept_motion
from dimitra_studio.project.undo import UndoStack

SPAN = TimeRange(0.0, 1.0)
ONE = Edit("one", Offset((0.1, 0.2)), (4, 5), SPAN)
TWO = Edit("two", Offset((0.3, 0.4)), (5, 6), SPAN)
LOCKED = frozenset({5})


@pytest.fixture
def project(make_take):
    return Project(takes=(make_take("a", edits=(ONE, TWO)), make_take("b")), current="a")


def shown(project):
    take = project.take
    return evaluate(take.motion, take.edits).values


EVERY = (
    AddEdit("a", Edit("n", Offset((1.0,)), (4, 5), SPAN)),
    ReplaceEdit("a", Edit("one", Offset((2.0, 2.0)), (4, 5), SPAN)),
    RemoveEdit("a", "two"),
    MuteEdit("a", "one", True),
    ReplaceEdits("a", (), "Remove Edits"),
    ReplaceBase("a", MotionSequence(np.full((3, 70), 7, np.float32)), {"seed": 2}),
)


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_every_command_leaves_locked_channels_and_says_so(project, command):
    guarded = Guarded(command, LOCKED)
    after, change = guarded.apply(project)
    free, same_change = command.apply(project)
    assert change == same_change
    assert guarded.title == command.title
    np.testing.assert_array_equal(shown(after)[:, 5], shown(project)[:, 5])
    np.testing.assert_array_equal(np.delete(shown(after), 5, 1), np.delete(shown(free), 5, 1))
    assert not np.array_equal(shown(after), shown(project))
    assert guarded.held_back(project) == (5,)
    assert not guarded.does_nothing(project)


def test_what_changes_no_locked_channel_is_done_as_it_is(project):
    for command in (StarTake("a", True), MoveEdit("a", "two", 0), AddEdit("a", Edit("n", Offset((1.0,)), (9,), SPAN))):
        guarded = Guarded(command, frozenset({4}))
        assert guarded.held_back(project) == ()
        assert not guarded.does_nothing(project)
        after, free = guarded.apply(project)[0], command.apply(project)[0]
        assert after.take.edits == free.take.edits
        assert after.take.starred == free.take.starred


def test_where_all_is_locked_nothing_is_left_to_do(project):
    assert Guarded(RemoveEdit("a", "one"), frozenset({4, 5})).does_nothing(project)
    assert Guarded(AddEdit("a", Edit("n", Offset((1.0,)), (5,), SPAN)), LOCKED).does_nothing(project)


def test_a_new_take_is_as_it_was_made(project, make_take):
    take = make_take("c", edits=(ONE,))
    after, _ = Guarded(AddTake(take), LOCKED).apply(project)
    assert after.take is take


def test_it_is_undone_whole(project):
    stack = UndoStack(project)
    stack.do(Guarded(MuteEdit("a", "one", True), LOCKED))
    assert [edit.title for edit in stack.project.take.edits] == ["Offset · locked", "Offset", "Offset"]
    stack.undo()
    assert stack.project is project


def test_motion_is_kept_where_both_show_a_face():
    before, after = np.zeros((4, 70), np.float32), np.ones((6, 70), np.float32)
    before[1] = np.nan
    kept = kept_motion(MotionSequence(before), MotionSequence(after), [2]).values
    assert kept[:, 2].tolist() == [0, 1, 0, 0, 1, 1]
    assert (np.delete(kept, 2, 1) == 1).all()
    same = MotionSequence(after)
    assert kept_motion(same, MotionSequence(after[:4]), [2]).values[:, 2].tolist() == [1, 1, 1, 1]
