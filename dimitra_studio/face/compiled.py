"""Numba with types, wherever the package lies."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(*, fastmath: bool = False) -> Callable[[_F], _F]:
    """`numba.njit` without the interpreter lock, kept on disk; `fastmath` lets sums be reordered.

    Where neither the package's nor the user's cache folder can be written, each start compiles anew.
    """

    def compile_one(function: _F) -> _F:
        try:
            return cast(_F, numba.njit(cache=True, nogil=True, fastmath=fastmath)(function))
        except RuntimeError:  # "cannot cache function: no locator available"
            return cast(_F, numba.njit(nogil=True, fastmath=fastmath)(function))

    return compile_one
