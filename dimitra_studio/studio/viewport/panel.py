"""The 3D viewport with its tool bar."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QVBoxLayout, QWidget

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.studio.theme import ICON, Theme
from dimitra_studio.studio.viewport.head import ViewedHead
from dimitra_studio.studio.viewport.look import Look
from dimitra_studio.studio.viewport.view import HeadView

# (field of Look, title, key, tip)
_TOGGLES = (
    ("textured", "Photo", "T", "Show the portrait's photo on the head"),
    ("wireframe", "Wires", "W", "Show the mesh as wires"),
    ("landmarks", "Points", "P", "Show the 478 landmarks that the face was fitted to"),
    ("beside", "Compare", "B", "Show the previous take beside this one"),
)


class Viewport(QWidget):
    """A head that can be walked round. `look_changed` carries the Look that the user chose.

    Call `shut` before the window closes.
    """

    look_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = HeadView(theme)
        self._bar = bar = QToolBar("3D view")
        bar.setEnabled(False)
        bar.setIconSize(QSize(ICON, ICON))
        self._toggles: dict[str, QAction] = {}
        for field, title, key, tip in _TOGGLES:
            action = self._action(bar, title, key, tip)
            action.setCheckable(True)
            action.setChecked(getattr(self.view.look, field))
            action.triggered.connect(self._look_chosen)
            self._toggles[field] = action
        bar.addSeparator()
        self._action(bar, "Reset", "0", "Look from where the portrait was taken").triggered.connect(self.view.reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.view, 1)

    def set_head(self, head: ViewedHead | None) -> None:
        """Another person, or nobody."""
        self._bar.setEnabled(head is not None)
        self.view.set_head(head)

    def set_motion(self, motion: MotionSequence | None) -> None:
        """The take that is shown."""
        self.view.set_motion(motion)

    def set_previous(self, motion: MotionSequence | None) -> None:
        """The take to compare it with."""
        self.view.set_previous(motion)

    def set_playhead(self, seconds: float) -> None:
        """The moment that is shown."""
        self.view.set_playhead(seconds)

    def set_look(self, look: Look) -> None:
        """What is shown of the head."""
        for field, action in self._toggles.items():
            action.setChecked(getattr(look, field))
        self.view.set_look(look)

    def shut(self) -> None:
        """Stops all drawing and gives the graphics memory back, for good."""
        self.view.shut()

    def _action(self, bar: QToolBar, title: str, key: str, tip: str) -> QAction:
        action = QAction(title, self)
        action.setShortcut(key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(f"{tip} ({key})")
        self.addAction(action)
        bar.addAction(action)
        return action

    def _look_chosen(self) -> None:
        chosen = {field: action.isChecked() for field, action in self._toggles.items()}
        self.view.set_look(replace(self.view.look, **chosen))
        self.look_changed.emit(self.view.look)
