from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.mixing import mixed


@pytest.fixture
def pair(make_take):
    one, two = make_take("a", recipe={"seed": 1}), make_take("b", recipe={"seed": 2}, starred=True)
    return (
        replace(one, motion=MotionSequence(np.full((5, 70), 0.1, np.float32))),
        replace(two, motion=MotionSequence(np.full((3, 70), 0.2, np.float32))),
    )


@pytest.mark.parametrize("group", Group)
def test_only_the_named_group_comes_from_the_other_take(pair, group):
    take = mixed(*pair, [group])
    expected = np.full((3, 70), 0.1, np.float32)
    expected[:, group.columns] = np.float32(0.2)
    np.testing.assert_array_equal(take.motion.values, expected)
    assert take.name == f"Take a + {group} of Take b"
    assert take.recipe == {"seed": 1, "mixed": {str(group): {"seed": 2}}}
    assert take.id not in ("a", "b")


def test_takes_that_do_not_fit_are_refused(pair):
    slow = replace(pair[1], motion=MotionSequence(pair[1].motion.values, 30.0))
    with pytest.raises(InputError, match="do not fit together"):
        mixed(pair[0], slow, [Group.LIPS])
