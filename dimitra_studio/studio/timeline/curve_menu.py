"""The button that chooses which channels have a curve lane."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dimitra_studio.core.channels import Group
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

_TITLES = {Group.LIPS: "Lips", Group.EXPRESSION: "Expression", Group.POSE: "Head"}


class CurveMenu(QToolButton):
    """A menu of all channels in their groups; `chosen` carries the columns [n] with a tick, in order."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText("Curves")
        self.setToolTip("Choose the curves that are shown")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menus = {group: menu.addMenu(_TITLES[group]) for group in Group}
        self._actions: list[QAction] = []
        for label in CHANNEL_LABELS:
            action = menus[label.group].addAction(label.name)
            action.setCheckable(True)
            action.triggered.connect(self._changed)
            self._actions.append(action)
        self.setMenu(menu)

    def set_channels(self, channels: tuple[int, ...]) -> None:
        """Ticks these columns."""
        for channel, action in enumerate(self._actions):
            action.setChecked(channel in channels)

    def _changed(self) -> None:
        self.chosen.emit(tuple(channel for channel, action in enumerate(self._actions) if action.isChecked()))
