"""What the studio is, keeps and asks of its user: shown at the first start, and whenever it is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from dimitra_studio import __version__
from dimitra_studio.core.errors import StudioError
from dimitra_studio.engine.health import machine
from dimitra_studio.engine.registry import Registry, open_registry
from dimitra_studio.studio.dialogs.setting_form import SettingForm, dim_label
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import EXPORT_MARK, NOTICE_READ
from dimitra_studio.studio.theme import LARGE, MEDIUM, SMALL

_WIDTH, _HEIGHT = 100, 42  # mean characters, lines
_LICENCE = "Free under the Apache License 2.0. The models have licences of their own, which are below."
_PRIVACY = (
    "Portraits, voices, takes and films stay on this machine. There is no account, no telemetry and no update check."
    " Motion goes to other programs only while you switch the live stream on."
)
_CONSENT = (
    "A film in which somebody says what they never said can hurt them. Ask before you use a face or a voice that is not"
    " yours. Make nothing that deceives, defrauds, degrades or sexualises real people. Where you publish a film, say"
    " that it is generated: many countries demand it."
)


@dataclass(frozen=True)
class ModelState:
    """A line of the list: what a model is for, its licence, and what is wrong with it (empty where nothing is)."""

    purpose: str
    licence: str
    fault: str


def model_states(registry: Registry) -> Iterator[ModelState]:
    """Those that should be there. Reads a file through that was never looked at."""
    for model in filter(registry.expects, registry):
        try:
            registry.path(model.id)
        except StudioError as error:
            yield ModelState(model.needed_for, model.licence, str(error))
        else:
            yield ModelState(model.needed_for, model.licence, "")


class About(QDialog):
    """Privacy, consent and the mark of films first, then machine, models and folders.

    While the notice was not read, its button says that it is now; closed otherwise, it comes again at the next start.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Dimitra Studio")
        self._session = session
        self._is_over = False  # the models may be known only then
        self.finished.connect(self._end)
        self.mark = SettingForm(session.settings, (EXPORT_MARK,))
        self.device, self.machine = dim_label(""), dim_label(next(machine()).detail)
        self.models = QGridLayout()
        self.models.setHorizontalSpacing(LARGE)
        self.models.setVerticalSpacing(SMALL)
        for column in (0, 1):
            self.models.setColumnStretch(column, 1)
        self.models.addWidget(dim_label("Looking at the models…"), 0, 0)
        self._column = QVBoxLayout()
        self._column.setSpacing(SMALL)
        self._fill()
        content = QWidget()
        content.setLayout(self._column)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        page = QVBoxLayout(self)
        page.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        page.setSpacing(LARGE)
        page.addWidget(area, 1)
        page.addWidget(self._buttons())
        metrics = self.fontMetrics()
        wanted = QSize(_WIDTH * metrics.averageCharWidth(), _HEIGHT * metrics.height())
        self.resize(wanted.boundedTo(self.screen().availableSize() - QSize(2 * LARGE, 4 * LARGE)))
        session.surroundings_changed.connect(self._show_device)
        self._show_device()
        registry = open_registry()
        session.errands.send(lambda: tuple(model_states(registry)), self._show_models, self._show_models_fault)

    def _fill(self) -> None:
        title = QLabel(f"Dimitra Studio {__version__}")
        title.setProperty("role", "title")
        self._column.addWidget(title)
        self._column.addWidget(dim_label(_LICENCE))
        self._tell("Nothing is sent anywhere", _told(_PRIVACY))
        self._tell("Make films of people who agreed to it", _told(_CONSENT))
        self._tell("Films say that they are generated", self.mark)
        self._tell("This machine", self.machine, self.device)
        models = QWidget()
        models.setLayout(self.models)
        self.models.setContentsMargins(0, 0, 0, 0)
        self._tell("Models", models)
        yours = f"Settings, recordings, unsaved work: {self._session.folder}"
        self._tell("Where things are", dim_label(yours), dim_label(f"Decoded sound: {self._session.sound_folder}"))
        self._column.addStretch()

    def _tell(self, heading: str, *parts: QWidget) -> None:
        label = QLabel(heading)
        label.setProperty("role", "heading")
        self._column.addSpacing(MEDIUM)
        for part in (label, *parts):
            self._column.addWidget(part)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        if self._session.settings.flag(NOTICE_READ):
            buttons.addButton(QDialogButtonBox.StandardButton.Close)
        else:
            agree = buttons.addButton("I Have Read This", QDialogButtonBox.ButtonRole.AcceptRole)
            agree.setProperty("role", "primary")
            agree.setDefault(True)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._agree)
        return buttons

    def _agree(self) -> None:
        self._session.settings.set(NOTICE_READ, True)
        self._session.settings.sync()
        self.accept()

    def _end(self) -> None:
        self._is_over = True

    def _show_device(self) -> None:
        found = self._session.surroundings
        self.device.setText("Looking for devices…" if found is None else found.reason)

    def _show_models(self, states: tuple[ModelState, ...]) -> None:
        if self._is_over:
            return
        self._clear_models()
        for row, state in enumerate(states):
            purpose = _told(state.purpose[0].upper() + state.purpose[1:])
            self.models.addWidget(purpose, 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            self.models.addWidget(dim_label(state.licence), 2 * row, 1, Qt.AlignmentFlag.AlignTop)
            if state.fault:
                fault = _told(state.fault)
                fault.setProperty("role", "warning")
                self.models.addWidget(fault, 2 * row + 1, 0, 1, 2)

    def _show_models_fault(self, error: StudioError) -> None:
        self._show_models((ModelState("the models", "", str(error)),))

    def _clear_models(self) -> None:
        while (item := self.models.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()


def _told(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
