"""Progress on stderr, only when it is a terminal: what is done, of how much, how fast."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]


@contextmanager
def counting(label: str) -> Iterator[Progress]:
    """A function to call with (done, total); it writes at most ten lines a second over each other."""
    started, shown = time.monotonic(), 0.0
    interactive = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if interactive and (now - shown > 0.1 or done >= total):
            shown = now
            rate = done / max(now - started, 1e-9)
            left = (total - done) / rate if rate else 0
            sys.stderr.write(f"\r{label}: {done:,} / {total:,} ({rate:,.0f}/s, {left:,.0f} s left)\033[K")
            sys.stderr.flush()

    yield tell
    if interactive and shown:
        sys.stderr.write("\n")
