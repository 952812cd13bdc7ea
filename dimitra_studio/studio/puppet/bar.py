"""The bar over the picture from which a puppet is played: what the hand moves, how, and what goes on."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout

from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.preview.view import PictureView
from dimitra_studio.studio.puppet.habits import Start
from dimitra_studio.studio.puppet.lever_names import LEVERS, SLIDERS
from dimitra_studio.studio.puppet.pad import PuppetPad
from dimitra_studio.studio.puppet.puppeteer import Phase, Puppeteer
from dimitra_studio.studio.puppet.stick import OpenStick
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import (
    PUPPET_LEVERS,
    PUPPET_REPLACES,
    PUPPET_SMOOTHING,
    PUPPET_START,
    Setting,
)
from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme

_WAYS = (
    ("↔", "Sideways", "What the hand moves sideways: mouse or left stick"),
    ("↕", "Up and down", "What the hand moves up and down: mouse or left stick"),
    ("↻", "Wheel", "What the mouse's wheel moves, or the right stick sideways"),
)
_WORDS = 10  # letters of a lever's name that are seen at least


class PuppetBar(QFrame):
    """Seen while the puppeteer is there."""

    def __init__(self, session: Session, view: PictureView, open_stick: OpenStick, theme: Theme) -> None:
        """`view` is the picture over which the mouse moves."""
        super().__init__()
        self._session, self._theme = session, theme
        self.puppeteer = puppeteer = Puppeteer(session, open_stick, self)
        self.pad = PuppetPad(puppeteer, session.settings, view, theme)
        self.setProperty("role", "notice")
        self.setProperty("level", "info")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.levers = tuple(_lever_box(name, tip) for _, name, tip in _WAYS)
        self.way = QComboBox()
        self.way.setAccessibleName("How it is recorded")
        self.way.setToolTip("Added to the motion, or in its place: then the face at rest is moved")
        self.way.addItems(("Added", "In its place"))
        self.smoothing = _choice_box(PUPPET_SMOOTHING, "Smoothing")
        self.start = _choice_box(PUPPET_START, "When recording begins")
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.record = QPushButton()
        self.record.setProperty("role", "primary")
        self.discarding = QPushButton("Discard")
        self.discarding.setToolTip("Everything as it was (Esc)")
        self.closing = QToolButton()
        self.closing.setAccessibleName("Close")
        self.closing.setToolTip("Close (Esc)")
        self._build()
        for box in (*self.levers, self.way, self.smoothing, self.start):
            box.activated.connect(self._keep)
        self.record.clicked.connect(puppeteer.toggle)
        self.discarding.clicked.connect(puppeteer.discard)
        self.closing.clicked.connect(puppeteer.close)
        puppeteer.changed.connect(self.refresh)
        session.selection_changed.connect(self.refresh)
        session.playhead_moved.connect(self.refresh)
        session.settings.changed.connect(self._set)
        theme.changed.connect(self._colour)
        self._colour()
        self._set(PUPPET_LEVERS)
        self.refresh()

    def open_up(self) -> None:
        """The puppeteer comes; where there is one, begins or ends."""
        if self.puppeteer.phase is Phase.CLOSED:
            self.puppeteer.open()
            self.record.setFocus()
        else:
            self.puppeteer.toggle()

    def shut(self) -> None:
        """Before the window closes."""
        self.puppeteer.close()

    def refresh(self, _about: object = None) -> None:
        """Shows what can be done now."""
        phase = self.puppeteer.phase
        self.setVisible(phase is not Phase.CLOSED)
        if phase is Phase.CLOSED:
            return
        going = self.puppeteer.is_going
        for box in (*self.levers, self.way, self.smoothing, self.start):
            box.setEnabled(not going)
        told, record = self._words(phase), "Stop" if going else "Record"
        if told != self.told.text():
            self.told.setText(told)
        if record != self.record.text():
            self.record.setText(record)
            self.record.setToolTip("Keeps it (Enter)" if going else "Begins (Enter)")
        self.discarding.setVisible(going)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives up, or closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.puppeteer.give_up()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Its own key is not for the window's shortcuts."""
        asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if asked and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return bool(super().event(event))

    def _words(self, phase: Phase) -> str:
        span, puppeteer = self.puppeteer.span, self.puppeteer
        counts = self._session.settings.text(PUPPET_START) == Start.COUNT
        if phase is Phase.WAITING:
            return "Recording begins with the first movement."
        if phase is Phase.COUNTING:
            return "Recording begins in a moment."
        if phase is Phase.PERFORMING:
            return "Recording. Enter keeps it, Esc discards it."
        where = f"{span.start:.2f} to {span.end:.2f} s" if span else "The take"
        by_stick = f"or Record, then the stick of {puppeteer.gamepad}" if puppeteer.gamepad else ""
        how = "Record, then move the mouse over the picture" if counts else "Press on the picture and move"
        if counts and puppeteer.gamepad:
            how, by_stick = f"Record, then move the stick of {puppeteer.gamepad}", ""
        return " ".join(filter(None, (f"{where} is recorded:", how, by_stick))) + f". {puppeteer.problem}"

    def _keep(self) -> None:
        settings = self._session.settings
        settings.set(PUPPET_LEVERS, ",".join(box.currentData() for box in self.levers))
        settings.set(PUPPET_REPLACES, self.way.currentIndex() == 1)
        settings.set(PUPPET_SMOOTHING, self.smoothing.currentData())
        settings.set(PUPPET_START, self.start.currentData())

    def _set(self, setting: Setting) -> None:
        if setting in (PUPPET_LEVERS, PUPPET_REPLACES, PUPPET_SMOOTHING, PUPPET_START):
            settings = self._session.settings
            for box, lever_id in zip(self.levers, self.puppeteer.lever_ids, strict=True):
                box.setCurrentIndex(box.findData(lever_id))
            self.way.setCurrentIndex(int(settings.flag(PUPPET_REPLACES)))
            for box, each in ((self.smoothing, PUPPET_SMOOTHING), (self.start, PUPPET_START)):
                box.setCurrentIndex(box.findData(settings.text(each)))
            self.refresh()

    def _build(self) -> None:
        choices, telling = QHBoxLayout(), QHBoxLayout()
        for (sign, _, _), box in zip(_WAYS, self.levers, strict=True):
            label = QLabel(sign)
            label.setBuddy(box)
            choices.addWidget(label)
            choices.addWidget(box)
        for box in (self.way, self.smoothing, self.start):
            choices.addWidget(box)
        choices.addStretch(1)
        choices.addWidget(self.closing)
        telling.addWidget(self.told, 1)
        telling.addWidget(self.record)
        telling.addWidget(self.discarding)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        column.setSpacing(SMALL)
        for row in (choices, telling):
            row.setSpacing(MEDIUM)
            column.addLayout(row)

    def _colour(self) -> None:
        self.closing.setIcon(icon(Icon.CLOSE, self._theme.colour("dim")))
        self.record.setIcon(icon(Icon.RECORD, self._theme.colour("on_accent")))


def _lever_box(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setMinimumContentsLength(_WORDS)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.addItem("Nothing", "")
    for lever_id, title in LEVERS.items():
        if box.count() == len(SLIDERS) + 1:
            box.insertSeparator(box.count())
        box.addItem(title, lever_id)
    return box


def _choice_box(setting: Setting, name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(setting.help)
    for value, title in zip(setting.choices, setting.names, strict=True):
        box.addItem(title, value)
    return box
