"""What the 70 channels are called, and the units that people read them in."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT, POSE_NAMES, Group
from dimitra_studio.face.components import COMPONENT_NAMES

_LIPS = {
    "jawOpen": "Jaw open",
    "jawForward": "Jaw forward",
    "mouthClose": "Lips together",
    "mouthFunnel": "Lips funnel",
    "mouthPucker": "Lips pucker",
    "mouthRollLower": "Lower lip rolls in",
    "mouthRollUpper": "Upper lip rolls in",
    "mouthLowerDown": "Lower lip down",
    "mouthUpperUp": "Upper lip up",
    "mouthStretch": "Mouth wide",
    "mouthPress": "Lips press",
    "mouthShrugLower": "Chin up",
    "tongueOut": "Tongue out",
    "mouthLowerDownAsym": "Lower lip down, left over right",
    "mouthUpperUpAsym": "Upper lip up, left over right",
    "mouthStretchAsym": "Mouth wide, left over right",
    "mouthPressAsym": "Lips press, left over right",
}
_POSE = {
    "pitch": ("Nod", "°"),
    "yaw": ("Turn", "°"),
    "roll": ("Tilt", "°"),
    "x": ("Sideways", "cm"),
    "y": ("Height", "cm"),
    "z": ("Nearness", "cm"),
}
_FACTORS = {"%": 100.0, "°": 180 / math.pi, "cm": 10.0}


@dataclass(frozen=True)
class ChannelLabel:
    """What a person reads: `name`, and the value times `factor` in `unit`."""

    name: str
    unit: str
    group: Group

    @property
    def factor(self) -> float:
        """From the motion sequence's value to the unit."""
        return _FACTORS[self.unit]

    def told(self, value: float) -> str:
        """A value with its unit."""
        if not math.isfinite(value):
            return "not seen"
        digits = 0 if self.unit == "%" else 1
        text = f"{value * self.factor:.{digits}f}"
        space = " " if self.unit == "cm" else ""
        return f"{'0' if float(text) == 0 else text}{space}{self.unit}".replace("-", "−")


def _component(name: str) -> str:
    if name in _LIPS:
        return _LIPS[name]
    plain = name.removeprefix("mh_").replace("-", " ")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()
    return words[0].upper() + words[1:]


def _group(channel: int) -> Group:
    return next(group for group in Group if channel in range(CHANNEL_COUNT)[group.columns])


# By column of `MotionSequence.values`.
CHANNEL_LABELS: tuple[ChannelLabel, ...] = tuple(
    ChannelLabel(_component(COMPONENT_NAMES[channel]), "%", _group(channel))
    if channel < COMPONENT_COUNT
    else ChannelLabel(*_POSE[POSE_NAMES[channel - COMPONENT_COUNT]], Group.POSE)
    for channel in range(CHANNEL_COUNT)
)


def told_channels(channels: Sequence[int]) -> str:
    """The names of one or two channels; of more, how many there are."""
    names = [CHANNEL_LABELS[channel].name for channel in channels]
    return " and ".join(names) if len(names) < 3 else f"{len(names)} Curves"


def told_units(channels: Sequence[int]) -> str:
    """The unit in which they are shown; where each has its own, all of them."""
    return " or ".join(dict.fromkeys(CHANNEL_LABELS[channel].unit for channel in channels))


def told_locked(channels: Sequence[int]) -> str:
    """A sentence about channels that a change has left as they were."""
    names = [CHANNEL_LABELS[channel].name for channel in channels]
    if len(names) == 1:
        return f"{names[0]} is locked: it stays as it is until it is unlocked."
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    listed = ", ".join(names[:3] if more else names[:-1]) + (more or f" and {names[-1]}")
    return f"{listed} are locked: they stay as they are until they are unlocked."
