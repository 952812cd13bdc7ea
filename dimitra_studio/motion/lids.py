"""Lids are open or shut, both alike, and between only in passing.

A network that predicts the mean of what is likely leaves them half shut: a blink that may come or not becomes half a
blink. The closure's odds are therefore raised to a power, which leaves open and shut where they are.
"""

import numpy as np

from dimitra_studio.core.arrays import FloatArray

_LIDS = ("eyeBlinkLeft", "eyeBlinkRight")
_POWER = 2.0
_EVEN = 0.4  # the closure that stays as it is
_WIDEST_OPEN = 0.45  # a portrait whose lids are lower was taken in a blink, or is drowsy
_LIMIT = 1e-6


def snapped(values: FloatArray, first: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Expression [T, C] whose lids close together and all the way; `first` [C] tells how far they are open at rest."""
    if not set(_LIDS) <= set(names):
        return values
    columns = [names.index(name) for name in _LIDS]
    still = np.minimum(first[columns], _WIDEST_OPEN)
    closure = ((values[:, columns] - still) / (1 - still)).mean(axis=1, keepdims=True)
    moved = values.copy()
    moved[:, columns] = still + (1 - still) * _sharpened(closure, _POWER)
    return moved


def unsnapped(values: FloatArray, first: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """The inverse of `snapped`, each lid by itself."""
    if not set(_LIDS) <= set(names):
        return values
    columns = [names.index(name) for name in _LIDS]
    still = np.minimum(first[columns], _WIDEST_OPEN)
    moved = values.copy()
    moved[:, columns] = still + (1 - still) * _sharpened((values[:, columns] - still) / (1 - still), 1 / _POWER)
    return moved


def _sharpened(closure: FloatArray, power: float) -> FloatArray:
    """Closures whose odds, relative to `_EVEN`'s, are raised to `power`; what is wider than open stays."""
    inside = np.clip(closure, _LIMIT, 1 - _LIMIT)
    even = _EVEN / (1 - _EVEN)
    odds = even * (inside / (1 - inside) / even) ** power
    between = (closure > 0) & (closure < 1)
    return np.asarray(np.where(between, odds / (1 + odds), closure), dtype=np.float32)
