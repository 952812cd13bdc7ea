"""Moving, scaling and shearing what is selected on curves: some of their keys, or all frames of a stretch."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keys import Key
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.shaping import LARGEST, Offset, ScaleAboutMean, Shear
from dimitra_studio.editing.timing import Stretch, TimeShift
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef, keys_on, with_changed
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

BLEND = 0.12  # seconds in which a stretch's edit comes and goes
_MOST_FACTOR, _LEAST_STRETCH = 10.0, 0.1
_FARTHEST = 9.9  # seconds


class Grip(StrEnum):
    """What is done; the values are what a menu says."""

    MOVE = "Move"
    SCALE = "Scale"
    SHEAR = "Shear"


class Axis(StrEnum):
    """What it is done to."""

    BOTH = "both"
    TIME = "time"
    VALUE = "value"


@dataclass(frozen=True)
class Pull:
    """How far: `frames` and `value` of a move, `factor` of a scaling, `value` a second of a shear. Values are in the
    unit in which each channel is shown (%, ° or cm)."""

    grip: Grip
    axis: Axis = Axis.BOTH
    frames: int = 0
    value: float = 0.0
    factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Subject:
    """What is pulled: `keys`, or where there are none the frames of `channels` in `span`.

    `motion` is what the `edits` made before it began.
    """

    edits: Edits
    motion: MotionSequence
    channels: tuple[int, ...]
    span: TimeRange | None
    keys: frozenset[KeyRef] = frozenset()
    token: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def pulled_channels(self) -> tuple[int, ...]:
        """The channels of the keys, or of the frames."""
        return tuple(sorted({ref.channel for ref in self.keys})) if self.keys else self.channels

    def pulled(self, pull: Pull) -> tuple[Edits, frozenset[KeyRef]]:
        """The edits as the pull makes them, and where the keys are among them."""
        if self.keys:
            return self._pulled_keys(pull)
        if self.span is None:
            return self.edits, frozenset()
        made = (
            Edit(f"{self.token}{place}", operation, channels, self.span, BLEND, BLEND, name=_name(pull.grip, operation))
            for place, (operation, channels) in enumerate(_operations(pull, self.channels, self.motion.fps))
        )
        return (*self.edits, *made), frozenset()

    def _pulled_keys(self, pull: Pull) -> tuple[Edits, frozenset[KeyRef]]:
        """Time is pulled for all keys alike, about the moments of all; values are scaled about each channel's mean."""
        fps, there = self.motion.fps, keys_on(self.edits, self.pulled_channels)
        chosen = {ref: key for ref, key in there.items() if ref in self.keys}
        seconds = np.array([key.seconds for key in chosen.values()])
        first, middle = float(seconds.min()), float(seconds.mean())
        means = {ref.channel: self._mean(chosen, ref.channel) for ref in chosen}
        changed = {}
        for ref, key in chosen.items():
            value = _own(pull.value, ref.channel)
            match pull.grip:
                case Grip.MOVE:
                    # The earliest key stops at the take's start, the others keep their distance.
                    later = max(pull.frames / fps, min(-first, 0.0))
                    changed[ref] = _moved(key, key.seconds + later, value, fps)
                case Grip.SCALE if pull.axis is Axis.TIME:
                    later = (pull.factor - 1) * (key.seconds - middle)
                    changed[ref] = _moved(key, key.seconds + later, 0.0, fps)
                case Grip.SCALE:
                    away = self._shown(ref.channel, key) - means[ref.channel]
                    changed[ref] = _moved(key, key.seconds, (pull.factor - 1) * away, fps)
                case Grip.SHEAR:
                    changed[ref] = _moved(key, key.seconds, value * (key.seconds - first), fps)
        return with_changed(self.edits, changed, fps)

    def _mean(self, chosen: dict[KeyRef, Key], channel: int) -> float:
        return float(np.mean([self._shown(channel, key) for ref, key in chosen.items() if ref.channel == channel]))

    def _shown(self, channel: int, key: Key) -> float:
        frame = min(max(frame_at(key.seconds, self.motion.fps), 0), len(self.motion) - 1)
        return float(np.nan_to_num(self.motion.values[frame, channel]))


def _operations(pull: Pull, channels: tuple[int, ...], fps: float) -> Iterable[tuple[Operation, tuple[int, ...]]]:
    """What a pull of frames is made of, and on which of the channels; nothing where it is none."""
    factor = _limited(pull.factor, _MOST_FACTOR)
    match pull.grip:
        case Grip.MOVE:
            if pull.frames:
                yield TimeShift(_limited(pull.frames / fps, _FARTHEST)), channels
            if pull.value:
                yield Offset(tuple(_own(pull.value, channel) for channel in channels)), channels
        case Grip.SCALE if pull.axis is Axis.TIME:
            if factor != 1:
                yield Stretch(max(factor, _LEAST_STRETCH)), channels
        case Grip.SCALE:
            if factor != 1:
                yield ScaleAboutMean(factor), channels
        case Grip.SHEAR:
            # One slope for all channels of an edit: those in other units have their own.
            slopes = {channel: _own(pull.value, channel) for channel in channels}
            for slope in dict.fromkeys(slopes.values()) if pull.value else ():
                yield Shear(slope), tuple(channel for channel in channels if slopes[channel] == slope)


def _name(grip: Grip, operation: Operation) -> str:
    """As the menu calls it."""
    return f"{grip.value} in Time" if isinstance(operation, TimeShift | Stretch) else grip.value


def _own(value: float, channel: int) -> float:
    """A shown value in the channel's own unit."""
    return _limited(value / CHANNEL_LABELS[channel].factor, LARGEST)


def _moved(key: Key, seconds: float, by: float, fps: float) -> Key:
    """The key elsewhere, on a frame's start; handles keep their shape."""
    if seconds != key.seconds:
        seconds = max(round(seconds * fps), 0) / fps
    return replace(key, seconds=seconds, value=_limited(key.value + by, LARGEST))


def _limited(number: float, most: float) -> float:
    return min(max(number, -most), most)
