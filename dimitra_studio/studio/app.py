"""Starts the window: application, theme, engine threads, session."""

import gc
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from dimitra_studio.core.paths import resource
from dimitra_studio.engine.eta import StageTimes
from dimitra_studio.engine.jobs import JobQueue
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.paths import user_data_folder
from dimitra_studio.engine.worker import Worker
from dimitra_studio.studio.board import JobBoard
from dimitra_studio.studio.collector import Collector
from dimitra_studio.studio.engine_thread import EngineThread
from dimitra_studio.studio.faults import CrashStory, FaultReporter
from dimitra_studio.studio.interrupts import Interrupts
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.puppet.gamepads import Gamepads
from dimitra_studio.studio.recovery import Recovery
from dimitra_studio.studio.screenshot import Screenshot, ShotRequest
from dimitra_studio.studio.session import Engines, Session
from dimitra_studio.studio.settings import SCHEME, TEXT_SCALE, Settings
from dimitra_studio.studio.theme import Scheme, Theme

NAME = "Dimitra Studio"
_DESKTOP_FILE = "dimitra-studio"  # as Linux desktops know the program, where it is installed
# Seconds for which a thread that computes keeps Python's lock: the window shall not wait for it for 5 ms, the usual.
_SWITCH = 0.001
# When garbage is looked for: as usual among what is new, hardly ever among everything, which keeps the window waiting.
_COLLECT = (700, 10, 1000)


@dataclass(frozen=True)
class Opening:
    """What the window opens with: files, or the sample; and whether it is only to be photographed."""

    files: tuple[Path, ...] = ()
    sample: bool = False
    shot: ShotRequest | None = None


def run_studio(opening: Opening) -> int:
    """Shows the window until it is closed; returns the exit status (0 done, 2 where a picture of it failed)."""
    give_way()
    application = QApplication.instance() or QApplication([NAME])
    assert isinstance(application, QApplication)
    application.setApplicationName(NAME)
    application.setDesktopFileName(_DESKTOP_FILE)
    application.setWindowIcon(QIcon(str(resource("icons/program.png"))))
    collector = Collector()
    interrupts = Interrupts()  # heard from now on, answered as soon as there is a window
    folder = user_data_folder()
    with TemporaryDirectory() as scratch:
        # A picture shows the window as it is for everybody, and leaves no trace in the user's settings.
        settings = Settings((Path(scratch) if opening.shot else folder) / "studio.ini")
        theme = Theme(application, Scheme(settings.text(SCHEME)), settings.number(TEXT_SCALE))
        session = open_session(settings, folder)
        sys.excepthook = FaultReporter(session, folder)
        window = MainWindow(session, theme, folder, Gamepads)
        window.show()
        interrupts.interrupted.connect(window.close_politely)
        interrupts.ended.connect(window.end)
        # After the first picture of the window: what is opened must not keep it waiting.
        QTimer.singleShot(0, window, partial(_open, window, session, opening))
        recovery = Recovery(session, window.desk.may_leave, folder / "recovery")
        crash = CrashStory(folder)
        if opening.shot is None:
            QTimer.singleShot(0, window, partial(crash.tell, session))
            QTimer.singleShot(0, window, recovery.look)
            QTimer.singleShot(0, window, window.greet)
        shot = Screenshot(opening.shot, window, session) if opening.shot else None
        with crash.recording():
            status = int(application.exec())
        recovery.shut()
        interrupts.stop()
        collector.stop()
        return status if shot is None else shot.status


def give_way() -> None:
    """Sets Python up so that the window's thread gets its turn soon, whatever others compute."""
    sys.setswitchinterval(_SWITCH)
    gc.set_threshold(*_COLLECT)


def open_session(settings: Settings, folder: Path) -> Session:
    """A session with its two engine threads."""
    from dimitra_studio.audio.sound_device import SoundDevices

    times = StageTimes(folder / "stage_times.json")
    engines = Engines(JobBoard(EngineThread(partial(_make_worker, times))), JobBoard(EngineThread()))
    sound = SoundDevices()
    return Session(engines, settings, folder, sound.open_output, sound)


def _make_worker(times: StageTimes, queue: JobQueue) -> Worker:
    return Worker(queue, partial(Loader, apart=True), times)


def _open(window: MainWindow, session: Session, opening: Opening) -> None:
    for problem in (*session.settings.problems, *window.keymap.problems):
        session.notice.emit(Notice(problem, level=Level.WARNING))
    if opening.sample:
        session.open_sample()
    if opening.files:
        window.desk.open_paths(list(opening.files))
    window.status.look_around()
