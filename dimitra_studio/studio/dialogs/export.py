"""What to write, how large, and where."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.studio.exports import MOTION, VIDEO, ExportWish
from dimitra_studio.studio.settings import EXPORT_FOLDER, EXPORT_SIZE, Settings
from dimitra_studio.studio.theme import LARGE, MEDIUM

_KINDS = {VIDEO: "Video (MP4)", MOTION: "Motion file (NPZ)"}
_SIZES = {"own": "As large as the portrait", "1080": "1080 px", "720": "720 px", "512": "512 px", "256": "256 px"}
_WIDTH = 520


class ExportDialog(QDialog):
    """Asks for an export; `wanted` carries an ExportWish. Size and folder are remembered."""

    wanted = Signal(object)

    def __init__(self, name: str, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Take")
        self._settings = settings
        self.kind, self.size_choice = QComboBox(), QComboBox()
        for suffix, title in _KINDS.items():
            self.kind.addItem(title, suffix)
        for size, title in _SIZES.items():
            self.size_choice.addItem(title, size)
        self.size_choice.setCurrentIndex(self.size_choice.findData(settings.text(EXPORT_SIZE)))
        self.size_choice.setToolTip("The longer side of the video")
        folder = Path(settings.text(EXPORT_FOLDER)) if settings.text(EXPORT_FOLDER) else Path.home()
        self.path = QLineEdit(str(folder / f"{name}{VIDEO}"))
        for part, title in ((self.kind, "Kind"), (self.size_choice, "Size"), (self.path, "File")):
            part.setAccessibleName(title)
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        place = QHBoxLayout()
        place.addWidget(self.path, 1)
        place.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(MEDIUM)
        form.addRow("Kind", self.kind)
        form.addRow("Size", self.size_choice)
        form.addRow("File", place)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(LARGE)
        column.addLayout(form)
        column.addWidget(buttons)
        self.kind.currentIndexChanged.connect(self._choose_kind)
        self.path.textChanged.connect(self._check)
        self.setMinimumWidth(_WIDTH)

    def accept(self) -> None:
        """Remembers and tells what is wanted."""
        path, size = Path(self.path.text()), str(self.size_choice.currentData())
        self._settings.set(EXPORT_SIZE, size)
        self._settings.set(EXPORT_FOLDER, str(path.parent))
        self.wanted.emit(ExportWish(path, None if size == "own" else int(size)))
        super().accept()

    def _choose_kind(self) -> None:
        suffix = str(self.kind.currentData())
        self.size_choice.setEnabled(suffix == VIDEO)
        self.path.setText(str(Path(self.path.text()).with_suffix(suffix)))

    def _check(self, text: str) -> None:
        """The ending must be that of the kind, so that a name never says something else than the file is."""
        self.go.setEnabled(Path(text).suffix.lower() == self.kind.currentData() and bool(Path(text).stem))

    def _browse(self) -> None:
        suffix = str(self.kind.currentData())
        name, _ = QFileDialog.getSaveFileName(self, "Export", self.path.text(), f"*{suffix}")
        if name:
            self.path.setText(name if Path(name).suffix.lower() == suffix else name + suffix)
