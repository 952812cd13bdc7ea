"""What to write, how large, how good, which part, and where."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.timebase import frames_within
from dimitra_studio.studio.dialogs.destination import Finding, free_bytes, fresh, look_at, most_bytes, spoken_size
from dimitra_studio.studio.dialogs.export_part import PartChooser
from dimitra_studio.studio.dialogs.export_quality import QualityChooser
from dimitra_studio.studio.exports import ExportKind, ExportWish, Subject
from dimitra_studio.studio.settings import EXPORT_CRF, EXPORT_FOLDER, EXPORT_KIND, EXPORT_SIZE, Settings
from dimitra_studio.studio.theme import LARGE, MEDIUM

_KINDS = {
    ExportKind.VIDEO: "Video for everything (MP4, H.264)",
    ExportKind.EDITING: "Video for editing (MOV, ProRes 4444)",
    ExportKind.PICTURES: "Pictures and sound in a folder (PNG, WAV)",
    ExportKind.MOTION: "Motion of the face (NPZ)",
}
_SIZES = {"own": "As large as the portrait", "1080": "1080 px", "720": "720 px", "512": "512 px", "256": "256 px"}
_WIDTH = 84  # letters


class ExportDialog(QDialog):
    """Asks for an export of a `subject`; `wanted` carries an ExportWish and the subject. Kind, size, quality and folder
    are remembered."""

    wanted = Signal(object, object)

    def __init__(self, subject: Subject, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Take")
        self._subject, self._settings = subject, settings
        self.kind, self.size_choice = QComboBox(), QComboBox()
        for kind, title in _KINDS.items():
            self.kind.addItem(title, kind)
        for size, title in _SIZES.items():
            self.size_choice.addItem(title, size)
        self.size_choice.setToolTip("The longer side")
        self.quality = QualityChooser(int(settings.number(EXPORT_CRF)))
        self.part = PartChooser(subject.take.motion.duration, subject.loop, subject.selection)
        self.kind.setCurrentIndex(self.kind.findData(settings.text(EXPORT_KIND)))
        self.size_choice.setCurrentIndex(self.size_choice.findData(settings.text(EXPORT_SIZE)))
        folder = Path(settings.text(EXPORT_FOLDER) or Path.home())
        self.path = QLineEdit(str(fresh(folder, subject.name, self._kind, subject.taken)))
        self.browse = QPushButton("Choose…")
        self.facts, self.said = QLabel(), QLabel()
        self.facts.setProperty("role", "dim")
        self._lay_out()
        self._show_rows()
        self._check()
        self.kind.currentIndexChanged.connect(self._choose_kind)
        self.size_choice.currentIndexChanged.connect(self._check)
        self.quality.changed.connect(self._check)
        self.part.changed.connect(self._check)
        self.path.textChanged.connect(self._check)
        self.browse.clicked.connect(self._browse)

    @property
    def wish(self) -> ExportWish:
        """What is asked for. Raises ValueError where the range is none."""
        size = str(self.size_choice.currentData())
        wish = ExportWish(self._path, self._kind, crf=self.quality.crf, part=self.part.part)
        return replace(wish, size=None if size == "own" or wish.kind.film is None else int(size))

    def accept(self) -> None:
        """Remembers and tells what is wanted; stays open where it cannot be written."""
        self._check()
        if not self.go.isEnabled():
            return
        wish = self.wish
        self._settings.set(EXPORT_KIND, wish.kind.value)
        self._settings.set(EXPORT_SIZE, str(self.size_choice.currentData()))
        self._settings.set(EXPORT_CRF, wish.crf)
        self._settings.set(EXPORT_FOLDER, str(wish.path.parent))
        self.wanted.emit(wish, self._subject)
        super().accept()

    @property
    def _kind(self) -> ExportKind:
        return ExportKind(self.kind.currentData())

    @property
    def _path(self) -> Path:
        """What the name's field means."""
        path = Path(self.path.text())
        if path.parts[:1] == ("~",):
            path = path.expanduser()
        return path if path.is_absolute() else Path(self._settings.text(EXPORT_FOLDER) or Path.home()) / path

    def _lay_out(self) -> None:
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEDIUM)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        self.form = QFormLayout()
        self.form.setSpacing(MEDIUM)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.addRow("Kind", self.kind)
        self.form.addRow("Size", self.size_choice)
        self.form.addRow("Quality", self.quality)
        self.form.addRow("Range", self.part)
        self.form.addRow("Name", place)
        for part, title in ((self.kind, "Kind"), (self.size_choice, "Size"), (self.path, "Name")):
            part.setAccessibleName(title)
        self.facts.setWordWrap(True)
        self.said.setWordWrap(True)
        self.said.setAccessibleName("What is wrong with it")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(LARGE)
        column.addLayout(self.form)
        column.addWidget(self.facts)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH * self.fontMetrics().averageCharWidth())

    def _choose_kind(self) -> None:
        path = Path(self.path.text())
        known = {kind.suffix for kind in ExportKind} - {""}
        stem = path.stem if path.suffix.lower() in known else path.name
        self._show_rows()
        self.path.setText(str(fresh(path.parent, stem, self._kind, self._subject.taken)))
        self._check()

    def _show_rows(self) -> None:
        """What the kind has no use for is not asked."""
        self.form.setRowVisible(self.size_choice, self._kind is not ExportKind.MOTION)
        self.form.setRowVisible(self.quality, self._kind is ExportKind.VIDEO)

    def _check(self) -> None:
        """Says what will be written, or why it cannot be."""
        motion = self._subject.take.motion
        try:
            wish = self.wish
            frames = len(frames_within(len(motion), wish.part, motion.fps))
        except ValueError:
            self.facts.setText("")
            self._say(Finding("The range must end after its beginning."))
            return
        except InputError as error:
            self.facts.setText("")
            self._say(Finding(str(error)))
            return
        self.facts.setText(self._facts(wish, frames))
        self._say(look_at(wish, self._subject, frames))

    def _facts(self, wish: ExportWish, frames: int) -> str:
        fps = self._subject.take.motion.fps
        parts = [f"{frames / fps:.2f} s", f"{frames} frames at {fps:g} a second"]
        most, free = most_bytes(wish, self._subject, frames), free_bytes(wish.path.parent)
        if most:
            parts.append(f"up to {spoken_size(most)}")
        if free is not None:
            parts.append(f"{spoken_size(free)} free")
        return " · ".join(parts)

    def _say(self, finding: Finding) -> None:
        self.go.setEnabled(not finding.problem)
        self.go.setText("Replace" if finding.replaces else "Export")
        there = f"{Path(self.path.text()).name} is there already and will be replaced." if finding.replaces else ""
        self.said.setText(finding.problem or there)
        level = "error" if finding.problem else "warning"
        if self.said.property("level") != level:
            self.said.setProperty("level", level)
            self.said.style().polish(self.said)

    def _browse(self) -> None:
        suffix = self._kind.suffix
        if not suffix:
            folder = QFileDialog.getExistingDirectory(self, "Export into", str(self._path.parent))
            name = str(Path(folder) / self._path.name) if folder else ""
        else:
            name, _ = QFileDialog.getSaveFileName(
                self, "Export", self.path.text(), f"*{suffix}", options=QFileDialog.Option.DontConfirmOverwrite
            )
        if name:
            self.path.setText(name if Path(name).suffix.lower() == suffix or not suffix else name + suffix)
