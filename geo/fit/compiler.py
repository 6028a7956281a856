"""numba's decorator as this room uses it: machine code cached on disk when a folder allows it, GIL released."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

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
