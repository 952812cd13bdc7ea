"""The camera that a face is assumed to be seen with."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.face import Camera
from dimitra_studio.face.landmark_sets import IRIS_LEFT_CENTRE, IRIS_RIGHT_CENTRE
from dimitra_studio.face.landmark_shape import LandmarkShape

# The viewer's distance in decimetres. Between 5 and 25 the fit's error hardly changes; 10 is a portrait's.
DISTANCE = 10.0


def face_camera(landmarks: NDArray[np.floating], iod: float, size: tuple[int, int], shape: LandmarkShape) -> Camera:
    """A camera one metre from the mean head, so that its eyes are `iod` px apart.

    Its axis goes through the landmarks' [478, 2] centre, not through the picture's: a face in a corner of a group
    photo would otherwise be seen at the odd angle of a wide lens one metre away, although it was taken from afar.
    """
    cx, cy = np.asarray(landmarks, dtype=np.float64).mean(axis=0)
    focal = iod / _eye_angle(shape, DISTANCE)
    return Camera(focal=focal, cx=float(cx), cy=float(cy), width=size[0], height=size[1], distance=DISTANCE)


def seen_eye_distance(camera: Camera, shape: LandmarkShape) -> float:
    """How far apart, in px, the mean head's eyes are seen from the front when its pivot is at depth 0."""
    return camera.focal * _eye_angle(shape, camera.distance)


def _eye_angle(shape: LandmarkShape, distance: float) -> float:
    """The tangent under which the mean head's eyes are seen from `distance` before its pivot."""
    right, left = shape.mean[:, IRIS_RIGHT_CENTRE], shape.mean[:, IRIS_LEFT_CENTRE]
    depth = distance - float(right[2] + left[2]) / 2
    return float(np.linalg.norm(left - right)) / depth
