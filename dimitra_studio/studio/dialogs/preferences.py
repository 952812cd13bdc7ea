"""The settings, page by page."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.studio.dialogs.engine_page import EnginePage
from dimitra_studio.studio.dialogs.key_page import KeyPage
from dimitra_studio.studio.dialogs.setting_form import SettingForm
from dimitra_studio.studio.keymap import Keymap
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import (
    AUTOSAVE_SECONDS,
    REDUCED_MOTION,
    SCHEME,
    STREAM,
    STREAM_HOST,
    STREAM_PORT,
    TEXT_SCALE,
    Setting,
)
from dimitra_studio.studio.theme import LARGE

_WIDTH, _HEIGHT = 120, 44  # mean characters, lines
_GENERAL, _PROJECT = (SCHEME, TEXT_SCALE, REDUCED_MOTION), (AUTOSAVE_SECONDS,)
_STREAM = (STREAM, STREAM_HOST, STREAM_PORT)


class Preferences(QDialog):
    """A field for each setting, in force at once; `keys` and `engine` are the pages with more than fields."""

    def __init__(self, session: Session, keymap: Keymap, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        settings = session.settings
        general, project, stream = (SettingForm(settings, shown) for shown in (_GENERAL, _PROJECT, _STREAM))
        self.engine, self.keys = EnginePage(session), KeyPage(settings, keymap)
        self.fields: dict[Setting, QWidget] = {}
        for form in (general, self.engine.device, self.engine.memory, project, stream, self.keys.presets):
            self.fields |= form.fields
        self.pages = QListWidget()
        self.pages.setAccessibleName("Pages of the settings")
        self._stack = QStackedWidget()
        for title, page in (
            ("General", general),
            ("Engine", self.engine),
            ("Project", project),
            ("Live Stream", stream),
            ("Shortcuts", self.keys),
        ):
            self.pages.addItem(title)
            self._stack.addWidget(_scrolled(page, fills=page is self.keys))
        self.pages.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.pages.setCurrentRow(0)
        self.pages.setFixedWidth(
            self.pages.sizeHintForColumn(0) + 2 * LARGE  # beside a scroll bar, should it need one
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(LARGE)
        row.addWidget(self.pages)
        row.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(LARGE)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        metrics = self.fontMetrics()
        wanted = QSize(_WIDTH * metrics.averageCharWidth(), _HEIGHT * metrics.height())
        self.resize(wanted.boundedTo(self.screen().availableSize() - QSize(2 * LARGE, 4 * LARGE)))


def _scrolled(page: QWidget, fills: bool) -> QScrollArea:
    """Large text needs more room than a small screen has; a page that does not fill its room stands at the top."""
    area = QScrollArea(widgetResizable=True)
    if not fills:
        page.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    area.setMinimumWidth(page.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
    return area
