"""`python -m benchmarks.studio`: how the window feels, measured in the real window with the real engine, off screen.

Stalls are the longest times between two turns of the window's own thread, which asks for one every millisecond.
Beside wall time stands the processor time that the whole process ("all") and that thread ("own") used meanwhile: what
other programs do makes the first longer, hardly these, so on a busy machine they tell. While Python's lock is kept,
"all" grows as wall time does; it also grows where two threads compute at once, up to twice as fast. "Start" is a new
process from its beginning to the first painted window. A frame's latency goes from the seek to the picture on the
screen, a cancel's from the request to the window's word that the job is over, asked for in the named stage.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from dimitra_studio.core.events import Job
from dimitra_studio.core.paths import resource as shipped
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait, GenerateMotion, RenderVideo
from dimitra_studio.engine.events import Progressed
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio import jobs
from dimitra_studio.studio.app import give_way, open_session
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.preview.stage import Shown
from dimitra_studio.studio.settings import Settings
from dimitra_studio.studio.theme import Theme

STARTS = 3
SEEKS = 20
PLAYED = 4.0  # seconds
PATIENCE = 60.0
# With nothing imported that the window itself does not import.
_START = """
import os, sys, time
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from pathlib import Path
from dimitra_studio.studio.app import give_way, open_session
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.settings import Settings
from dimitra_studio.studio.theme import Theme
from PySide6.QtWidgets import QApplication
give_way()
application, folder = QApplication(["studio"]), Path(sys.argv[1])
session = open_session(Settings(folder / "studio.ini"), folder)
window = MainWindow(session, Theme(application), folder)
window.resize(1600, 1000)
window.show()
application.processEvents()
print(time.time(), time.process_time(), flush=True)
os._exit(0)
"""


@dataclass
class Beats:
    """Longest stretches between two turns of the window's thread, by what went on: wall seconds, processor seconds of
    the whole process, of the window's thread."""

    worst: dict[str, tuple[float, ...]] = field(default_factory=dict)
    name: str = ""
    last: tuple[float, ...] = (0.0, 0.0, 0.0)

    def beat(self) -> None:
        """A turn."""
        now = time.perf_counter(), time.process_time(), time.thread_time()
        if self.name:
            passed = (after - before for after, before in zip(now, self.last, strict=True))
            known = self.worst.get(self.name, (0.0, 0.0, 0.0))
            self.worst[self.name] = tuple(map(max, known, passed))
        self.last = now

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        """Counts what is done in the block."""
        self.beat()
        self.name = name
        yield
        self.beat()
        self.name = ""


def wait(until: Callable[[], bool], what: str = "") -> None:
    """Lets the window live until something holds. Raises TimeoutError."""
    loop, look = QEventLoop(), QTimer(interval=5)
    end = time.perf_counter() + PATIENCE
    look.timeout.connect(lambda: loop.quit() if until() or time.perf_counter() > end else None)
    look.start()
    if not until():
        loop.exec()
    look.stop()
    if not until():
        raise TimeoutError(what)


def idle(seconds: float) -> None:
    """Lets the window live."""
    end = time.perf_counter() + seconds
    wait(lambda: time.perf_counter() >= end)


def measure_start() -> tuple[float, float]:
    """Seconds and processor seconds from a process's beginning to its painted window, the medians."""
    runs = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.time()
            command = [sys.executable, "-c", _START, folder]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            runs.append((float(told[0]) - began, float(told[1])))
    wall, work = zip(*runs, strict=True)
    return statistics.median(wall), statistics.median(work)


class Bench:
    """One window and what is measured in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.beats = folder, Beats()
        give_way()
        self._application = QApplication(["studio"])
        self.session = open_session(Settings(folder / "studio.ini"), folder)
        self.window = MainWindow(self.session, Theme(self._application), folder)
        self.window.resize(1600, 1000)
        self.window.show()
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(self.beats.beat)
        self._timer.start()
        self.session.notice.connect(lambda notice: print(f"  ({notice.text} {notice.hint})", file=sys.stderr))

    def quiet(self) -> bool:
        """Whether the engine has nothing to do."""
        return not self.session.jobs.lines

    def warm_up(self) -> None:
        """What the window does by itself right after it is painted."""
        with self.beats.during("warm-up: torch, models"):
            self.window.status.look_around()
            wait(self.quiet, "warm-up")

    def open(self, portrait: Path, voice: Path) -> None:
        """A portrait, then a voice, as dropped by a hand."""
        with self.beats.during("first portrait"):
            self.window.desk.open_paths([portrait])
            wait(lambda: self.session.media.sitter is not None and self.window.preview.is_drawn, "portrait")
        with self.beats.during("first voice"):
            self.window.desk.open_paths([voice])
            wait(lambda: self.session.media.heard is not None, "voice")

    def generate(self) -> None:
        """A take."""
        with self.beats.during("generating"):
            self.session.generate(TakeSettings(), 1)
            wait(lambda: self.quiet() and self.session.take is not None and self.window.preview.is_drawn, "take")

    def show_head(self) -> None:
        """The head, for the first time."""
        with self.beats.during("first 3D head"):
            self.window.docks.bring_up("viewport")
            head = self.window.head
            wait(lambda: head.view is not None and (head.view.is_drawn or bool(head.view.problem)), "3D head")
            idle(1.0)
        self.window.docks.bring_up("takes")

    def play(self, name: str) -> tuple[float, float]:
        """Frames shown a second and over frames due, while `PLAYED` seconds of a cold take are played."""
        shown: list[Shown] = []
        self.session.seek(0.0)
        self.window.preview.forget_frames()
        self.window.preview.source.ready.connect(shown.append)
        with self.beats.during(name):
            self.session.transport.play()
            idle(PLAYED)
            self.session.transport.pause()
        self.window.preview.source.ready.disconnect(shown.append)
        frames = len({(each.frame, each.level) for each in shown})
        return frames / PLAYED, sum(each.level.share for each in shown) / max(len(shown), 1)

    def scrub(self, cached: bool) -> tuple[list[float], list[float]]:
        """Wall and processor seconds from a seek to its frame on the screen."""
        walls, works = [], []
        moments = [self.session.duration * (index * 7 % SEEKS) / SEEKS for index in range(SEEKS)]
        for seconds in moments if cached else ():
            self._seek(seconds)
        for seconds in moments:
            if not cached:
                self.window.preview.forget_frames()
            began, worked = time.perf_counter(), time.process_time()
            self._seek(seconds)
            walls.append(time.perf_counter() - began)
            works.append(time.process_time() - worked)
        return walls, works

    def _seek(self, seconds: float) -> None:
        self.session.seek(seconds)
        while not self.window.preview.is_drawn:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def cancel(self, start: Callable[[Loader], Job[object]], stage: str, later: int = 1) -> float:
        """Seconds from the request to stop a job, made at its `later`-th progress in `stage`, to its end in the window;
        NaN where it was done before."""
        over: list[bool] = []
        seen: list[object] = []

        def look(event: object) -> None:
            if isinstance(event, Progressed) and event.id == job and event.progress.stage == stage:
                seen.append(event)

        def done(_result: object) -> None:
            over.append(False)

        self.session.jobs.told.connect(look)
        asker = Asker(done, done, partial(over.append, True), lambda _note: None)
        job = self.session.jobs.submit(JobRequest(f"Cancel: {stage}", "benchmark", start), asker)
        wait(lambda: len(seen) >= later or bool(over), f"job in {stage}")
        began = time.perf_counter()
        self.session.jobs.cancel(job)
        wait(lambda: bool(over), f"cancel in {stage}")
        taken = time.perf_counter() - began
        self.session.jobs.told.disconnect(look)
        wait(self.quiet, "the engine")
        return taken if over[0] else math.nan

    def cancels(self, portrait: Path, voice: Path) -> dict[str, float]:
        """The latency of a cancel in every stage."""
        media, take = self.session.media, self.session.take
        assert media.sitter is not None
        assert media.heard is not None
        assert take is not None
        fit, analyse = FitPortrait(portrait), AnalyseVoice(voice)
        sitter, heard = media.sitter, media.heard
        listen = partial(jobs.analyse_voice, analyse)
        write = partial(jobs.write_take, GenerateMotion(fit, analyse), sitter, heard)
        film = RenderVideo(fit, self.folder / "film.mp4", voice)
        return {
            "face": self.cancel(partial(jobs.fit_portrait, fit), "face"),
            "sound": self.cancel(listen, "speech"),
            "features": self.cancel(listen, "features", later=3),
            "words": self.cancel(listen, "words", later=3),
            "motion": self.cancel(write, "motion", later=3),
            "film": self.cancel(partial(jobs.export_film, film, take, sitter), "render", later=5),
        }

    def close(self) -> None:
        """Ends the threads."""
        self._timer.stop()
        self.session.close()


def enlarge(portrait: Path, target: Path) -> None:
    """Writes the portrait as a picture of 1920 x 1080 px, its border continued."""
    import cv2  # noqa: PLC0415 - the window's first import of it is measured before

    pixels = cv2.imread(str(portrait))
    assert pixels is not None
    scale = 1080 / pixels.shape[0]
    large = cv2.resize(pixels, (round(pixels.shape[1] * scale), 1080), interpolation=cv2.INTER_CUBIC)
    side = (1920 - large.shape[1]) // 2
    cv2.imwrite(
        str(target), cv2.copyMakeBorder(large, 0, 0, side, 1920 - large.shape[1] - side, cv2.BORDER_REFLECT_101)
    )


def told(seconds: list[float]) -> str:
    """Median and 95th percentile in ms."""
    ordered = sorted(seconds)
    return f"{1e3 * statistics.median(ordered):6.0f} {1e3 * ordered[math.ceil(0.95 * len(ordered)) - 1]:6.0f}"


def look_at(bench: Bench, name: str) -> None:
    """Prints how the take that is shown can be scrubbed and played."""
    scene = bench.window.preview.source.scene
    assert scene is not None
    size = "{} x {} px".format(*scene.size)
    for cached in (False, True):
        walls, works = bench.scrub(cached)
        print(f"{f'scrub {size}, ' + ('kept' if cached else 'drawn'):34}{told(walls)}   processor {told(works)}")
    rate, share = bench.play(name)
    print(f"{f'play {size}':34}{rate:6.1f} of 25 frames a second, at {share:.0%} of the size")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.studio", description="Time what a hand feels.")
    parser.add_argument("--portrait", type=Path, default=shipped("sample/portrait.png"))
    parser.add_argument("--voice", type=Path, default=shipped("sample/voice.flac"))
    arguments = parser.parse_args()
    wall, work = measure_start()
    print(f"{'start to painted window':34}{1e3 * wall:6.0f} ms, processor {1e3 * work:.0f} ms (median of {STARTS})")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder)
        try:
            report(bench, arguments.portrait, arguments.voice, folder)
        finally:
            bench.close()


def report(bench: Bench, portrait: Path, voice: Path, folder: Path) -> None:
    """Goes through a session and prints what was measured."""
    cancels = {"loading": bench.cancel(partial(jobs.look_around, "auto"), "device")}
    bench.warm_up()
    bench.open(portrait, voice)
    bench.generate()
    bench.show_head()
    from benchmarks.__main__ import cut_voice  # noqa: PLC0415 - imports torch, whose first import is measured before

    enlarge(portrait, folder / "large.png")
    cut_voice(voice, folder / "long.wav", 30.0)
    print(f"{'':34}median    95%, ms")
    look_at(bench, "playing 512")
    with bench.beats.during("second portrait"):
        bench.window.desk.open_paths([folder / "large.png"])
        wait(lambda: bench.quiet() and bench.window.preview.is_drawn, "large portrait")
    bench.window.resize(2600, 1600)
    idle(1.0)
    look_at(bench, "playing 1080")
    cancels |= bench.cancels(folder / "large.png", folder / "long.wav")
    print(f"{'longest wait of the window, ms':34}{'wall':>6} {'all':>6} {'own':>6}")
    for name, waits in bench.beats.worst.items():
        print(f"{name:34}" + " ".join(f"{1e3 * wait:6.0f}" for wait in waits))
    print(f"{'cancelled in':34}{'wall':>6} ms")
    for stage, seconds in cancels.items():
        print(f"{stage:34}{1e3 * seconds:6.0f}")


if __name__ == "__main__":
    main()
