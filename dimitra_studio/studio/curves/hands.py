"""What a hand does on an opened curve from a press to its end: choosing, pulling, turning a handle, painting."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from dimitra_studio.editing.brush import Dab
from dimitra_studio.editing.keys import Handle
from dimitra_studio.studio.curves.handle_ends import TURNED, HandleRef, handle_end, told_end, with_end
from dimitra_studio.studio.curves.key_layer import Edits, KeyRef
from dimitra_studio.studio.curves.strokes import STRENGTH, Tool, painted
from dimitra_studio.studio.curves.transform import Axis, Grip, Pull, Subject
from dimitra_studio.studio.timeline.channel_names import ChannelLabel, told_channels, told_units

_PX_A_FACTOR = 120.0  # px of the mouse that scale by one more
_DAB_APART = 0.3  # radii between two dabs of a stroke
_TYPED = "0123456789.-"


@dataclass(frozen=True)
class Spot:
    """Where the mouse is: a `place` of the viewport, the start of the frame there in `seconds`, the `exact` moment, the
    `value` there."""

    place: QPointF
    seconds: float
    exact: float
    value: float


class Draft(Protocol):
    """Takes edits as they become while a hand works; `keep` makes them one step of the undo, `drop` takes them back."""

    def show(self, edits: Edits, title: str, chosen: frozenset[KeyRef] | None = None) -> None:
        """As the edits are now, and which keys are chosen among them."""

    def keep(self) -> None:
        """The hand is done."""

    def drop(self) -> None:
        """It gave up."""


class Hand(Protocol):
    """A gesture under way."""

    def move(self, spot: Spot) -> None:
        """The mouse is elsewhere."""

    def finish(self) -> None:
        """It stays so."""

    def cancel(self) -> None:
        """As it was before."""

    def outline(self) -> QPolygonF:
        """What is drawn round what is being chosen."""

    def told(self) -> str:
        """What it does, in words and numbers."""


class ChooseHand:
    """A box, or with `free` a lasso; `choose` gets its outline, `click` is called where the mouse did not move."""

    def __init__(self, start: Spot, free: bool, choose: Callable[[QPolygonF], None], click: Callable[[], None]) -> None:
        self._start, self._free, self._choose, self._click = start.place, free, choose, click
        self._path = [start.place]
        self.moved = False

    def move(self, spot: Spot) -> None:
        """The outline grows."""
        self.moved = self.moved or (spot.place - self._start).manhattanLength() > 4
        self._path.append(spot.place)

    def finish(self) -> None:
        """Chosen."""
        if self.moved:
            self._choose(self.outline())
        else:
            self._click()

    def cancel(self) -> None:
        """Nothing was done yet."""

    def outline(self) -> QPolygonF:
        """The box from corner to corner, or the path."""
        if not self.moved:
            return QPolygonF()
        return QPolygonF(self._path) if self._free else QPolygonF(QRectF(self._start, self._path[-1]).normalized())

    def told(self) -> str:
        """Nothing."""
        return ""


class EditingHand(ABC):
    """A hand whose edits are seen while it works: its end keeps or drops the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @abstractmethod
    def move(self, spot: Spot) -> None:
        """The mouse is elsewhere."""

    @abstractmethod
    def told(self) -> str:
        """What it does, in words and numbers."""

    def finish(self) -> None:
        """It stays so."""
        self._draft.keep()

    def cancel(self) -> None:
        """As it was before."""
        self._draft.drop()

    def outline(self) -> QPolygonF:
        """Nothing is being chosen."""
        return QPolygonF()


class PullHand(EditingHand):
    """Moves, scales or shears a subject with the mouse, or by what is typed. `label` is that of the curve under the
    mouse."""

    def __init__(self, subject: Subject, grip: Grip, label: ChannelLabel, start: Spot, draft: Draft) -> None:
        super().__init__(draft)
        self._subject, self._grip, self._label, self._start = subject, grip, label, start
        self._now = start
        self.axis = Axis.BOTH
        self.typed = ""

    def move(self, spot: Spot) -> None:
        """Follows the mouse, unless a number was typed."""
        self._now = spot
        if not self.typed:
            self._show()

    def type(self, text: str) -> bool:
        """A key of the keyboard: X and Y choose the axis, again: both; digits make a number, nothing takes its last
        one. Whether it meant anything."""
        axis = {"x": Axis.TIME, "y": Axis.VALUE}.get(text.lower())
        if axis is not None:
            self.axis = Axis.BOTH if self.axis is axis else axis
        elif text and text in _TYPED:
            self.typed += text
        elif not text:
            self.typed = self.typed[:-1]
        else:
            return False
        self._show()
        return True

    def told(self) -> str:
        """How far, on which axis."""
        pull, channels = self._pull(), self._subject.pulled_channels
        unit = told_units(channels)
        parts = [self._grip.value if len(channels) == 1 else f"{self._grip.value} {told_channels(channels)}"]
        if self.axis is not Axis.BOTH:
            parts.append(f"{self.axis.value} only")
        if self._grip is Grip.SCALE:
            parts.append(f"× {pull.factor:.2f}")
        elif self._grip is Grip.SHEAR:
            parts.append(f"{pull.value:+.1f} {unit} a second")
        else:
            if self.axis is not Axis.TIME:
                parts.append(f"{pull.value:+.1f} {unit}")
            if self.axis is not Axis.VALUE:
                parts.append(f"{pull.frames:+d} frames")
        if self.typed:
            parts.append(f"[{self.typed}]")
        return "   ".join(parts).replace("-", "−")

    def _show(self) -> None:
        edits, chosen = self._subject.pulled(self._pull())
        self._draft.show(edits, f"{self._grip.value} {told_channels(self._subject.pulled_channels)}", chosen)

    def _pull(self) -> Pull:
        number = _number(self.typed)
        move = self._now.place - self._start.place
        frames = round((self._now.seconds - self._start.seconds) * self._subject.motion.fps)
        value = (self._now.value - self._start.value) * self._label.factor
        match self._grip:
            case Grip.MOVE:
                if number is not None and self.axis is Axis.TIME:
                    frames = round(number)
                elif number is not None:
                    frames, value = 0, number
                return Pull(
                    self._grip,
                    self.axis,
                    0 if self.axis is Axis.VALUE else frames,
                    0.0 if self.axis is Axis.TIME else value,
                )
            case Grip.SCALE:
                way = move.x() if self.axis is Axis.TIME else -move.y()
                return Pull(self._grip, self.axis, factor=1 + way / _PX_A_FACTOR if number is None else number)
            case Grip.SHEAR:
                return Pull(self._grip, self.axis, value=(value if number is None else number) / self._length)

    @property
    def _length(self) -> float:
        """Seconds of what is sheared: its end follows the mouse."""
        span = self._subject.span
        return 1.0 if span is None or self._subject.keys else span.duration


class HandleHand(EditingHand):
    """One handle of a key follows the mouse from `start` on; without one it goes where keys send it."""

    def __init__(self, edits: Edits, handle: HandleRef, start: Spot | None, fps: float, draft: Draft) -> None:
        super().__init__(draft)
        self._edits, self._handle, self._start, self._fps = edits, handle, start, fps
        self._end = self._now = handle_end(edits, handle) or Handle(0.0, 0.0)

    def move(self, spot: Spot) -> None:
        """To the mouse; handles are not held to frames."""
        if self._start is not None:
            way = Handle(spot.exact - self._start.exact, spot.value - self._start.value)
            self._turn(Handle(self._end.seconds + way.seconds, self._end.value + way.value))

    @property
    def is_led_by_keys(self) -> bool:
        """Whether the mouse means nothing to it."""
        return self._start is None

    def nudge(self, way: Handle) -> None:
        """Farther by so much."""
        self._turn(Handle(self._now.seconds + way.seconds, self._now.value + way.value))

    def _turn(self, end: Handle) -> None:
        edits, chosen = with_end(self._edits, self._handle, end, self._fps)
        self._now = handle_end(edits, self._handle) or end  # no farther than a handle can go
        self._draft.show(edits, TURNED, chosen)

    def told(self) -> str:
        """Where its end is, seen from the key."""
        return told_end(self._handle, self._now, self._fps)


@dataclass(frozen=True)
class Brush:
    """What is painted with, on which channel, `radius` seconds wide to either side."""

    tool: Tool
    channel: int
    radius: float


class StrokeHand(EditingHand):
    """Paints over a curve. Sculpting pushes the place that was taken hold of; the other brushes leave dabs behind."""

    def __init__(self, edits: Edits, brush: Brush, start: Spot, draft: Draft) -> None:
        super().__init__(draft)
        self._edits, self._tool, self._channel, self._radius = edits, brush.tool, brush.channel, brush.radius
        self._start = start
        self._dabs: tuple[Dab, ...] = ()
        self._id = secrets.token_hex(4)
        if brush.tool is not Tool.SCULPT:
            self.move(start)

    def move(self, spot: Spot) -> None:
        """Farther."""
        if self._tool is Tool.SCULPT:
            self._dabs = (Dab(self._start.seconds, self._radius, spot.value - self._start.value),)
        elif not self._dabs or abs(spot.seconds - self._dabs[-1].seconds) >= _DAB_APART * self._radius:
            self._dabs = (*self._dabs, Dab(spot.seconds, self._radius, STRENGTH))
        else:
            return
        edits = painted(self._edits, self._tool, self._channel, self._dabs, self._id)
        self._draft.show(edits, f"Brush: {self._tool.value}")

    def told(self) -> str:
        """The brush."""
        return self._tool.value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
