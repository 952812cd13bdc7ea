"""The motion sequence: what the cMDTs write, the renderer reads and users edit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENTS, Group
from dimitra_studio.core.timebase import FASTEST_FPS, MOTION_FPS, SLOWEST_FPS, is_frame_rate


@dataclass(frozen=True)
class MotionSequence:
    """3DMM coefficients over time.

    `values` [T, 70]: lips 0:13, expression 13:64, pose 64:70 (pitch, yaw, roll in radians; x right,
    y up, z towards the viewer in decimetres). A frame in which no face was tracked is all NaN.
    """

    values: FloatArray
    fps: float = MOTION_FPS
    face_model: str = "open-head"

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, (None, CHANNEL_COUNT), "motion values"))
        if len(self.values) == 0:
            raise ValueError("a motion sequence needs at least one frame")
        if not is_frame_rate(self.fps):
            raise ValueError(f"fps is {self.fps}, expected between {SLOWEST_FPS} and {FASTEST_FPS:g}")

    def __len__(self) -> int:
        return len(self.values)

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self) / self.fps

    def cut(self, frames: range) -> "MotionSequence":
        """These frames alone."""
        return MotionSequence(self.values[frames.start : frames.stop], self.fps, self.face_model)

    @property
    def components(self) -> FloatArray:
        """The 64 expression components [T, 64], lips first."""
        return self.values[:, COMPONENTS]

    @property
    def pose(self) -> FloatArray:
        """Head pose [T, 6]."""
        return self.values[:, Group.POSE.columns]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Frames [T] that hold a face."""
        return np.asarray(np.isfinite(self.values).all(axis=1))
