"""Recording a voice: which microphone, how loud, how long; listening to what was recorded, and using it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dimitra_studio.studio.clock import spoken
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.level_view import LevelView
from dimitra_studio.studio.notices import Notice
from dimitra_studio.studio.recording_advice import advice
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import LARGE, MEDIUM, Theme

if TYPE_CHECKING:
    from dimitra_studio.audio.recordings import Recording

_WIDTH = 540
_KEYS = ("Space", "R")
_NONE_YET = "No recordings yet"


class RecordingPanel(QDialog):
    """Stands beside the window; the session's booth is open as long as it is."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Record Voice")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._theme, self._booth = session, theme, session.booth
        self._inputs: tuple[str, ...] = ()
        self._made: tuple[Recording, ...] = ()
        self._trouble = ""
        self._said: Notice | None = None
        self.input, self.made = QComboBox(), QComboBox()
        self.again, self.go = QPushButton("Look again"), QPushButton()
        self.listen, self.use = QPushButton("Listen"), QPushButton("Use this recording")
        self.meter, self.elapsed, self.words = LevelView(theme), QLabel(), QLabel()
        self._describe()
        self._lay_out()
        self.input.activated.connect(self._choose_input)
        self.again.clicked.connect(self._booth.look_again)
        self.go.clicked.connect(self._toggle)
        self.listen.clicked.connect(self._listen)
        self.use.clicked.connect(self._use)
        for key in _KEYS:
            QShortcut(QKeySequence(key), self).activated.connect(self.go.click)
        for enter in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(QKeySequence(enter), self).activated.connect(self._press)
        self._booth.changed.connect(self.refresh)
        self._booth.told.connect(self._note_trouble)
        theme.changed.connect(self._colour)
        session.open_booth()
        self._colour()
        self.refresh()
        self.go.setFocus()

    def refresh(self) -> None:
        """Shows what the recorder finds."""
        if not self._booth.is_open:
            return
        state = self._booth.state
        self._list_inputs(state.inputs)
        self._list_recordings(state.made)
        self.meter.show_level(state.level, state.listening)
        self.input.setEnabled(bool(state.inputs) and not state.recording)
        self.again.setEnabled(not state.recording)
        self.go.setEnabled(state.listening)
        for part in (self.made, self.listen, self.use):
            part.setEnabled(bool(state.made) and not state.recording)
        playing = self._booth.transport
        self.listen.setText("Stop" if playing.is_playing else "Listen")
        told = spoken(playing.seconds if playing.is_playing else state.seconds)
        self.elapsed.setText(f"● {told}" if state.recording else told)
        self._show_recording(state.recording, state.seconds > 0)
        self._say(advice(state, self._trouble))

    def done(self, result: int) -> None:
        """Ends a recording, which is kept, and lets the microphone go."""
        self._booth.close()
        super().done(result)

    def _press(self) -> None:
        """The focused button: the space bar records, wherever the focus is."""
        focused = self.focusWidget()
        if isinstance(focused, QPushButton):
            focused.click()

    def _toggle(self) -> None:
        self._booth.toggle()
        self.refresh()

    def _listen(self) -> None:
        if self._made:
            self._booth.listen_to(self._made[self.made.currentIndex()])
            self.refresh()

    def _use(self) -> None:
        if self._made and self._session.use_recording(self._made[self.made.currentIndex()]):
            self.accept()

    def _choose_input(self, index: int) -> None:
        self._booth.choose(self.input.itemData(index))

    def _note_trouble(self, sentence: str) -> None:
        self._trouble = sentence

    def _list_inputs(self, inputs: tuple[str, ...]) -> None:
        if inputs == self._inputs and self.input.count():
            return
        chosen = self.input.currentData()
        self._inputs = inputs
        self.input.clear()
        self.input.addItem("The system's default" if inputs else "None")
        for name in inputs:
            self.input.addItem(name, name)
        self.input.setCurrentIndex(max(self.input.findData(chosen), 0))

    def _list_recordings(self, made: "tuple[Recording, ...]") -> None:
        if made == self._made and self.made.count():
            return
        self._made = made
        self.made.clear()
        for each in made:
            self.made.addItem(f"{each.made:%d %b %H:%M:%S}  ·  {spoken(each.seconds)}")
        if not made:
            self.made.addItem(_NONE_YET)

    def _show_recording(self, recording: bool, again: bool) -> None:
        title = "Stop" if recording else "Record again" if again else "Record"
        if title != self.go.text():
            self.go.setText(title)
            made = again and not recording
            for button, first in ((self.go, not made), (self.use, made)):
                button.setProperty("role", "primary" if first else "")
                button.style().polish(button)
            self._colour()

    def _say(self, notice: Notice) -> None:
        if notice != self._said:
            self._said = notice
            self.words.setText(f"{notice.text} {notice.hint}".strip())
            self.words.setProperty("level", str(notice.level))
            self.words.style().polish(self.words)

    def _colour(self) -> None:
        recording, first = self.go.text() == "Stop", self.go.property("role") == "primary"
        self.go.setIcon(
            icon(Icon.STOP if recording else Icon.RECORD, self._theme.colour("on_accent" if first else "error"))
        )
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour("error" if recording else "text"))
        self.elapsed.setPalette(palette)

    def _describe(self) -> None:
        from dimitra_studio.audio.recordings import DAYS

        self.input.setAccessibleName("Microphone")
        self.again.setToolTip("Look for microphones that were connected since")
        self.elapsed.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.elapsed.setProperty("role", "title")
        self.elapsed.setAccessibleName("Length")
        self.elapsed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.elapsed.ensurePolished()
        self.elapsed.setMinimumWidth(self.elapsed.fontMetrics().horizontalAdvance("●  00:00.00"))
        self.go.setToolTip(f"Record or stop ({', '.join(_KEYS)})")
        self.words.setProperty("role", "notice")
        self.words.setWordWrap(True)
        self.words.setMargin(MEDIUM)
        self.words.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2 * MEDIUM + 2)
        self.made.setAccessibleName("Recordings")
        self.made.setToolTip(f"Recordings that you do not use are kept for {DAYS} days")
        for button in (self.again, self.go, self.listen, self.use):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(LARGE)
        column.addLayout(_row((QLabel("Microphone"), 0), (self.input, 1), (self.again, 0)))
        column.addWidget(self.meter)
        column.addLayout(_row((self.elapsed, 0), (self.go, 1)))
        column.addWidget(self.words)
        column.addLayout(_row((self.made, 1), (self.listen, 0), (self.use, 0)))
        column.addStretch()
        self.setMinimumWidth(_WIDTH)


def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(MEDIUM)
    for part, stretch in parts:
        row.addWidget(part, stretch)
    return row
