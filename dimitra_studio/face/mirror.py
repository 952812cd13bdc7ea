"""Left and right exchanged: the mirrored face of the same motion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, POSE_NAMES

# Turning right becomes turning left; nodding stays.
_ODD_POSE = ("yaw", "roll", "x")


@dataclass(frozen=True)
class Mirror:
    """A permutation `source` [70] and `sign` [70] of the motion channels."""

    source: NDArray[np.intp]
    sign: FloatArray

    def __call__(self, values: FloatArray) -> FloatArray:
        """Channels [..., 70] of the mirrored face."""
        return np.asarray(values[..., self.source] * self.sign, dtype=np.float32)


def mirror_of(component_names: tuple[str, ...]) -> Mirror:
    """The mirror of a face model whose components are named by side: `...Left`/`...Right`, `-left-`/`-right-`, and
    `...Asym` for a left minus a right."""
    names = (*component_names, *POSE_NAMES)
    if len(names) != CHANNEL_COUNT:
        raise ValueError(f"{len(component_names)} component names, expected {CHANNEL_COUNT - len(POSE_NAMES)}")
    source = [names.index(_other_side(name)) for name in names]
    odd = [name.endswith("Asym") or name in _ODD_POSE for name in names]
    return Mirror(np.array(source), np.where(odd, np.float32(-1), np.float32(1)).astype(np.float32))


def _other_side(name: str) -> str:
    for one, other in (("Left", "Right"), ("left", "right")):
        for this, that in ((one, other), (other, one)):
            if name.endswith(this) or f"-{this}-" in name:
                return name.replace(this, that)
    return name
