from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.project.changes import Part
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
from dimitra_studio.project.undo import UndoStack


def edit(name: str, channels=(1,), start=0.5, end=1.0, **how) -> Edit:
    return Edit(name, Offset((0.5,)), channels, TimeRange(start, end), **how)


@pytest.fixture
def project(make_take):
    one = make_take("a", edits=(edit("x"), edit("y", (2,), 2.0, 3.0), edit("z")))
    return Project(takes=(one, make_take("b")), current="a")


def ids(project: Project) -> str:
    return "".join(edit.id for edit in project.find_take("a").edits)


@pytest.mark.parametrize(
    ("command", "after"),
    [
        (AddEdit("a", edit("w")), "xyzw"),
        (AddEdit("a", edit("w"), 1), "xwyz"),
        (RemoveEdit("a", "y"), "xz"),
        (MoveEdit("a", "x", 2), "yzx"),
        (MoveEdit("a", "z", 0), "zxy"),
        (ReplaceEdits("a", ()), ""),
    ],
)
def test_edits_are_added_taken_away_and_moved(project, command, after):
    changed, change = command.apply(project)
    assert ids(changed) == after
    assert (change.parts, change.take_id) == (Part.EDITS, "a")
    assert changed.takes[1] is project.takes[1]
    assert changed.find_take("a").motion is project.find_take("a").motion


def test_a_change_tells_where_it_was_and_where_it_is_now(project):
    _, change = ReplaceEdit("a", edit("x", (5,), 4.0, 5.0, blend_in=0.25, blend_out=0.5)).apply(project)
    assert change.channels == (1, 5)
    assert change.span == TimeRange(0.5, 5.5)


def test_muting_keeps_the_edit(project):
    muted, change = MuteEdit("a", "y", True).apply(project)
    assert [each.muted for each in muted.find_take("a").edits] == [False, True, False]
    assert (change.channels, change.span) == ((2,), TimeRange(2.0, 3.0))


def test_only_what_is_different_is_told_of_many(project):
    x, y, _ = project.find_take("a").edits
    _, change = ReplaceEdits("a", (x, replace(y, amount=0.5))).apply(project)
    assert change.channels == (1, 2)
    _, change = ReplaceEdits("a", project.find_take("a").edits[:2]).apply(project)
    assert change.channels == (1,)


def test_a_take_made_anew_keeps_its_edits(project):
    motion = MotionSequence(np.ones((4, 70), np.float32))
    changed, change = ReplaceBase("a", motion, {"seed": 5}).apply(project)
    take = changed.find_take("a")
    assert (take.motion, take.recipe, take.edits) == (motion, {"seed": 5}, project.find_take("a").edits)
    assert change.touches(Part.EDITS)


def test_a_drag_is_one_step(project):
    undo = UndoStack(project)
    undo.begin_gesture()
    for step in range(5):
        undo.do(ReplaceEdit("a", edit("x", start=0.1 * step, end=1.0 + step)))
    undo.end_gesture()
    assert undo.undo_title == "Change Offset"
    undo.undo()
    assert undo.project is project


@pytest.mark.parametrize("command", [RemoveEdit("a", "w"), MuteEdit("b", "x", True), ReplaceEdit("c", edit("x"))])
def test_what_is_not_there_is_refused(project, command):
    with pytest.raises(LookupError, match="there is no"):
        command.apply(project)


def test_ids_are_a_takes_own(project):
    for command in (AddEdit("a", edit("x")), ReplaceEdits("a", (edit("x"), edit("x")))):
        with pytest.raises(ValueError, match=r"already|same id"):
            command.apply(project)
