"""What is done at once to the frames of a stretch of one curve: smoothed, led elsewhere, reset, copied, pasted."""

import secrets
from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange, frames_within
from dimitra_studio.editing.blending import BlendToBase
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.recordings import Override, Samples
from dimitra_studio.studio.curves.key_layer import Edits, keys_on, without_keys
from dimitra_studio.studio.curves.transform import BLEND


@dataclass(frozen=True, eq=False)
class Clip:
    """A copied stretch of a curve: `values` [N] at `fps`, in `unit`."""

    values: FloatArray
    fps: float
    unit: str

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.values) / self.fps


def added(edits: Edits, channel: int, span: TimeRange, operation: Operation, amount: float = 1.0) -> Edits:
    """One more edit of a stretch, on top."""
    return (*edits, Edit(secrets.token_hex(4), operation, (channel,), span, BLEND, BLEND, amount))


def reset(edits: Edits, channel: int, span: TimeRange, fps: float) -> Edits:
    """As it was generated there: edits of this stretch of the channel alone go, the others are overruled."""
    inside = [
        edit.id
        for edit in edits
        if edit.channels == (channel,) and span.start <= edit.span.start and edit.span.end <= span.end
    ]
    edits = tuple(edit for edit in edits if edit.id not in inside)
    gone = [ref for ref, key in keys_on(edits, channel).items() if span.start <= key.seconds < span.end]
    edits = without_keys(edits, gone, fps)
    touched = [edit for edit in edits if channel in edit.channels and _meet(edit.touched, span)]
    if not touched:
        return edits
    return (*edits, Edit(secrets.token_hex(4), BlendToBase(), (channel,), span))


def copied(motion: MotionSequence, channel: int, span: TimeRange, unit: str) -> Clip | None:
    """The stretch as it is shown; None where no face is seen in it."""
    end = min(span.end, len(motion) / motion.fps)
    if end <= span.start:
        return None
    frames = frames_within(len(motion), TimeRange(span.start, end), motion.fps)
    values = motion.values[frames.start : frames.stop, channel]
    return Clip(values.copy(), motion.fps, unit) if len(values) and np.isfinite(values).all() else None


def pasted(edits: Edits, channel: int, start: float, clip: Clip) -> Edits:
    """Exactly the clip from a moment on, whatever is below."""
    samples = Samples(start, clip.fps, clip.values[:, None])
    span = TimeRange(start, start + clip.duration)
    return (*edits, Edit(secrets.token_hex(4), Override(samples), (channel,), span, BLEND, BLEND))


def _meet(one: TimeRange, other: TimeRange) -> bool:
    return one.start < other.end and other.start < one.end
