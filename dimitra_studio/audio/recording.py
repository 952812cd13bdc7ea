"""Recording a voice: one thread listens to an input, shows how loud it is, and writes to the disk when asked to.

Whatever is asked for (by any thread, at once) becomes a new wish, which the listening thread takes up some milliseconds
later; what it finds is a new state for everybody to look at. An input that is missing, refuses or goes away is a normal
state, and what was recorded until then is kept.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dimitra_studio.audio.level import SILENCE, Level, LevelMeter
from dimitra_studio.audio.microphone import Inputs, Microphone
from dimitra_studio.audio.recordings import Recording, new_path, put_in_order, recordings
from dimitra_studio.audio.sink import SoundDeviceError
from dimitra_studio.audio.tape import Tape
from dimitra_studio.core.errors import StudioError

_PAUSE = 0.02  # seconds between looks at the input
_PATIENCE = 4.0  # seconds without any sound, not even silence: the input is gone (Bluetooth takes three to begin)


@dataclass(frozen=True)
class _Wish:
    """Which input (None: the system's default), how often it was asked to look for them, whether to record."""

    name: str | None = None
    looks: int = 0
    recording: bool = False


@dataclass(frozen=True)
class RecorderState:
    """What a recorder finds.

    `inputs`: the names there are; `listening`: one of them is open; `seconds` of the recording that runs or ended
    last, `loudest` in it (dB) and how often sound was `lost` in it; `problem`: why nothing is heard, or why the
    recording ended; `made`: all recordings, the latest first; `saved`: how many of them had been cut off; `saving`: one
    is being saved, and nothing is heard until it is.
    """

    inputs: tuple[str, ...] = ()
    listening: bool = False
    recording: bool = False
    seconds: float = 0.0
    loudest: float = 0.0
    lost: int = 0
    level: Level = SILENCE
    problem: StudioError | None = None
    made: tuple[Recording, ...] = ()
    saved: int = 0
    saving: bool = False


class Recorder:
    """Records from one of `inputs` into `folder`. `run` is for a thread of its own; everything else may be called from
    any, and returns at once."""

    def __init__(
        self,
        inputs: Inputs,
        folder: Path,
        now: Callable[[], float] = time.monotonic,
        make_tape: Callable[[Path, int], Tape] = Tape,
    ) -> None:
        self._inputs, self._folder = inputs, folder
        self._now, self._make_tape = now, make_tape
        self._changed = threading.Condition()
        self._wish = _Wish(looks=1)
        self._closed = False
        self._state = RecorderState()
        # The listening thread's own.
        self._acted = _Wish()
        self._microphone: Microphone | None = None
        self._meter = LevelMeter()
        self._heard_at = 0.0
        self._tape: Tape | None = None
        self._frames = 0

    @property
    def state(self) -> RecorderState:
        """What it found last."""
        return self._state

    @property
    def recording(self) -> bool:
        """Whether it records or is about to."""
        return self._wish.recording

    def look_again(self) -> None:
        """Looks for inputs and opens the one that is wished for; a recording ends."""
        self._ask(lambda wish: replace(wish, looks=wish.looks + 1, recording=False))

    def choose(self, name: str | None) -> None:
        """Listens to another input, None to the system's default; a recording ends."""
        self._ask(lambda wish: replace(wish, name=name, recording=False))

    def record(self) -> None:
        """Begins a recording."""
        self._ask(lambda wish: replace(wish, recording=True))

    def stop(self) -> None:
        """Ends it; it is among the made ones then."""
        self._ask(lambda wish: replace(wish, recording=False))

    def close(self) -> None:
        """Ends `run`; a recording is kept."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    # The listening thread.

    def run(self) -> None:
        """Listens until it is closed, then lets the input go."""
        self._put_in_order()
        try:
            while not self._closed:
                nap = _PAUSE if self.step() else None
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._wish is not self._acted, nap)
        finally:
            self._end()
            self._let_go()

    def _put_in_order(self) -> None:
        job = put_in_order(self._folder)
        saved: tuple[Path, ...] = ()
        try:
            while not self._closed:
                next(job)
                self._state = replace(self._state, saving=True)
        except StopIteration as done:
            saved = done.value
        job.close()  # what is not saved yet is the next time
        self._state = replace(self._state, saving=False, saved=len(saved), made=recordings(self._folder))

    def step(self) -> bool:
        """Takes up a new wish and what the input has; False where there is no input to listen to."""
        wish = self._wish
        try:
            if wish is not self._acted:
                self._take_up(wish)
            if self._microphone is not None:
                self._listen(self._microphone)
        except StudioError as error:
            self._fail(error)
        return self._microphone is not None

    def _take_up(self, wish: _Wish) -> None:
        acted, self._acted = self._acted, wish
        if acted.recording and not wish.recording:
            self._end()
        if self._microphone is None or (acted.name, acted.looks) != (wish.name, wish.looks):
            self._let_go()
            if acted.looks != wish.looks:
                self._state = replace(self._state, inputs=())
                self._state = replace(self._state, inputs=self._inputs.inputs())
            self._microphone = self._inputs.open_input(wish.name)
            self._meter, self._heard_at = LevelMeter(), self._now()
            self._state = replace(self._state, listening=True, problem=None)
        if wish.recording and self._tape is None:
            path = new_path(self._folder, datetime.now())  # the user's own clock
            self._tape, self._frames = self._make_tape(path, self._microphone.rate), 0
            self._meter.reset()
            self._state = replace(self._state, recording=True, seconds=0.0, lost=0, problem=None)

    def _listen(self, microphone: Microphone) -> None:
        sound, lost = microphone.read()
        now = self._now()
        if len(sound):
            self._heard_at = now
        elif now - self._heard_at > _PATIENCE:
            raise SoundDeviceError(f"{microphone.name} no longer gives any sound.", "Connect it again and look again.")
        level = self._meter.add(sound, now)
        if self._tape is None:
            self._state = replace(self._state, level=level)
            return
        self._tape.write(sound)
        self._frames += len(sound)
        seconds = self._frames / self._tape.rate
        self._state = replace(
            self._state, level=level, seconds=seconds, loudest=self._meter.loudest, lost=self._state.lost + lost
        )
        if self._tape.problem is not None:
            raise self._tape.problem

    def _end(self) -> bool:
        """Makes the recording whole; False where there is none."""
        if self._tape is None:
            return False
        tape, self._tape = self._tape, None
        kept = None
        try:
            kept = tape.finish()
        except StudioError as error:
            self._state = replace(self._state, problem=error)
        self._state = replace(self._state, recording=False, made=recordings(self._folder))
        return kept is not None

    def _fail(self, error: StudioError) -> None:
        """Tells it; the recording is kept, and nothing is recorded until it is asked for again."""
        with self._changed:
            taken_up = self._wish is self._acted
            self._acted = replace(self._acted, recording=False)
            self._wish = self._acted if taken_up else replace(self._wish, recording=False)
        if self._end():
            error = type(error)(f"{error.message} What was recorded until then is kept.", error.hint)
        if isinstance(error, SoundDeviceError):
            self._let_go()
        self._state = replace(self._state, problem=error)

    def _let_go(self) -> None:
        if self._microphone is not None:
            self._microphone.close()
            self._microphone = None
        self._state = replace(self._state, listening=False, level=SILENCE)

    def _ask(self, change: Callable[[_Wish], _Wish]) -> None:
        with self._changed:
            self._wish = change(self._wish)
            self._changed.notify_all()
