"""Play, pause, seek, loop, scrub: one thread writes sound to the output, the picture asks where it is.

Whatever is asked for (by any thread, at once) becomes a new plan. The writing thread, which alone touches the output,
takes up the latest one after the block that it is writing: it drops what has not been heard and begins anew at the
plan's position. Until then that position is what the picture sees.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from dimitra_studio.audio.clock import PlaybackClock, Route, Span
from dimitra_studio.audio.output import Output
from dimitra_studio.audio.passage import JOIN, faded, for_device, passage
from dimitra_studio.audio.plan import Plan
from dimitra_studio.audio.sink import OpenSink, SilentSink, Sink, SoundDeviceError
from dimitra_studio.audio.source import SoundSource
from dimitra_studio.audio.volume import Gain
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import StudioError

_BLOCK = 0.02  # seconds: how soon the writing thread sees a new plan
_GRAIN = 0.06  # seconds of sound at a scrubbed place
_FADE = 0.01  # seconds at either end of a grain


class Playback:
    """Plays `source`. `run` is for a thread of its own; everything else may be called from any, and returns at once.

    `tell` gets, on that thread, a SoundDeviceError where there is no sound output or it fails, and playback goes on in
    silence until it is paused; and an InputError where the recording cannot be read on. Times are seconds of the
    recording.
    """

    def __init__(
        self,
        source: SoundSource,
        open_sink: OpenSink,
        tell: Callable[[StudioError], None],
        now: Callable[[], float] = time.monotonic,
        open_silence: OpenSink = SilentSink,
    ) -> None:
        self._source = source
        self._output = Output(source.rate, source.channels, open_sink, open_silence, tell)
        self._gain = Gain()
        self._tell = tell
        self._now = now
        self._changed = threading.Condition()
        self._plan = self._acted = Plan(source.rate, source.frames)
        self._closed = False
        # The writing thread's own.
        self._clock = PlaybackClock(source.rate)
        self._cursor = 0.0

    @property
    def duration(self) -> float:
        """How long it plays: the recording's length, unless another was set."""
        return self._plan.length / self._source.rate

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
            if not self._plan.playing:
                self._ask(self._plan.played())

    def pause(self) -> None:
        """Falls silent where it is."""
        with self._changed:
            self._ask(self._plan.at(self._place(), playing=False))

    def seek(self, seconds: float) -> None:
        """Goes to another place, playing or not."""
        with self._changed:
            self._ask(self._plan.at(self._plan.place(seconds)))

    def scrub(self, seconds: float) -> None:
        """Goes there, stands still and lets a short grain of sound be heard.

        A grain is heard to its end before the latest of those asked for meanwhile is.
        """
        with self._changed:
            self._ask(self._plan.at(self._plan.place(seconds), playing=False, grain=True))

    def set_speed(self, speed: float) -> None:
        """0.25 to 2, negative for backwards; the pitch follows. Raises ValueError for others."""
        with self._changed:
            self._ask(self._plan.at(self._place()).with_speed(speed))

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Plays round between two times, or to the end again (None). Raises ValueError for one under 40 ms."""
        with self._changed:
            self._ask(self._plan.at(self._place()).with_loop(loop))

    def set_duration(self, seconds: float) -> None:
        """Plays to another end: earlier than the recording's, or later, in silence."""
        length = seconds * self._source.rate
        with self._changed:
            if length != self._plan.length:
                self._ask(replace(self._plan.at(min(self._place(), length)), length=length))

    def set_gain(self, gain: float) -> None:
        """How loud it is: a factor, 1 as recorded. What is written already stays as loud as it is."""
        self._gain.target = gain

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
            self._output.close()

    def step(self) -> bool:
        """Takes up a new plan and writes a block of it; False when there is nothing to write at the moment."""
        with self._changed:
            plan = self._plan
        try:
            return self._follow(plan)
        except SoundDeviceError as error:
            self._output.fail(error)
            self._go_on()
            return True
        except StudioError as error:  # the recording cannot be read on
            self._tell(error)
            self.pause()
            return True

    def _follow(self, plan: Plan) -> bool:
        if plan is not self._acted:
            self._take_up(plan)
        elif plan.grain:
            return False
        if plan.grain:
            sink = self._output.sink()
            route = plan.route(sink.rate)
            sound = self._sound(route, route.spans(plan.start, round(_GRAIN * sink.rate)), sink)
            sink.write(faded(sound, round(_FADE * sink.rate)))
            return False
        return plan.playing and self._write(plan)

    def _take_up(self, plan: Plan) -> None:
        # Grain after grain is not cut short: pieces of a few milliseconds would be clicks.
        if not (plan.grain and self._acted.grain):
            self._output.abort()
        if plan.playing and not self._acted.playing:
            self._output.try_again()  # the user has pressed play, perhaps after mending it
        rate, start = self._source.rate, plan.start
        if plan.playing:
            rate = self._output.sink().rate
            # From a whole frame on, so that at normal speed the recording's own samples are heard.
            first = plan.route(rate).spans(round(plan.start), 1)
            start = first[0].start if first else plan.start
        with self._changed:
            self._acted = plan
            self._cursor = start
            self._clock = PlaybackClock(rate, start)

    def _write(self, plan: Plan) -> bool:
        sink = self._output.sink()
        route = plan.route(sink.rate)
        spans = route.spans(self._cursor, round(_BLOCK * sink.rate))
        if not spans:
            self._stop_at_the_end(plan)
            return False
        sink.write(self._sound(route, spans, sink))
        waiting = sink.waiting()
        with self._changed:
            self._clock.wrote(spans, waiting, self._now())
        self._cursor = spans[-1].end
        return True

    def _stop_at_the_end(self, plan: Plan) -> None:
        with self._changed:
            if self._plan is plan and self._clock.is_drained(self._now()):
                self._ask(plan.at(plan.route(plan.rate).end, playing=False))

    def _sound(self, route: Route, spans: tuple[Span, ...], sink: Sink) -> FloatArray:
        sound = passage(self._source.read, route, spans, round(JOIN * sink.rate))
        return for_device(self._gain.apply(sound), sink.channels)

    def _go_on(self) -> None:
        """From the place that was heard last."""
        with self._changed:
            if self._plan is self._acted:
                self._ask(self._plan.at(self._place()))

    def _nap(self) -> float | None:
        """How long to wait for a new plan: at the end of the recording, until it has been heard."""
        return _BLOCK if self._acted.playing else None

    # Under the lock.

    def _ask(self, plan: Plan) -> None:
        self._plan = plan
        self._changed.notify_all()

    def _place(self) -> float:
        """The position heard, in recording frames."""
        if self._plan is self._acted and self._plan.playing:
            return self._clock.position(self._now())
        return self._plan.start
