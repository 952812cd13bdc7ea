"""What can be done with the take that is shown: a menu at the mouse."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dimitra_studio.core.channels import Group
from dimitra_studio.project.document import Project

_TITLES = {Group.LIPS: "Lips from", Group.EXPRESSION: "Expression from", Group.POSE: "Head pose from"}


class TakeMenu(QMenu):
    """Lists, for each group of channels, the other takes it may be taken from. `chosen` of an action gives both."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        others = [take for take in project.takes if take.id != project.current]
        for group, title in _TITLES.items():
            menu = self.addMenu(title)
            menu.setEnabled(bool(others))
            for take in others:
                menu.addAction(take.name).setData((group, take.id))

    @staticmethod
    def chosen(action: QAction) -> tuple[Group, str]:
        """The group of channels, and the id of the take it comes from."""
        group, take_id = action.data()
        return Group(group), str(take_id)
