"""Moves the landmarks' places to where real faces show them.

MediaPipe sees rendered heads with a bias (lips most of all). So many real faces are fitted, and every landmark moves to
where it is left over on most of them; the contours of mouth and eyes stay on the model's rims.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_COUNT
from dimitra_studio.core.face import LANDMARK_COUNT
from dimitra_studio.face.building.landmark_file import LandmarkPlaces
from dimitra_studio.face.building.landmark_surface import LandmarkSurface
from dimitra_studio.face.building.mirror import pair_landmarks, symmetrise
from dimitra_studio.face.camera import face_camera
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import eye_distance
from dimitra_studio.face.landmark_shape import LandmarkShape, landmark_shape
from dimitra_studio.face.landmarks import DetectedFace
from dimitra_studio.face.normal_equations import project_points
from dimitra_studio.face.observation import observe
from dimitra_studio.face.prior import expression_prior
from dimitra_studio.face.rotation import euler_to_matrix
from dimitra_studio.face.single_fit import Problem, fit_frame, person_problem

# How much of the median miss each round makes up for.
_STEP = 0.8
# Landmarks of faces turned further (radians) are MediaPipe's guesses, and their misses lie along the surface.
_LARGEST_YAW = 0.5


@dataclass(frozen=True)
class SeenFace:
    """A detected face and its picture's `size` (width, height)."""

    face: DetectedFace
    size: tuple[int, int]


@dataclass(frozen=True)
class Miss:
    """What one fitted face leaves over: `offsets` [478, 3] dm in the head's own axes, parallel to the picture, and the
    distances [478] in eye distances."""

    offsets: NDArray[np.float64]
    distances: NDArray[np.float64]
    yaw: float


def refine_landmarks(model: HeadModel, faces: list[SeenFace], rounds: int) -> LandmarkPlaces:
    """`rounds` of fitting all `faces` and moving the landmarks of `model` by the misses."""
    surface = LandmarkSurface(model)
    partner = pair_landmarks(surface.points(model.landmark_triangles, model.landmark_weights))
    for _ in range(rounds):
        misses = [miss for miss in measure_misses(model, faces) if abs(miss.yaw) < _LARGEST_YAW]
        move = np.median([miss.offsets for miss in misses], axis=0)
        points = surface.points(model.landmark_triangles, model.landmark_weights) + _STEP * move
        triangles, weights = surface.snap(symmetrise(points, partner))
        model = replace(model, landmark_triangles=triangles, landmark_weights=weights.astype(np.float32))
    provenance = f"MediaPipe on {len(faces)} video frames, {rounds} rounds of fitting"
    return LandmarkPlaces(model.landmark_triangles, model.landmark_weights.astype(np.float64), provenance)


def measure_misses(model: HeadModel, faces: list[SeenFace]) -> list[Miss]:
    """Fits every face by itself and says what is left over."""
    shape = landmark_shape(model)
    problem = person_problem(shape, expression_prior())
    return [_measure(shape, problem, seen) for seen in faces]


def _measure(shape: LandmarkShape, problem: Problem, seen: SeenFace) -> Miss:
    landmarks = seen.face.landmarks
    iod = float(eye_distance(landmarks))
    camera = face_camera(landmarks, iod, seen.size, shape)
    target = observe(landmarks, seen.face.blendshapes)
    state = fit_frame(problem, target, camera)
    pose = state[-POSE_COUNT:]
    points: FloatArray = shape.points(state[:-POSE_COUNT].astype(np.float32))
    projected = project_points(points, pose, camera)
    R = euler_to_matrix(pose[:3])
    depth = camera.distance - (R[2] @ points + pose[5])
    left_over = (target.target - projected) * depth / camera.focal
    offsets = np.zeros((LANDMARK_COUNT, 3))
    offsets[:, 0], offsets[:, 1] = left_over[0], -left_over[1]
    distances = np.linalg.norm(landmarks.T - projected, axis=0) / iod
    return Miss(offsets @ R, distances, float(pose[1]))
