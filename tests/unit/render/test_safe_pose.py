"""The easing's promises: untouched inside, continuous, monotone, bounded, reported."""

import numpy as np
import pytest

from dimitra_studio.render.safe_pose import SAFE_RANGE, ease_pose

CENTRE = np.float32([0.1, -0.2, 0.05, 0.1, 0.2, -0.3])


def sweep(channel, low=-4.0, high=4.0, count=2001):
    offsets = np.linspace(low, high, count) * SAFE_RANGE[channel]
    pose = np.tile(CENTRE.astype(np.float64), (count, 1))
    pose[:, channel] += offsets
    return offsets, pose


@pytest.mark.parametrize("channel", range(6))
def test_inside_untouched_beyond_monotone_smooth_and_bounded(channel):
    offsets, pose = sweep(channel)
    eased = ease_pose(pose, CENTRE)
    inside = np.abs(offsets) <= SAFE_RANGE[channel]
    assert (eased.pose[inside] == pose[inside].astype(np.float32)).all()
    moved = eased.pose[:, channel].astype(np.float64) - CENTRE[channel]
    step = np.diff(moved)
    largest = np.diff(offsets).max()
    assert (step >= -1e-6).all()
    assert step.max() <= largest * 1.01 + 1e-6
    assert np.abs(np.diff(step)).max() < 0.05 * largest + 1e-6  # the speed does not jump either
    assert np.abs(moved).max() <= 1.2 * SAFE_RANGE[channel] + 1e-6
    others = np.delete(np.arange(6), channel)
    assert (eased.pose[:, others] == pose[:, others].astype(np.float32)).all()


def test_reports_frames_and_amounts():
    pose = np.tile(CENTRE, (5, 1))
    pose[3, 1] += np.radians(40)
    eased = ease_pose(pose, CENTRE)
    assert eased.frames.tolist() == [3]
    assert eased.touched[3].tolist() == [False, True, False, False, False, False]
    assert np.degrees(eased.excess[1]) == pytest.approx(22, abs=0.1)
    assert "turning by up to 22°" in eased.describe()
    assert "1 of 5 frames" in eased.describe()


def test_says_nothing_when_nothing_changed_and_keeps_gaps():
    pose = np.tile(CENTRE, (4, 1))
    assert ease_pose(pose, CENTRE).describe() == ""
    pose[2] = np.nan
    eased = ease_pose(pose, CENTRE)
    assert np.isnan(eased.pose[2]).all()
    assert not len(eased.frames)
    assert np.isfinite(eased.excess).all()
