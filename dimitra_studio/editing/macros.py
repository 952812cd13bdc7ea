"""A few sliders for those who never open a curve. Each movement of one makes an ordinary edit.

Directions are the picture's: right is the image's right, up is up.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT, POSE_NAMES, Group
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.shaping import Offset, ScaleAboutMean
from dimitra_studio.editing.timing import TimeShift
from dimitra_studio.face.components import COMPONENT_INDEX

_DEGREE = math.pi / 180
# Seconds in which a slider's movement of a part of a take comes and goes.
_BLEND = 0.2


@dataclass(frozen=True)
class Macro(ABC):
    """A slider from `low` to `high` in `unit`; at `rest` it does nothing."""

    id: str
    title: str
    low: float
    high: float
    unit: str = ""
    rest: float = 0.0

    @property
    @abstractmethod
    def channels(self) -> tuple[int, ...]:
        """What it moves."""

    @abstractmethod
    def operation(self, value: float) -> Operation:
        """What the slider does at `value`."""

    def read(self, edit: Edit) -> float:
        """Where the slider stands; its edit may have lost channels that are locked. Raises ValueError for an edit that
        is not its own."""
        if not set(edit.channels) <= set(self.channels):
            raise ValueError(f"{edit.title} is not {self.title}")
        return self._read(edit)

    @abstractmethod
    def _read(self, edit: Edit) -> float:
        """The same, for an edit on some of its channels."""

    def edit(self, value: float, span: TimeRange, edit_id: str | None = None, blend: float = _BLEND) -> Edit:
        """The edit of this slider; without an id the one that `edit_id` names, of which a take has one."""
        value = min(max(value, self.low), self.high)
        chosen = self.edit_id if edit_id is None else edit_id
        return Edit(chosen, self.operation(value), self.channels, span, blend, blend, name=self.title)

    @property
    def edit_id(self) -> str:
        """The id of its edit of a whole take."""
        return f"macro {self.id}"

    def value_in(self, edits: tuple[Edit, ...]) -> float:
        """Where the slider of the whole take stands."""
        for edit in edits:
            if edit.id == self.edit_id:
                return self.read(edit)
        return self.rest


@dataclass(frozen=True)
class Combination(Macro):
    """Channels moved together: `raises` says how far each for a slider at 1, `lowers` the same for -1 (without it the
    other way is the same, backwards)."""

    raises: tuple[tuple[str, float], ...] = ()
    lowers: tuple[tuple[str, float], ...] = ()

    @property
    def channels(self) -> tuple[int, ...]:  # noqa: D102 - as in Macro
        return tuple(channel_of(name) for name, _ in (*self.raises, *self.lowers))

    def operation(self, value: float) -> Operation:  # noqa: D102
        up = value if not self.lowers else max(value, 0.0)
        raised = (up * weight for _, weight in self.raises)
        lowered = (max(-value, 0.0) * weight for _, weight in self.lowers)
        return Offset((*raised, *lowered))

    def _read(self, edit: Edit) -> float:
        operation = edit.operation
        if not isinstance(operation, Offset) or len(operation.by) != len(edit.channels):
            raise ValueError(f"{operation.title} is not {self.title}")
        by = dict(zip(edit.channels, operation.by, strict=True))
        up, down = (
            next((by[channel_of(name)] / weight for name, weight in way if by.get(channel_of(name))), 0.0)
            for way in (self.raises, self.lowers)
        )
        return up - down


@dataclass(frozen=True)
class Energy(Macro):
    """How far a group of channels swings about its mean."""

    group: Group = Group.LIPS

    @property
    def channels(self) -> tuple[int, ...]:  # noqa: D102
        return tuple(range(CHANNEL_COUNT)[self.group.columns])

    def operation(self, value: float) -> Operation:  # noqa: D102
        return ScaleAboutMean(value)

    def _read(self, edit: Edit) -> float:
        if not isinstance(edit.operation, ScaleAboutMean):
            raise ValueError(f"{edit.operation.title} is not {self.title}")
        return edit.operation.factor


@dataclass(frozen=True)
class Lead(Macro):
    """The lips come earlier than the voice, by milliseconds."""

    @property
    def channels(self) -> tuple[int, ...]:  # noqa: D102
        return tuple(range(CHANNEL_COUNT)[Group.LIPS.columns])

    def operation(self, value: float) -> Operation:  # noqa: D102
        return TimeShift(-value / 1000)

    def _read(self, edit: Edit) -> float:
        if not isinstance(edit.operation, TimeShift):
            raise ValueError(f"{edit.operation.title} is not {self.title}")
        return -1000 * edit.operation.seconds


def channel_of(name: str) -> int:
    """The column of a component or of a pose channel. Raises LookupError."""
    if name in POSE_NAMES:
        return COMPONENT_COUNT + POSE_NAMES.index(name)
    return COMPONENT_INDEX[name]


def both(name: str, weight: float) -> tuple[tuple[str, float], ...]:
    """A component's left and right."""
    return ((f"{name}Left", weight), (f"{name}Right", weight))


LOOK_RIGHT = (("eyeLookOutLeft", 1.0), ("eyeLookInRight", 1.0))
LOOK_LEFT = (("eyeLookInLeft", 1.0), ("eyeLookOutRight", 1.0))
LOOK_UP, LOOK_DOWN = both("eyeLookUp", 1.0), both("eyeLookDown", 1.0)

# Looked at on a rendered face, one that smiles already among them: further than this a mouth becomes a clown's.
MACROS: tuple[Macro, ...] = (
    Combination(
        "smile", "Smile", -1, 1,
        raises=(
            *both("mouthSmile", 0.35), *both("cheekSquint", 0.5), *both("mouthDimple", 0.2), *both("eyeSquint", 0.25),
            *both("mouthFrown", -0.3), ("mouthStretch", 0.25), ("mouthShrugLower", -0.1),
        ),
    ),
    Combination("open", "Open Mouth", -0.5, 1, raises=(("jawOpen", 0.6),)),
    Combination(
        "pucker", "Pucker", -0.5, 1,
        raises=(("mouthPucker", 1.0), ("mouthFunnel", 0.15), *both("mouthSmile", -0.25), ("mouthStretch", -0.3)),
    ),
    Combination(
        "brows", "Brows", -1, 1, raises=(("browInnerUp", 1.3), *both("browOuterUp", 1.2)), lowers=both("browDown", 1.3)
    ),
    Combination("blink", "Lids", -1, 1, raises=both("eyeBlink", 1.0), lowers=both("eyeWide", 1.0)),
    Combination("gaze_x", "Look Sideways", -1, 1, raises=LOOK_RIGHT, lowers=LOOK_LEFT),
    Combination("gaze_y", "Look Up", -1, 1, raises=LOOK_UP, lowers=LOOK_DOWN),
    Combination("nod", "Nod", -15, 15, "°", raises=(("pitch", _DEGREE),)),
    Combination("turn", "Turn", -20, 20, "°", raises=(("yaw", _DEGREE),)),
    Combination("tilt", "Tilt", -20, 20, "°", raises=(("roll", -_DEGREE),)),
    Energy("lip_energy", "Lip Energy", 0, 2, "×", 1.0, Group.LIPS),
    Energy("face_energy", "Face Energy", 0, 2, "×", 1.0, Group.EXPRESSION),
    Energy("head_energy", "Head Energy", 0, 2, "×", 1.0, Group.POSE),
    Lead("lead", "Lips Lead", -200, 200, "ms"),
)  # fmt: skip
BY_ID = {macro.id: macro for macro in MACROS}
