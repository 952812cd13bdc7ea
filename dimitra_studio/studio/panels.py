"""The docks around the preview: what they are called, where they stand, what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


@dataclass(frozen=True)
class Panel:
    """A dock."""

    name: str
    title: str
    area: Qt.DockWidgetArea


TAKES = Panel("takes", "Takes", _LEFT)
INSPECTOR = Panel("inspector", "Next take", _RIGHT)
HEAD = Panel("viewport", "Head", _RIGHT)
TIMELINE = Panel("timeline", "Timeline", _BOTTOM)


_TABBED = (INSPECTOR, HEAD)


class Docks:
    """The docks of a window, each holding one widget."""

    def __init__(self, window: QMainWindow, contents: Mapping[Panel, QWidget]) -> None:
        self._window = window
        self._docks: dict[Panel, QDockWidget] = {}
        for panel, widget in contents.items():
            dock = QDockWidget(panel.title, window)
            dock.setObjectName(panel.name)
            dock.setWidget(widget)
            dock.setAccessibleName(panel.title)
            if panel in _TABBED:
                dock.setTitleBarWidget(QWidget())  # the tab says it already
            self._docks[panel] = dock
        self.reset()

    def reset(self) -> None:
        """Every dock back to its place."""
        window = self._window
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)
        window.setCorner(Qt.Corner.BottomRightCorner, _BOTTOM)
        for panel, dock in self._docks.items():
            dock.setFloating(False)
            window.addDockWidget(panel.area, dock)
            dock.show()
        window.tabifyDockWidget(*(self._docks[panel] for panel in _TABBED))
        self._docks[INSPECTOR].raise_()

    def toggles(self) -> list[QAction]:
        """An action for each dock that shows or hides it."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def bring_up(self, name: str) -> bool:
        """Shows the dock of that name before others; False where there is none."""
        for panel, dock in self._docks.items():
            if panel.name == name:
                dock.show()
                dock.raise_()
                return True
        return False
