"""New takes like the one that is shown, with a part of another: a menu."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dimitra_studio.core.channels import Group
from dimitra_studio.project.document import Project

_TITLES = {Group.LIPS: "the lips of", Group.EXPRESSION: "the expression of", Group.POSE: "the head pose of"}
_TIP = "The jaw moves a little where another expression would part lips that met."


class TakeMenu(QMenu):
    """Lists, for each group of channels, the other takes it may be taken from. `chosen` of an action gives both."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        others = [take for take in project.takes if take.id != project.current]
        shown = project.take.name if project.take else "this take"
        self.addAction(f"A new take: {shown} with" if others else "Mixing needs a second take").setEnabled(False)
        self.addSeparator()
        for group, title in _TITLES.items():
            menu = self.addMenu(title)
            menu.menuAction().setToolTip("" if group is Group.POSE else _TIP)
            menu.setEnabled(bool(others))
            for take in others:
                menu.addAction(take.name).setData((group, take.id))

    @staticmethod
    def chosen(action: QAction) -> tuple[Group, str]:
        """The group of channels, and the id of the take it comes from."""
        group, take_id = action.data()
        return Group(group), str(take_id)
