"""A face in a picture or a video, as the 3DMM sees it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen, runs
from dimitra_studio.core.channels import COMPONENT_COUNT, IDENTITY_COUNT, POSE_COUNT
from dimitra_studio.core.motion import MotionSequence

LANDMARK_COUNT = 478


@dataclass(frozen=True)
class Camera:
    """A pinhole camera for an image of `width` x `height` px.

    A head point Q (decimetres, already rotated and moved) is seen at u = cx + focal Qx / Z,
    v = cy - focal Qy / Z with Z = distance - Qz. Pixel centres are whole numbers.
    """

    focal: float
    cx: float
    cy: float
    width: int
    height: int
    distance: float = 10.0


@dataclass(frozen=True)
class FaceFit:
    """The 3DMM fitted to one picture.

    `identity` [80] in standard deviations, `expression` [64], `pose` [6] as in MotionSequence,
    `landmarks` [478, 2] as detected, px; `error` is the mean landmark distance over the
    inter-ocular distance (a fraction); `faces` is how many faces the picture showed, `face` which of
    them this is (0 = largest), and `boxes` where they are, (left, top, right, bottom) px, as far as that is known.
    """

    identity: FloatArray
    expression: FloatArray
    pose: FloatArray
    camera: Camera
    landmarks: FloatArray
    error: float
    face: int = 0
    faces: int = 1
    face_model: str = "open-head"
    notes: tuple[str, ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", frozen(self.identity, (IDENTITY_COUNT,), "identity"))
        object.__setattr__(self, "expression", frozen(self.expression, (COMPONENT_COUNT,), "expression"))
        object.__setattr__(self, "pose", frozen(self.pose, (POSE_COUNT,), "pose"))
        object.__setattr__(self, "landmarks", frozen(self.landmarks, (LANDMARK_COUNT, 2), "landmarks"))


@dataclass(frozen=True)
class FaceTrack:
    """The 3DMM fitted to a video: one `identity` [80] and `camera`, a motion sequence with NaN frames where no face was
    seen, the detected `landmarks` [T, 478, 2] px (NaN likewise) and each frame's `error` [T] as in FaceFit."""

    motion: MotionSequence
    identity: FloatArray
    camera: Camera
    landmarks: FloatArray
    error: FloatArray
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.motion)
        object.__setattr__(self, "identity", frozen(self.identity, (IDENTITY_COUNT,), "identity"))
        object.__setattr__(self, "landmarks", frozen(self.landmarks, (count, LANDMARK_COUNT, 2), "landmarks"))
        object.__setattr__(self, "error", frozen(self.error, (count,), "error"))

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Frames [T] with a face."""
        return self.motion.seen

    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Frame ranges [start, end) without a face."""
        return runs(~self.seen)
