"""Channels that are locked: whatever is done to a take's edits, these channels go on showing what they showed.

An edit that changes locked channels and others is parted: the others take what was done, the locked ones keep a part of
the edit as it was.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeAlias

from dimitra_studio.editing.edits import Edit

Edits: TypeAlias = tuple[Edit, ...]
_LOCKED = " · locked"  # behind the name of what is kept


def held_by(edits: Iterable[Edit], locked: Collection[int]) -> frozenset[int]:
    """The locked channels, and those from which edits make them: a mirror's other side."""
    held, active = frozenset(locked), [edit for edit in edits if edit.is_active]
    while True:
        parts = [part for edit in active if (part := edit.only(held)) is not None]
        more = held.union(*(part.operation.inputs(part.channels) for part in parts))
        if more == held:
            return held
        held = more


def differing(before: Sequence[Edit], after: Sequence[Edit], channels: Collection[int]) -> tuple[int, ...]:
    """Those of the channels on which two stacks of edits do different things."""
    one, other = _without_common(before, after)
    return tuple(channel for channel in channels if _done(one, {channel}) != _done(other, {channel}))


def keeping(before: Edits, after: Edits, held: Collection[int]) -> Edits:
    """The edits `after`, but on `held` channels (all that `held_by` names) those of `before`."""
    one, other = _without_common(before, after)
    if _done(one, held) == _done(other, held):
        return after
    return _merged(before, after, held)


def _merged(before: Edits, after: Edits, held: Collection[int]) -> Edits:
    """Edits that are the same in both, and in the same order, stay whole; between them come first the held parts of
    the old ones, then the rest of the new ones."""
    known = {edit.id: edit for edit in before}
    same = {edit.id for edit in after if (old := known.get(edit.id)) is edit or old == edit}
    old_ids, new_ids = ([edit.id if edit.id in same else None for edit in edits] for edits in (before, after))
    made: list[Edit] = []
    there = {edit.id for edit in after}
    ids = {edit.id for edit in after if edit.id in same or _rest(edit, held) is not None}
    old_at = new_at = 0
    for block in SequenceMatcher(None, old_ids, new_ids, autojunk=False).get_matching_blocks():
        # What matches is one edit after the other; None, which stands for changed ones, may match None.
        for place in range(block.size + 1):
            ends = place == block.size
            if not ends and old_ids[block.a + place] is None:
                continue
            for edit in before[old_at : block.a + place]:
                part = _kept(edit, held, ids)
                if part is not None and (part.is_active or edit.id in there):
                    made.append(part)
                    ids.add(part.id)
            made += filter(None, (_rest(edit, held) for edit in after[new_at : block.b + place]))
            old_at, new_at = block.a + place, block.b + place
            if not ends:
                made.append(after[new_at])
                old_at, new_at = old_at + 1, new_at + 1
    return tuple(made)


def _kept(edit: Edit, held: Collection[int], taken: Collection[str]) -> Edit | None:
    """The held part of an edit, with an id and a name of its own where it is a part alone or its id is `taken`; None
    where there is none."""
    part = edit.only(held)
    if part is None:
        return None
    if part is edit and edit.id not in taken:
        return edit
    wanted, number = f"locked {edit.id}", 1
    while (own := wanted if number == 1 else f"{wanted} {number}") in taken:
        number += 1
    return replace(part, id=own, name=f"{edit.title.removesuffix(_LOCKED)}{_LOCKED}")


def _rest(edit: Edit, held: Collection[int]) -> Edit | None:
    return edit.only([channel for channel in edit.channels if channel not in held])


def _done(edits: Iterable[Edit], channels: Collection[int]) -> list[Edit]:
    """What edits do to some channels, whatever they are called."""
    parts = (edit.only(channels) for edit in edits if edit.is_active)
    return [replace(part, id="", name="") for part in parts if part is not None]


def _without_common(one: Sequence[Edit], other: Sequence[Edit]) -> tuple[Sequence[Edit], Sequence[Edit]]:
    """Without what they begin and end with alike: a drag changes one of perhaps hundreds."""
    most = min(len(one), len(other))
    head = next((place for place in range(most) if one[place] is not other[place]), most)
    tail = next((place for place in range(most - head) if one[-1 - place] is not other[-1 - place]), most - head)
    return one[head : len(one) - tail], other[head : len(other) - tail]
