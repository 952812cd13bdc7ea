"""What to do with changes that are not saved."""

from enum import Enum, auto

from PySide6.QtWidgets import QMessageBox, QWidget


class Leaving(Enum):
    """The user's answer."""

    SAVE = auto()
    DISCARD = auto()
    STAY = auto()


def ask_to_save(parent: QWidget, title: str) -> Leaving:
    """Asks; the window waits for the answer."""
    buttons = QMessageBox.StandardButton
    question = f"Save the changes to {title}?"
    answer = QMessageBox.question(
        parent, "Dimitra Studio", question, buttons.Save | buttons.Discard | buttons.Cancel, buttons.Save
    )
    return {buttons.Save: Leaving.SAVE, buttons.Discard: Leaving.DISCARD}.get(answer, Leaving.STAY)
