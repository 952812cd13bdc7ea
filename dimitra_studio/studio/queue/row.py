"""A line of the list of jobs, with what can be done about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout

from dimitra_studio.studio.board import EndedLine, JobLine, Outcome
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.queue.words import share_done, told_end, told_state
from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme

UP, DOWN, STOP, AGAIN, REVEAL, DISMISS = "up", "down", "stop", "again", "reveal", "dismiss"
_BUTTONS = {
    UP: (Icon.UP, "Run earlier"),
    DOWN: (Icon.DOWN, "Run later"),
    REVEAL: (Icon.OPEN, "Show in its folder"),
    AGAIN: (Icon.REDO, "Do it again"),
    STOP: (Icon.CLOSE, "Stop"),
    DISMISS: (Icon.CLOSE, "Take it off the list"),
}


class JobRow(QFrame):
    """A job that runs, waits or has ended; `asked` carries one of the words above and the job's id."""

    asked = Signal(str, int)

    def __init__(self, job_id: int, theme: Theme) -> None:
        super().__init__()
        self._id = job_id
        self._shown = ("", "", set[str]())
        self.setProperty("role", "card")
        self.title, self.state = QLabel(), QLabel()
        for label in (self.title, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setProperty("role", "dim")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("Progress")
        words = QVBoxLayout()
        words.setSpacing(SMALL)
        for part in (self.title, self.state, self.bar):
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        row.setSpacing(0)
        row.addLayout(words, 1)
        self.buttons: dict[str, QToolButton] = {}
        for name in _BUTTONS:
            button = QToolButton()
            button.setObjectName(name)
            button.clicked.connect(self._click)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            self.buttons[name] = button
        self._theme = theme
        self.colour(theme)

    def colour(self, theme: Theme) -> None:
        """Draws the buttons in the colours in force."""
        for name, (drawing, _) in _BUTTONS.items():
            self.buttons[name].setIcon(icon(drawing, theme.colour("text")))

    def show_job(self, line: JobLine, can_rise: bool, can_sink: bool) -> None:
        """A job that is not at its end, and whether it can be moved."""
        self._show(line.title, told_state(line), {STOP} if line.running else {UP, DOWN, STOP})
        self.buttons[UP].setEnabled(can_rise)
        self.buttons[DOWN].setEnabled(can_sink)
        self.bar.setVisible(line.running)
        self._theme.show_share(self.bar, share_done(line))

    def show_end(self, line: EndedLine) -> None:
        """A job that has ended."""
        written = line.outcome is Outcome.DONE and line.keepsake.file is not None
        self._show(line.title, told_end(line), {DISMISS, REVEAL if written else AGAIN})
        self.bar.hide()

    def _show(self, title: str, state: str, wanted: set[str]) -> None:
        if (title, state, wanted) == self._shown:
            return  # a long list is looked at some twenty times a second
        self._shown = (title, state, wanted)
        self.title.setText(title)
        self.state.setText(state)
        self.setAccessibleName(f"{title}: {state}")
        for name, (_, tip) in _BUTTONS.items():
            self.buttons[name].setVisible(name in wanted)
            self.buttons[name].setToolTip(tip)
            self.buttons[name].setAccessibleName(f"{tip}: {title}")

    def _click(self) -> None:
        self.asked.emit(self.sender().objectName(), self._id)
