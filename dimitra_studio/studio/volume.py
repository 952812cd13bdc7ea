"""How loud playback is: remembered in the settings, heard by whatever plays."""

from PySide6.QtCore import QObject, Signal

from dimitra_studio.audio.volume import gain_of
from dimitra_studio.studio.settings import MUTED, VOLUME, Setting, Settings

_STEP = 0.1


class Volume(QObject):
    """From 0 to 1, and whether it is muted; `changed` when either is another."""

    changed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        settings.changed.connect(self._follow)

    @property
    def level(self) -> float:
        """0 to 1, muted or not."""
        return self._settings.number(VOLUME)

    @property
    def muted(self) -> bool:
        """Whether nothing is heard."""
        return self._settings.flag(MUTED)

    @property
    def gain(self) -> float:
        """What samples are multiplied by."""
        return 0.0 if self.muted else gain_of(self.level)

    def set_level(self, level: float) -> None:
        """Another volume; it is heard."""
        self._settings.set(VOLUME, min(max(round(level, 2), 0.0), 1.0))
        self._settings.set(MUTED, False)

    def louder(self) -> None:
        """A step up."""
        self.set_level(self.level + _STEP)

    def quieter(self) -> None:
        """A step down."""
        self.set_level(self.level - _STEP)

    def _follow(self, setting: Setting) -> None:
        if setting in (VOLUME, MUTED):
            self.changed.emit()
