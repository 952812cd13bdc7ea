"""What people read for the levers of a puppet."""

from dimitra_studio.core.channels import POSE_NAMES
from dimitra_studio.editing.levers import LEVER_MACROS
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

_AS_SLIDERS = {"pitch", "yaw", "roll"}
_NAMES = (*COMPONENT_NAMES, *POSE_NAMES)
# By id: first what the sliders move, then channel after channel but for those that a slider moves alone.
SLIDERS = {macro.id: macro.title for macro in LEVER_MACROS}
LEVERS = SLIDERS | {
    name: label.name for name, label in zip(_NAMES, CHANNEL_LABELS, strict=True) if name not in _AS_SLIDERS
}
