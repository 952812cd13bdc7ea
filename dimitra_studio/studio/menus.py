"""The action table as Qt's actions, and those in menus and tool bars."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from dimitra_studio.studio.actions import TABLE, Action, Choice, Menu, Scope
from dimitra_studio.studio.icons import icon
from dimitra_studio.studio.keymap import Keymap, told
from dimitra_studio.studio.settings import Setting, Settings
from dimitra_studio.studio.theme import Theme

CONTEXTS = {
    scope: Qt.ShortcutContext.WindowShortcut
    if scope is Scope.EVERYWHERE
    else Qt.ShortcutContext.WidgetWithChildrenShortcut
    for scope in Scope
}


class ActionSet(QObject):
    """The table as Qt's actions `by_id`, whose keys and tool tips follow the keymap and whose ticks the settings."""

    def __init__(
        self, hosts: Mapping[Scope, QWidget], targets: Mapping[str, QObject], settings: Settings, keymap: Keymap
    ) -> None:
        """`hosts` are the widgets within which a scope's keys are in force, `targets` the objects that the table names.

        Raises LookupError for a target, AttributeError for a method that is not there.
        """
        super().__init__(hosts[Scope.EVERYWHERE])
        self._settings, self._keymap = settings, keymap
        self._dressed: list[tuple[QWidget, str]] = []
        self.by_id: dict[str, QAction] = {}
        for row in TABLE:
            self.by_id[row.id] = self._build(row, targets, hosts[Scope.EVERYWHERE])
            hosts[row.scope].addAction(self.by_id[row.id])
        self._show_keys()
        keymap.changed.connect(self._show_keys)
        settings.changed.connect(self._tick)

    def dress(self, widget: QWidget, action: str) -> None:
        """Gives a button of a panel's own the tool tip of the action that it does."""
        self._dressed.append((widget, action))
        widget.setToolTip(self.by_id[action].toolTip())

    def _build(self, row: Action, targets: Mapping[str, QObject], window: QWidget) -> QAction:
        action = QAction(row.title, window)  # its child wherever its keys are in force: panels go before the window
        action.setIconText(row.short or row.name)
        action.setShortcutContext(CONTEXTS[row.scope])
        action.setAutoRepeat(row.repeats)
        action.setStatusTip(row.tip)
        if isinstance(row.does, Choice):
            action.setCheckable(True)
            action.setChecked(self._settings.value(row.does.setting) == row.does.value)
            action.setData(row.id)
            action.triggered.connect(self._choose)
        else:
            target, method = row.does.split(".")
            action.triggered.connect(getattr(targets[target], method))
        return action

    def _show_keys(self) -> None:
        for row in TABLE:
            keys, action = self._keymap.keys(row), self.by_id[row.id]
            action.setShortcuts([QKeySequence(key, QKeySequence.SequenceFormat.PortableText) for key in keys])
            words = row.tip or row.name
            action.setToolTip(f"{words} ({told(keys)})" if keys else words)
        for widget, name in self._dressed:
            widget.setToolTip(self.by_id[name].toolTip())

    def _choose(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        choice = next(row.does for row in TABLE if row.id == action.data())
        assert isinstance(choice, Choice)
        self._settings.set(choice.setting, choice.after(self._settings.value(choice.setting)))
        self._tick(choice.setting)

    def _tick(self, setting: Setting) -> None:
        for row in TABLE:
            if isinstance(row.does, Choice) and row.does.setting is setting:
                self.by_id[row.id].setChecked(self._settings.value(setting) == row.does.value)


def colour_icons(actions: Mapping[str, QAction], theme: Theme) -> None:
    """The icons in the theme's colour of text."""
    for row in TABLE:
        if row.icon is not None:
            actions[row.id].setIcon(icon(row.icon, theme.colour("text")))


def fill_menu_bar(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Every action in its menu; returns menus and submenus by their titles."""
    menus: dict[str, QMenu] = {}
    groups: dict[str, int] = {}
    for name in Menu:
        menus[name] = _titled(bar.addMenu(name))
        for row in (row for row in TABLE if row.menu is name):
            if row.submenu and row.submenu not in menus:
                menus[row.submenu] = _titled(menus[name].addMenu(row.submenu))
            place = row.submenu or name
            if groups.setdefault(place, row.group) != row.group:
                menus[place].addSeparator()
                groups[place] = row.group
            menus[place].addAction(actions[row.id])
    return menus


def fill_tool_bar(bar: QToolBar, actions: Mapping[str, QAction]) -> None:
    """The actions that are often used, a line between menus."""
    menu = None
    for row in TABLE:
        if row.in_tool_bar:
            if menu not in (None, row.menu):
                bar.addSeparator()
            menu = row.menu
            bar.addAction(actions[row.id])


def _titled(menu: QMenu) -> QMenu:
    menu.setToolTipsVisible(True)
    return menu
