import math

import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.core.events import finish
from dimitra_studio.evaluation import long_takes
from dimitra_studio.evaluation.diversity import diversity, true_deviation
from dimitra_studio.evaluation.evidence import estimate, quotient
from dimitra_studio.evaluation.long_takes import (
    by_minute,
    drift,
    evaluate_long,
    join_voices,
    seam,
    seam_ratio,
    window_edges,
)
from dimitra_studio.evaluation.takes import TakeMaker
from dimitra_studio.motion.generate import MotionSettings

from .conftest import PLAIN_LIPS, motion, small_model, talking_clip

CLIPS = tuple(talking_clip(f"c{n}", n) for n in range(3))
RNG = np.random.default_rng(0)
WALK = np.cumsum(RNG.normal(size=(4000, 6)), axis=0)


def test_voices_are_joined_and_repeated() -> None:
    long = join_voices(CLIPS, 15.0)  # 375 frames of clips with 80
    assert len(long.voice) == 400
    assert long.joins == (80, 160, 240, 320)
    np.testing.assert_array_equal(long.voice.features[:160], CLIPS[0].voice().features)
    np.testing.assert_array_equal(long.voice.features[480:640], CLIPS[0].voice().features)
    assert long.voice.phonemes is not None
    assert long.voice.silent[60]


def test_smooth_motion_has_no_seam_and_jumps_are_one() -> None:
    edges, joins = (500, 1500, 2500, 3500), (1000, 2000)
    smooth = seam(WALK, edges, joins)
    assert estimate([smooth], seam_ratio).value == pytest.approx(1, abs=0.4)
    jumping = WALK.copy()
    for edge in edges:
        jumping[edge:] += 5
    assert estimate([seam(jumping, edges, joins)], seam_ratio).value > 4


def test_jumps_where_voices_meet_are_no_seams() -> None:
    broken = WALK.copy()
    broken[1000:] += 1000
    found, usual = (estimate([seam(each, (500,), (1000,))], seam_ratio).value for each in (broken, WALK))
    assert found == pytest.approx(usual, rel=0.5)


def test_edges_are_where_windows_start_and_end() -> None:
    model = small_model(Group.LIPS)  # windows of 20 frames that overlap by 5
    voice = join_voices(CLIPS, 2.0).voice
    edges = window_edges(model, voice)
    assert {15, 20, 30, 35} <= set(edges)
    assert all(0 < edge < len(voice) for edge in edges)


def test_drift_is_in_deviations() -> None:
    steady = RNG.normal(size=(10 * 1500, 6)).astype(np.float32)
    assert drift(steady) < 0.1
    moving = steady + np.linspace(0, 9, len(steady))[:, None]
    assert drift(moving.astype(np.float32)) > 5
    assert math.isnan(drift(steady[:5000]))


def test_pieces_hold_all_pairs() -> None:
    whole = seam(WALK, (5,), ())
    assert sum(len(each.values) for each in by_minute(whole)) == len(WALK) - 1


def test_diversity_of_noise_is_the_root_of_two() -> None:
    clips = [talking_clip("a", 0)]
    deviation = true_deviation(clips, Group.POSE)
    takes = [motion(2000, pose=RNG.normal(size=(2000, 6)) * deviation) for _ in range(4)]
    assert estimate([diversity(takes, Group.POSE, deviation)], quotient).value == pytest.approx(math.sqrt(2), abs=0.03)
    assert estimate([diversity(takes[:1] * 3, Group.POSE, deviation)], quotient).value == 0
    assert estimate([diversity(takes[:1], Group.POSE, deviation)], quotient).clips == 0


def test_channels_that_do_not_move_do_not_count() -> None:
    deviation = true_deviation([talking_clip("a", 0)], Group.EXPRESSION)
    assert np.isfinite(deviation).sum() == 1  # browInnerUp alone
    takes = [motion(80, cheekPuff=value) for value in (0.0, 1.0)]
    assert estimate([diversity(takes, Group.EXPRESSION, deviation)], quotient).value == 0


def test_seeds_differ_and_every_group_is_told(monkeypatch) -> None:
    monkeypatch.setattr(long_takes, "LONG_SECONDS", 8.0)
    models = {group: small_model(group) for group in Group}
    report = finish(evaluate_long(CLIPS, TakeMaker(models, MotionSettings(steps=1), PLAIN_LIPS.gap), 0))
    assert set(report.seams) == set(report.drift) == set(report.diversity) == {"lips", "expression", "pose"}
    assert all(each.value > 0.05 for each in report.diversity.values())
    assert all(each.value > 0 for each in report.seams.values())
