import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.editing.pose_solver import Pull, solve

CALM = settings(max_examples=100, deadline=None)


def pull(jacobian, wanted, low=-1.0, high=1.0) -> Pull:
    count = np.shape(jacobian)[1]
    return Pull(np.asarray(jacobian, float), np.asarray(wanted, float), np.full(count, low), np.full(count, high))


@CALM
@given(st.integers(0, 10_000), st.integers(0, 19), st.floats(0.2, 0.9))
def test_what_one_channel_did_is_undone_by_that_one(seed, channel, amount):
    jacobian = np.random.default_rng(seed).normal(size=(12, 20))
    found = solve(pull(jacobian, amount * jacobian[:, channel]))
    assert found.channels == (channel,)
    assert found.change[channel] == pytest.approx(amount, abs=1e-6)
    assert found.missed < 1e-6


@CALM
@given(st.integers(0, 10_000))
def test_bounds_hold_and_nothing_gets_worse(seed):
    rng = np.random.default_rng(seed)
    wanted = Pull(rng.normal(size=(6, 15)), rng.normal(size=6), np.full(15, -0.1), rng.uniform(0, 0.5, 15))
    found = solve(wanted, most=4)
    assert (found.change >= wanted.lowest - 1e-12).all()
    assert (found.change <= wanted.highest + 1e-12).all()
    assert len(found.channels) <= 4
    left = np.linalg.norm(wanted.wanted - wanted.jacobian @ found.change)
    assert left == pytest.approx(found.missed * np.linalg.norm(wanted.wanted))
    assert found.missed <= 1


def test_two_channels_share_a_way_within_their_bounds():
    found = solve(pull([[1.0, 1.0, 0.0]], [1.5]))
    assert found.change.tolist() == [1.0, 0.5, 0.0]


def test_a_channel_that_hardly_helps_is_left_alone():
    assert solve(pull([[1.0, 0.0], [0.0, 1.0]], [1.0, 0.1])).channels == (0,)


def test_nothing_wanted_or_nothing_that_moves_is_no_change():
    assert solve(pull([[1.0, 2.0]], [0.0])).channels == ()
    unmoved = solve(pull([[0.0, 0.0]], [1.0]))
    assert (unmoved.channels, unmoved.missed) == ((), 1.0)


def test_of_two_that_reach_as_far_the_preferred_one_is_taken():
    found = {}
    for preference in ([1.0, 0.5], [0.5, 1.0]):
        each = Pull(np.eye(2)[:, [0, 0]], np.array([1.0, 0.0]), np.full(2, -2.0), np.full(2, 2.0), np.array(preference))
        found[preference[0]] = solve(each).channels
    assert found == {1.0: (0,), 0.5: (1,)}


def test_two_channels_that_help_together_alone_are_both_taken():
    """Each by itself goes across what is wanted more than along it."""
    across = [[1.0, -0.9], [0.5, 0.4]]
    found = solve(pull(across, [0.0, 0.5]), worth=0.3)
    assert found.channels == (0, 1)
    assert found.missed < 0.05
    assert solve(pull(across, [0.0, 0.5]), most=1, worth=0.3).channels == ()


def test_two_channels_that_nearly_undo_each_other_are_not_both_taken():
    assert solve(pull([[1.0, -0.9], [0.1, 0.1]], [0.0, 0.05])).channels == ()
