"""numba's decorator as kernels here use it: machine code cached on disk when a folder allows it, GIL released."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

_HOUSE = Path(__file__).parent
_IMPORT = re.compile(r"^ *from (geo[\w.]*) import \(?([\w, ]*)", re.MULTILINE)
_LEAN: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without numba's run-time: nothing is made in a function, so no references need be counted."""


def njit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile ``function`` when first called.

    The cache is in ``NUMBA_CACHE_DIR`` when that is set before this module is imported, else beside the source, else
    in the user's cache folder. When none of them can be written numba refuses to decorate; the function is then
    compiled anew in each process.
    """
    return _compiled(function, {"nogil": True, "error_model": "numpy"})


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """As :func:`njit`, for functions that make no arrays: references are not counted, which in small functions called
    for every byte takes five times as long as all else [measured]."""
    return _compiled(function, _LEAN)


def _compiled(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    try:
        compiled = numba.njit(function, cache=True, **options)
    except RuntimeError:
        return cast(Callable[P, R], numba.njit(function, **options))
    # numba stamps what it keeps with the function's own file; a kernel that calls into another file would run stale
    # code once that one changed
    compiled._cache._cache_file._source_stamp = _stamp(Path(function.__code__.co_filename))
    return cast(Callable[P, R], compiled)


@cache
def _stamp(file: Path) -> str:
    """What the machine code of a file depends on: itself, and what it imports of its own room."""
    waiting, met = [file], {file: file.read_bytes()}
    while waiting:
        for other in _imported(met[waiting.pop()].decode(), file):
            if other not in met:
                met[other] = other.read_bytes()
                waiting.append(other)
    return hashlib.sha256(b"".join(met[path] for path in sorted(met))).hexdigest()


def _imported(text: str, file: Path) -> Iterator[Path]:
    """The files of the room of ``file`` that a source imports."""
    if _HOUSE not in file.parents:
        return
    room = f"geo.{file.relative_to(_HOUSE).parts[0]}"
    for module, names in _IMPORT.findall(text):
        if module == room or module.startswith(f"{room}."):
            for name in (module, *(f"{module}.{name.strip()}" for name in names.split(","))):
                found = _HOUSE.parent.joinpath(*name.split("."))
                yield from (path for path in (found.with_suffix(".py"), found / "__init__.py") if path.is_file())
