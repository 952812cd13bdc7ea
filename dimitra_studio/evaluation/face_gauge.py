"""Curves and points measured on the mesh that a motion moves: gap, width, the 68 landmarks of the papers' protocol.

All on the mean head, truth and generated motion alike: what is compared is motion, not whose face it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, IDENTITY_COUNT, Group
from dimitra_studio.core.face import Camera
from dimitra_studio.face.camera import DISTANCE, seen_eye_distance
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_shape import LandmarkShape, LidTerm, landmark_shape
from dimitra_studio.face.rotation import euler_to_matrix
from dimitra_studio.motion.lip_shape import LipShape, measure_lips
from dimitra_studio.motion.rest import closed_no_further

# MediaPipe's landmarks nearest to the 68 of the iBUG scheme (Sagonas et al. 2016), which dlib finds, in its order:
# jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, outer lips 48-59, inner lips 60-67.
IBUG_68 = (
    162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,
    71, 63, 105, 66, 107, 336, 296, 334, 293, 301,
    168, 197, 5, 4, 75, 97, 2, 326, 305,
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,
    78, 82, 13, 312, 308, 317, 14, 87,
)  # fmt: skip
MOUTH_20 = slice(48, 68)
# The papers' pictures, and the eyes' distance taken for a face in them: a quarter of the frame.
PICTURE, EYES_APART = 256, 64.0


@dataclass(frozen=True)
class FaceGauge:
    """`lips` measures gap and width, `shape` the 68 landmarks of the mean head, seen with a `focal` length in px."""

    lips: LipShape
    shape: LandmarkShape
    focal: float

    def gap(self, values: FloatArray) -> FloatArray:
        """Inner-lip gap [T] of motion [T, 70] in inter-ocular distances, mouthClose no further than rendered."""
        return self.lips.gap_of(_as_rendered(values))

    def width(self, values: FloatArray) -> FloatArray:
        """Mouth width [T] beyond the neutral mouth's, in inter-ocular distances."""
        return self.lips.width_of(_as_rendered(values))

    def points(self, values: FloatArray) -> NDArray[np.float64]:
        """The 68 landmarks [T, 68, 2] of motion [T, 70] in pictures (y down) whose eyes are 64 px apart at rest."""
        placed = self._placed(_as_rendered(values), values[:, Group.POSE.columns])
        return np.asarray(placed[..., :2] * (self.focal, -self.focal) / (DISTANCE - placed[..., 2:]), dtype=np.float64)

    def _placed(self, components: FloatArray, pose: FloatArray) -> NDArray[np.float64]:
        """Landmarks [T, 68, 3] turned about the head's pivot and moved: `LandmarkShape.points` of many frames."""
        mean, basis = self.shape.mean, self.shape.basis
        points = mean[None] + np.tensordot(components, basis, axes=(1, 2))
        for lid in self.shape.lids:
            bent = lid.mean[None] + np.tensordot(components, lid.basis, axes=(1, 2))
            points[:, :, lid.rows] += components[:, lid.column, None, None] * bent
        return np.asarray(np.einsum("tij,tjn->tni", euler_to_matrix(pose[:, :3]), points) + pose[:, None, 3:])


def face_gauge(model: HeadModel) -> FaceGauge:
    """The gauge of a head model's mean head."""
    whole = landmark_shape(model).of_person(np.zeros(IDENTITY_COUNT, np.float32))
    camera = Camera(focal=1.0, cx=0.0, cy=0.0, width=PICTURE, height=PICTURE, distance=DISTANCE)
    rows = list(IBUG_68)
    lids = tuple(_only(lid, rows) for lid in whole.lids)
    shape = LandmarkShape(whole.mean[:, rows], whole.basis[:, rows], lids)
    return FaceGauge(measure_lips(model), shape, EYES_APART / seen_eye_distance(camera, whole))


def _only(lid: LidTerm, rows: list[int]) -> LidTerm:
    """The lid's term of the landmarks `rows` alone."""
    place = {row: index for index, row in enumerate(rows)}
    kept = [index for index, row in enumerate(lid.rows) if row in place]
    moved = np.array([place[lid.rows[index]] for index in kept], dtype=np.intp)
    return LidTerm(lid.column, moved, lid.mean[:, kept], lid.basis[:, kept])


def _as_rendered(values: FloatArray) -> FloatArray:
    return closed_no_further(values[:, COMPONENTS], COMPONENT_NAMES)
