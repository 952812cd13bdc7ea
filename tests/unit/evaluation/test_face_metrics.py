import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.evaluation.evidence import estimate, median, median_quotient, median_root_quotient, quotient
from dimitra_studio.evaluation.face_metrics import (
    blink_duration,
    blink_interval,
    blink_rate,
    blinks,
    channel_jitter,
    channel_range,
    channel_speed,
    channel_variance,
    variation,
)

from .conftest import motion

SHAPE = np.array([0.3, 0.8, 1.0, 0.7, 0.3])


def _lids(starts: tuple[int, ...], count: int = 250, base: float = 0.0) -> np.ndarray:
    lids = np.full(count, base)
    for start in starts:
        lids[start : start + 5] = np.maximum(base, SHAPE)
    return lids


def _face(lids: np.ndarray) -> np.ndarray:
    return motion(len(lids), eyeBlinkLeft=lids, eyeBlinkRight=lids)


def test_blinks_are_found_where_they_are() -> None:
    assert blinks(_lids((20, 90, 200))) == ((20, 25), (90, 95), (200, 205))
    assert blinks(np.full(50, np.nan)) == ()


def test_drooping_lids_are_no_blink_and_hide_none() -> None:
    assert blinks(_lids((20, 90), base=0.3)) == ((21, 24), (91, 94))
    assert blinks(np.full(250, 0.9)) == ()


def test_half_a_blink_and_closed_eyes_do_not_count() -> None:
    assert blinks(0.35 * _lids((20,))) == ()
    closed = np.zeros(250)
    closed[50:80] = 1
    assert blinks(closed) == ()


def test_rate_duration_and_intervals(pair) -> None:
    one = pair(_face(_lids((20, 70, 145))), _face(_lids(())))
    assert estimate([blink_rate(one)], quotient).value == pytest.approx(3 * 6)  # 10 s
    assert estimate([blink_duration(one)], quotient).value == pytest.approx(200)
    assert estimate([blink_interval(one)], median).value == pytest.approx((2 + 3) / 2)
    assert estimate([blink_duration(pair(_face(_lids(())), _face(_lids((9,)))))], quotient).clips == 0


def test_variation_is_deviation_over_mean() -> None:
    intervals = np.array([1.0, 2.0, 3.0, 2.0, 5.0])
    assert variation(intervals, np.ones(5), np.ones((1, 5)))[0] == pytest.approx(intervals.std() / intervals.mean())
    assert np.isnan(variation(intervals[:4], np.ones(4), np.ones((1, 4)))[0])


def test_every_channel_is_a_ratio_of_its_own(pair) -> None:
    time = np.arange(200) / 25
    wave = 0.2 * np.sin(7 * time)
    truth = motion(200, browInnerUp=wave, mouthSmileLeft=10 * wave, cheekPuff=wave)
    found = motion(200, browInnerUp=0.5 * wave, mouthSmileLeft=5 * wave, cheekPuff=3 * wave, jawLeft=wave)
    one = pair(found, truth)
    for metric, pool in (
        (channel_variance, median_root_quotient),
        (channel_range, median_quotient),
        (channel_speed, median_quotient),
        (channel_jitter, median_quotient),
    ):
        assert estimate([metric(one, Group.EXPRESSION)], pool).value == pytest.approx(0.5, rel=1e-3)


def test_trembling_is_jitter_more_than_speed_more_than_range(pair) -> None:
    time = np.arange(200) / 25
    slow = 0.2 * np.sin(3 * time)
    one = pair(motion(200, browInnerUp=slow + 0.02 * (-1.0) ** np.arange(200)), motion(200, browInnerUp=slow))
    jitter, speed, extent = (
        estimate([metric(one, Group.EXPRESSION)], median_quotient).value
        for metric in (channel_jitter, channel_speed, channel_range)
    )
    assert jitter > 3 * speed > 3 * extent


def test_pose_channels_count_although_they_are_small(pair) -> None:
    pose = 0.003 * np.sin(np.arange(100)[:, None] / 5 + np.arange(6))
    one = pair(motion(100, pose=2 * pose), motion(100, pose=pose))
    assert estimate([channel_variance(one, Group.POSE)], median_root_quotient).value == pytest.approx(2, rel=1e-3)
