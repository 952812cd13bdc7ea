"""What stands under the picture: how large it is, what it is compared with, what of it is shown otherwise."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dimitra_studio.project.changes import Change, Part
from dimitra_studio.studio.comparison import Against, Compare
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.preview.face_choice import FaceChoice
from dimitra_studio.studio.preview.lens import Zoom
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import ICON, MEDIUM, SMALL, Theme

_LETTERS = 6  # that a narrow window leaves of a choice
_WAYS = {Compare.OFF: "Alone", Compare.WIPE: "Wipe", Compare.BESIDE: "Side by side"}


class PreviewBar(QWidget):
    """`zoom_chosen` carries a Zoom."""

    zoom_chosen = Signal(object)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.zoom, self.way, self.against = _choice("Zoom"), _choice("Compare"), _choice("Compare with")
        self.zoom.addItems(list(Zoom))
        self.zoom.setToolTip("How large the picture is; drag it where there is more than is seen")
        self.zoom.currentTextChanged.connect(self._choose_zoom)
        self.way.addItems([_WAYS[way] for way in Compare])
        self.way.setToolTip("Compare the take with the portrait or another take (C); hold ` to see that one alone")
        self.way.activated.connect(self._choose_way)
        self.against.setToolTip("What the take is compared with")
        self.against.activated.connect(self._choose_against)
        self.face = FaceChoice(session)
        self._sign, self._warning, self._told_in_full = QLabel(), QLabel(), ""
        self._warning.setProperty("role", "dim")
        self._warning.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._told = QWidget()
        told = QHBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, SMALL)
        told.setSpacing(SMALL)
        told.addWidget(self._sign)
        told.addWidget(self._warning, 1)
        self._told.hide()
        self._row = QHBoxLayout()
        self._row.setSpacing(MEDIUM)
        for part in (self.zoom, self.face, self.way, self.against):
            self._row.addWidget(part)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        column.setSpacing(0)
        column.addWidget(self._told)
        column.addLayout(self._row)
        session.comparison.changed.connect(self.show_comparison)
        session.document_changed.connect(self._change)
        theme.changed.connect(self._colour)
        self._colour()
        self.show_comparison()

    def add(self, part: QWidget) -> None:
        """Another thing at the end of the row."""
        self._row.addWidget(part)

    def warn(self, warning: str) -> None:
        """What of the take is shown otherwise than it is; empty for nothing."""
        self._told_in_full = warning
        self._told.setToolTip(warning)
        self._told.setVisible(bool(warning))
        self._fit_warning()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The warning has one line, as much of it as there is room for; its tool tip has all."""
        super().resizeEvent(event)
        self._fit_warning()

    def _fit_warning(self) -> None:
        room = self.width() - ICON - 2 * MEDIUM - SMALL
        metrics = self._warning.fontMetrics()
        self._warning.setText(metrics.elidedText(self._told_in_full, Qt.TextElideMode.ElideRight, room))

    def show_comparison(self) -> None:
        """What is compared, and what could be."""
        comparison, project = self._session.comparison, self._session.project
        choices = [("with portrait", Against.PORTRAIT, ""), ("with previous take", Against.PREVIOUS, "")]
        choices += [
            (f"with {take.name}", Against.NAMED, take.id) for take in project.takes if take.id != project.current
        ]
        shown = 0
        with QSignalBlocker(self.against):
            self.against.clear()
            for row, (text, against, take_id) in enumerate(choices):
                self.against.addItem(text, (against.value, take_id))
                named = against is not Against.NAMED or comparison.names(take_id)
                if against is comparison.against and named:
                    shown = row
            self.against.setCurrentIndex(shown)
        self.against.setVisible(bool(project.takes))
        self.way.setVisible(bool(project.takes))
        self.way.setCurrentIndex(list(Compare).index(comparison.way))

    def _change(self, change: Change) -> None:
        if change.touches(Part.TAKES | Part.CURRENT):
            self.show_comparison()

    def _choose_zoom(self, zoom: str) -> None:
        self.zoom_chosen.emit(Zoom(zoom))

    def _choose_way(self, row: int) -> None:
        self._session.comparison.choose_way(list(Compare)[row])

    def _choose_against(self, row: int) -> None:
        against, take_id = self.against.itemData(row)
        comparison = self._session.comparison
        comparison.choose(Against(against), take_id)
        if comparison.way is Compare.OFF:  # who chooses with whom wants to see it
            comparison.choose_way(Compare.WIPE)

    def _colour(self) -> None:
        self._sign.setPixmap(icon(Icon.WARNING, self._theme.colour("warning")).pixmap(ICON, ICON))


def _choice(name: str) -> QComboBox:
    choice = QComboBox()
    choice.setAccessibleName(name)
    choice.setMinimumContentsLength(_LETTERS)
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    choice.setMinimumWidth(0)
    policy = choice.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Maximum)
    choice.setSizePolicy(policy)
    return choice
