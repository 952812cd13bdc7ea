import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.timebase import FEATURE_RATE, MOTION_FPS, frame_at, frame_centres, frame_count, frame_starts


@given(st.integers(1, 200_000), st.sampled_from([24.0, 25.0, 29.97, 30.0, 50.0]))
def test_a_whole_number_of_frames_gains_none_through_rounding(frames: int, fps: float) -> None:
    assert frame_count(frames / fps, fps) == frames


@given(st.floats(0.001, 4000.0))
def test_frames_cover_the_whole_duration(seconds: float) -> None:
    count = frame_count(seconds)
    assert count / MOTION_FPS >= seconds - 1e-6
    assert (count - 1) / MOTION_FPS < seconds


@given(st.integers(0, 100_000))
def test_a_frame_start_belongs_to_its_frame(frame: int) -> None:
    assert frame_at(float(frame_starts(frame + 1)[-1])) == frame
    assert frame_at(float(frame_centres(frame + 1)[-1])) == frame


def test_feature_2i_starts_with_video_frame_i() -> None:
    assert pytest.approx(2.0) == FEATURE_RATE / MOTION_FPS
    np.testing.assert_allclose(frame_starts(4), [0.0, 0.04, 0.08, 0.12])
