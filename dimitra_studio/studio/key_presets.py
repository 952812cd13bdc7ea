"""Keys as other programs have them: what differs from the action table's own."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Preset(StrEnum):
    """Whose keys."""

    STUDIO = "Studio"
    PREMIERE = "Premiere"
    BLENDER = "Blender"


_PREMIERE = {
    "export": ("Ctrl+M",),
    "loop": ("Ctrl+L",),
    "redo": ("Ctrl+Shift+Z",),
    "marker_delete": ("Ctrl+Alt+M",),
    "time_all": ("\\",),
    "full_screen": ("Ctrl+`",),
    "delete": ("Ctrl+Shift+Backspace",),
}
_BLENDER = {
    "start": ("Shift+Left",),
    "end": ("Shift+Right",),
    "second_back": ("Ctrl+Alt+Left",),
    "second_on": ("Ctrl+Alt+Right",),
    "back": ("Ctrl+Shift+Space",),
    "redo": ("Ctrl+Shift+Z",),
    "palette": ("F3",),
    "export": ("Ctrl+F12",),
    "alone": ("Ctrl+Space",),
    "time_all": ("Home",),
    "time_frame": (".",),
    "place_on": ("Alt+.",),
    "place_back": ("Alt+,",),
}
# By the ids of actions.
PRESETS: Mapping[Preset, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {Preset.STUDIO: {}, Preset.PREMIERE: _PREMIERE, Preset.BLENDER: _BLENDER}
)
