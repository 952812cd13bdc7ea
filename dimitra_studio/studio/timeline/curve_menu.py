"""The button that chooses which channels have a curve lane."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget, QWidgetAction

from dimitra_studio.core.channels import COMPONENT_COUNT, Group
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

_TITLES = {Group.LIPS: "Lips", Group.EXPRESSION: "Expression", Group.POSE: "Head"}
_MOST_FOUND = 12


class CurveMenu(QToolButton):
    """A menu of all channels in their groups, with the favourites and a search before them; under Advanced the face
    model's components by their raw names. `chosen` carries the columns [n] with a tick, in order."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText("Curves")
        self.setToolTip("Choose the curves that are shown")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = menu = QMenu(self)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a curve")
        self.search.setAccessibleName("Find a curve")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._refill)
        self._field = QWidgetAction(self)
        self._field.setDefaultWidget(self.search)
        self._groups = {group: QMenu(_TITLES[group], menu) for group in Group}
        self._advanced = QMenu("Advanced", menu)
        self._actions: list[QAction] = []
        self._raw: list[QAction] = []
        self._favourites: tuple[int, ...] = ()
        for channel, label in enumerate(CHANNEL_LABELS):
            action = self._groups[label.group].addAction(label.name)
            action.setCheckable(True)
            action.triggered.connect(self._changed)
            self._actions.append(action)
            if channel < COMPONENT_COUNT:
                raw = self._advanced.addAction(COMPONENT_NAMES[channel])
                raw.setCheckable(True)
                raw.triggered.connect(action.trigger)
                action.toggled.connect(raw.setChecked)
                self._raw.append(raw)
        menu.aboutToHide.connect(self.search.clear)
        self._refill()
        self.setMenu(menu)

    def set_channels(self, channels: tuple[int, ...]) -> None:
        """Ticks these columns."""
        for channel, action in enumerate(self._actions):
            action.setChecked(channel in channels)

    def set_favourites(self, channels: Collection[int]) -> None:
        """These columns stand first."""
        self._favourites = tuple(sorted(channels))
        self._refill()

    def found(self) -> list[str]:
        """The names that stand before the groups: what was searched for, else the favourites."""
        return [action.text() for action in self._menu.actions() if action in self._actions or action in self._raw]

    def _refill(self) -> None:
        text = self.search.text().strip().lower()
        # The field stays in the menu while one writes in it.
        for action in self._menu.actions():
            if action is not self._field:
                self._menu.removeAction(action)
        if self._field not in self._menu.actions():
            self._menu.addAction(self._field)
        if text:
            self._menu.addActions(self._matches(text))
            return
        self._menu.addActions([self._actions[channel] for channel in self._favourites])
        self._menu.addSeparator()
        for each in (*self._groups.values(), self._advanced):
            self._menu.addMenu(each)

    def _matches(self, text: str) -> list[QAction]:
        named = [action for action in self._actions if text in action.text().lower()]
        raw = [action for action in self._raw if text in action.text().lower()]
        return (named or raw)[:_MOST_FOUND]

    def _changed(self) -> None:
        self.chosen.emit(tuple(channel for channel, action in enumerate(self._actions) if action.isChecked()))
