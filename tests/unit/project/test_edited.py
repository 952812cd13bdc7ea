from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToNeutral, BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.project.blends import led_to
from dimitra_studio.project.commands import DeleteTake
from dimitra_studio.project.document import Project
from dimitra_studio.project.edit_commands import AddEdit, MuteEdit, RemoveEdit, ReplaceBase, ReplaceEdit, ReplaceEdits
from dimitra_studio.project.edited import EditedTakes

REST = np.zeros(70, np.float32)


def edit(operation) -> Edit:
    return Edit("e", operation, (0,), TimeRange(0.0, 1.0))


@pytest.fixture
def project(make_take):
    takes = (make_take("a", edits=(edit(Offset((1.0,))),), recipe={"seed": 4}), make_take("bb"))
    return Project(takes=takes, current="a")


def leading(take_id: str, name: str = "b", **how) -> Edit:
    return Edit(name, BlendToTake(take_id), (0,), TimeRange(0.0, 1.0), **how)


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


def test_takes_that_are_looked_at_in_turn_are_evaluated_once(make_take):
    takes = tuple(make_take(name, edits=(edit(Offset((1.0,))),)) for name in ("a", "bb", "cc"))
    project, seen = Project(takes=(*takes, make_take("plain"))), EditedTakes()
    before = [seen.edited(project, take, REST) for take in takes]
    seen.edited(project, project.takes[-1], REST)
    assert all(seen.edited(project, take, REST) is shown for take, shown in zip(takes, before, strict=True))


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


def test_a_take_is_blended_to_another_as_the_others_edits_make_it(project):
    takes = EditedTakes()
    project, _ = AddEdit("bb", leading("a")).apply(project)
    assert first(takes.edited(project, project.find_take("bb"), REST)) == pytest.approx(1.1)
    project, _ = ReplaceEdit("a", edit(Offset((2.0,)))).apply(project)
    assert first(takes.edited(project, project.find_take("bb"), REST)) == pytest.approx(2.1)
    again = takes.edited(project, project.find_take("bb"), REST)
    assert takes.edited(project, project.find_take("bb"), REST) is again


def test_a_long_chain_of_takes_is_followed(make_take):
    takes = (make_take("t0"), *(make_take(f"t{place}", edits=(leading(f"t{place - 1}"),)) for place in range(1, 9)))
    project, _ = AddEdit("t0", edit(Offset((1.0,)))).apply(Project(takes=takes))
    seen = EditedTakes()
    last = seen.edited(project, takes[-1], REST)
    assert first(last) == pytest.approx(1.2)
    assert seen.edited(project, takes[-1], REST) is last


def test_a_take_that_would_lead_back_to_itself_is_refused(project):
    project, _ = AddEdit("bb", leading("a", muted=True)).apply(project)
    for circle in (AddEdit("a", leading("bb")), AddEdit("a", leading("a")), ReplaceEdits("a", (leading("bb"),))):
        with pytest.raises(InputError, match="made of Take a itself"):
            circle.apply(project)


def test_a_circle_in_a_file_does_nothing_wherever_one_looks_first(make_take):
    one = make_take("a", edits=(leading("bb"), edit(Offset((1.0,)))))
    two = make_take("bb", edits=(leading("a"),))
    project = Project(takes=(one, two))
    for order in ((one, two), (two, one)):
        seen = EditedTakes()
        shown = {take.id: first(seen.edited(project, take, REST)) for take in order}
        assert shown == {"a": pytest.approx(1.1), "bb": pytest.approx(0.2)}


@pytest.mark.parametrize("command", [RemoveEdit("a", "b"), MuteEdit("a", "b", True), None])
def test_a_circle_in_a_file_can_be_mended_edit_by_edit(make_take, command):
    """Also where other edits of that take stay in it; and a take that has nothing to do with it can be deleted."""
    one = make_take("a", edits=(leading("bb"), leading("bb", "b2"), leading("cc", "c")))
    project = Project(takes=(one, make_take("bb", edits=(leading("a"),)), make_take("cc")))
    (keeper,) = EditedTakes().keepers(project, project.takes[2], REST)
    after, _ = (command or keeper).apply(project)
    assert after.takes[0].edits != one.edits


@pytest.mark.parametrize("seen", [True, False])
def test_a_take_is_the_same_bit_by_bit_when_one_that_it_leads_to_is_deleted(make_take, seen):
    chance = np.random.default_rng(1)
    values = chance.normal(size=(40, 70)).astype(np.float32)
    if not seen:
        values[10:12] = np.nan  # without a face
    other = make_take("a", motion=MotionSequence(values, 12.5), edits=(edit(Offset((0.5,))),))
    wide = Edit("w", BlendToTake("a"), (3, 0), TimeRange(0.4, 1.2), 0.2, 0.1, amount=0.7)
    motion = MotionSequence(chance.normal(size=(60, 70)).astype(np.float32))
    own = make_take("bb", motion=motion, edits=(edit(Offset((1.0,))), wide, leading("a", "open")))
    project, takes = Project(takes=(other, own), current="bb"), EditedTakes()
    before = takes.edited(project, own, REST).motion.values
    for command in (*takes.keepers(project, other, REST), DeleteTake("a")):
        project, _ = command.apply(project)
    after = project.find_take("bb")
    assert not led_to(after)
    assert [kept.name for kept in after.edits] == ["", "Kept of Take a", "Kept of Take a"]
    assert takes.edited(project, after, REST).motion.values.tobytes() == before.tobytes()
