"""Moving, scaling and shearing what is selected on a curve: some of its keys, or all frames of a stretch."""

import secrets
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
    """How far: `frames` and `value` (the channel's own unit) of a move, `factor` of a scaling, `value` a second of a
    shear."""

    grip: Grip
    axis: Axis = Axis.BOTH
    frames: int = 0
    value: float = 0.0
    factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Subject:
    """What is pulled: `keys` of `channel`, or where there are none its frames in `span`.

    `motion` is what the `edits` made before it began.
    """

    edits: Edits
    motion: MotionSequence
    channel: int
    span: TimeRange | None
    keys: frozenset[KeyRef] = frozenset()
    token: str = field(default_factory=lambda: secrets.token_hex(4))

    def pulled(self, pull: Pull) -> tuple[Edits, frozenset[KeyRef]]:
        """The edits as the pull makes them, and where the keys are among them."""
        if self.keys:
            return self._pulled_keys(pull)
        if self.span is None:
            return self.edits, frozenset()
        operations = _operations(pull, self.motion.fps)
        made = (
            Edit(f"{self.token}{place}", operation, (self.channel,), self.span, BLEND, BLEND)
            for place, operation in enumerate(operations)
        )
        return (*self.edits, *made), frozenset()

    def _pulled_keys(self, pull: Pull) -> tuple[Edits, frozenset[KeyRef]]:
        fps, there = self.motion.fps, keys_on(self.edits, self.channel)
        chosen = {ref: key for ref, key in there.items() if ref in self.keys}
        seconds = np.array([key.seconds for key in chosen.values()])
        shown = np.array([self._shown(key.seconds) for key in chosen.values()])
        first, middle, mean = float(seconds.min()), float(seconds.mean()), float(shown.mean())
        changed = {}
        for (ref, key), now in zip(chosen.items(), shown, strict=True):
            match pull.grip:
                case Grip.MOVE:
                    # The earliest key stops at the take's start, the others keep their distance.
                    later, by = max(pull.frames / fps, -first), pull.value
                    changed[ref] = _moved(key, key.seconds + later, by, fps)
                case Grip.SCALE if pull.axis is Axis.TIME:
                    later = (pull.factor - 1) * (key.seconds - middle)
                    changed[ref] = _moved(key, key.seconds + later, 0.0, fps)
                case Grip.SCALE:
                    changed[ref] = _moved(key, key.seconds, (pull.factor - 1) * (float(now) - mean), fps)
                case Grip.SHEAR:
                    changed[ref] = _moved(key, key.seconds, pull.value * (key.seconds - first), fps)
        return with_changed(self.edits, changed, fps)

    def _shown(self, seconds: float) -> float:
        frame = min(max(frame_at(seconds, self.motion.fps), 0), len(self.motion) - 1)
        return float(np.nan_to_num(self.motion.values[frame, self.channel]))


def _operations(pull: Pull, fps: float) -> list[Operation]:
    """What a pull of frames is made of; nothing where it is none."""
    value, factor = _limited(pull.value, LARGEST), _limited(pull.factor, _MOST_FACTOR)
    found: list[Operation] = []
    match pull.grip:
        case Grip.MOVE:
            if pull.frames:
                found.append(TimeShift(_limited(pull.frames / fps, _FARTHEST)))
            if value:
                found.append(Offset((value,)))
        case Grip.SCALE if pull.axis is Axis.TIME:
            if factor != 1:
                found.append(Stretch(max(factor, _LEAST_STRETCH)))
        case Grip.SCALE:
            if factor != 1:
                found.append(ScaleAboutMean(factor))
        case Grip.SHEAR:
            if value:
                found.append(Shear(value))
    return found


def _moved(key: Key, seconds: float, by: float, fps: float) -> Key:
    """The key elsewhere, on a frame's start; handles keep their shape."""
    if seconds != key.seconds:
        seconds = max(round(seconds * fps), 0) / fps
    return replace(key, seconds=seconds, value=_limited(key.value + by, LARGEST))


def _limited(number: float, most: float) -> float:
    return min(max(number, -most), most)
