"""Keys that a hand puts on a curve: edits that move what was generated, so that its detail stays.

A layer of one's own holds the keys of one channel. It acts from its first key to its last one and dies out beside them,
so that a single key is a bump and not a shift of the whole take. Edits that hold keys for several channels (a face that
was dragged, a preset) are worked on a channel at a time; their channels part where one span cannot serve them all.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Handle, Handles, Interpolation, Key, KeyCurve, control_points
from dimitra_studio.editing.shaping import LARGEST

Edits: TypeAlias = tuple[Edit, ...]
DIES_OUT = 0.3  # seconds beside the outer keys
_SHORT = 0.1  # seconds: a handle of a key that has no neighbour there
_ENDLESS = 1 << 40  # frames
_HANDLES = tuple(Handles)
_WAYS = tuple(Interpolation)


@dataclass(frozen=True, order=True)
class KeyRef:
    """One key among a take's edits: its edit's id, its channel, its place on that channel's curve."""

    layer: str
    channel: int
    place: int


def keys_on(edits: Edits, channels: Collection[int]) -> dict[KeyRef, Key]:
    """The keys of these channels, in whichever edit they are; their values are what the edit adds, or puts there."""
    return {
        KeyRef(edit.id, channel, place): key
        for edit in edits
        if isinstance(edit.operation, Keys)
        for channel in edit.channels
        if channel in channels
        for place, key in enumerate(_keys(edit, channel))
    }


def with_key(edits: Edits, channel: int, seconds: float, by: float, fps: float) -> tuple[Edits, KeyRef]:
    """One more key, which changes what is shown at a frame's start by so much; on the uppermost edit of the channel
    where that is a layer of its own, else on a new one. A key that was there moves."""
    above = [edit for edit in edits if channel in edit.channels]
    if above and _is_own_layer(above[-1]):
        layer = above[-1]
        key = Key(seconds, _held(_added(layer, seconds, fps) + by))
        others = [other for other in _keys(layer, channel) if abs(other.seconds - seconds) >= 0.5 / fps]
        keys = tuple(sorted((*others, key), key=lambda each: each.seconds))
        (made,) = _rewritten(layer, {channel: keys}, fps, ())
        return tuple(made if edit.id == made.id else edit for edit in edits), KeyRef(made.id, channel, keys.index(key))
    keys = (Key(seconds, _held(by)),)
    operation = Keys((KeyCurve(keys),), additive=True)
    made = Edit(secrets.token_hex(4), operation, (channel,), _extent(keys, fps), DIES_OUT, DIES_OUT)
    return (*edits, made), KeyRef(made.id, channel, 0)


def without_keys(edits: Edits, gone: Iterable[KeyRef], fps: float) -> Edits:
    """Without these keys; a channel that loses its last one leaves its edit, an edit that loses all goes as well."""
    lost, kept = set(gone), list[Edit]()
    taken = [edit.id for edit in edits]
    for edit in edits:
        left = {
            channel: tuple(
                key for place, key in enumerate(_keys(edit, channel)) if KeyRef(edit.id, channel, place) not in lost
            )
            for channel in {ref.channel for ref in lost if ref.layer == edit.id}
        }
        kept += _rewritten(edit, left, fps, taken) if left else (edit,)
    return tuple(kept)


def with_changed(edits: Edits, changed: Mapping[KeyRef, Key], fps: float) -> tuple[Edits, frozenset[KeyRef]]:
    """Keys as they are to be; one that lands on another key of its curve takes its place. Also where they are now."""
    found: list[Edit] = []
    now: set[KeyRef] = set()
    taken = [edit.id for edit in edits]
    for edit in edits:
        curves = {
            channel: _with_some(
                edit, channel, {ref.place: key for ref, key in changed.items() if _is_on(ref, edit, channel)}, fps
            )
            for channel in {ref.channel for ref in changed if ref.layer == edit.id}
        }
        made = _rewritten(edit, curves, fps, taken) if curves else (edit,)
        found += made
        held = list(changed.values())
        now |= {
            KeyRef(each.id, channel, place)
            for each in made
            for channel in curves
            if channel in each.channels
            for place, key in enumerate(_keys(each, channel))
            if any(key is other for other in held)
        }
    return tuple(found), frozenset(now)


def handle_ends(keys: Sequence[Key], place: int) -> tuple[Handle | None, Handle | None]:
    """Where a key's left and right handles are, seen from it; None where the way there has none."""
    times, values = control_points(keys)
    key = keys[place]
    left = right = None
    if place > 0 and keys[place - 1].interpolation is Interpolation.BEZIER:
        left = Handle(float(times[place - 1, 2]) - key.seconds, float(values[place - 1, 2]) - key.value)
    if place < len(keys) - 1 and key.interpolation is Interpolation.BEZIER:
        right = Handle(float(times[place, 1]) - key.seconds, float(values[place, 1]) - key.value)
    return left, right


def with_handle(keys: Sequence[Key], place: int, left: bool, end: Handle) -> Key:
    """A key whose left or right handle ends there; the other one turns with it unless it is free."""
    key = fixed_handles(keys, place)
    if left:
        end = Handle(min(end.seconds, 0.0), _held(end.value))
        other = key.right if key.handles is Handles.FREE else _aligned(end, key.right)
        return replace(key, left=end, right=other)
    end = Handle(max(end.seconds, 0.0), _held(end.value))
    other = key.left if key.handles is Handles.FREE else _aligned(end, key.left)
    return replace(key, right=end, left=other)


def fixed_handles(keys: Sequence[Key], place: int) -> Key:
    """The key with its handles as they stand, so that they can be dragged."""
    key = keys[place]
    if key.handles in (Handles.ALIGNED, Handles.FREE):
        return key
    left, right = handle_ends(keys, place)
    left, right = left or Handle(-_SHORT, 0.0), right or Handle(_SHORT, 0.0)
    return replace(key, handles=Handles.ALIGNED, left=left, right=right)


def next_handles(keys: Sequence[Key], place: int) -> Key:
    """The key with the next kind of handles."""
    kind = _HANDLES[(_HANDLES.index(keys[place].handles) + 1) % len(_HANDLES)]
    return replace(fixed_handles(keys, place), handles=kind)


def next_way(key: Key) -> Key:
    """The key with the next kind of way to the one behind it."""
    return replace(key, interpolation=_WAYS[(_WAYS.index(key.interpolation) + 1) % len(_WAYS)])


def layer_keys(edits: Edits, ref: KeyRef) -> tuple[Key, ...]:
    """All keys of a key's curve."""
    return _keys(next(edit for edit in edits if edit.id == ref.layer), ref.channel)


def _keys(edit: Edit, channel: int) -> tuple[Key, ...]:
    assert isinstance(edit.operation, Keys)
    curves = edit.operation.curves
    return curves[0 if len(curves) == 1 else edit.channels.index(channel)].keys


def _is_own_layer(edit: Edit) -> bool:
    """Whether a hand may put more keys on it: they would mean something else, or move other channels, elsewhere."""
    operation = edit.operation
    return (
        isinstance(operation, Keys)
        and operation.additive
        and len(edit.channels) == 1
        and edit.is_active
        and edit.amount == 1
    )


def _is_on(ref: KeyRef, edit: Edit, channel: int) -> bool:
    return ref.layer == edit.id and ref.channel == channel


def _with_some(edit: Edit, channel: int, mine: Mapping[int, Key], fps: float) -> tuple[Key, ...]:
    """A channel's keys with those at some places exchanged."""
    still = [key for place, key in enumerate(_keys(edit, channel)) if place not in mine]
    # Of two keys on one frame the one in the hand stays.
    moved = list({key.seconds: key for key in mine.values()}.values())
    still = [key for key in still if all(abs(key.seconds - other.seconds) >= 0.5 / fps for other in moved)]
    return tuple(sorted((*still, *moved), key=lambda key: key.seconds))


def _rewritten(
    edit: Edit, changed: Mapping[int, tuple[Key, ...]], fps: float, taken: Collection[str]
) -> tuple[Edit, ...]:
    """The edit with other keys on some of its channels, those without any left out. Its span goes along with the outer
    keys; channels whose outer keys move differently become edits of their own, with ids that are not `taken`."""
    alike: dict[tuple[float, float], dict[int, tuple[Key, ...]]] = {}
    for channel in edit.channels:
        was = _keys(edit, channel)
        now = changed.get(channel, was)
        if now:
            before, after = _extent(was, fps), _extent(now, fps)
            way = round(after.start - before.start, 6), round(after.end - before.end, 6)
            alike.setdefault(way, {})[channel] = now
    made: list[Edit] = []
    for (later, longer), curves in sorted(alike.items(), key=lambda each: each[0] != (0.0, 0.0)):
        part = edit.only(curves.keys())
        assert part is not None  # each group has a channel
        own = edit.id if not made else _free_id(edit.id, (*taken, *(each.id for each in made)))
        made.append(_with_curves(replace(part, id=own), tuple(curves.values()), later, longer, fps))
    return tuple(made)


def _with_curves(edit: Edit, curves: tuple[tuple[Key, ...], ...], later: float, longer: float, fps: float) -> Edit:
    """The edit with these keys, one curve a channel; its ends go along by so many seconds."""
    assert isinstance(edit.operation, Keys)
    before = tuple(key for channel in edit.channels for key in _keys(edit, channel))
    if edit.span == _extent(before, fps):
        span = _extent(tuple(key for keys in curves for key in keys), fps)
    else:
        start = max(edit.span.start + later, 0.0)
        end = edit.span.end if edit.span.is_open else edit.span.end + longer
        span = TimeRange(start, max(end, start + 0.5 / fps))
    operation = Keys(tuple(KeyCurve(keys) for keys in curves), edit.operation.additive)
    return replace(edit, operation=operation, span=span)


def _extent(keys: Sequence[Key], fps: float) -> TimeRange:
    """From the first key to the last one, a frame at least; keys that went before the take's start with an edit count
    there."""
    first = max(min(key.seconds for key in keys), 0.0)
    return TimeRange(first, max(first + 1 / fps, *(key.seconds for key in keys)))


def _free_id(wanted: str, taken: Collection[str]) -> str:
    number = 2
    while f"{wanted} {number}" in taken:
        number += 1
    return f"{wanted} {number}"


def _added(edit: Edit, seconds: float, fps: float) -> float:
    """What a layer adds at a frame's start."""
    assert isinstance(edit.operation, Keys)
    frame = frame_at(seconds, fps)
    share = edit.weights(range(frame, frame + 1), fps, _ENDLESS)
    return float(edit.operation.curves[0](np.array([seconds]))[0] * share[0])


def _aligned(end: Handle, other: Handle) -> Handle:
    """A handle as long in time as `other`, on one line with `end`."""
    if end.seconds == 0:
        return other
    return Handle(other.seconds, _held(end.value / end.seconds * other.seconds))


def _held(value: float) -> float:
    return min(max(value, -LARGEST), LARGEST)
