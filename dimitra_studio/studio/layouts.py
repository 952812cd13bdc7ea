"""The window's arrangements: three that ship, those that the user keeps by name, and how it was the last time."""

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMainWindow, QMenu, QToolBar, QWidget

from dimitra_studio.studio.panels import EDITS, HEAD, INSPECTOR, TAKES, TIMELINE, Arrangement, Docks
from dimitra_studio.studio.settings import LAYOUT, Settings

EDITING, WATCHING, TAKING = "Editing", "Watching", "Takes"
_SHIPPED = {
    EDITING: Arrangement({TAKES: 0.16, INSPECTOR: 0.22, EDITS: 0.22, HEAD: 0.22, TIMELINE: 0.34}),
    WATCHING: Arrangement({TIMELINE: 0.2}),
    TAKING: Arrangement({TAKES: 0.28, INSPECTOR: 0.3, EDITS: 0.3, HEAD: 0.3, TIMELINE: 0.2}, HEAD),
}
_GROUP, _LAST = "layouts", "last_layout"


class Layouts(QObject):
    """Arranges a window's docks; `middle` is what stays when the preview is shown alone."""

    def __init__(self, window: QMainWindow, docks: Docks, middle: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._docks, self._middle, self._settings = window, docks, middle, settings
        self._keeping, self._forgetting = QMenu("&Kept Layouts", window), QMenu("&Forget Layout", window)
        self._keeping.triggered.connect(self._restore)
        self._forgetting.triggered.connect(self._forget)
        self._before_alone: QByteArray | None = None
        self._state_before_alone = Qt.WindowState.WindowNoState

    @property
    def names(self) -> tuple[str, ...]:
        """Those that the user kept."""
        return tuple(self._settings.kept(_GROUP))

    @property
    def is_alone(self) -> bool:
        """Whether the preview fills the screen."""
        return self._before_alone is not None

    def extend(self, menu: QMenu) -> None:
        """Adds what the user kept to a menu."""
        for each in (self._keeping, self._forgetting):
            menu.addMenu(each)
        self._list()

    def edit(self) -> None:
        """Every panel in its place."""
        self.show(EDITING)

    def watch(self) -> None:
        """A large preview over a low timeline."""
        self.show(WATCHING)

    def compare_takes(self) -> None:
        """A wide list of takes, the preview and the head."""
        self.show(TAKING)

    def show(self, name: str) -> None:
        """An arrangement by its name, as it ships or was kept; without a name that is known, the one for editing."""
        self.leave_alone()
        kept = self._settings.kept(_GROUP).get(name)
        if kept is not None:
            self._window.restoreState(_state(kept))
        else:
            name = name if name in _SHIPPED else EDITING
            self._docks.arrange(_SHIPPED[name])
        self._settings.set(LAYOUT, name)

    def reset(self) -> None:
        """The arrangement that was chosen last, as it was then."""
        self.show(self._settings.text(LAYOUT))

    def ask_name(self) -> None:
        """Asks under which name to keep the present arrangement."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Keep This Layout")
        dialog.setLabelText("Name; one that there is already is kept anew.")
        dialog.setTextValue(self._settings.text(LAYOUT) if self._settings.text(LAYOUT) in self.names else "")
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    def keep(self, name: str) -> None:
        """Keeps the present arrangement under a name; the shipped ones' names and an empty one stay as they are."""
        name = name.strip()
        if name and name not in _SHIPPED:
            self._settings.keep(_GROUP, name, _text(self._window.saveState()))
            self._settings.set(LAYOUT, name)
            self._list()

    def forget(self, name: str) -> None:
        """Without a kept arrangement."""
        self._settings.keep(_GROUP, name, None)
        self._list()

    def toggle_alone(self) -> None:
        """The preview fills the screen, or no longer."""
        if self.is_alone:
            self.leave_alone()
            return
        self._state_before_alone = self._window.windowState()
        self._before_alone = self._window.saveState()
        self._docks.hide_all()
        self._show_bars(False)
        self._window.showFullScreen()
        self._middle.setFocus()

    def leave_alone(self) -> None:
        """The window as it was before the preview filled the screen."""
        if self._before_alone is not None:
            state, self._before_alone = self._before_alone, None
            self._show_bars(True)
            self._window.setWindowState(self._state_before_alone)
            self._window.restoreState(state)

    def keep_last(self) -> None:
        """Keeps how the window is, for the next start."""
        self.leave_alone()
        self._settings.keep(_LAST, "state", _text(self._window.saveState()))
        self._settings.keep(_LAST, "geometry", _text(self._window.saveGeometry()))

    def restore_last(self) -> None:
        """How the window was the last time, no larger than the screen and wholly on it."""
        window, last = self._window, self._settings.kept(_LAST)
        if not last:
            self._docks.arrange(_SHIPPED[EDITING])
            return
        window.restoreGeometry(_state(last.get("geometry", "")))
        screen = window.screen().availableGeometry()
        size = window.size().boundedTo(screen.size()).expandedTo(window.minimumSize())
        left = max(min(window.x(), screen.left() + screen.width() - size.width()), screen.left())
        top = max(min(window.y(), screen.top() + screen.height() - size.height()), screen.top())
        if (size, left, top) != (window.size(), window.x(), window.y()):
            window.setGeometry(left, top, size.width(), size.height())
        window.restoreState(_state(last.get("state", "")))

    def _show_bars(self, shown: bool) -> None:
        for bar in (self._window.menuBar(), self._window.statusBar(), *self._window.findChildren(QToolBar, "tools")):
            bar.setVisible(shown)

    def _list(self) -> None:
        for menu in (self._keeping, self._forgetting):
            menu.clear()
            for name in self.names:
                menu.addAction(name.replace("&", "&&")).setData(name)
            menu.setEnabled(bool(self.names))

    def _restore(self, action: QAction) -> None:
        self.show(action.data())

    def _forget(self, action: QAction) -> None:
        self.forget(action.data())


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()


def _state(text: str) -> QByteArray:
    """What `_text` wrote; nothing that Qt would accept where the file was spoilt."""
    return QByteArray.fromBase64(text.encode())
