"""The base of bench/page.py: the land of bench/match_base.py, and the documents that a reader is shown of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from bench.match_base import filled, shapes_in
from geo.derive import served

SHAPES, PARCELS = 50_000, 1_000_000
SERVED_TOGETHER = 20_000


@contextmanager
def described(folder: Path) -> Iterator[URL]:
    """A cluster in ``folder`` whose base of a million parcels can be read; one that is there already is used again."""
    with shapes_in(folder, SHAPES) as admin:
        address = filled(admin, PARCELS)
        if not (folder / "described").exists():
            _describe(address)
            (folder / "described").write_text(str(PARCELS))
        yield address


def _describe(address: URL) -> None:
    """Write all that is served of the parcels anew, by the statement that serves one."""
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("truncate core.parcel_served"))
    for first in range(1, PARCELS + 1, SERVED_TOGETHER):
        with engine.begin() as connection:
            connection.execute(served.STATEMENT, {"parcels": list(range(first, first + SERVED_TOGETHER))})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()
