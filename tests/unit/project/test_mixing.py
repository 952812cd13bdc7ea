from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.shaping import Offset
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.jaw import give_back, jaw_share
from dimitra_studio.motion.lip_shape import measure_lips
from dimitra_studio.project.document import Project
from dimitra_studio.project.edited import EditedTakes
from dimitra_studio.project.mixing import mixed


def as_they_are(lips, _expression, _under):
    return lips


@pytest.fixture
def pair(make_take):
    one, two = make_take("a", recipe={"seed": 1}), make_take("b", recipe={"seed": 2}, starred=True)
    return (
        replace(one, motion=MotionSequence(np.full((5, 70), 0.1, np.float32))),
        replace(two, motion=MotionSequence(np.full((3, 70), 0.2, np.float32))),
    )


@pytest.mark.parametrize("group", Group)
def test_only_the_named_group_comes_from_the_other_take(pair, group):
    take = mixed(pair[0], *pair, [group], as_they_are)
    expected = np.full((3, 70), 0.1, np.float32)
    expected[:, group.columns] = np.float32(0.2)
    np.testing.assert_array_equal(take.motion.values, expected)
    assert take.name == f"Take a + {group} of Take b"
    assert take.recipe == {"seed": 1, "mixed": {str(group): {"seed": 2}}}
    assert take.id not in ("a", "b")


def test_takes_that_do_not_fit_are_refused(pair):
    slow = replace(pair[1], motion=MotionSequence(pair[1].motion.values, 30.0))
    with pytest.raises(InputError, match="do not fit together"):
        mixed(pair[0], pair[0], slow, [Group.LIPS], as_they_are)


@pytest.mark.parametrize("groups", [[Group.LIPS], [Group.EXPRESSION], [Group.EXPRESSION, Group.POSE]])
def test_lips_are_as_far_apart_over_another_expression_as_they_were(make_take, groups):
    chance = np.random.default_rng(4)
    one, two = (
        replace(make_take(name), motion=MotionSequence(chance.uniform(0, 0.4, (6, 70)).astype(np.float32)))
        for name in "ab"
    )
    shape = measure_lips(load_head_model())
    take = mixed(one, one, two, groups, partial(give_back, share=jaw_share(shape)))
    lips_of = two if Group.LIPS in groups else one
    gap = shape.gap_of(take.motion.values[:, :64])
    np.testing.assert_allclose(gap, shape.gap_of(lips_of.motion.values[:, :64]), atol=1e-5)
    raw = mixed(one, one, two, groups, as_they_are)
    assert np.abs(gap - shape.gap_of(raw.motion.values[:, :64])).max() > 0.01  # else there was nothing to keep


def test_a_head_pose_moves_no_lips(make_take):
    chance = np.random.default_rng(4)
    one, two = (
        replace(make_take(name), motion=MotionSequence(chance.uniform(0, 0.4, (6, 70)).astype(np.float32)))
        for name in "ab"
    )
    take = mixed(one, one, two, [Group.POSE], partial(give_back, share=np.ones(51, np.float32)))
    np.testing.assert_array_equal(take.motion.values[:, :64], one.motion.values[:, :64])


@pytest.mark.parametrize("groups", [[Group.LIPS], [Group.EXPRESSION], [Group.POSE], [Group.LIPS, Group.POSE]])
def test_what_was_seen_of_both_takes_is_seen_in_the_third(make_take, groups):
    chance = np.random.default_rng(5)
    everywhere = Edit("e", Offset(tuple(np.linspace(0.1, 0.8, 70))), tuple(range(70)), TimeRange(0.0, 1.0))
    lips = Edit("l", Offset((0.3,)), (0, 1), TimeRange(0.0, 1.0))
    one, two = (
        make_take(name, motion=MotionSequence(chance.uniform(0, 0.4, (6, 70)).astype(np.float32)), edits=edits)
        for name, edits in (("a", (everywhere, lips)), ("b", (replace(everywhere, amount=0.5),)))
    )
    seen, project = EditedTakes(), Project(takes=(one, two))
    shown, other = (seen.edited(project, take, np.zeros(70, np.float32)) for take in (one, two))
    held = np.float32(7.0)
    take = mixed(one, shown, other, groups, lambda lips, *_: lips + held)
    found = seen.edited(Project(takes=(take,)), take, np.zeros(70, np.float32)).motion.values
    expected = np.array(shown.motion.values)
    for group in groups:
        expected[:, group.columns] = other.motion.values[:, group.columns]
    if (Group.LIPS in groups) != (Group.EXPRESSION in groups):
        expected[:, Group.LIPS.columns] += held
    assert found.tobytes() == expected.tobytes()
    assert take.edits[0].channels  # what nothing was taken over is still an edit
