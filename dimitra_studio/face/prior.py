"""What expressions are likely before a landmark is seen."""

from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT, BLENDSHAPE_NAMES
from dimitra_studio.face.components import ARTICULATORS, ASYMMETRIES, COMPONENT_INDEX, COMPONENT_NAMES

# MediaPipe's scores overshoot the shapes' true size; mouthClose means something else there.
_SCORE_GAIN = 0.7
_SCORE_GAINS = {"mouthClose": 0.3}

_SIGMA = 0.25
_SIGMAS = {
    "jawOpen": 0.35, "mouthClose": 0.1, "jawForward": 0.12, "jawLeft": 0.12, "jawRight": 0.12, "cheekPuff": 0.05,
    "tongueOut": 0.05, "mh_neck-platysma": 0.05, "eyeBlinkLeft": 0.6, "eyeBlinkRight": 0.6,
    "noseSneerLeft": 0.12, "noseSneerRight": 0.12, "cheekSquintLeft": 0.12, "cheekSquintRight": 0.12,
}  # fmt: skip
_BOUNDS = (0.0, 1.15)
# The head model's blink is exact: 1 is closed, more would push one lid through the other.
_BOUNDS_OF = {"jawOpen": (-0.08, 1.15), "eyeBlinkLeft": (-0.4, 1.0), "eyeBlinkRight": (-0.4, 1.0)}
# Shapes that mean something the other way round too, a little.
_TWO_SIDED = (
    "mouthFunnel", "mouthPucker", "mouthRollLower", "mouthRollUpper", "mouthLowerDown", "mouthUpperUp", "mouthStretch",
    "mouthPress", "mouthShrugLower", "mouthShrugUpper",
)  # fmt: skip


@dataclass(frozen=True)
class ExpressionPrior:
    """A bounded Gaussian over the 64 components: `sigma` [64] about `scores` [64, 52] times MediaPipe's blendshapes,
    within `lower` and `upper` [64]."""

    sigma: FloatArray
    lower: FloatArray
    upper: FloatArray
    scores: FloatArray

    def mean(self, blendshapes: FloatArray) -> FloatArray:
        """The expected components [..., 64] for blendshape scores [..., 52]."""
        expected: FloatArray = np.asarray(blendshapes, np.float32) @ self.scores.T
        return expected


def expression_prior() -> ExpressionPrior:
    """The prior of the open head model's components."""
    bounds = np.array([_bounds(name) for name in COMPONENT_NAMES], dtype=np.float32)
    sigma = np.array([_sigma(name) for name in COMPONENT_NAMES], dtype=np.float32)
    return ExpressionPrior(sigma, bounds[:, 0], bounds[:, 1], _score_map())


def _sigma(name: str) -> float:
    if name in _SIGMAS:
        return _SIGMAS[name]
    if name.startswith("mh_"):
        return 0.08
    return 0.3 if name.startswith("eyeLook") else _SIGMA


def _bounds(name: str) -> tuple[float, float]:
    if name in _BOUNDS_OF:
        return _BOUNDS_OF[name]
    if name in ASYMMETRIES:
        return -0.6, 0.6
    if name.startswith("mh_"):
        return -0.3, 0.6
    return (-0.25, _BOUNDS[1]) if name in _TWO_SIDED else _BOUNDS


def _score_map() -> FloatArray:
    column = {name: index for index, name in enumerate(BLENDSHAPE_NAMES)}
    scores = np.zeros((COMPONENT_COUNT, BLENDSHAPE_COUNT), dtype=np.float32)
    for name, row in COMPONENT_INDEX.items():
        gain = _SCORE_GAINS.get(name, _SCORE_GAIN)
        parts = [part for part in ARTICULATORS.get(name, (name,)) if part in column]
        for part in parts:
            scores[row, column[part]] = gain / len(parts)
    for name, (left, right) in ASYMMETRIES.items():
        scores[COMPONENT_INDEX[name], column[left]] = gain = _SCORE_GAIN / 2
        scores[COMPONENT_INDEX[name], column[right]] = -gain
    return scores
