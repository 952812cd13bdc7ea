"""What a hand can move on a face: a slider's combination of channels, or a channel alone.

A lever goes from -1 to 1 as the hand does; 0 changes nothing. Up is up and right is the picture's right.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_NAMES
from dimitra_studio.editing.macros import BY_ID, Combination, channel_of
from dimitra_studio.editing.shaping import Offset

# What goes down on the face when the value rises goes down with the hand: the chin, the jaw, the lids; and a roll is
# the other way round in the picture.
_TURNED = {"nod", "open", "blink", "pitch", "roll", "jawOpen", "eyeBlinkLeft", "eyeBlinkRight"}
_ANGLE, _WAY = math.radians(20), 0.5  # of the head for a lever at 1: radians, decimetres


@dataclass(frozen=True)
class Lever:
    """`channels`, and how far each goes for a lever at 1 (`upper`) and at -1 (`lower`)."""

    id: str
    channels: tuple[int, ...]
    upper: tuple[float, ...]
    lower: tuple[float, ...]

    def offsets(self, places: NDArray[np.float64]) -> FloatArray:
        """How far the channels are moved [N, C] where the lever stands at `places` [N]."""
        at = places[:, None]
        return np.asarray(np.where(at > 0, at * np.array(self.upper), -at * np.array(self.lower)), np.float32)


LEVER_MACROS = tuple(macro for macro in BY_ID.values() if isinstance(macro, Combination))


def lever(lever_id: str) -> Lever:
    """The lever of a combination's id or of a channel's name. Raises LookupError for what is neither."""
    macro = BY_ID.get(lever_id)
    if isinstance(macro, Combination):
        channels, upper, lower = macro.channels, _moved(macro, macro.high), _moved(macro, macro.low)
    else:
        channels, upper = (channel_of(lever_id),), (_reach(lever_id),)
        lower = (-upper[0],)
    return Lever(lever_id, channels, *((lower, upper) if lever_id in _TURNED else (upper, lower)))


def _moved(macro: Combination, value: float) -> tuple[float, ...]:
    operation = macro.operation(value)
    assert isinstance(operation, Offset)
    return operation.by


def _reach(name: str) -> float:
    if name not in POSE_NAMES:
        return 1.0
    return _WAY if name in {"x", "y", "z"} else _ANGLE
