"""One edit as the evaluator keeps it: where it acts, and what it made of the layers below."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.dirt import Dirt
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.operation import Context, Surroundings

# Beyond anything a face does; keeps a tower of scalings from running into infinity.
_LIMIT = np.float32(1e4)


class Part(NamedTuple):
    """Some `frames` of an edit, and the `places` of some of its channels."""

    frames: range
    places: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Below:
    """What a layer is laid on: `values` [N, 70] in the frames of `window`, and the whole `base` [T, 70]."""

    values: FloatArray
    window: range
    base: FloatArray
    surroundings: Surroundings


class Layer:
    """An edit on a motion of `length` frames. Its `outcome` is unknown until it was evaluated for the first time."""

    def __init__(self, edit: Edit, fps: float, length: int) -> None:
        self.edit = edit
        self.support = edit.support(fps, length)
        self._core = edit.core(fps, length)
        self._margin = edit.operation.margin(fps)
        self._fps, self._length = fps, length
        self._channels = np.array(edit.channels)
        self._inputs = np.array(edit.operation.inputs(edit.channels))
        self._outcome: FloatArray | None = None

    def affected(self, dirt: Dirt) -> Part | None:
        """What has to be made anew because of what is dirty below; it is added to the dirt. None where nothing has."""
        if not self.support:
            return None
        if self._outcome is None:
            places, frames = np.arange(len(self._channels)), self.support
        else:
            own, inputs = self._channels, self._inputs
            first = np.minimum(dirt.first[own], dirt.first[inputs] - self._margin)
            stop = np.maximum(dirt.stop[own], np.where(dirt.stop[inputs] > 0, dirt.stop[inputs] + self._margin, 0))
            first, stop = np.maximum(first, self.support.start), np.minimum(stop, self.support.stop)
            places = np.flatnonzero(stop > first)
            if not len(places):
                return None
            frames = range(int(first[places].min()), int(stop[places].max()))
            if self.edit.operation.whole:
                frames = self.support
        dirt.add(self._channels[places], frames)
        return Part(frames, places)

    def sees(self, part: Part) -> range:
        """The frames on which an answer for the part depends."""
        return range(max(part.frames.start - self._margin, 0), min(part.frames.stop + self._margin, self._length))

    def inputs(self, part: Part) -> NDArray[np.intp]:
        """The channels on which an answer for the part depends, its own included."""
        return np.union1d(self._inputs[part.places], self._channels[part.places])

    def evaluate(self, part: Part, below: Below) -> None:
        """Makes a part of the outcome anew."""
        frames, places = part
        operation, columns = self.edit.operation, picked(self._channels[places])
        context = Context(
            frames,
            self._margin,
            self._core,
            self._fps,
            tuple(int(channel) for channel in self._channels[places]),
            places,
            below.base[frames.start : frames.stop, columns],
            below.surroundings,
        )
        found = operation.apply(self._seen(part, below), context)
        made = np.clip(found, -_LIMIT, _LIMIT)
        weights = self.edit.weights(frames, self._fps, self._length)
        mixed = weights != 1
        if mixed.any():
            # Frames of weight 1 are the operation's very bits.
            own = below.values[frames.start - below.window.start : frames.stop - below.window.start, columns]
            share = weights[mixed, None]
            made[mixed] = (1 - share) * own[mixed] + share * made[mixed]
        if self._outcome is None:
            self._outcome = np.empty((len(self.support), len(self._channels)), np.float32)
        first = frames.start - self.support.start
        self._outcome[first : first + len(frames), picked(places)] = made

    def lay(self, values: FloatArray, window: range) -> None:
        """Puts the outcome into the frames of `values`, which are those of `window`, in place."""
        first, stop = max(window.start, self.support.start), min(window.stop, self.support.stop)
        if self._outcome is not None and first < stop:
            made = self._outcome[first - self.support.start : stop - self.support.start]
            values[first - window.start : stop - window.start, picked(self._channels)] = made

    def _seen(self, part: Part, below: Below) -> FloatArray:
        """What the operation sees; beyond the take its first and last frame go on."""
        values, offset = below.values, below.window.start
        first, stop = part.frames.start - self._margin, part.frames.stop + self._margin
        columns = picked(self._inputs[part.places])
        if first < 0 or stop > self._length:
            rows = np.clip(np.arange(first, stop), 0, self._length - 1) - offset
            return values[rows][:, columns]
        return values[first - offset : stop - offset, columns]


def picked(columns: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """An index of columns: a slice where they are neighbours, which is many times as quick."""
    if len(columns) and (np.diff(columns) == 1).all():
        return slice(int(columns[0]), int(columns[-1]) + 1)
    return columns
