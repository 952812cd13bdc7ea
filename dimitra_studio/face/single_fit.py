"""Identity, expression and pose from one frame's landmarks: damped Gauss-Newton under priors and bounds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT, POSE_COUNT
from dimitra_studio.core.face import Camera
from dimitra_studio.face.camera import DISTANCE
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.landmark_sets import IRIS_LEFT_CENTRE, IRIS_RIGHT_CENTRE
from dimitra_studio.face.landmark_shape import LandmarkShape
from dimitra_studio.face.normal_equations import NormalEquations, project_points
from dimitra_studio.face.observation import Observation
from dimitra_studio.face.prior import ExpressionPrior
from dimitra_studio.face.rotation import euler_to_matrix
from dimitra_studio.face.solver import Box, Gaussian, bounded_step

IDENTITY_SIGMA = 0.5
_EXPRESSION_TRUST = 4.0
_DEPTH_SIGMA = 0.15 * DISTANCE

_POSE_STEPS, STEPS = 6, 8
# Robust weights wait until the shape is roughly right.
_ROBUST_FROM = 3
DAMPING = 1e-3

_POSE_BELIEF = Gaussian(np.zeros(POSE_COUNT), np.array([0.0, 0.0, 0.0, 0.0, 0.0, _DEPTH_SIGMA**-2]))
# As far as the upper and the lower lid's landmarks are drawn together (observation.py).
_SHUT = 0.97
_BLINKS = (COMPONENT_INDEX["eyeBlinkRight"], COMPONENT_INDEX["eyeBlinkLeft"])
_JAW_OPEN, _MOUTH_CLOSE = COMPONENT_INDEX["jawOpen"], COMPONENT_INDEX["mouthClose"]


@dataclass(frozen=True)
class Problem:
    """What a fit needs besides the frame: the shape's equations, the expression prior, the count of identity modes."""

    equations: NormalEquations
    prior: ExpressionPrior
    identity_count: int

    def belief(self, seen: Observation) -> Gaussian:
        """The prior of all unknowns [K + 6] for one frame."""
        count = self.identity_count
        mean = np.concatenate([np.zeros(count), self.prior.mean(seen.blendshapes), np.zeros(POSE_COUNT)])
        precision = np.concatenate(
            [
                np.full(count, IDENTITY_SIGMA**-2),
                _EXPRESSION_TRUST / self.prior.sigma.astype(np.float64) ** 2,
                _POSE_BELIEF.precision,
            ]
        )
        return Gaussian(mean.astype(np.float64), precision)

    def box(self, state: NDArray[np.float64], seen: Observation) -> Box:
        """The bounds at `state`: mouthClose undoes no more than the jaw is open; an eye that is shut stays shut."""
        free = np.full(self.identity_count, np.inf)
        turn = np.full(POSE_COUNT, np.inf)
        upper = np.concatenate([free, self.prior.upper, turn])
        upper[self.identity_count + _MOUTH_CLOSE] = max(0.0, state[self.identity_count + _JAW_OPEN])
        lower = np.concatenate([-free, self.prior.lower, -turn])
        for blink, shut in zip(_BLINKS, seen.shut, strict=True):
            if shut > 0:
                lower[self.identity_count + blink] = _SHUT * shut
        return Box(lower, upper)


def person_problem(shape: LandmarkShape, prior: ExpressionPrior) -> Problem:
    """A problem for `shape`: of everybody (K = 144) or of one person (K = 64)."""
    return Problem(NormalEquations(shape), prior, shape.count - COMPONENT_COUNT)


def fit_frame(problem: Problem, seen: Observation, camera: Camera, steps: int = STEPS) -> NDArray[np.float64]:
    """The state [K + 6] that explains one frame, from nothing."""
    belief = problem.belief(seen)
    box = problem.box(belief.mean, seen)
    state = np.clip(belief.mean, box.lower, box.upper)
    points = problem.equations.shape.points(state[:-POSE_COUNT].astype(np.float32))
    state[-POSE_COUNT:] = _rigid_pose(points, seen, camera)
    return refine(problem, seen, camera, state, belief, steps=steps, robust_from=_ROBUST_FROM)


def refine(
    problem: Problem,
    seen: Observation,
    camera: Camera,
    state: NDArray[np.float64],
    belief: Gaussian,
    *,
    steps: int,
    robust_from: int = 0,
) -> NDArray[np.float64]:
    """`steps` Gauss-Newton steps [K + 6] from `state` under `belief`."""
    for step in range(steps):
        linear = problem.equations.linearise(state, camera, seen, robust=step >= robust_from)
        state = bounded_step(
            state, linear.hessian, linear.gradient, belief=belief, box=problem.box(state, seen), damping=DAMPING
        )
    return np.clip(state, (box := problem.box(state, seen)).lower, box.upper)


def _rigid_pose(points: FloatArray, seen: Observation, camera: Camera) -> NDArray[np.float64]:
    """The pose [6] that lays an unchanging head's landmarks [3, 478] over the seen ones best."""
    rigid = NormalEquations(LandmarkShape(points, np.zeros((*points.shape, 0), dtype=np.float32), ()))
    pose = _frontal_pose(points, seen, camera)
    anywhere = Box(np.full(POSE_COUNT, -np.inf), np.full(POSE_COUNT, np.inf))
    for _ in range(_POSE_STEPS):
        linear = rigid.linearise(pose, camera, seen, robust=False)
        pose = bounded_step(pose, linear.hessian, linear.gradient, belief=_POSE_BELIEF, box=anywhere, damping=DAMPING)
    return pose


def _frontal_pose(points: FloatArray, seen: Observation, camera: Camera) -> NDArray[np.float64]:
    """A pose [6] with the eyes' roll and the landmarks' place, to start from."""
    right, left = seen.target[:, IRIS_RIGHT_CENTRE], seen.target[:, IRIS_LEFT_CENTRE]
    roll = float(np.arctan2(-(left[1] - right[1]), left[0] - right[0]))
    R = euler_to_matrix(np.array([0.0, 0.0, roll]))
    middle = R @ points.mean(axis=1)
    u, v = seen.target.mean(axis=1)
    scale = camera.focal / (camera.distance - middle[2])
    return np.array([0.0, 0.0, roll, (u - camera.cx) / scale - middle[0], (camera.cy - v) / scale - middle[1], 0.0])


def fit_error(
    shape: LandmarkShape, state: NDArray[np.float64], camera: Camera, landmarks: NDArray[np.floating], iod: float
) -> float:
    """Mean distance between the model's and the detected landmarks [478, 2], over the eye distance."""
    points = shape.points(state[:-POSE_COUNT].astype(np.float32))
    model = project_points(points, state[-POSE_COUNT:], camera)
    return float(np.linalg.norm(model.T - landmarks, axis=1).mean() / iod)


def split_state(state: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Identity [80] (empty for one person's problem), expression [64] and pose [6] of a state."""
    return (
        state[: -COMPONENT_COUNT - POSE_COUNT],
        state[-COMPONENT_COUNT - POSE_COUNT : -POSE_COUNT],
        state[-POSE_COUNT:],
    )
