"""The sound of stretches of a recording: round a loop without a click, as a grain, for any number of channels."""

from collections.abc import Callable

import numpy as np

from dimitra_studio.audio.clock import Route, Span
from dimitra_studio.audio.varispeed import play
from dimitra_studio.core.arrays import FloatArray

JOIN = 0.005  # seconds before a loop's end that pass over into what comes before its beginning

Read = Callable[[int, int], FloatArray]


def passage(read: Read, route: Route, spans: tuple[Span, ...], join: int) -> FloatArray:
    """The sound of a route's spans, [n, the recording's channels]; `join`: JOIN in device frames.

    A loop goes round as a sampler's does: its last frames fade into those that come before its beginning, so that
    nothing jumps there.
    """
    if not spans:
        return np.zeros((0, read(0, 0).shape[1]), np.float32)
    return np.concatenate([_joined(read, route, span, join) for span in spans])


def faded(sound: FloatArray, length: int) -> FloatArray:
    """With a rise and a fall of so many frames, so that a piece does not click."""
    ramp = np.minimum(np.arange(1, len(sound) + 1), np.arange(len(sound), 0, -1)) / (length + 1)
    return np.asarray(sound * np.minimum(ramp, 1)[:, None], np.float32)


def for_device(sound: FloatArray, channels: int) -> FloatArray:
    """As [n, `channels`], within full scale."""
    if sound.shape[1] != channels:
        sound = np.repeat(sound.mean(axis=1, keepdims=True), channels, axis=1)
    return np.ascontiguousarray(np.clip(sound, -1, 1), dtype=np.float32)


def _joined(read: Read, route: Route, span: Span, join: int) -> FloatArray:
    sound = play(read, span)
    left = (route.end - span.start) / span.step - np.arange(span.count)  # device frames to the loop's end
    if route.loop is None or left[-1] >= join:
        return sound
    first = max(int(np.searchsorted(-left, -join)), 0)
    before = Span(span.start + first * span.step - (route.end - route.beginning), span.step, span.count - first)
    share = (0.5 - 0.5 * np.cos(np.pi * (1 - np.clip(left[first:] / join, 0, 1))))[:, None]
    sound = sound.copy()
    sound[first:] += share * (play(read, before) - sound[first:])
    return sound
