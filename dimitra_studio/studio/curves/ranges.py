"""What is done at once to the frames of a stretch of curves: smoothed, led elsewhere, reset, copied, pasted."""

import secrets
from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import TimeRange, frames_within
from dimitra_studio.editing.blending import BlendToBase
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.recordings import Override, Samples
from dimitra_studio.studio.curves.key_layer import Edits, keys_on, without_keys
from dimitra_studio.studio.curves.transform import BLEND
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

Channels = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Clip:
    """A copied stretch of `channels`: `values` [N, C] at `fps`."""

    values: FloatArray
    fps: float
    channels: Channels

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.values) / self.fps

    def on(self, places: Channels) -> "Clip":
        """The clip for other channels, `places` as `places_for` gives them: a single curve for each of them."""
        values = self.values if len(self.channels) == len(places) else np.repeat(self.values, len(places), axis=1)
        return replace(self, values=values, channels=places)

    def only(self, channels: Channels) -> "Clip":
        """The clip's curves on these channels alone."""
        columns = [self.channels.index(channel) for channel in channels]
        return replace(self, values=self.values[:, columns], channels=channels)


def added(
    edits: Edits, channels: Channels, span: TimeRange, operation: Operation, *, amount: float = 1.0, name: str = ""
) -> Edits:
    """One more edit of a stretch, on top."""
    return (*edits, Edit(secrets.token_hex(4), operation, channels, span, BLEND, BLEND, amount, name=name))


def reset(edits: Edits, channels: Channels, span: TimeRange, fps: float) -> Edits:
    """As it was generated there: edits of this stretch of these channels alone go, the others are overruled."""
    inside = [
        edit.id
        for edit in edits
        if set(edit.channels) <= set(channels) and span.start <= edit.span.start and edit.span.end <= span.end
    ]
    edits = tuple(edit for edit in edits if edit.id not in inside)
    gone = [ref for ref, key in keys_on(edits, channels).items() if span.start <= key.seconds < span.end]
    edits = without_keys(edits, gone, fps)
    met = {channel for edit in edits if _meet(edit.touched, span) for channel in edit.channels}
    touched = tuple(channel for channel in channels if channel in met)
    if not touched:
        return edits
    return (*edits, Edit(secrets.token_hex(4), BlendToBase(), touched, span, name="Reset"))


def copied(motion: MotionSequence, channels: Channels, span: TimeRange) -> Clip | None:
    """The stretch as it is shown; None where no face is seen in it."""
    end = min(span.end, len(motion) / motion.fps)
    if end <= span.start:
        return None
    frames = frames_within(len(motion), TimeRange(span.start, end), motion.fps)
    values = motion.values[frames.start : frames.stop, list(channels)]
    return Clip(values, motion.fps, channels) if len(values) and np.isfinite(values).all() else None


def places_for(clip: Clip, channels: Channels) -> Channels:
    """Which channel each column of a clip goes to, where these are selected: one copied curve goes to all of them,
    several go to as many, or back to where they came from. Raises InputError where that is not to be told."""
    count = len(clip.channels)
    if count > 1 and len(channels) not in (1, count):
        raise InputError(
            f"{count} curves were copied, and {len(channels)} are selected.", "Select one of them, or as many."
        )
    places = clip.channels if count > 1 and len(channels) == 1 else channels
    for source, place in zip(clip.channels if count > 1 else clip.channels * len(places), places, strict=True):
        one, other = CHANNEL_LABELS[source], CHANNEL_LABELS[place]
        if one.unit != other.unit:
            raise InputError(
                f"{other.name} is measured in {other.unit}, what was copied in {one.unit}.",
                "Select a curve in the same unit.",
            )
    return places


def pasted(edits: Edits, clip: Clip, start: float) -> Edits:
    """Exactly the clip on its channels from a moment on, whatever is below."""
    span = TimeRange(start, start + clip.duration)
    operation = Override(Samples(start, clip.fps, clip.values))
    return (*edits, Edit(secrets.token_hex(4), operation, clip.channels, span, BLEND, BLEND, name="Paste"))


def _meet(one: TimeRange, other: TimeRange) -> bool:
    return one.start < other.end and other.start < one.end
