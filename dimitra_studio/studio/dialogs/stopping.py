"""Whether exports that are not done yet may be stopped."""

from PySide6.QtWidgets import QMessageBox, QWidget


def may_stop(parent: QWidget, count: int) -> bool:
    """Asks where `count` exports run or wait; the window waits for the answer. Nothing half-written stays."""
    return not count or ask_to_stop(parent, count)


def ask_to_stop(parent: QWidget, count: int) -> bool:
    """The question itself."""
    what = "An export is" if count == 1 else f"{count} exports are"
    box = QMessageBox(QMessageBox.Icon.Question, "Dimitra Studio", f"{what} not done yet.", parent=parent)
    stop = box.addButton("Stop and Close", QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton("Keep Working", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is stop
