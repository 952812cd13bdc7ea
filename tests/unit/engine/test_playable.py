import numpy as np

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.engine.playable import bridge_gaps, centre_pose, with_pose


def sequence(count=6):
    return np.tile(np.arange(count, dtype=np.float32)[:, None], (1, 70))


def test_a_whole_sequence_stays_as_it_is():
    motion = MotionSequence(sequence())
    assert bridge_gaps(motion) == (motion, "")


def test_gaps_are_bridged_on_a_straight_line_and_told():
    values = sequence()
    values[[0, 2, 3, 5]] = np.nan
    bridged, note = bridge_gaps(MotionSequence(values))
    np.testing.assert_allclose(bridged.values[:, 0], [1, 1, 2, 3, 4, 4])
    assert note.startswith("4 of 6 frames hold no face")


def test_another_heads_pose_is_shown_about_this_ones():
    moved = centre_pose(MotionSequence(sequence(5)), np.full(6, 10.0))
    np.testing.assert_allclose(moved.pose[:, 0], [8, 9, 10, 11, 12])
    np.testing.assert_allclose(moved.components, sequence(5)[:, :64])


def test_only_the_pose_is_exchanged():
    changed = with_pose(MotionSequence(sequence(5)), np.zeros((5, 6)))
    assert not changed.pose.any()
    np.testing.assert_allclose(changed.components, sequence(5)[:, :64])
