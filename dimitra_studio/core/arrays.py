"""Read-only float32 arrays: what frozen dataclasses carry across layers."""

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float32]
_A = TypeVar("_A", bound=NDArray[Any])


def frozen(values: ArrayLike, shape: tuple[int | None, ...], name: str) -> NDArray[np.float32]:
    """A read-only contiguous float32 copy of `values`; `None` in `shape` matches any length.

    Raises ValueError that names the array when the shape differs.
    """
    array = np.array(values, dtype=np.float32, order="C")
    return _checked(array, shape, name)


def frozen_like(values: ArrayLike, dtype: Any, shape: tuple[int | None, ...], name: str) -> NDArray[Any]:
    """As `frozen`, for another dtype (masks, indices)."""
    return _checked(np.array(values, dtype=dtype, order="C"), shape, name)


def runs(mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Ranges [start, end) in which `mask` [N] is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2))


def _checked(array: _A, shape: tuple[int | None, ...], name: str) -> _A:
    fits = array.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
    if not fits:
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    array.setflags(write=False)
    return array
