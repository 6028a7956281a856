"""Processes of a run compile a kernel once: who wants it meanwhile waits, and loads what was kept.

In a fresh checkout every process would compile the same kernels at the same time.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher

_held: set[Path] = set()
"""The sources whose turn this process has: a kernel compiles those it calls, some of its own file."""


@contextmanager
def _turn(source: Path) -> Iterator[None]:
    """The turn to compile what stands in a source file; nobody else's lock is on it."""
    if source in _held or not source.is_file():
        yield
        return
    with source.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _held.add(source)
        try:
            yield
        finally:
            _held.discard(source)


def take_turns() -> None:
    """From here on this process compiles in turn with others that do."""
    compiled = Dispatcher.compile

    def in_turn(self: Any, signature: Any) -> Any:
        # The compiler's own lock first, as it takes it itself: two threads never wait for one another
        with global_compiler_lock, _turn(Path(self.py_func.__code__.co_filename)):
            return compiled(self, signature)

    Dispatcher.compile = in_turn  # type: ignore[method-assign, assignment]
