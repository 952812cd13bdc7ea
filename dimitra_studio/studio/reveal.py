"""Shows a file in the system's file manager, chosen; where none can do that, its folder."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QDesktopServices

# The file managers' common service (freedesktop.org, File Manager D-Bus Interface).
_SERVICE = "org.freedesktop.FileManager1"
_PATH = "/org/freedesktop/FileManager1"


def reveal(path: Path) -> None:
    """Shows a file or folder that is there; one that is gone, by the folder that it was in."""
    command = reveal_command(path, sys.platform)
    if not path.exists():
        open_folder(path.parent)
    elif command:
        QProcess.startDetached(command[0], list(command[1:]))
    elif not show_items(path, QDBusConnection.sessionBus()):
        open_folder(path.parent)


def reveal_command(path: Path, platform: str) -> tuple[str, ...]:
    """The program that shows a file on this `platform` (as in sys.platform); empty where there is no one program."""
    if platform == "darwin":
        return ("open", "-R", str(path))
    if platform == "win32":
        return ("explorer", f"/select,{path}")
    return ()


def show_items(path: Path, bus: QDBusConnection) -> bool:
    """Asks a Linux desktop's file manager over D-Bus; False where there is none that can be asked."""
    directory = bus.interface()
    if not bus.isConnected() or directory is None:
        return False
    names = [*directory.registeredServiceNames().value(), *directory.activatableServiceNames().value()]
    if _SERVICE not in names:
        return False
    call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _SERVICE, "ShowItems")
    call.setArguments([[bytes(QUrl.fromLocalFile(str(path)).toEncoded().data()).decode()], ""])
    return bus.send(call)


def open_folder(folder: Path) -> None:
    """Opens a folder in whatever the system opens folders with."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
