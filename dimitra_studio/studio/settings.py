"""What the user may set: each setting declared once with its kind, default, label and help, kept in one text file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from dimitra_studio.studio.theme import Scheme

Value: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Setting:
    """A setting: `choices` for texts, `low` and `high` for numbers."""

    key: str
    default: Value
    label: str
    help: str
    choices: tuple[str, ...] = ()
    low: float = float("-inf")
    high: float = float("inf")

    def accepts(self, value: Value) -> bool:
        """Whether the setting may have the value."""
        if type(value) is not type(self.default):
            return False
        if isinstance(value, str):
            return not self.choices or value in self.choices
        return self.low <= value <= self.high

    def parse(self, text: str) -> Value:
        """The value in the file. Raises ValueError for one that the setting may not have."""
        value: Value = text
        if isinstance(self.default, bool):
            value = {"true": True, "false": False}.get(text.lower(), text)
        elif isinstance(self.default, int | float):
            value = type(self.default)(text)
        if not self.accepts(value):
            raise ValueError(text)
        return value


SCHEME = Setting(
    "look/scheme", Scheme.SYSTEM.value, "Colours", "Dark, light, or as the system has them.", tuple(Scheme)
)
TEXT_SCALE = Setting("look/text_scale", 1.0, "Text size", "1 is the system's text size.", low=0.75, high=2.0)
DEVICE = Setting(
    "engine/device",
    "auto",
    "Device",
    "Where the networks run; auto takes a GPU if there is one.",
    ("auto", "cpu", "cuda"),
)
CACHE_MB = Setting("preview/cache_mb", 1024, "Frame cache (MB)", "Memory for rendered frames.", low=64, high=65536)
AUTOSAVE_SECONDS = Setting(
    "project/autosave_seconds",
    10,
    "Keep changes every (seconds)",
    "So much work at the most is lost where the power fails.",
    low=2,
    high=600,
)
EXPORT_SIZE = Setting(
    "export/size",
    "own",
    "Size of videos",
    "The longer side; own is the portrait's.",
    ("own", "1080", "720", "512", "256"),
)
EXPORT_FOLDER = Setting("export/folder", "", "Folder of exports", "Where the last export went.")
DECLARED = (SCHEME, TEXT_SCALE, DEVICE, CACHE_MB, AUTOSAVE_SECONDS, EXPORT_SIZE, EXPORT_FOLDER)
_RECENT, _MOST_RECENT = "files/recent", 12


class Settings(QObject):
    """The settings in a text file; `changed` carries the setting that has a new value.

    `problems` says in sentences which values in the file could not be used; those settings have their defaults.
    """

    changed = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = QSettings(str(path), QSettings.Format.IniFormat)
        self._values: dict[str, Value] = {}
        self.problems: list[str] = []
        for setting in DECLARED:
            self._values[setting.key] = self._read(setting)

    def __iter__(self) -> Iterator[Setting]:
        return iter(DECLARED)

    def text(self, setting: Setting) -> str:
        """The value of a setting that is a text."""
        return str(self._values[setting.key])

    def number(self, setting: Setting) -> float:
        """The value of a setting that is a number."""
        return float(self._values[setting.key])

    def flag(self, setting: Setting) -> bool:
        """The value of a setting that is yes or no."""
        return bool(self._values[setting.key])

    def set(self, setting: Setting, value: Value) -> None:
        """Another value. Raises ValueError for one that the setting may not have."""
        if not setting.accepts(value):
            raise ValueError(f"{setting.label} cannot be {value!r}")
        if value != self._values[setting.key]:
            self._values[setting.key] = value
            self._file.setValue(setting.key, str(value))
            self.changed.emit(setting)

    def sync(self) -> None:
        """Writes the file now; else Qt does so at leisure and at the end."""
        self._file.sync()

    def recent_files(self) -> tuple[Path, ...]:
        """Projects opened or saved lately, the latest first; those that are gone are left out."""
        kept = self._file.value(_RECENT, [])
        names = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return tuple(path for path in map(Path, names) if path.is_file())

    def add_recent_file(self, path: Path) -> None:
        """Puts a project at the head of the recent ones."""
        path = path.resolve()
        others = [other for other in self.recent_files() if other != path]
        self._file.setValue(_RECENT, [str(each) for each in (path, *others)][:_MOST_RECENT])

    def layout(self, name: str) -> QByteArray:
        """A kept arrangement of the window; empty where there is none."""
        kept = self._file.value(f"layout/{name}")
        return kept if isinstance(kept, QByteArray) else QByteArray()

    def keep_layout(self, name: str, state: QByteArray) -> None:
        """Keeps an arrangement of the window."""
        self._file.setValue(f"layout/{name}", state)

    def _read(self, setting: Setting) -> Value:
        kept = self._file.value(setting.key)
        if kept is None:
            return setting.default
        try:
            return setting.parse(str(kept))
        except ValueError:
            self.problems.append(f"The setting {setting.label} cannot be {kept!r}: it is {setting.default} now.")
            return setting.default
