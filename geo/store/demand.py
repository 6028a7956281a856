"""Needs that found nothing, counted in bins: how many of which kind were asked where, and nothing more."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.dialects.postgresql import insert

from geo.store import tables

SHOWN_FROM = 5
"""Needs a bin must have before anyone is shown it (the views `demand` hold it)."""

SHOWN = text("""
    select sector, surface_class, power_class, departement, quarter, needs from demand
    order by quarter desc, needs desc, sector, surface_class, power_class, departement
""")


@dataclass(frozen=True, slots=True)
class Bins:
    """The kind of a need: classes and a quarter (its first day)."""

    sector: str
    surface_class: str
    power_class: str
    departement: str
    quarter: date


def count_one(connection: Connection, bins: Bins) -> None:
    """Count one more need of this kind."""
    row = insert(tables.unmet_demand).values(**asdict(bins), needs=1)
    keys = [column.name for column in tables.unmet_demand.primary_key]
    more = {"needs": tables.unmet_demand.c.needs + 1}
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_=more))


def shown(connection: Connection) -> Sequence[Row[Any]]:
    """The kinds that were asked often enough to be shown, newest quarter and most asked first."""
    return connection.execute(SHOWN).all()
