"""What to write, how large, how good, which part, and where."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.requests import USUAL_LUFS
from dimitra_studio.export.formats import DRAWN, DRAWN_FPS, MAPPED, Formats
from dimitra_studio.studio.dialogs.destination import Finding, free_bytes, fresh, look_at, most_bytes, spoken_size
from dimitra_studio.studio.dialogs.export_part import PartChooser
from dimitra_studio.studio.dialogs.export_quality import QualityChooser
from dimitra_studio.studio.export_kinds import KINDS, ExportKind, ExportWish, Purpose, kind_named
from dimitra_studio.studio.exports import Subject
from dimitra_studio.studio.settings import EXPORT_CRF, EXPORT_EVEN, EXPORT_FOLDER, EXPORT_KIND, EXPORT_SIZE, Settings
from dimitra_studio.studio.theme import LARGE, MEDIUM

_SIZES = {"own": "As large as the portrait", "1080": "1080 px", "720": "720 px", "512": "512 px", "256": "256 px"}
_WIDTH = 84  # letters


class ExportDialog(QDialog):
    """Asks for an export of a `subject`: what it is for, then the kind; `wanted` carries an ExportWish and the subject.
    Kind, size, quality, loudness and folder are remembered."""

    wanted = Signal(object, object)

    def __init__(self, subject: Subject, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Take")
        self._subject, self._settings = subject, settings
        self.purpose, self.kind, self.size_choice = QTabBar(), QComboBox(), QComboBox()
        for purpose in Purpose:
            self.purpose.addTab(purpose.value)
        self._kind = kind_named(settings.text(EXPORT_KIND))
        self._show_kinds()
        for size, title in _SIZES.items():
            self.size_choice.addItem(title, size)
        self.size_choice.setToolTip("The longer side")
        self.quality = QualityChooser(int(settings.number(EXPORT_CRF)))
        self.even = QCheckBox("Even loudness")
        self.even.setToolTip(f"Brings the voice to {USUAL_LUFS:g} LUFS, as podcasts and video sites want it")
        self.even.setChecked(settings.flag(EXPORT_EVEN))
        self.matte = QCheckBox("Cut the person out (alpha)")
        self.matte.setToolTip("The background becomes transparent; look at hair, shoulders and hands")
        self.fps = QSpinBox(minimum=1, maximum=120, value=DRAWN_FPS, suffix=" frames a second")
        self.fps.setToolTip("As the animation is drawn; usually 24, or 12")
        self.part = PartChooser(subject.take.motion.duration, subject.loop, subject.selection)
        self.size_choice.setCurrentIndex(self.size_choice.findData(settings.text(EXPORT_SIZE)))
        folder = Path(settings.text(EXPORT_FOLDER) or Path.home())
        self.path = QLineEdit(str(fresh(folder, subject.name, self._kind, subject.taken)))
        self.browse = QPushButton("Choose…")
        self.about, self.facts, self.said = QLabel(), QLabel(), QLabel()
        self.about.setProperty("role", "dim")
        self.facts.setProperty("role", "dim")
        self._lay_out()
        self._show_rows()
        self._check()
        self.purpose.currentChanged.connect(self._choose_purpose)
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
        kind, size = self._kind, str(self.size_choice.currentData())
        return ExportWish(
            self._path,
            kind,
            size=None if size == "own" or kind.film is None else int(size),
            crf=self.quality.crf,
            part=self.part.part,
            even=self.even.isChecked() and self._is_heard,
            fps=self.fps.value(),
            matte=self.matte.isChecked() and kind.film is not None and kind.film.has_alpha,
        )

    def accept(self) -> None:
        """Remembers and tells what is wanted; stays open where it cannot be written."""
        self._check()
        if not self.go.isEnabled():
            return
        wish = self.wish
        self._settings.set(EXPORT_KIND, wish.kind.name)
        self._settings.set(EXPORT_SIZE, str(self.size_choice.currentData()))
        self._settings.set(EXPORT_CRF, wish.crf)
        self._settings.set(EXPORT_EVEN, self.even.isChecked())
        self._settings.set(EXPORT_FOLDER, str(wish.path.parent))
        self.wanted.emit(wish, self._subject)
        super().accept()

    def choose(self, kind: ExportKind) -> None:
        """Another kind, and what it is for."""
        self.purpose.setCurrentIndex(list(Purpose).index(kind.purpose))
        self.kind.setCurrentIndex(self.kind.findData(kind.name))

    @property
    def _is_heard(self) -> bool:
        return self._kind.film is not None and self._kind.film.has_sound and self._subject.voice is not None

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
        self.form.addRow("Format", self.kind)
        self.form.addRow("", self.about)
        self.form.addRow("Size", self.size_choice)
        self.form.addRow("Quality", self.quality)
        self.form.addRow("Background", self.matte)
        self.form.addRow("Drawn at", self.fps)
        self.form.addRow("Sound", self.even)
        self.form.addRow("Range", self.part)
        self.form.addRow("Name", place)
        for part, title in (
            (self.purpose, "What for"),
            (self.kind, "Format"),
            (self.size_choice, "Size"),
            (self.fps, "Drawn at"),
            (self.path, "Name"),
        ):
            part.setAccessibleName(title)
        self.purpose.setExpanding(False)
        self.purpose.setDrawBase(False)
        self.about.setWordWrap(True)
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
        column.addWidget(self.purpose)
        column.addLayout(self.form)
        column.addWidget(self.facts)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(_WIDTH * self.fontMetrics().averageCharWidth())

    def _choose_purpose(self, place: int) -> None:
        purpose = list(Purpose)[place]
        if purpose is not self._kind.purpose:
            self._take_kind(next(kind for kind in KINDS if kind.purpose is purpose))
            self._show_kinds()

    def _choose_kind(self) -> None:
        self._take_kind(kind_named(self.kind.currentData()))

    def _take_kind(self, kind: ExportKind) -> None:
        self._kind = kind
        path = Path(self.path.text())
        known = {kind.suffix for kind in KINDS} - {""}
        stem = path.stem if path.suffix.lower() in known else path.name
        self._show_rows()
        self.path.setText(str(fresh(path.parent, stem, kind, self._subject.taken)))
        self._check()

    def _show_kinds(self) -> None:
        """Those of the purpose, with the present one chosen."""
        with QSignalBlocker(self.kind), QSignalBlocker(self.purpose):
            self.purpose.setCurrentIndex(list(Purpose).index(self._kind.purpose))
            self.kind.clear()
            for kind in KINDS:
                if kind.purpose is self._kind.purpose:
                    self.kind.addItem(kind.title, kind.name)
            self.kind.setCurrentIndex(self.kind.findData(self._kind.name))

    def _show_rows(self) -> None:
        """What the kind is good for; what it has no use for is not asked."""
        film, form = self._kind.film, self._kind.form
        self.about.setText(f"{self._kind.about} {_measure(form)}".strip())
        self.form.setRowVisible(self.size_choice, film is not None)
        self.form.setRowVisible(self.quality, film is not None and film.has_quality)
        self.form.setRowVisible(self.matte, film is not None and film.has_alpha)
        self.form.setRowVisible(self.even, self._is_heard)
        self.form.setRowVisible(self.fps, form in DRAWN)
        layout = self.layout()
        if layout is not None:  # a window does not grow by itself for a text that wraps
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _check(self) -> None:
        """Says what will be written, or why it cannot be."""
        try:
            wish = self.wish
            frames, fps = self._subject.frames_of(wish.kind, wish.part)
        except ValueError:
            self.facts.setText("")
            self._say(Finding("The range must end after its beginning."))
            return
        except InputError as error:
            self.facts.setText("")
            self._say(Finding(str(error)))
            return
        self.facts.setText(self._facts(wish, frames, fps))
        self._say(look_at(wish, self._subject, frames))

    def _facts(self, wish: ExportWish, frames: int, fps: float) -> str:
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


def _measure(form: Formats | None) -> str:
    """How far another face model is reached, where the format is of one."""
    if form not in MAPPED:
        return ""
    from dimitra_studio.export.deng_map import load_deng_map

    return load_deng_map().describe()
