"""numba's decorator as kernels here use it: machine code cached on disk when a folder allows it, GIL released."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def njit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile ``function`` when first called.

    The cache is in ``NUMBA_CACHE_DIR`` when that is set before this module is imported, else beside the source, else
    in the user's cache folder. When none of them can be written numba refuses to decorate; the function is then
    compiled anew in each process.
    """
    try:
        compiled = numba.njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:
        compiled = numba.njit(function, nogil=True, error_model="numpy")
    return cast(Callable[P, R], compiled)


_LEAN: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without numba's run-time: nothing is made in a function, so no references need be counted."""


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """As :func:`njit`, for functions that make no arrays: references are not counted, which in small functions called
    for every byte takes five times as long as all else [measured]."""
    try:
        compiled = numba.njit(function, cache=True, **_LEAN)
    except RuntimeError:
        compiled = numba.njit(function, **_LEAN)
    return cast(Callable[P, R], compiled)
