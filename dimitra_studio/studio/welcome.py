"""The first thing a creator sees: where to drop a portrait and a voice, and quick ways in."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.project.storage import read_thumbnail
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import LARGE, MEDIUM, Theme

_THUMBNAIL = 56  # px
_MOST = 5
_CARD = 560  # px at most


class Welcome(QScrollArea):
    """The empty state; where the window is small, it can be scrolled.

    Signals say which way the user chose; `recent_chosen` carries a path.
    """

    portrait_wanted = Signal()
    voice_wanted = Signal()
    recording_wanted = Signal()
    sample_wanted = Signal()
    recent_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Path, ...] | None = None
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sample = QPushButton("Open the sample project")
        self.sample.setProperty("role", "primary")
        self.portrait, self.voice = QPushButton("Choose a portrait…"), QPushButton("Choose a voice…")
        self.record = QPushButton("Record a voice…")
        self.sample.clicked.connect(self.sample_wanted)
        self.portrait.clicked.connect(self.portrait_wanted)
        self.voice.clicked.connect(self.voice_wanted)
        self.record.clicked.connect(self.recording_wanted)
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._ways.addStretch()
        for button in (self.portrait, self.voice, self.record):
            self._ways.addWidget(button)
        self._ways.addStretch()
        self._recent_title = QLabel("Recent projects")
        self._recent_title.setProperty("role", "heading")
        self._recent = QListWidget()
        self._recent.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self._recent.setAccessibleName("Recent projects")
        self._recent.itemActivated.connect(self._choose)
        self._recent.itemClicked.connect(self._choose)
        self.setWidget(_in_the_middle(self._build_card()))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.changed.connect(self._colour)
        self._colour()
        self.show_recent(())

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """The projects opened lately, with their thumbnails."""
        if paths == self._shown:
            return  # reading thumbnails takes its time
        self._shown = paths
        self._recent.clear()
        for path in paths[:_MOST]:
            picture = QPixmap()
            picture.loadFromData(read_thumbnail(path))
            thumbnail = icon(Icon.FACE, self._theme.colour("dim")) if picture.isNull() else QIcon(picture)
            item = QListWidgetItem(thumbnail, path.stem)
            item.setToolTip(str(path))
            item.setData(Qt.ItemDataRole.UserRole, path)
            self._recent.addItem(item)
        self._recent.setFixedHeight((_THUMBNAIL + MEDIUM) * min(len(paths), 3))
        for part in (self._recent_title, self._recent):
            part.setVisible(bool(paths))

    def _build_card(self) -> QWidget:
        title = QLabel("Drop a portrait and a voice here")
        title.setProperty("role", "title")
        text = QLabel(
            "A picture of a face from the front, and a recording of a voice. Everything stays on this machine."
        )
        text.setProperty("role", "dim")
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(LARGE, 2 * LARGE, LARGE, 2 * LARGE)
        column.setSpacing(LARGE)
        column.addWidget(self._sign)
        for words in (title, text):
            words.setWordWrap(True)
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
        column.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._ways)
        column.addWidget(self._recent_title)
        column.addWidget(self._recent)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The ways in stand one under the other where they have no room beside each other."""
        super().resizeEvent(event)
        room = min(self.viewport().width() - 2 * MEDIUM, _CARD) - 2 * LARGE
        wide = sum(each.sizeHint().width() + LARGE for each in (self.portrait, self.voice, self.record))
        way = QBoxLayout.Direction
        self._ways.setDirection(way.LeftToRight if wide <= room else way.TopToBottom)

    def _choose(self, item: QListWidgetItem) -> None:
        self.recent_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _colour(self) -> None:
        self._sign.setPixmap(icon(Icon.FACE, self._theme.colour("accent")).pixmap(48, 48))


def _in_the_middle(card: QWidget) -> QWidget:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card, 20)
    row.addStretch(1)
    content = QWidget()
    page = QVBoxLayout(content)
    page.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
    page.addStretch()
    page.addLayout(row)
    page.addStretch()
    return content
