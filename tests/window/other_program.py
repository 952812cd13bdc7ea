"""Another program on the same screen: `drag FILES` lets them be dragged out of it, `copy FILE` copies a picture."""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

SIDE = 120


class Files(QLabel):
    """Files that can be taken hold of."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__("files")
        self._paths = paths

    def mouseMoveEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drags them."""
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(path)) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(content)
        drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    deed, *words = sys.argv[1:]
    paths = [Path(word) for word in words]
    window = Files(paths)
    window.setWindowTitle("Another program")
    window.setWindowFlags(Qt.WindowType.WindowStaysOnTopHint)
    window.setGeometry(1460, 20, SIDE, SIDE)
    if deed == "copy":
        QApplication.clipboard().setImage(QImage(str(paths[0])))
    window.show()
    sys.exit(application.exec())
