"""The list of jobs as a panel: every one with its progress, to be stopped, moved or done again."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dimitra_studio.studio.queue.row import AGAIN, DISMISS, DOWN, REVEAL, STOP, UP, JobRow
from dimitra_studio.studio.reveal import reveal
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import MEDIUM, Theme, as_panel

_EMPTY = "Nothing is being made."


class JobsPanel(QWidget):
    """The jobs in the order in which they run, then those that have ended, the latest first."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        as_panel(self)
        self._session, self._theme = session, theme
        self._rows: dict[int, JobRow] = {}
        self.heading = QLabel(_EMPTY)
        self.heading.setWordWrap(True)
        self.heading.setProperty("role", "dim")
        self.clear = QPushButton("Clear ended")
        self.clear.setToolTip("Take everything that has ended off the list")
        self.clear.clicked.connect(session.jobs.clear_ended)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.heading, 1)
        top.addWidget(self.clear)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(MEDIUM)
        self._column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows' buttons have it
        area.setWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        column.setSpacing(MEDIUM)
        column.addLayout(top)
        column.addWidget(area, 1)
        theme.changed.connect(self._colour)
        session.jobs.changed.connect(self.refresh)
        session.generation.changed.connect(self.refresh)
        self.refresh()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The lines from top to bottom."""
        return tuple(self._rows.values())

    def take_focus(self) -> None:
        """The keys go to the first button."""
        buttons = (button for row in self.rows for button in row.buttons.values())
        first = next((button for button in buttons if button.isVisibleTo(self) and button.isEnabled()), self)
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Looks at the board again. A row stays the same widget while its job is there, so that it keeps the focus."""
        board, has_keys = self._session.jobs, self._has_keys()
        lines, ended = board.lines, board.ended
        ids = [*(line.id for line in lines), *(line.id for line in ended)]
        rows = {job_id: self._rows.get(job_id) or self._new_row(job_id) for job_id in ids}
        for job_id in self._rows.keys() - rows.keys():
            self._drop(self._rows[job_id])
        if list(rows) != list(self._rows):
            for place, row in enumerate(rows.values()):
                self._column.insertWidget(place, row)
        self._rows = rows
        waiting = [line.id for line in lines if not line.running]
        for line in lines:
            movable = not line.running
            rows[line.id].show_job(line, movable and line.id != waiting[0], movable and line.id != waiting[-1])
        for past in ended:
            rows[past.id].show_end(past)
        self.clear.setVisible(bool(ended))
        self.heading.setText(self._summary(len(lines) - len(waiting), len(waiting)))
        if has_keys and not self._has_keys():
            self.take_focus()  # the button that had the keys is gone, and Qt gives them to whatever is next

    def _has_keys(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def _summary(self, running: int, waiting: int) -> str:
        held = self._session.generation.waiting
        parts = [f"{running} running"] * bool(running) + [f"{waiting} waiting"] * bool(waiting)
        if held:
            parts.append(f"{held} {'take waits' if held == 1 else 'takes wait'} for the face and the words")
        return " · ".join(parts) or _EMPTY

    def _new_row(self, job_id: int) -> JobRow:
        row = JobRow(job_id, self._theme)
        row.asked.connect(self._act)
        return row

    def _drop(self, row: JobRow) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _act(self, wanted: str, job_id: int) -> None:
        board = self._session.jobs
        if wanted == REVEAL:
            for line in board.ended:
                if line.id == job_id and line.keepsake.file is not None:
                    reveal(line.keepsake.file)
            return
        {
            UP: lambda: board.move(job_id, -1),
            DOWN: lambda: board.move(job_id, 1),
            STOP: lambda: board.cancel(job_id),
            AGAIN: lambda: board.retry(job_id),
            DISMISS: lambda: board.dismiss(job_id),
        }[wanted]()

    def _colour(self) -> None:
        for row in self._rows.values():
            row.colour(self._theme)
