"""One identity for many frames of the same person."""

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.channels import IDENTITY_COUNT
from dimitra_studio.core.face import Camera
from dimitra_studio.face.compiled_algebra import eliminate, solve_positive
from dimitra_studio.face.observation import Observation
from dimitra_studio.face.single_fit import DAMPING, IDENTITY_SIGMA, Problem
from dimitra_studio.face.solver import bounded_step

ROUNDS = 2


def fit_identity(
    problem: Problem, frames: list[Observation], camera: Camera, states: list[NDArray[np.float64]], rounds: int = ROUNDS
) -> NDArray[np.float64]:
    """The identity [80] that explains all `frames` best, from each frame's own fit `states` [150].

    Starts at their mean; each round eliminates every frame's expression and pose from its normal equations (Schur
    complement), solves for the shared identity, then lets the frames follow.
    """
    identity: NDArray[np.float64] = np.mean([state[:IDENTITY_COUNT] for state in states], axis=0)
    states = [np.concatenate([identity, state[IDENTITY_COUNT:]]) for state in states]
    for _ in range(rounds):
        hessian = np.diag(np.full(IDENTITY_COUNT, IDENTITY_SIGMA**-2))
        gradient = -identity * IDENTITY_SIGMA**-2
        for seen, state in zip(frames, states, strict=True):
            share, pull = _eliminate_motion(problem, seen, camera, state)
            hessian += share
            gradient += pull
        identity = identity + solve_positive(hessian, gradient)
        states = [_follow(problem, seen, camera, identity, state) for seen, state in zip(frames, states, strict=True)]
    return identity


def _eliminate_motion(
    problem: Problem, seen: Observation, camera: Camera, state: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One frame's normal equations for the identity alone: [80, 80] and [80]."""
    linear = problem.equations.linearise(state, camera, seen, robust=True)
    belief, box = problem.belief(seen), problem.box(state, seen)
    gradient = linear.gradient + belief.precision * (belief.mean - state)
    gradient[:IDENTITY_COUNT] = linear.gradient[:IDENTITY_COUNT]
    free = ~box.holds(state, gradient)
    free[:IDENTITY_COUNT] = True
    system = linear.hessian[np.ix_(free, free)]
    # The identity's own prior is added once, not with every frame.
    precision = np.where(np.arange(len(state)) < IDENTITY_COUNT, 0.0, belief.precision + 1e-6)
    system[np.diag_indices(len(system))] += precision[free]
    return eliminate(system, gradient[free], IDENTITY_COUNT)


def _follow(
    problem: Problem, seen: Observation, camera: Camera, identity: NDArray[np.float64], state: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The frame's expression and pose after one step with the identity held."""
    state = np.concatenate([identity, state[IDENTITY_COUNT:]])
    box = problem.box(state, seen)
    box.lower[:IDENTITY_COUNT] = box.upper[:IDENTITY_COUNT] = identity
    linear = problem.equations.linearise(state, camera, seen, robust=True)
    return bounded_step(state, linear.hessian, linear.gradient, belief=problem.belief(seen), box=box, damping=DAMPING)
