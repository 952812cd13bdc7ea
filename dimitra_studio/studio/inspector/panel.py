"""The settings of the next take, and the button that makes it."""

import secrets

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.channels import Group
from dimitra_studio.core.requests import (
    DEFAULT_GUIDANCE,
    DEFAULT_SEED,
    DEFAULT_STEPS,
    DEFAULT_STRENGTH,
    DEFAULT_TEMPERATURE,
    ByGroup,
)
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import TakeSettings
from dimitra_studio.studio.inspector.scale import Scale
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import LARGE, MEDIUM, as_panel

_LARGEST_SEED = 2**31 - 1  # what Qt's number field holds
_MOST_STEPS, _MOST_VARIATIONS = 100, 8
# (field of TakeSettings, heading, tip, highest, usual)
_SCALES = (
    ("strength", "Strength", "How far the face goes from rest; 0 = not at all.", 2.0, DEFAULT_STRENGTH),
    ("temperature", "Variety", "How much chance there is; 0 = what is most likely.", 1.5, DEFAULT_TEMPERATURE),
    (
        "guidance",
        "Follow the voice",
        "How strongly the voice is followed; 1 = as learned, beyond 1.6 lips tremble.",
        3.0,
        DEFAULT_GUIDANCE,
    ),
)


class InspectorPanel(QWidget):
    """Seed, steps and scales by group of channels."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        as_panel(self)
        self._session = session
        self.seed = QSpinBox(maximum=_LARGEST_SEED, value=DEFAULT_SEED)
        self.seed.setToolTip("Another number gives another take of the same words.\nCommand line: --seed")
        self.seed.setAccessibleName("Seed")
        self.lock = QCheckBox("Lock")
        self.lock.setToolTip("Use this seed again for the next take; else a new one is drawn.")
        self.steps = QSpinBox(minimum=1, maximum=_MOST_STEPS, value=DEFAULT_STEPS)
        self.steps.setToolTip(
            "Denoising steps: more take longer and follow the model more exactly.\nCommand line: --steps"
        )
        self.steps.setAccessibleName("Steps")
        self.variations = QSpinBox(minimum=1, maximum=_MOST_VARIATIONS)
        self.variations.setToolTip("So many takes, each with the next seed.")
        self.variations.setAccessibleName("Variations")
        self.make = QPushButton("Generate")
        self.make.setProperty("role", "primary")
        self.make.clicked.connect(self.generate)
        self.reuse = QPushButton("Use the take's settings")
        self.reuse.setToolTip("Fill these fields from the take that is shown")
        self.reuse.clicked.connect(self._reuse)
        self.scales = {
            (field, group): Scale(
                f"{heading}, {group}", f"{tip}\nCommand line: --{field} {group}=…", highest, usual[group]
            )
            for field, heading, tip, highest, usual in _SCALES
            for group in Group
        }
        self._area = area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._form = self._build_form()
        area.setWidget(self._form)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        bottom.setSpacing(MEDIUM)
        bottom.addWidget(QLabel("Takes"))
        bottom.addWidget(self.variations)
        bottom.addWidget(self.make, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addLayout(bottom)
        session.document_changed.connect(self._change)
        self._enable()
        self._keep_width()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for the scales."""
        return QSize(19 * LARGE, 30 * LARGE)

    def event(self, event: QEvent) -> bool:
        """Larger letters need more room; the form is laid out anew before this is asked."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._keep_width()
        return super().event(event)

    @property
    def take_settings(self) -> TakeSettings:
        """What the fields say."""
        scales = {field: ByGroup(*(self.scales[field, group].value for group in Group)) for field, *_ in _SCALES}
        return TakeSettings(self.steps.value(), **scales)

    def generate(self) -> None:
        """Makes as many takes as the field says, and draws the next seed unless it is kept."""
        self._session.generate(self.take_settings, self.seed.value(), self.variations.value())
        if not self.lock.isChecked():
            self._draw_seed()

    def _draw_seed(self) -> None:
        self.seed.setValue(secrets.randbelow(_LARGEST_SEED))

    def _is_used(self, seed: int) -> bool:
        """Whether a take has the seed already: the same once more is not what a new take is for."""
        return any(take.seed == seed for take in self._session.project.takes)

    def _keep_width(self) -> None:
        """Nothing of the form is cut at its right."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(self._form.minimumSizeHint().width() + bar)

    def _build_form(self) -> QWidget:
        inner = QWidget()
        form = QFormLayout(inner)
        form.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        form.setSpacing(MEDIUM)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        seed = QHBoxLayout()
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.lock)
        form.addRow("Seed", seed)
        form.addRow("Steps", self.steps)
        for field, heading, tip, *_ in _SCALES:
            title = QLabel(heading)
            title.setProperty("role", "heading")
            title.setToolTip(f"{tip}\nCommand line: --{field}")
            form.addRow(title)
            for group in Group:
                form.addRow(group.capitalize(), self.scales[field, group])
        form.addRow(self.reuse)
        return inner

    def _change(self, change: Change) -> None:
        if change.touches(Part.PORTRAIT | Part.VOICE | Part.CURRENT):
            self._enable()
        if change.touches(Part.TAKES) and not self.lock.isChecked() and self._is_used(self.seed.value()):
            self._draw_seed()

    def _enable(self) -> None:
        project = self._session.project
        ready = project.portrait is not None and project.voice is not None
        self.make.setEnabled(ready)
        self.make.setToolTip(
            "Write the motion for this portrait and this voice" if ready else "Needs a portrait and a voice"
        )
        self.reuse.setEnabled(self._session.take is not None)

    def _reuse(self) -> None:
        take = self._session.take
        if take is not None:
            self.seed.setValue(min(take.seed, _LARGEST_SEED))
            self.lock.setChecked(True)
            self.steps.setValue(take.settings.steps)
            for (field, group), scale in self.scales.items():
                scale.set_value(getattr(take.settings, field)[group])
