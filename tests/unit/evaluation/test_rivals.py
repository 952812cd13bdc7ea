import dataclasses

import numpy as np
import pytest

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.evaluation.rivals import RidgeGap, another, fit_loudness, fit_mean, shuffled, still
from dimitra_studio.motion.ear_to_mouth import fit_ear_to_mouth

from .conftest import JAW, PLAIN_LIPS, talking_clip

CLIPS = tuple(talking_clip(f"c{n}", n) for n in range(6))


def test_loudness_knows_the_lag() -> None:
    clips = tuple(talking_clip(f"c{n}", n, lag=3) for n in range(4))
    jaw = fit_loudness(clips)(clips[0])[:, JAW]
    assert np.corrcoef(jaw[10:70], clips[0].motion.values[10:70, JAW])[0, 1] > 0.99


def test_mean_and_still_do_not_move() -> None:
    assert np.ptp(still(CLIPS[0]), axis=0).max() == 0
    written = fit_mean(CLIPS)(CLIPS[0])
    assert np.ptp(written, axis=0).max() == 0
    frames = np.concatenate([clip.motion.values[:, :13] for clip in CLIPS])
    np.testing.assert_allclose(written[0, :13], frames.mean(axis=0), atol=1e-6)


def test_shuffled_truth_is_another_speakers() -> None:
    one, other = CLIPS[:2]
    short = dataclasses.replace(other, motion=MotionSequence(other.motion.values[:30]))
    written = shuffled(one, short)
    np.testing.assert_array_equal(written[:30], short.motion.values)
    np.testing.assert_array_equal(written[30:60], short.motion.values)
    assert written.shape == (80, 70)


def test_another_clip_is_as_like_as_can_be() -> None:
    grid, other_grid = talking_clip("g", 7, "GRID_s1"), talking_clip("h", 8, "GRID_s1")
    clips = (grid, *CLIPS, other_grid)
    assert another(grid, clips) is other_grid
    assert another(CLIPS[5], clips) is CLIPS[0]
    assert another(grid, (grid, *CLIPS)) is CLIPS[0]
    assert another(grid, (grid,)) is grid
    same_speaker = dataclasses.replace(grid, facts=dataclasses.replace(grid.facts, name="other take"))
    assert another(grid, (grid, *CLIPS, same_speaker)) is same_speaker
    assert another(grid, (grid, same_speaker, other_grid)) is other_grid


def test_the_ridge_writes_the_gap_that_it_hears(gauge) -> None:
    ear = fit_ear_to_mouth(CLIPS[1:], PLAIN_LIPS)
    mean = float(np.mean([clip.motion.values[:, JAW].mean() for clip in CLIPS[1:]]))
    values = RidgeGap(ear, PLAIN_LIPS, mean)(CLIPS[0])
    found = gauge.gap(values)
    assert found.mean() == pytest.approx(mean, abs=0.01)
    assert np.corrcoef(found, CLIPS[0].motion.values[:, JAW])[0, 1] > 0.9
