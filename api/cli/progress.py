"""Progress on stderr, only when it is a terminal: what is done, of how much, how fast, how long it will take."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.catalogues import number, sentence
from api.cli.language import terminal_language
from geo.intake.stager import Step

Progress = Callable[[int, int], None]
_BEAT_S = 0.5


class _Line:
    """One line written over and over, at least every half second: a long step shows that time goes by."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._phase, self._rows, self._done, self._total = "", 0, 0, 0
        self._begun = time.monotonic()
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._repeat, daemon=True)

    def show(self, phase: str, rows: int, done: int, total: int) -> None:
        if phase != self._phase:
            self._begun = time.monotonic()
        self._phase, self._rows, self._done, self._total = phase, rows, done, total
        if not self._beat.is_alive() and not self._over.is_set():
            self._beat.start()

    def close(self) -> None:
        self._over.set()
        if self._beat.is_alive():
            self._beat.join()
            self._write()
            sys.stderr.write("\n")

    def _repeat(self) -> None:
        while not self._over.wait(_BEAT_S):
            self._write()

    def _write(self) -> None:
        sys.stderr.write(f"\r{self._label}: {self._said()}\033[K")
        sys.stderr.flush()

    def _said(self) -> str:
        spent = max(time.monotonic() - self._begun, 1e-9)
        lang = terminal_language()
        facts = {"rows": _whole(self._rows, lang), "done": _whole(self._done, lang), "total": _whole(self._total, lang)}
        facts |= {"rate": _whole(self._rows / spent, lang), "seconds": _whole(spent, lang), "left": "?"}
        if 0 < self._done <= self._total:
            facts["left"] = _whole((self._total - self._done) * spent / self._done, lang)
        known = "known" if self._done and self._total else "unknown"
        return sentence(f"progress.{self._phase}.{known}", lang, **facts)


def _whole(amount: float, lang: str) -> str:
    return number(round(amount), lang)


@contextmanager
def stepping(label: str) -> Iterator[Callable[[Step], None]]:
    """A function to call with each step of a load."""
    with _line(label) as line:
        yield lambda step: line.show(step.phase, step.rows, step.done, step.total) if line else None


@contextmanager
def counting(label: str) -> Iterator[Progress]:
    """A function to call with (done, total)."""
    with _line(label) as line:
        yield lambda done, total: line.show("count", done, done, total) if line else None


@contextmanager
def _line(label: str) -> Iterator[_Line | None]:
    if not sys.stderr.isatty():
        yield None
        return
    line = _Line(label)
    try:
        yield line
    finally:
        line.close()
