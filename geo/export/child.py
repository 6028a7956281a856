"""The process that writes one file of an errand: ``python -m geo.export.child FILE``, its errand on standard input.

It answers with a line of JSON. When its input ends it gives up: its query is ended, its folder removed. So it does
when the service that sent it is no more.
"""

import json
import os
import pickle
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg

from geo.export.errand import DrawnErrand, Errand
from geo.export.whole import CannotExportError
from geo.export.workbook import check_rows
from geo.export.writing import write
from geo.store.extracted import FETCH_MS, Driver, read, written

LIMITS = f"""set transaction isolation level repeatable read read only;
    set local statement_timeout = {FETCH_MS};
    set local client_connection_check_interval = 1000"""
"""One snapshot; a query that finds its client gone ends."""
ACT = "select set_config(name, told, true) from unnest(%s::text[], %s::text[]) s (name, told)"
AWAY = "08000"
"""A server that cannot be reached gives no code."""
POLITE = 10
"""Requests come first, where processors are short."""


def run(errand: Errand | DrawnErrand, path: Path) -> dict[str, Any]:
    """Write the file; what became of it, as the service reads it."""
    try:
        return {"rows": _drawn(errand, path) if isinstance(errand, DrawnErrand) else _read(errand, path)}
    except CannotExportError as refusal:
        return {"refused": refusal.code, "params": refusal.params}
    except psycopg.Error as error:
        lost = AWAY if isinstance(error, psycopg.OperationalError) else None
        return {"failed": str(error), "sqlstate": error.sqlstate or lost}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def _drawn(errand: DrawnErrand, path: Path) -> int:
    """Write features already made; what that loads is for them alone."""
    from geo.export.features import write_features

    return write_features(path, errand.features, errand.layers)


def _read(errand: Errand, path: Path) -> int:
    """Write what the database finds."""
    with psycopg.connect(**errand.connect) as driver:
        driver.execute(LIMITS)
        if errand.settings:
            names = [f"emprise.{name}" for name in errand.settings]
            driver.execute(ACT, [names, list(errand.settings.values())])
        _check(driver, errand)
        rows = read(driver, errand.statement, errand.values, 0, errand.shape)
        return write(path, errand.kind, errand.collection, rows, errand.srid)


def _check(driver: Driver, errand: Errand) -> None:
    """See that the rows are not more than the format holds, before any is written. Raises CannotExportError."""
    if errand.counting is not None and errand.most is not None:
        found = driver.execute(written(errand.counting), {**errand.values, "limit": errand.most}).fetchone()
        check_rows(0 if found is None else int(str(found[0])), errand.most)


def main() -> None:
    """Read the errand, write, answer."""
    os.nice(POLITE)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the service runs behind a shell
    path = Path(sys.argv[1])
    errand: Errand | DrawnErrand = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the service that began this process
    threading.Thread(target=_watch, daemon=True).start()
    try:
        told = run(errand, path)
    except KeyboardInterrupt:
        shutil.rmtree(path.parent, ignore_errors=True)
        return
    sys.stdout.write(json.dumps(told))


def _watch() -> None:
    """Interrupt what is under way when the input ends; the driver then ends its query."""
    sys.stdin.buffer.read(1)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
