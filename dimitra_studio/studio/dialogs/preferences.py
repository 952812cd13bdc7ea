"""The settings that are declared, each with its help; what is chosen is in force at once."""

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.studio.settings import CACHE_MB, DEVICE, SCHEME, TEXT_SCALE, Setting, Settings
from dimitra_studio.studio.theme import LARGE, MEDIUM

_SHOWN = (SCHEME, TEXT_SCALE, DEVICE, CACHE_MB)
_STEP = 0.05


class Preferences(QDialog):
    """A field for each setting."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings = settings
        self.fields: dict[Setting, QWidget] = {}
        form = QFormLayout()
        form.setSpacing(MEDIUM)
        for setting in _SHOWN:
            field = self._field(setting)
            field.setAccessibleName(setting.label)
            field.setToolTip(setting.help)
            self.fields[setting] = field
            form.addRow(setting.label, field)
            words = QLabel(setting.help)
            words.setProperty("role", "dim")
            form.addRow("", words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(LARGE, LARGE, LARGE, LARGE)
        column.setSpacing(LARGE)
        column.addLayout(form)
        column.addWidget(buttons)

    def _field(self, setting: Setting) -> QWidget:
        if setting.choices:
            choices = QComboBox()
            choices.addItems(setting.choices)
            choices.setCurrentText(self._settings.text(setting))
            choices.currentTextChanged.connect(self._change)
            return choices
        field: QSpinBox | QDoubleSpinBox
        if isinstance(setting.default, int):
            field = QSpinBox(
                minimum=int(setting.low), maximum=int(setting.high), value=int(self._settings.number(setting))
            )
        else:
            field = QDoubleSpinBox(minimum=setting.low, maximum=setting.high, singleStep=_STEP)
            field.setValue(self._settings.number(setting))
        field.setKeyboardTracking(False)
        field.valueChanged.connect(self._change)
        return field

    def _change(self, value: str | int | float) -> None:
        for setting, field in self.fields.items():
            if field is self.sender():
                self._settings.set(setting, value)
