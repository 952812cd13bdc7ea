"""What the user may set: each setting declared once with its kind, default, label and help, kept in one text file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, unquote

from PySide6.QtCore import QObject, QSettings, Signal

from dimitra_studio.core.requests import LARGEST_CRF, USUAL_CRF, RendererName
from dimitra_studio.studio.comparison import Compare
from dimitra_studio.studio.export_kinds import KINDS
from dimitra_studio.studio.key_presets import Preset
from dimitra_studio.studio.preview.lens import Zoom
from dimitra_studio.studio.puppet.habits import Smoothing, Start
from dimitra_studio.studio.theme import Scheme

Value: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Setting:
    """A setting: `choices`, shown by their `names`, or a `pattern` for texts, `low` and `high` for numbers, shown with
    their `unit`; 1 is 100 where that is %."""

    key: str
    default: Value
    label: str
    help: str
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pattern: str = ".*"
    low: float = float("-inf")
    high: float = float("inf")
    unit: str = ""

    def accepts(self, value: Value) -> bool:
        """Whether the setting may have the value."""
        if type(value) is not type(self.default):
            return False
        if isinstance(value, str):
            return value in self.choices if self.choices else re.fullmatch(self.pattern, value) is not None
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
    "look/scheme",
    Scheme.SYSTEM.value,
    "Colours",
    "Dark, light, or as the system has them.",
    tuple(Scheme),
    ("As the system", "Dark", "Light"),
)
TEXT_SCALE = Setting(
    "look/text_scale", 1.0, "Text size", "100 % is the system's text size.", low=0.75, high=2.0, unit="%"
)
REDUCED_MOTION = Setting("look/reduced_motion", False, "Less motion", "Panels and bars do not slide or wander.")
KEY_PRESET = Setting(
    "keys/preset",
    Preset.STUDIO.value,
    "Keys",
    "As this studio has them, or as other programs do; keys that you gave yourself stay.",
    tuple(Preset),
)
DEVICE = Setting(
    "engine/device",
    "auto",
    "Device",
    "Where the networks run. Automatic takes a GPU if there is one.",
    ("auto", "cpu", "cuda"),
    ("Automatic", "Processor", "GPU (CUDA)"),
)
RENDERER = Setting(
    "engine/renderer",
    RendererName.AUTO.value,
    "Pictures",
    "Quick: the portrait's own pixels, moved. Neural: networks repair face and mouth. Automatic: quick, so far. "
    "While playing, a machine that cannot keep up shows quick pictures.",
    tuple(RendererName),
    ("Automatic", "Neural", "Quick", "PIRenderer, with your weights"),
)
CACHE_MB = Setting(
    "preview/cache_mb", 1024, "Frames in memory", "Frames that are kept play at once.", low=64, high=65536, unit="MB"
)
AUTOSAVE_SECONDS = Setting(
    "project/autosave_seconds",
    10,
    "Keep changes every",
    "The longest stretch of work that is lost when the power fails.",
    low=2,
    high=600,
    unit="s",
)
ZOOM = Setting("preview/zoom", Zoom.FIT.value, "Zoom", "How large the preview's picture is.", tuple(Zoom))
COMPARE = Setting("preview/compare", Compare.OFF.value, "Compare", "How the take is compared.", tuple(Compare))
HEAD_PHOTO = Setting("head/photo", True, "Photo on the head", "The portrait's photo on the head.")
HEAD_WIRES = Setting("head/wires", False, "Wires", "The head's mesh as wires.")
HEAD_POINTS = Setting("head/points", False, "Landmarks", "The landmarks that the face was fitted to.")
HEAD_BESIDE = Setting("head/beside", False, "Previous take", "The previous take beside this one.")
ON_FACE = Setting("preview/on_face", False, "Edit on the face", "Places on the face that can be dragged.")
PUPPET_LEVERS = Setting(
    "puppet/levers",
    "turn,nod,tilt",
    "Levers of the puppet",
    "What the hand moves sideways, up and down, and with the wheel.",
    pattern=r"[\w-]*(,[\w-]*){2}",
)
PUPPET_REPLACES = Setting(
    "puppet/replaces", False, "Puppet alone", "The hand stands in the place of the motion, instead of adding to it."
)
PUPPET_SMOOTHING = Setting(
    "puppet/smoothing",
    Smoothing.LIGHT.value,
    "Smoothing of the puppet",
    "How much of the hand's trembling is taken away.",
    tuple(Smoothing),
    ("No smoothing", "Light smoothing", "Strong smoothing"),
)
PUPPET_START = Setting(
    "puppet/start",
    Start.MOVE.value,
    "Start of the puppet",
    "When recording begins.",
    tuple(Start),
    ("On first move", "After 3, 2, 1"),
)
SPECTRUM = Setting("timeline/spectrum", False, "Spectrum", "The voice's tones in place of its loudness.")
SNAPPING = Setting("timeline/snapping", True, "Snapping", "What is dragged holds on to words, markers and frames.")
CURVES = Setting(
    "timeline/curves",
    "usual",
    "Curves",
    "The numbers of the channels that have a curve, none, or the usual ones.",
    pattern=r"usual|none|\d{1,3}(,\d{1,3})*",
)
LOCKED_CURVES = Setting(
    "timeline/locked",
    "",
    "Locked curves",
    "The numbers of the channels that cannot be changed by hand.",
    pattern=r"(\d{1,3}(,\d{1,3})*)?",
)
FAVOURITE_CURVES = Setting(
    "timeline/favourites",
    "",
    "Favourite curves",
    "The numbers of the channels that stand first in the list.",
    pattern=r"(\d{1,3}(,\d{1,3})*)?",
)
LAYOUT = Setting("window/layout", "Editing", "Layout", "The arrangement of panels that was chosen last.")
RECENT_COMMANDS = Setting(
    "window/recent_commands",
    "",
    "Recent commands",
    "What was done with the command palette lately.",
    pattern=r"[a-z_,]*",
)
CACHE_FOLDER = Setting(
    "engine/cache_folder",
    "",
    "Folder for decoded sound",
    "Copies of recordings, ready to be played from anywhere; it may be emptied at will.",
)
OPEN_FOLDER = Setting("files/folder", "", "Folder of files", "Where a file was opened last.")
EXPORT_SIZE = Setting(
    "export/size",
    "own",
    "Size of videos",
    "The longer side; own is the portrait's.",
    ("own", "1080", "720", "512", "256"),
)
EXPORT_KIND = Setting(
    "export/kind",
    "mp4",
    "Kind of export",
    "What the last export was.",
    tuple(kind.name for kind in KINDS),
)
EXPORT_CRF = Setting(
    "export/crf", USUAL_CRF, "Quality of videos", "H.264's constant rate factor.", low=0, high=LARGEST_CRF
)
EXPORT_EVEN = Setting("export/even", False, "Even loudness", "The sound of videos is brought to the usual loudness.")
STREAM = Setting("stream/on", False, "Live stream", "Face and head are sent to another program as the playhead moves.")
STREAM_HOST = Setting(
    "stream/host",
    "127.0.0.1",
    "Host",
    "Who gets the live stream (VMC): this machine, unless you name another one.",
    pattern=r"[\w.:-]{1,253}",
)
STREAM_PORT = Setting("stream/port", 39539, "Port", "Where that program listens; 39539 is usual.", low=1, high=65535)
EXPORT_MARK = Setting(
    "export/mark",
    True,
    "Mark what is exported as generated",
    "Films and pictures say in their metadata that they are generated, and how they were made. The pixels stay.",
)
NOTICE_READ = Setting("window/notice_read", False, "Notice read", "What is asked of the studio's user was read.")
VOLUME = Setting("sound/volume", 1.0, "Volume", "How loud playback is, 1 as recorded.", low=0.0, high=1.0)
MUTED = Setting("sound/muted", False, "Mute", "Playback is silent.")
EXPORT_FOLDER = Setting("export/folder", "", "Folder of exports", "Where the last export went.")
DECLARED = (
    SCHEME,
    TEXT_SCALE,
    REDUCED_MOTION,
    KEY_PRESET,
    DEVICE,
    RENDERER,
    CACHE_MB,
    AUTOSAVE_SECONDS,
    ZOOM,
    COMPARE,
    HEAD_PHOTO,
    HEAD_WIRES,
    HEAD_POINTS,
    HEAD_BESIDE,
    ON_FACE,
    PUPPET_LEVERS,
    PUPPET_REPLACES,
    PUPPET_SMOOTHING,
    PUPPET_START,
    SPECTRUM,
    SNAPPING,
    CURVES,
    LOCKED_CURVES,
    FAVOURITE_CURVES,
    LAYOUT,
    RECENT_COMMANDS,
    CACHE_FOLDER,
    OPEN_FOLDER,
    EXPORT_SIZE,
    EXPORT_KIND,
    EXPORT_CRF,
    EXPORT_EVEN,
    EXPORT_FOLDER,
    EXPORT_MARK,
    NOTICE_READ,
    STREAM,
    STREAM_HOST,
    STREAM_PORT,
    VOLUME,
    MUTED,
)
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

    def value(self, setting: Setting) -> Value:
        """The value of a setting of any kind."""
        return self._values[setting.key]

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

    def kept(self, group: str) -> dict[str, str]:
        """What is kept in a group of texts, each by its name, in the order of the names."""
        self._file.beginGroup(group)
        kept = {unquote(key): self._file.value(key) for key in self._file.childKeys()}
        self._file.endGroup()
        return {name: value for name, value in sorted(kept.items()) if isinstance(value, str)}

    def keep(self, group: str, name: str, text: str | None) -> None:
        """Keeps a text in a group; None forgets it."""
        # The file's keys know no slash of a name's own, and no letters but these on every system.
        key = f"{group}/{quote(name, safe='')}"
        if text is None:
            self._file.remove(key)
        else:
            self._file.setValue(key, text)

    def _read(self, setting: Setting) -> Value:
        kept = self._file.value(setting.key)
        if kept is None:
            return setting.default
        try:
            return setting.parse(str(kept))
        except ValueError:
            self.problems.append(f"The setting {setting.label} cannot be {kept!r}: it is {setting.default} now.")
            return setting.default
