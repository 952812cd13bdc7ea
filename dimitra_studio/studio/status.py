"""The status bar: what is being made and for how long yet, and what with."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from dimitra_studio import __version__
from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import SURROUNDINGS, Asker, JobLine
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.queue.words import share_done, told_state
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import DEVICE, RENDERER, STREAM, STREAM_HOST, STREAM_PORT
from dimitra_studio.studio.theme import MEDIUM, Theme


class StatusBar(QStatusBar):
    """Shows the job that runs, how many wait, and the device; `jobs_wanted` when the user asks for the list.

    `job` and `cancel` are its buttons.
    """

    jobs_wanted = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.job = QToolButton()
        self.job.setToolTip("Show what runs and waits")
        self.job.clicked.connect(self.jobs_wanted)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName("Progress")
        self.cancel = QToolButton()
        self.cancel.setToolTip("Stop what is being made")
        self.cancel.setAccessibleName("Cancel jobs")
        self.cancel.clicked.connect(session.cancel_jobs)
        self.stream = QLabel()
        self._device = QLabel("Starting up…")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(MEDIUM, 0, MEDIUM, 0)
        for part in (self.job, self._bar, self.cancel):
            self.addWidget(part)
        self.addPermanentWidget(self.stream)
        self.addPermanentWidget(self._device)
        session.settings.changed.connect(self._show_stream)
        self._show_stream()
        theme.changed.connect(self._colour)
        self._colour()
        session.jobs.changed.connect(self.refresh)
        session.generation.changed.connect(self.refresh)
        self.refresh()

    def look_around(self) -> None:
        """Asks the engine what takes will be made with."""
        settings = self._session.settings
        look = partial(jobs.look_around, settings.text(DEVICE), settings.text(RENDERER))
        self._session.jobs.submit(
            JobRequest("Start up", SURROUNDINGS, look, Priority.EXPORT, slot=SURROUNDINGS),
            Asker(self._show_surroundings, self._show_fault, self._show_stopped, self._device.setToolTip),
        )

    def refresh(self) -> None:
        """Says what is going on."""
        lines = self._session.jobs.lines
        self._bar.setVisible(bool(lines))
        self.cancel.setVisible(self._session.jobs.busy)
        if not lines:
            self.job.setText("Ready")
            return
        line = lines[0]
        waiting = len(lines) - 1 + self._session.generation.waiting
        self.job.setText(_told(line) + (f" · {waiting} waiting" if waiting else ""))
        self._theme.show_share(self._bar, share_done(line))

    def _show_stream(self) -> None:
        """Who gets a live stream, as long as there is one."""
        settings = self._session.settings
        self.stream.setText(f"Streaming to {settings.text(STREAM_HOST)}:{int(settings.number(STREAM_PORT))}")
        self.stream.setVisible(settings.flag(STREAM))

    def _colour(self) -> None:
        self.cancel.setIcon(icon(Icon.CLOSE, self._theme.colour("text")))

    def _show_surroundings(self, result: object) -> None:
        assert isinstance(result, jobs.Surroundings)
        self._session.tell_surroundings(result)
        names = {"cpu": "Processor", "cuda": "GPU"}
        self._device.setText(f"{names.get(result.device, result.device)} · Dimitra Studio {__version__}")
        self._device.setToolTip(result.reason)
        if result.fault:
            self._session.notice.emit(Notice(result.fault, level=Level.WARNING))
            return
        warm_up = partial(jobs.warm_up, self._session.settings.text(DEVICE))
        self._session.jobs.submit(
            JobRequest("Warm up", SURROUNDINGS, warm_up, Priority.EXPORT, slot=SURROUNDINGS),
            Asker(self._forget, self._forget_fault, self.refresh, self._device.setToolTip),
        )

    def _forget(self, _result: object) -> None:
        """All is loaded."""

    def _forget_fault(self, _error: StudioError) -> None:
        """Whoever needs what cannot be loaded is told why."""

    def _show_stopped(self) -> None:
        """The user has stopped it, or another device is looked at by now."""
        if self._session.surroundings is None:
            self._device.setText("Start-up was stopped")
        self.refresh()

    def _show_fault(self, error: StudioError) -> None:
        self._device.setText("No device")
        self._session.notice.emit(Notice(error.message, error.hint, Level.WARNING))


def _told(line: JobLine) -> str:
    return f"{line.title} · {told_state(line)}"
