"""The 3D viewport with its tool bar."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QVBoxLayout, QWidget

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.studio.theme import ICON, Theme
from dimitra_studio.studio.viewport.head import ViewedHead
from dimitra_studio.studio.viewport.look import Look
from dimitra_studio.studio.viewport.view import HeadView


class Viewport(QWidget):
    """A head that can be walked round, under a bar of `tools`. Call `shut` before the window closes."""

    def __init__(self, theme: Theme, tools: Sequence[QAction] = ()) -> None:
        super().__init__()
        self.view = HeadView(theme)
        bar = QToolBar("3D view")
        bar.setIconSize(QSize(ICON, ICON))
        bar.addActions(tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.view, 1)

    def set_head(self, head: ViewedHead | None) -> None:
        """Another person, or nobody."""
        self.view.set_head(head)

    def set_motion(self, motion: MotionSequence | None) -> None:
        """The take that is shown."""
        self.view.set_motion(motion)

    def set_other(self, motion: MotionSequence | None, names: tuple[str, str]) -> None:
        """The take to compare it with, and what the two are called."""
        self.view.set_other(motion, names)

    def set_playhead(self, seconds: float) -> None:
        """The moment that is shown."""
        self.view.set_playhead(seconds)

    def set_look(self, look: Look) -> None:
        """What is shown of the head."""
        self.view.set_look(look)

    def shut(self) -> None:
        """Stops all drawing and gives the graphics memory back, for good."""
        self.view.shut()
