"""The first thing a creator sees: where to drop a portrait and a voice, and quick ways in."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.project.storage import read_thumbnail
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import LARGE, MEDIUM, Theme

_THUMBNAIL = 56  # px
_MOST = 5


class Welcome(QWidget):
    """The empty state. Signals say which way the user chose; `recent_chosen` carries a path."""

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
        title = QLabel("Drop a portrait and a voice here", alignment=Qt.AlignmentFlag.AlignCenter)
        title.setProperty("role", "title")
        title.setWordWrap(True)
        text = QLabel(
            "A picture of a face from the front, and a recording of a voice. Everything stays on this machine.",
            alignment=Qt.AlignmentFlag.AlignCenter,
        )
        text.setProperty("role", "dim")
        text.setWordWrap(True)
        self.sample = QPushButton("Open the sample project")
        self.sample.setProperty("role", "primary")
        self.portrait, self.voice = QPushButton("Choose a portrait…"), QPushButton("Choose a voice…")
        self.record = QPushButton("Record a voice…")
        buttons = _in_the_middle(self.portrait, self.voice, self.record)
        self.sample.clicked.connect(self.sample_wanted)
        self.portrait.clicked.connect(self.portrait_wanted)
        self.voice.clicked.connect(self.voice_wanted)
        self.record.clicked.connect(self.recording_wanted)
        self._recent_title = QLabel("Recent projects")
        self._recent_title.setProperty("role", "heading")
        self._recent = QListWidget()
        self._recent.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self._recent.setAccessibleName("Recent projects")
        self._recent.itemActivated.connect(self._choose)
        self._recent.itemClicked.connect(self._choose)
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(560)
        column = QVBoxLayout(card)
        column.setContentsMargins(2 * LARGE, 2 * LARGE, 2 * LARGE, 2 * LARGE)
        column.setSpacing(LARGE)
        for part in (self._sign, title, text):
            column.addWidget(part)
        column.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(buttons)
        column.addWidget(self._recent_title)
        column.addWidget(self._recent)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 20)
        row.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        page.addStretch()
        page.addLayout(row)
        page.addStretch()
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

    def _choose(self, item: QListWidgetItem) -> None:
        self.recent_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _colour(self) -> None:
        self._sign.setPixmap(icon(Icon.FACE, self._theme.colour("accent")).pixmap(48, 48))


def _in_the_middle(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch()
    for part in parts:
        row.addWidget(part)
    row.addStretch()
    return row
