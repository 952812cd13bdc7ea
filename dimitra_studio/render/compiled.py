"""Numba with types: a compiled function keeps its signature."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """`numba.njit`, cached on disk and without the interpreter lock; no fast-math, so that shared edges stay exact."""
    return cast(_F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
