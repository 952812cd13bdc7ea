"""The bar over the picture from which a puppet is played: what the hand moves, how, and what goes on."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout

from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.preview.view import PictureView
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
_LETTERS = 6  # of a lever's name that are seen at least


class PuppetBar(QFrame):
    """Seen while the puppeteer is there."""

    def __init__(self, session: Session, view: PictureView, open_stick: OpenStick, theme: Theme) -> None:
        """`view` is the picture over which the mouse moves."""
        super().__init__()
        self._session, self._theme = session, theme
        self.puppeteer = puppeteer = Puppeteer(session, open_stick, self)
        self.pad = PuppetPad(puppeteer, session, view, theme)
        self.setProperty("role", "notice")
        self.setProperty("level", "info")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.levers = tuple(_lever_box(name, tip) for _, name, tip in _WAYS)
        self.way = QComboBox()
        self.way.setAccessibleName("How it is recorded")
        self.way.setToolTip("Added to the motion, or in its place: then the face at rest is moved")
        self.way.addItems(("Adds", "Replaces"))
        self.smoothing = _choice_box(PUPPET_SMOOTHING, "Smoothing")
        self.start = _choice_box(PUPPET_START, "When recording begins")
        self.record = QPushButton()
        self.record.setProperty("role", "primary")
        self.discarding = QPushButton("Discard")
        self.discarding.setToolTip("Everything as it was (Esc)")
        stays = self.discarding.sizePolicy()
        stays.setRetainSizeWhenHidden(True)  # else the picture would move when recording begins
        self.discarding.setSizePolicy(stays)
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

    def refresh(self) -> None:
        """Shows what can be done now."""
        phase = self.puppeteer.phase
        self.setVisible(phase is not Phase.CLOSED)
        if phase is Phase.CLOSED:
            return
        going = self.puppeteer.is_going
        for box in (*self.levers, self.way, self.smoothing, self.start):
            box.setEnabled(not going)
        record = "Stop" if going else "Record"
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
        override = QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and event.type() == override and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return bool(super().event(event))

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
        levers, habits = QHBoxLayout(), QHBoxLayout()
        for (sign, _, _), box in zip(_WAYS, self.levers, strict=True):
            label = QLabel(sign)
            label.setBuddy(box)
            levers.addWidget(label)
            levers.addWidget(box, 1)
        levers.addWidget(self.closing)
        for box in (self.way, self.smoothing, self.start):
            habits.addWidget(box)
        habits.addStretch(1)
        for button in (self.discarding, self.record):
            habits.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        column.setSpacing(SMALL)
        for row in (levers, habits):
            row.setSpacing(MEDIUM)
            column.addLayout(row)

    def _colour(self) -> None:
        self.closing.setIcon(icon(Icon.CLOSE, self._theme.colour("dim")))
        self.record.setIcon(icon(Icon.RECORD, self._theme.colour("on_accent")))


def _lever_box(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setMinimumContentsLength(_LETTERS)
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
