"""The status bar: what is being made and for how long yet, and what with."""

from functools import partial

from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from dimitra_studio import __version__
from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker, JobLine
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import DEVICE
from dimitra_studio.studio.theme import MEDIUM, Theme

_STAGES = {
    "face": "looking for the face",
    "sound": "reading the sound",
    "waveform": "drawing the waveform",
    "speech": "listening to the words",
    "motion": "writing the motion",
    "device": "starting up",
}


class StatusBar(QStatusBar):
    """Shows the job that runs, how many wait, and the device."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._job = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName("Progress")
        self._cancel = QToolButton()
        self._cancel.setToolTip("Stop what is being made (Ctrl+.)")
        self._cancel.setAccessibleName("Cancel jobs")
        self._cancel.clicked.connect(session.cancel_jobs)
        self._device = QLabel("Starting up…")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(MEDIUM, 0, MEDIUM, 0)
        for part in (self._job, self._bar, self._cancel):
            self.addWidget(part)
        self.addPermanentWidget(self._device)
        self._theme = theme
        theme.changed.connect(self._colour)
        self._colour()
        session.jobs.changed.connect(self.refresh)
        session.generation.changed.connect(self.refresh)
        self.refresh()

    def look_around(self) -> None:
        """Asks the engine what takes will be made with."""
        wish = self._session.settings.text(DEVICE)
        self._session.jobs.submit(
            JobRequest("Start up", "surroundings", partial(jobs.look_around, wish), slot="surroundings"),
            Asker(self._show_surroundings, self._show_fault, self.refresh, self._device.setToolTip),
        )

    def refresh(self) -> None:
        """Says what is going on."""
        lines = self._session.jobs.lines
        for part in (self._bar, self._cancel):
            part.setVisible(bool(lines))
        if not lines:
            self._job.setText("Ready")
            return
        line = lines[0]
        waiting = len(lines) - 1 + self._session.generation.waiting
        self._job.setText(_told(line) + (f" · {waiting} waiting" if waiting else ""))
        progress = line.progress
        counted = progress is not None and progress.total > 1
        self._bar.setRange(0, progress.total if progress and counted else 0)
        self._bar.setValue(progress.done if progress and counted else 0)

    def _colour(self) -> None:
        self._cancel.setIcon(icon(Icon.CLOSE, self._theme.colour("text")))

    def _show_surroundings(self, result: object) -> None:
        assert isinstance(result, jobs.Surroundings)
        self._session.tell_surroundings(result)
        names = {"cpu": "Processor", "cuda": "GPU"}
        self._device.setText(f"{names.get(result.device, result.device)} · Dimitra Studio {__version__}")
        self._device.setToolTip(result.reason)
        if result.fault:
            self._session.notice.emit(Notice(result.fault, level=Level.WARNING))

    def _show_fault(self, error: StudioError) -> None:
        self._device.setText("No device")
        self._session.notice.emit(Notice(error.message, error.hint, Level.WARNING))


def _told(line: JobLine) -> str:
    if line.progress is None or not line.running:
        return line.title
    parts = [line.title, _STAGES.get(line.progress.stage, line.progress.stage)]
    left = line.left.job if line.left else None
    if left is not None and left >= 1:
        parts.append(f"about {left:.0f} s left" if left < 90 else f"about {left / 60:.0f} min left")
    return " · ".join(parts)
