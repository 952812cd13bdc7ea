"""What to do with changes that are not saved, and with takes that are not made yet."""

from enum import Enum, auto

from PySide6.QtWidgets import QMessageBox, QWidget

_TITLE = "Dimitra Studio"


class Leaving(Enum):
    """The user's answer."""

    SAVE = auto()
    DISCARD = auto()
    STAY = auto()


def ask_to_save(parent: QWidget, title: str, making: str) -> Leaving:
    """Asks; the window waits for the answer. `making` is what is being made, "Take 2 is", empty for nothing."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(QMessageBox.Icon.Question, _TITLE, f"Save the changes to {title}?", parent=parent)
    if making:
        box.setInformativeText(f"{making} still being made and will not be in it.")
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = buttons(box.exec())
    return {buttons.Save: Leaving.SAVE, buttons.Discard: Leaving.DISCARD}.get(answer, Leaving.STAY)


def ask_to_stop(parent: QWidget, making: str) -> bool:
    """Asks whether what is being made may be given up; everything else is saved."""
    box = QMessageBox(QMessageBox.Icon.Question, _TITLE, f"{making} still being made.", parent=parent)
    stop = box.addButton("Stop and Leave", QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton("Keep Working", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is stop
