"""The docks around the preview: what they are called, where they stand, what is in them, how one walks through them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMainWindow, QTabWidget, QWidget

from dimitra_studio.studio.theme import LEAST_HIT

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
EDITS = Panel("edits", "Edit", _RIGHT)
HEAD = Panel("viewport", "Head", _RIGHT)
TIMELINE = Panel("timeline", "Timeline", _BOTTOM)
JOBS = Panel("jobs", "Jobs", _RIGHT)


# Qt's names of what stands in a dock's title.
_TITLE_BUTTONS = {"qt_dockwidget_closebutton": "Close", "qt_dockwidget_floatbutton": "Float"}
_LEAST_OF_MIDDLE = 0.4  # of the window's width or height, below which docks yield
_MOST_OF_SMALL = {TAKES: 0.16, INSPECTOR: 0.3, TIMELINE: 0.34}
_TABBED = (INSPECTOR, EDITS, HEAD)


@dataclass(frozen=True)
class Arrangement:
    """Which panels are shown, and how large: shares of the window's width, or of its height for the timeline.

    `front` is the one of the tabs that is seen.
    """

    sizes: Mapping[Panel, float]
    front: Panel = INSPECTOR


class Docks(QObject):
    """The docks of a window, each holding one widget."""

    def __init__(self, window: QMainWindow, middle: QWidget, contents: Mapping[Panel, QWidget]) -> None:
        """`middle` is what the docks stand around. A panel's focus proxy is where the keys go that come to it."""
        super().__init__(window)
        self._window, self._middle = window, middle
        self._docks: dict[Panel, QDockWidget] = {}
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)
        window.setCorner(Qt.Corner.BottomRightCorner, _BOTTOM)
        for panel, widget in contents.items():
            dock = QDockWidget(panel.title, window)
            dock.setObjectName(panel.name)
            dock.setWidget(widget)
            dock.setAccessibleName(panel.title)
            if panel in _TABBED:
                dock.setTitleBarWidget(QWidget())  # the tab says it already
            for button, name in _TITLE_BUTTONS.items():
                for each in dock.findChildren(QAbstractButton, button):
                    each.setMinimumSize(LEAST_HIT, LEAST_HIT)
                    each.setAccessibleName(f"{name} {panel.title}")
            self._docks[panel] = dock
            window.addDockWidget(panel.area, dock)
        self._pile()
        self._docks[INSPECTOR].raise_()
        self._docks[JOBS].hide()

    def arrange(self, arrangement: Arrangement) -> None:
        """Every dock back to its place, shown and as large as the arrangement says."""
        window = self._window
        for panel, dock in self._docks.items():
            if dock.isFloating() or window.dockWidgetArea(dock) is not panel.area:
                dock.setFloating(False)
                window.addDockWidget(panel.area, dock)
            dock.setVisible(panel in arrangement.sizes)
        first, *others = (self._docks[panel] for panel in _TABBED)
        if not all(other in window.tabifiedDockWidgets(first) for other in others):
            self._pile()
        for panel, share in arrangement.sizes.items():
            down = panel.area is _BOTTOM
            way = Qt.Orientation.Vertical if down else Qt.Orientation.Horizontal
            room = window.height() if down else window.width()
            window.resizeDocks([self._docks[panel]], [round(share * room)], way)
        if arrangement.front in arrangement.sizes:
            self._docks[arrangement.front].raise_()

    def leave_room(self) -> None:
        """Docks that leave the middle too little of a small window are made smaller, as far as their contents let
        them."""
        window, middle = self._window, self._middle
        wide = [panel for panel in (TAKES, INSPECTOR) if not self._docks[panel].isHidden()]
        for down, panels, least in (
            (True, [TIMELINE], middle.height() < _LEAST_OF_MIDDLE * window.height()),
            (False, wide, middle.width() < _LEAST_OF_MIDDLE * window.width()),
        ):
            docks = [self._docks[panel] for panel in panels if not self._docks[panel].isFloating()]
            if least and docks:
                way = Qt.Orientation.Vertical if down else Qt.Orientation.Horizontal
                room = window.height() if down else window.width()
                taken = [dock.height() if down else dock.width() for dock in docks]
                shares = [_MOST_OF_SMALL[panel] for panel in panels]
                sizes = [min(size, round(share * room)) for size, share in zip(taken, shares, strict=False)]
                window.resizeDocks(docks, sizes, way)

    def refit(self) -> None:
        """Docks as wide as their contents need by now: Qt looks again only when something is resized."""
        for panel, dock in self._docks.items():
            if panel.area is not _BOTTOM and not (dock.isHidden() or dock.isFloating()):
                needed = dock.minimumSizeHint().width()
                self._window.resizeDocks([dock], [max(dock.width(), needed)], Qt.Orientation.Horizontal)

    def toggles(self) -> list[QAction]:
        """An action for each dock that shows or hides it."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def hide_all(self) -> None:
        """Nothing but what is in the middle."""
        for dock in self._docks.values():
            dock.hide()

    def bring_up(self, name: str) -> bool:
        """Shows the dock of that name before others; False where there is none."""
        for panel, dock in self._docks.items():
            if panel.name == name:
                if panel is JOBS and dock.isHidden():
                    self._tab(dock)
                dock.show()
                dock.raise_()
                return True
        return False

    def _pile(self) -> None:
        """Those that share a place, as tabs in their order."""
        for before, behind in pairwise(self._docks[panel] for panel in _TABBED):
            self._window.tabifyDockWidget(before, behind)

    def _tab(self, dock: QDockWidget) -> None:
        """Puts a dock that is seldom looked at behind a tab beside those that are shown: alone it would be small."""
        for panel in _TABBED:
            if not self._docks[panel].isHidden():
                self._window.tabifyDockWidget(self._docks[panel], dock)

    def next_panel(self) -> None:
        """The keys go to the next panel that is shown."""
        self._walk(1)

    def previous_panel(self) -> None:
        """The keys go to the panel before."""
        self._walk(-1)

    def _walk(self, step: int) -> None:
        inside = [dock.widget() for dock in self._docks.values() if not dock.isHidden()]
        places = [each for each in (self._middle, *inside) if each is not None and _target(each).isVisible()]
        if not places:
            return  # no dock is shown, and nothing in the middle takes keys
        focused = QApplication.focusWidget()
        here = next((place for place, each in enumerate(places) if focused and each.isAncestorOf(focused)), -step)
        panel = places[(here + step) % len(places)]
        for dock in self._docks.values():
            if dock.widget() is panel:
                dock.raise_()
        panel.setFocus(Qt.FocusReason.TabFocusReason)


def _target(panel: QWidget) -> QWidget:
    return panel.focusProxy() or panel
