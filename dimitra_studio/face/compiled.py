"""Numba with types, wherever the package lies."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(*, fastmath: bool = False, error_model: Literal["python", "numpy"] = "python") -> Callable[[_F], _F]:
    """`numba.njit` without the interpreter lock, kept on disk; `fastmath` lets sums be reordered, the error model
    "numpy" lets a division by zero give inf or NaN instead of ZeroDivisionError.

    Where neither the package's nor the user's cache folder can be written, each start compiles anew.
    """

    def compile_one(function: _F) -> _F:
        njit = partial(numba.njit, nogil=True, fastmath=fastmath, error_model=error_model)
        try:
            return cast(_F, njit(cache=True)(function))
        except RuntimeError:  # "cannot cache function: no locator available"
            return cast(_F, njit()(function))

    return compile_one
