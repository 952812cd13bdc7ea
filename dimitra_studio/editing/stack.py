"""A generated motion and the edits on top of it.

The evaluator keeps what each edit made of its stretch. After a change it finds, layer by layer, which frames of which
channels can be different, makes those anew and lays the rest over them as it was; every operation gives a part the bits
that it gives the whole, so the result is that of a full evaluation, bit by bit.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.dirt import Dirt
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.layer import Below, Layer, Part, picked
from dimitra_studio.editing.operation import Surroundings

NOTHING_AROUND = Surroundings()


@dataclass(frozen=True)
class Touched:
    """What an update changed: some of these `frames` of these `channels`."""

    frames: range
    channels: tuple[int, ...]


def evaluate(
    base: MotionSequence, edits: Sequence[Edit], surroundings: Surroundings = NOTHING_AROUND
) -> MotionSequence:
    """The motion with all edits, the first one first. Frames of `base` without a face stay without one."""
    return Evaluator(base, edits, surroundings).motion


def missing_takes(edits: Iterable[Edit], known: Collection[str]) -> tuple[str, ...]:
    """Ids of takes that active edits blend to and that are not there any more."""
    wanted = [edit.operation.take_id for edit in edits if edit.is_active and isinstance(edit.operation, BlendToTake)]
    return tuple(dict.fromkeys(take_id for take_id in wanted if take_id not in known))


class Evaluator:
    """One take's motion with its edits, kept up to date. Not for several threads at once."""

    def __init__(
        self, base: MotionSequence, edits: Sequence[Edit] = (), surroundings: Surroundings = NOTHING_AROUND
    ) -> None:
        self._source, self._surroundings = base, surroundings
        self._base = _filled(base)
        self._values = self._base.copy()
        self._layers: list[Layer] = []
        self._motion: MotionSequence | None = None
        self.update(edits)

    @property
    def base(self) -> MotionSequence:
        """The motion as it was generated."""
        return self._source

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Those that are evaluated: neither muted nor of amount 0."""
        return tuple(layer.edit for layer in self._layers)

    @property
    def motion(self) -> MotionSequence:
        """The motion with the edits."""
        if self._motion is None:
            values = self._values
            if not self._source.seen.all():
                values = np.where(self._source.seen[:, None], values, np.float32(np.nan))
            self._motion = MotionSequence(values, self._source.fps, self._source.face_model)
        return self._motion

    def window(self, frames: range) -> FloatArray:
        """The edited values [N, 70] of a few frames, without making a whole motion."""
        rows = slice(frames.start, frames.stop)
        return np.where(self._source.seen[rows, None], self._values[rows], np.float32(np.nan))

    def update(self, edits: Sequence[Edit]) -> Touched | None:
        """Takes other edits; evaluates what they can change, and says what that is. None where it is nothing."""
        active = [edit for edit in edits if edit.is_active]
        kept, dirt = self._exchange(active)
        tasks = [(layer, part) for layer in self._layers[kept:] if (part := layer.affected(dirt)) is not None]
        if not dirt:
            return None
        window = dirt.frames
        needed = dirt.dirty.copy()
        for layer, part in tasks:
            seen = layer.sees(part)
            window = range(min(window.start, seen.start), max(window.stop, seen.stop))
            needed[layer.inputs(part)] = True
        self._run(window, needed, {id(layer): part for layer, part in tasks}, dirt)
        self._motion = None
        return Touched(dirt.frames, dirt.channels)

    def _exchange(self, active: list[Edit]) -> tuple[int, Dirt]:
        """Makes layers of the new edits. How many from the first one on stayed as they were, and where the ones that
        went left dirt."""
        old = self._layers
        most = min(len(old), len(active))
        head = next((place for place in range(most) if old[place].edit != active[place]), most)
        tail = next((place for place in range(most - head) if old[-1 - place].edit != active[-1 - place]), most - head)
        dirt = Dirt(len(self._base))
        for gone in old[head : len(old) - tail]:
            dirt.add(gone.edit.channels, gone.support)
        new = [Layer(edit, self._source.fps, len(self._base)) for edit in active[head : len(active) - tail]]
        self._layers = [*old[:head], *new, *old[len(old) - tail :]]
        return head, dirt

    def _run(self, window: range, needed: NDArray[np.bool_], tasks: dict[int, Part], dirt: Dirt) -> None:
        """Lays the layers over the base within a `window` of frames, those with a task evaluated anew."""
        columns = picked(np.flatnonzero(needed))
        values = np.empty((len(window), CHANNEL_COUNT), np.float32)
        values[:, columns] = self._base[window.start : window.stop, columns]
        below = Below(values, window, self._base, self._surroundings)
        for layer in self._layers:
            if id(layer) in tasks:
                layer.evaluate(tasks[id(layer)], below)
            if needed[list(layer.edit.channels)].any():
                layer.lay(values, window)
        changed, columns = dirt.frames, picked(np.array(dirt.channels))
        first = changed.start - window.start
        self._values[changed.start : changed.stop, columns] = values[first : first + len(changed), columns]


def _filled(motion: MotionSequence) -> FloatArray:
    """The motion's values [T, 70], with a straight way through frames without a face: operations look beside theirs."""
    values, seen = np.array(motion.values), motion.seen
    if seen.all():
        return values
    if not seen.any():
        return np.zeros_like(values)
    at = np.arange(len(values))
    for channel in range(CHANNEL_COUNT):
        values[~seen, channel] = np.interp(at[~seen], at[seen], values[seen, channel])
    return values
