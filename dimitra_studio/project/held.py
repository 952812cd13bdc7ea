"""How much memory one document holds that another does not: what keeping a former state costs."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import numpy as np

_LEAVES = (np.ndarray, str, bytes, int, float, bool, type(None))


def bytes_only_in(one: object, other: object) -> int:
    """Bytes of what can be reached from `one` and not from `other`, each array and text counted once.

    Both are frozen values that share most of what they hold: shared parts are not walked, so this takes no longer than
    the change between the two is large.
    """
    seen_one: dict[int, object] = {}
    seen_other: dict[int, object] = {}
    edge, other_edge = [one], [other]
    while edge or other_edge:
        fresh = {id(each): each for each in edge if id(each) not in seen_one}
        other_fresh = {id(each): each for each in other_edge if id(each) not in seen_other}
        seen_one |= fresh
        seen_other |= other_fresh
        edge = [child for key, each in fresh.items() if key not in seen_other for child in _parts(each)]
        other_edge = [child for key, each in other_fresh.items() if key not in seen_one for child in _parts(each)]
    return sum(_size(each) for key, each in seen_one.items() if key not in seen_other)


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, _LEAVES):
        return
    if is_dataclass(value):
        for each in fields(value):
            yield getattr(value, each.name)
    elif isinstance(value, Mapping):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, tuple | list | frozenset):
        yield from value


def _size(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    own = vars(value) if hasattr(value, "__dict__") else None
    return sys.getsizeof(value) + (0 if own is None else sys.getsizeof(own))
