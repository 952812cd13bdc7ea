import pickle

import numpy as np
import pytest

from dimitra_studio.core.channels import CHANNEL_COUNT, POSE_NAMES, Group
from dimitra_studio.core.motion import MotionSequence


def test_groups_tile_the_channels_without_gap_or_overlap() -> None:
    columns = [index for group in Group for index in range(CHANNEL_COUNT)[group.columns]]
    assert columns == list(range(CHANNEL_COUNT))
    assert [group.width for group in Group] == [13, 51, 6]
    assert len(POSE_NAMES) == Group.POSE.width


def test_values_are_a_read_only_float32_copy() -> None:
    source = np.zeros((3, CHANNEL_COUNT))
    motion = MotionSequence(source)
    source[:] = 1.0
    assert motion.values.dtype == np.float32
    assert not motion.values.any()
    with pytest.raises(ValueError, match="read-only"):
        motion.values[0, 0] = 1.0


def test_views_agree_with_the_columns() -> None:
    motion = MotionSequence(np.arange(2 * CHANNEL_COUNT).reshape(2, CHANNEL_COUNT))
    np.testing.assert_array_equal(np.hstack([motion.components, motion.pose]), motion.values)


@pytest.mark.parametrize("shape", [(3, 69), (70,), (0, 70)])
def test_wrong_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="motion"):
        MotionSequence(np.zeros(shape))


@pytest.mark.parametrize("fps", [0.0, 1e-4, -25.0, float("nan"), 1e6])
def test_impossible_frame_rates_are_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="fps"):
        MotionSequence(np.zeros((1, CHANNEL_COUNT)), fps=fps)


def test_frames_without_a_face_are_told() -> None:
    values = np.zeros((3, CHANNEL_COUNT))
    values[1] = np.nan
    assert MotionSequence(values).seen.tolist() == [True, False, True]


def test_it_crosses_processes() -> None:
    motion = MotionSequence(np.ones((2, CHANNEL_COUNT)), fps=30.0)
    back = pickle.loads(pickle.dumps(motion))
    np.testing.assert_array_equal(back.values, motion.values)
    assert (back.fps, back.face_model) == (motion.fps, motion.face_model)
