"""Fields for settings, each with its help; what is chosen is in force at once."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from dimitra_studio.studio.settings import Setting, Settings
from dimitra_studio.studio.theme import LARGE, MEDIUM, SMALL

_PER_CENT, _STEP = "%", 5


class SettingForm(QWidget):
    """The fields by their settings; they follow what is set elsewhere."""

    def __init__(self, settings: Settings, shown: Sequence[Setting]) -> None:
        super().__init__()
        self._settings = settings
        self.fields: dict[Setting, QWidget] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(LARGE)
        self._grid.setVerticalSpacing(SMALL)
        self._grid.setColumnStretch(1, 1)
        for setting in shown:
            field = self._field(setting)
            field.setAccessibleName(setting.label)
            field.setAccessibleDescription(setting.help)
            self.fields[setting] = field
            self._show(setting)
            row = self._grid.rowCount()
            if not isinstance(field, QCheckBox):
                label = QLabel(setting.label)
                label.setBuddy(field)
                self._grid.addWidget(label, row, 0)
            self._grid.addWidget(field, row, 1)
            self.add(dim_label(setting.help))
        settings.changed.connect(self._show)

    def add(self, words: QWidget) -> None:
        """Adds words or buttons about the field above."""
        self._grid.addWidget(words, self._grid.rowCount(), 1)
        self._grid.setRowMinimumHeight(self._grid.rowCount(), MEDIUM)
        self._grid.setRowStretch(self._grid.rowCount(), 0)

    def offer(self, setting: Setting, offered: Collection[str]) -> None:
        """Shows only these choices of a setting, and the one that is chosen."""
        field = self.fields[setting]
        assert isinstance(field, QComboBox)
        with QSignalBlocker(field):
            for index in reversed(range(field.count())):
                if field.itemData(index) not in {*offered, self._settings.text(setting)}:
                    field.removeItem(index)

    def _field(self, setting: Setting) -> QWidget:
        if setting.choices:
            choices = QComboBox()
            for choice, name in zip(setting.choices, setting.names or setting.choices, strict=True):
                choices.addItem(name, choice)
            choices.currentIndexChanged.connect(self._change)
            return choices
        if isinstance(setting.default, bool):
            box = QCheckBox(setting.label)
            box.toggled.connect(self._change)
            return box
        if isinstance(setting.default, str):
            text = QLineEdit()
            text.editingFinished.connect(self._take_text)
            return text
        field: QSpinBox | QDoubleSpinBox
        if setting.unit == _PER_CENT:
            field = QSpinBox(minimum=round(100 * setting.low), maximum=round(100 * setting.high), singleStep=_STEP)
        elif isinstance(setting.default, int):
            field = QSpinBox(minimum=int(setting.low), maximum=int(setting.high))
        else:
            field = QDoubleSpinBox(minimum=setting.low, maximum=setting.high)
        field.setSuffix(f" {setting.unit}" if setting.unit else "")
        field.setKeyboardTracking(False)
        field.valueChanged.connect(self._change)
        return field

    def _show(self, setting: Setting) -> None:
        field = self.fields.get(setting)
        if field is None:
            return
        with QSignalBlocker(field):
            match field:
                case QComboBox():
                    field.setCurrentIndex(field.findData(self._settings.text(setting)))
                case QCheckBox():
                    field.setChecked(self._settings.flag(setting))
                case QLineEdit():
                    field.setText(self._settings.text(setting))
                case QSpinBox():
                    share = 100 if setting.unit == _PER_CENT else 1
                    field.setValue(round(share * self._settings.number(setting)))
                case QDoubleSpinBox():
                    field.setValue(self._settings.number(setting))

    def _take_text(self) -> None:
        """What the setting may not be gives way to what it was."""
        for setting, field in self.fields.items():
            if isinstance(field, QLineEdit) and field is self.sender():
                if setting.accepts(field.text()):
                    self._settings.set(setting, field.text())
                self._show(setting)

    def _change(self, value: int | float | bool) -> None:
        for setting, field in self.fields.items():
            if field is self.sender():
                if isinstance(field, QComboBox):
                    self._settings.set(setting, str(field.currentData()))
                else:
                    self._settings.set(setting, value / 100 if setting.unit == _PER_CENT else value)


def dim_label(text: str) -> QLabel:
    """Words of less weight, in as many lines as they need."""
    label = QLabel(text)
    label.setProperty("role", "dim")
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
