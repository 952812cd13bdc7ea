"""Where the handles of keys end, and what it means to put an end elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from dimitra_studio.editing.keys import Handle
from dimitra_studio.studio.curves.key_layer import (
    Edits,
    KeyRef,
    handle_ends,
    layer_keys,
    with_changed,
    with_handle,
)
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

TURNED = "Turn Handle"


@dataclass(frozen=True)
class HandleRef:
    """The left or the right handle of a key."""

    key: KeyRef
    left: bool

    @property
    def name(self) -> str:
        """Which one it is."""
        return "Left handle" if self.left else "Right handle"


def handle_end(edits: Edits, handle: HandleRef) -> Handle | None:
    """Where a handle ends, seen from its key; None where the way there has none."""
    return handle_ends(layer_keys(edits, handle.key), handle.key.place)[0 if handle.left else 1]


def handles_of(edits: Edits, keys: Iterable[KeyRef]) -> tuple[HandleRef, ...]:
    """The handles that these keys have, from left to right."""
    both = (HandleRef(key, left) for key in sorted(keys) for left in (True, False))
    return tuple(handle for handle in both if handle_end(edits, handle) is not None)


def with_end(edits: Edits, handle: HandleRef, end: Handle, fps: float) -> tuple[Edits, frozenset[KeyRef]]:
    """The edits with a handle that ends there, seen from its key, and where the key is among them."""
    key = with_handle(layer_keys(edits, handle.key), handle.key.place, handle.left, end)
    return with_changed(edits, {handle.key: key}, fps)


def told_end(handle: HandleRef, end: Handle, fps: float) -> str:
    """Where a handle ends, in frames and in the channel's unit."""
    label = CHANNEL_LABELS[handle.key.channel]
    told = f"{handle.name}   {end.seconds * fps:+.1f} frames   {end.value * label.factor:+.1f} {label.unit}"
    return told.replace("-", "−")
