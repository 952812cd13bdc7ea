"""Play, pause, seek, loop, scrub: one thread writes sound to the output, the picture asks where it is.

Whatever is asked for (by any thread, at once) becomes a new plan. The writing thread, which alone touches the output,
takes up the latest one after the block that it is writing: it drops what has not been heard and begins anew at the
plan's position. Until then that position is what the picture sees.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.audio.clock import PlaybackClock, Route, Span
from dimitra_studio.audio.sink import OpenSink, SilentSink, Sink, SoundDeviceError
from dimitra_studio.audio.source import SoundSource
from dimitra_studio.audio.varispeed import play
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import StudioError

SLOWEST, FASTEST = 0.25, 2.0
SHORTEST_LOOP = 0.04  # seconds, a frame of video
_BLOCK = 0.02  # seconds: how soon the writing thread sees a new plan
_GRAIN = 0.06  # seconds of sound at a scrubbed place
_FADE = 0.01  # seconds at either end of a grain


@dataclass(frozen=True)
class _Plan:
    """What to do from `start` (recording frames) on; `grain`: only a short piece, once."""

    start: float = 0.0
    playing: bool = False
    grain: bool = False
    speed: float = 1.0
    loop: tuple[float, float] | None = None


class Playback:
    """Plays `source`. `run` is for a thread of its own; everything else may be called from any, and returns at once.

    `tell` gets, on that thread, the one sentence for the user when there is no sound output or it fails: playback then
    goes on in silence. Times are seconds of the recording.
    """

    def __init__(
        self,
        source: SoundSource,
        open_sink: OpenSink,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
        open_silence: OpenSink = SilentSink,
    ) -> None:
        self._source = source
        self._open_sink, self._open_silence = open_sink, open_silence
        self._tell = tell
        self._now = now
        self._changed = threading.Condition()
        self._plan = self._acted = _Plan()
        self._closed = False
        # The writing thread's own.
        self._sink: Sink | None = None
        self._clock = PlaybackClock(source.rate)
        self._cursor = 0.0

    @property
    def duration(self) -> float:
        """Of the recording."""
        return self._source.frames / self._source.rate

    @property
    def playing(self) -> bool:
        """Whether it plays or is about to."""
        with self._changed:
            return self._plan.playing

    def position(self) -> float:
        """What is heard now: the time that the picture shows."""
        with self._changed:
            return min(max(self._place() / self._source.rate, 0.0), self.duration)

    def play(self) -> None:
        """Plays on; from the beginning where it stood at the end."""
        with self._changed:
            if self._plan.playing:
                return
            start, route = self._plan.start, self._route(self._plan, self._source.rate)
            if not route.spans(start, 1):
                start = route.beginning
            self._ask(replace(self._plan, start=start, playing=True, grain=False))

    def pause(self) -> None:
        """Falls silent where it is."""
        with self._changed:
            self._ask(replace(self._plan, start=self._place(), playing=False, grain=False))

    def seek(self, seconds: float) -> None:
        """Goes to another place, playing or not."""
        with self._changed:
            self._ask(replace(self._plan, start=self._within(seconds), grain=False))

    def scrub(self, seconds: float) -> None:
        """Goes there, stands still and lets a short grain of sound be heard.

        A grain is heard to its end before the latest of those asked for meanwhile is.
        """
        with self._changed:
            self._ask(replace(self._plan, start=self._within(seconds), playing=False, grain=True))

    def set_speed(self, speed: float) -> None:
        """0.25 to 2, negative for backwards; the pitch follows. Raises ValueError for others."""
        if not SLOWEST <= abs(speed) <= FASTEST:
            raise ValueError(f"the speed is {speed}, expected {SLOWEST} to {FASTEST} in either direction")
        with self._changed:
            self._ask(replace(self._plan, start=self._place(), speed=speed, grain=False))

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Plays round between two times, or to the end again (None). Raises ValueError for one under 40 ms."""
        frames = None
        if loop is not None:
            frames = self._within(loop[0]), self._within(loop[1])
            if frames[1] - frames[0] < SHORTEST_LOOP * self._source.rate:
                raise ValueError(f"the loop {loop} is too short")
        with self._changed:
            self._ask(replace(self._plan, start=self._place(), loop=frames, grain=False))

    def close(self) -> None:
        """Ends `run`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    # The writing thread.

    def run(self) -> None:
        """Writes until it is closed, then lets the output go."""
        try:
            while not self._closed:
                if not self.step():
                    with self._changed:
                        self._changed.wait_for(lambda: self._closed or self._plan is not self._acted, self._nap())
        finally:
            if self._sink is not None:
                self._sink.close()

    def step(self) -> bool:
        """Takes up a new plan and writes a block of it; False when there is nothing to write at the moment."""
        with self._changed:
            plan = self._plan
        try:
            return self._follow(plan)
        except SoundDeviceError as error:
            self._go_silent(error)
            return True
        except StudioError as error:  # the recording cannot be read on
            self._tell(str(error))
            self.pause()
            return True

    def _follow(self, plan: _Plan) -> bool:
        if plan is not self._acted:
            self._take_up(plan)
        elif plan.grain:
            return False
        if plan.grain:
            sink = self._output()
            # At normal speed and whatever the loop: it tells which sound is at this place.
            route = Route(self._source.frames, self._source.rate / sink.rate)
            spans = route.spans(plan.start, round(_GRAIN * sink.rate))
            sink.write(_faded(self._sound(spans, sink.channels), round(_FADE * sink.rate)))
            return False
        return plan.playing and self._write(plan)

    def _take_up(self, plan: _Plan) -> None:
        # Grain after grain is not cut short: pieces of a few milliseconds would be clicks.
        if self._sink is not None and not (plan.grain and self._acted.grain):
            self._sink.abort()
        rate, start = self._source.rate, plan.start
        if plan.playing:
            rate = self._output().rate
            # From a whole frame on, so that at normal speed the recording's own samples are heard.
            first = self._route(plan, rate).spans(round(plan.start), 1)
            start = first[0].start if first else plan.start
        with self._changed:
            self._acted = plan
            self._cursor = start
            self._clock = PlaybackClock(rate, start)

    def _write(self, plan: _Plan) -> bool:
        sink = self._output()
        spans = self._route(plan, sink.rate).spans(self._cursor, round(_BLOCK * sink.rate))
        if not spans:
            self._stop_at_the_end(plan)
            return False
        sink.write(self._sound(spans, sink.channels))
        waiting = sink.waiting()
        with self._changed:
            self._clock.wrote(spans, waiting, self._now())
        self._cursor = spans[-1].end
        return True

    def _stop_at_the_end(self, plan: _Plan) -> None:
        with self._changed:
            if self._plan is plan and self._clock.is_drained(self._now()):
                self._ask(replace(plan, start=self._route(plan, self._source.rate).end, playing=False))

    def _sound(self, spans: tuple[Span, ...], channels: int) -> FloatArray:
        """[n, channels], within full scale."""
        if not spans:
            return np.zeros((0, channels), np.float32)
        sound = np.concatenate([play(self._source.read, span) for span in spans])
        if sound.shape[1] != channels:
            sound = np.repeat(sound.mean(axis=1, keepdims=True), channels, axis=1)
        return np.ascontiguousarray(np.clip(sound, -1, 1), dtype=np.float32)

    def _output(self) -> Sink:
        if self._sink is not None:
            return self._sink
        try:
            self._sink = self._open_sink(self._source.rate, self._source.channels)
            return self._sink
        except SoundDeviceError as error:
            return self._go_silent(error)

    def _go_silent(self, error: SoundDeviceError) -> Sink:
        """Goes on from the place last heard, without sound; told once, since silence does not fail."""
        if self._sink is not None:
            self._sink.close()
        self._sink = silence = self._open_silence(self._source.rate, self._source.channels)
        self._tell(str(error))
        with self._changed:
            if self._plan is self._acted:
                self._ask(replace(self._plan, start=self._place()))
        return silence

    def _nap(self) -> float | None:
        """How long to wait for a new plan: at the end of the recording, until it has been heard."""
        return _BLOCK if self._acted.playing else None

    # Under the lock.

    def _ask(self, plan: _Plan) -> None:
        self._plan = plan
        self._changed.notify_all()

    def _place(self) -> float:
        """The position heard, in recording frames."""
        if self._plan is self._acted and self._plan.playing:
            return self._clock.position(self._now())
        return self._plan.start

    def _within(self, seconds: float) -> float:
        return min(max(seconds, 0.0), self.duration) * self._source.rate

    def _route(self, plan: _Plan, rate: int) -> Route:
        return Route(self._source.frames, plan.speed * self._source.rate / rate, plan.loop)


def _faded(sound: FloatArray, length: int) -> FloatArray:
    """With a short rise and fall, so that it does not click."""
    ramp = np.minimum(np.arange(1, len(sound) + 1), np.arange(len(sound), 0, -1)) / (length + 1)
    return np.asarray(sound * np.minimum(ramp, 1)[:, None], np.float32)
