"""A file made by a process of its own, and given up when nobody wants it any more."""

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.export.layers import Layers
from geo.export.whole import CannotExportError
from geo.export.writing import ENDINGS

PATIENCE_S = 5.0
"""For a process that was told to give up: it ends its query first."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process of its own writes.

    ``connect``: how it connects, a password among it; ``settings``: those of the transaction, by which the base knows
    who asks. ``statement`` finds the rows with their geometry as WKB behind; ``counting`` how many there are, where
    there may be more than ``most``. ``shape``: what every geometry is, None without; ``srid``: its EPSG code;
    ``kind``: of geo.export.writing.
    """

    connect: Mapping[str, Any]
    settings: Mapping[str, str]
    statement: str
    values: Mapping[str, object]
    counting: str | None
    most: int | None
    collection: str
    shape: str | None
    srid: int
    kind: str


@dataclass(frozen=True, slots=True)
class DrawnErrand:
    """Features already made, which a process of its own writes into a GeoPackage: GDAL stays out of the service.

    ``collection`` names the file; the others are those of geo.export.features.
    """

    collection: str
    features: Mapping[str, Any]
    layers: Layers
    kind: str = "GeoPackage"


class FailedError(RuntimeError):
    """The file could not be written: what the database said, by its code, or nothing."""

    def __init__(self, sqlstate: str | None, detail: str) -> None:
        super().__init__(detail)
        self.sqlstate = sqlstate


class Making:
    """One file on its way. :meth:`stop` may be called from any thread; the others by one at a time."""

    def __init__(self, errand: Errand | DrawnErrand, within: Path | None) -> None:
        """Begin; the file is made in a folder of its own ``within`` that one (None: where temporary files are)."""
        self._folder = tempfile.TemporaryDirectory(prefix="emprise-file-", dir=within, ignore_cleanup_errors=True)
        self.path = Path(self._folder.name) / f"{errand.collection}{ENDINGS[errand.kind]}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "geo.export.child", str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1", "GDAL_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        with suppress(BrokenPipeError):  # told by its silence
            self._process.stdin.write(pickle.dumps(errand))
            self._process.stdin.flush()

    def wait(self) -> int:
        """The number of rows written, when the file is whole.

        Raises:
            CannotExportError: it would hold more rows than its format does.
            FailedError: the database refused or broke off, or the process was stopped.
        """
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        said = self._process.stdout.read()
        self._process.wait()
        told: dict[str, Any] = json.loads(said) if said else {"failed": "no answer"}
        if "refused" in told:
            raise CannotExportError(told["refused"], **told["params"])
        if "failed" in told:
            raise FailedError(told.get("sqlstate"), told["failed"])
        return int(told["rows"])

    def stop(self) -> None:
        """Let the process give up: the end of its input is the word. What it has written goes."""
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        with suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """End the process, if it has not ended, and remove the file."""
        self.stop()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._folder.cleanup()
