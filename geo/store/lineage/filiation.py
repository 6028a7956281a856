"""The DGFiP's record of what became of cadastral parcels: mothers and daughters of each change."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

STAGE_FILIATION = """
    create temporary table stage_filiation
        (document text, nature text, "on" date, mothers text[], daughters text[]) on commit drop"""
COPY_FILIATION = 'copy stage_filiation (document, nature, "on", mothers, daughters) from stdin'
TAKE_FILIATION = text("""
    insert into core.filiation (document, nature, "on", mothers, daughters)
    select distinct on (document) * from stage_filiation order by document, "on" desc
    on conflict (document) do update set nature = excluded.nature, "on" = excluded."on",
        mothers = excluded.mothers, daughters = excluded.daughters
    where (filiation.nature, filiation."on", filiation.mothers, filiation.daughters)
        is distinct from (excluded.nature, excluded."on", excluded.mothers, excluded.daughters)
    returning (xmax = 0) as new""")

Lot = tuple[str, str, date, list[str], list[str]]
"""Document, nature, day, mothers and daughters of one change."""


def take_filiation(connection: Connection, lots: Iterable[Lot]) -> tuple[int, int, int]:
    """Record lots of filiation; how many were new, changed and unchanged."""
    connection.execute(text(STAGE_FILIATION))
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a live connection always has one
    with driver.cursor() as cursor, cursor.copy(COPY_FILIATION) as sink:
        for lot in lots:
            sink.write_row(lot)
    total = connection.scalar(text("select count(distinct document) from stage_filiation")) or 0
    made = list(connection.scalars(TAKE_FILIATION))
    return made.count(True), made.count(False), total - len(made)
