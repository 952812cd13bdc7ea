from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToNeutral, BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.project.document import Project
from dimitra_studio.project.edit_commands import MuteEdit, ReplaceBase, ReplaceEdit
from dimitra_studio.project.edited import EditedTakes

REST = np.zeros(70, np.float32)


def edit(operation) -> Edit:
    return Edit("e", operation, (0,), TimeRange(0.0, 1.0))


@pytest.fixture
def project(make_take):
    takes = (make_take("a", edits=(edit(Offset((1.0,))),), recipe={"seed": 4}), make_take("bb"))
    return Project(takes=takes, current="a")


def first(take) -> float:
    return float(take.motion.values[0, 0])


def test_a_take_is_shown_as_its_edits_make_it_and_says_so(project):
    shown = EditedTakes().edited(project, project.take, REST)
    assert first(shown) == pytest.approx(1.1)
    assert shown.recipe == {"seed": 4, "edits": ["Offset"]}
    assert shown.edits == project.take.edits


def test_a_take_without_edits_is_itself(project):
    other = project.find_take("bb")
    assert EditedTakes().edited(project, other, REST) is other
    muted, _ = MuteEdit("a", "e", True).apply(project)
    assert EditedTakes().edited(muted, muted.take, REST) is muted.take


def test_a_take_that_did_not_change_is_the_same_object(project):
    takes = EditedTakes()
    shown = takes.edited(project, project.take, REST)
    assert takes.edited(project, project.take, REST.copy()) is shown


def test_changes_of_edits_base_and_rest_are_seen(project):
    takes = EditedTakes()
    takes.edited(project, project.take, REST)
    project, _ = ReplaceEdit("a", edit(Offset((2.0,)))).apply(project)
    assert first(takes.edited(project, project.take, REST)) == pytest.approx(2.1)
    project, _ = ReplaceBase("a", MotionSequence(np.full((3, 70), 5, np.float32)), {}).apply(project)
    assert first(takes.edited(project, project.take, REST)) == 7
    project, _ = ReplaceEdit("a", edit(BlendToNeutral())).apply(project)
    assert first(takes.edited(project, project.take, REST + 0.5)) == 0.5
    assert first(takes.edited(project, project.take, REST + 0.25)) == 0.25


def test_another_take_that_comes_or_goes_is_seen(project):
    takes = EditedTakes()
    project, _ = ReplaceEdit("a", edit(BlendToTake("bb"))).apply(project)
    assert first(takes.edited(project, project.take, REST)) == np.float32(0.2)
    alone = replace(project, takes=(project.take,))
    assert first(takes.edited(alone, alone.take, REST)) == np.float32(0.1)
