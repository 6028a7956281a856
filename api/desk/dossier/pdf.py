"""A page set as PDF by a process of its own, which ends by itself when it takes too long or too much."""

import subprocess
import sys
from pathlib import Path

from api.desk.dossier.pdf_child import MISSING

SECONDS = 90.0
_CHILD = Path(__file__).with_name("pdf_child.py")


class NoPdfError(RuntimeError):
    """There is no PDF: ``code`` is ``missing`` (Pango is not installed), ``slow`` or ``failed``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def pdf(page: str) -> bytes:
    """The PDF of a whole page that needs nothing else.

    Raises:
        NoPdfError: the system lacks what it takes, or the page takes too long or too much memory.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-IB", str(_CHILD)],
            input=page.encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            cwd="/",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoPdfError("slow") from None
    if done.returncode == MISSING:
        raise NoPdfError("missing")
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise NoPdfError("failed")
    return done.stdout


def is_possible() -> bool:
    """Whether this machine has what it takes to set a page."""
    try:
        pdf("<!doctype html><title>.</title>")
    except NoPdfError:
        return False
    return True
