"""What the drawn head needs before it can act: a mouth that closes, lids that meet, teeth and tongue in their places.

The measured faults are in decimetres on the average head (inter-ocular distance 0.57).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.face.building.cage import ORGANS, Cage
from dimitra_studio.face.building.loops import EdgeLoops
from dimitra_studio.face.building.seams import Follow, Seams, find_seams, follow_seam, seam_gaps
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import Seam

# As drawn the tongue fills the cavity and hides the upper teeth.
_ORGAN_OFFSETS = {"tongue": (0.0, -0.11, -0.08), "teeth_upper": (0.0, -0.03, 0.0)}
# The drawn blink over-closes the average eye, which is 8 % smaller than the base mesh's.
_BLINK_SCALE = 0.78
# The mouth's rim is the border of the hole at this much jawOpen.
_OPEN_JAW = 0.35
# Shares of the upper lip and the upper lid, and how many edges beside the rim follow.
_LIP_SHARE, _LIP_REACH = 0.5, 6
_LID_SHARE, _LID_REACH = 0.92, 9


@dataclass(frozen=True)
class Shapes:
    """`mean` [V, 3], `identity` [80, V, 3] and `expression` [64, V, 3] of the finished head, its `seams`, and which
    vertices follow the lips' and the left and the right lids' rims."""

    mean: NDArray[np.float64]
    identity: NDArray[np.float64]
    expression: NDArray[np.float64]
    seams: Seams
    lips: Follow
    lids: tuple[Follow, Follow]


def shift_organs(cage: Cage, mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Teeth and tongue of the cage's `mean` [C, 3] moved to where they can be seen and speak."""
    shifted = mean.copy()
    for name, offset in _ORGAN_OFFSETS.items():
        shifted[_organ_vertices(cage, name)] += offset
    return shifted


def mend_components(cage: Cage, expression: NDArray[np.float64]) -> NDArray[np.float64]:
    """The components [64, C, 3] with blinks of the average eye's height and a tongue that comes out over the lip."""
    mended = expression.copy()
    mended[[COMPONENT_INDEX["eyeBlinkLeft"], COMPONENT_INDEX["eyeBlinkRight"]]] *= _BLINK_SCALE
    # As drawn it starts from the unmoved tongue.
    mended[COMPONENT_INDEX["tongueOut"], _organ_vertices(cage, "tongue")] -= _ORGAN_OFFSETS["tongue"]
    return mended


def _organ_vertices(cage: Cage, name: str) -> NDArray[np.int64]:
    """The organ's vertices in the cage; they follow the skin's, which smoothing makes more."""
    added = cage.subdivision.shape[0] - len(cage.source)
    vertices: NDArray[np.int64] = np.unique(cage.quads[cage.organ == 1 + list(ORGANS).index(name)]).astype(np.int64)
    return vertices - added


def close_seams(
    cage: Cage, mean: NDArray[np.float64], identity: NDArray[np.float64], expression: NDArray[np.float64]
) -> Shapes:
    """Smooths the cage's shapes ([C, 3], [80, C, 3], [64, C, 3]) and mends mouth and lids.

    Every identity's neutral mouth is closed, jawOpen = mouthClose keeps it closed, and a blink of 1 shuts the average
    head's eyes.
    """
    mean, identity, expression = cage.smooth(mean), cage.smooth(identity), cage.smooth(expression)
    loops = EdgeLoops(cage.quads[cage.organ == 0])
    jaw = expression[COMPONENT_INDEX["jawOpen"]]
    seams = find_seams(loops, mean, mean + _OPEN_JAW * jaw)

    count = len(mean)
    lips = follow_seam(loops, seams.mouth, _LIP_SHARE, _LIP_REACH)
    pull = lips.pull(count, seam_gaps(seams.mouth, count, x=mean[:, 0]))
    mean = mean + pull @ mean
    identity = identity + np.stack([pull @ mode for mode in identity])
    close = COMPONENT_INDEX["mouthClose"]
    expression[close] += pull @ (jaw + expression[close])

    lids = []
    for side, seam in (("Left", seams.eye_left), ("Right", seams.eye_right)):
        blink = COMPONENT_INDEX[f"eyeBlink{side}"]
        follow = _paired(follow_seam(loops, seam, _LID_SHARE, _LID_REACH), seam)
        expression[blink] += follow.pull(count, seam_gaps(seam, count)) @ (mean + expression[blink])
        lids.append(follow)
    return Shapes(mean, identity, expression, seams, lips, (lids[0], lids[1]))


def _paired(follow: Follow, seam: Seam) -> Follow:
    """The lids' curves match one to one: their positions are counted once."""
    return Follow(follow.vertices, (follow.rim % len(seam.upper)).astype(np.int32), follow.weights)
