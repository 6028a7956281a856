"""Column mappings that planners confirmed, kept for the next version of their files."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from geo.store.tables import column_mapping


def kept_mappings(connection: Connection) -> Sequence[Any]:
    """Every kept mapping (dataset, layer, fields, toml), the newest first."""
    c = column_mapping.c
    return connection.execute(
        select(c.dataset, c.layer, c.fields, c.toml).order_by(c.confirmed_at.desc(), c.dataset)
    ).all()


def keep_mapping(
    connection: Connection, *, dataset: str, layer: str, fields: Sequence[str], toml: str, actor: str
) -> None:
    """Keep a mapping for a dataset, in place of the one kept before."""
    values = {"layer": layer, "fields": list(fields), "toml": toml, "actor": actor, "confirmed_at": func.now()}
    made = insert(column_mapping).values(dataset=dataset, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["dataset"], set_=values))
