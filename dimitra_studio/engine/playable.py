"""Makes any motion sequence showable on a given portrait, and says what had to be changed."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.channels import Group
from dimitra_studio.core.motion import MotionSequence


def bridge_gaps(sequence: MotionSequence) -> tuple[MotionSequence, str]:
    """Frames without a face get values on the straight line between their neighbours (the nearest one at the ends);
    returns the sequence and a sentence about it, empty when nothing was missing."""
    seen = np.flatnonzero(sequence.seen)
    missing = len(sequence) - len(seen)
    if not missing:
        return sequence, ""
    frames = np.arange(len(sequence))
    channels = [np.interp(frames, seen, channel) for channel in sequence.values[seen].T]
    bridged = MotionSequence(np.stack(channels, axis=1).astype(np.float32), sequence.fps, sequence.face_model)
    return bridged, f"{missing} of {len(sequence)} frames hold no face; they were bridged from their neighbours."


def centre_pose(sequence: MotionSequence, pose: NDArray[np.floating]) -> MotionSequence:
    """The same head movements about `pose` [6] instead of their own middle (median): for motion of another head, whose
    place in its own picture means nothing here."""
    values = np.array(sequence.values)
    columns = Group.POSE.columns
    values[:, columns] += np.asarray(pose) - np.median(values[:, columns], axis=0)
    return MotionSequence(values, sequence.fps, sequence.face_model)


def with_pose(sequence: MotionSequence, pose: NDArray[np.floating]) -> MotionSequence:
    """The sequence with other head poses [T, 6]."""
    values = np.array(sequence.values)
    values[:, Group.POSE.columns] = pose
    return MotionSequence(values, sequence.fps, sequence.face_model)
