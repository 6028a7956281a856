"""Mappings that planners confirmed: found in the base when a file is opened, kept there once it is merged."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from geo.intake.belonging import OWN_NAME, own_name
from geo.intake.mapping.choice import Kept, Mappings
from geo.intake.mapping.layer_mapping import read_mapping
from geo.intake.problems import Unreadable
from geo.intake.source import Source
from geo.store.database import Database, Role
from geo.store.merging.mappings import keep_mapping, kept_mappings


def known_mappings(database: Database, toml: str | None, name: str | None, organisation: int | None = None) -> Mappings:
    """The mapping given for a load (TOML text and what it is called), and those the base keeps. Raises Unreadable."""
    given = None if toml is None else read_mapping(toml, name or "mapping")
    return Mappings(given, kept(database, organisation))


def kept(database: Database, organisation: int | None = None) -> list[Kept]:
    """The mappings an organisation confirmed, then those that are everybody's, each the newest first.

    One that this version cannot read any more is left out, and asked for again.
    """
    with database.connection(Role.WORKER) as connection:
        rows = kept_mappings(connection)
    own, shared = own_name("", organisation), [row for row in rows if not OWN_NAME.match(row.dataset)]
    mine = [row for row in rows if own and row.dataset.startswith(own)]
    found = [_readable(row, row.dataset.removeprefix(own)) for row in mine] + [_readable(r, r.dataset) for r in shared]
    return [one for one in found if one is not None]


def _readable(row: Any, dataset: str) -> Kept | None:
    try:
        return Kept(dataset, tuple(row.fields), read_mapping(row.toml, dataset))
    except Unreadable:
        return None


def to_keep(source: Source) -> list[dict[str, Any]]:
    """What of an opened file is to be kept once it is merged, as JSON values."""
    return [
        {"dataset": one.dataset, "layer": one.mapping.layer, "fields": list(one.fields), "toml": one.mapping.text}
        for one in source.confirmed
    ]


def keep(connection: Connection, options: Mapping[str, Any], actor: str, organisation: int | None = None) -> None:
    """Keep what :func:`to_keep` gave, by who confirmed it, for its organisation or for everybody."""
    for one in options.get("confirmed", []):
        keep_mapping(connection, actor=actor, **one | {"dataset": own_name(one["dataset"], organisation)})
