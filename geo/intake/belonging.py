"""What an organisation may load: its own land; reference layers only when it is an agency."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from geo.intake.problems import Rejection, Unreadable
from geo.intake.report import Told
from geo.store.access.organisations import kind_of
from geo.store.layers import Layer
from geo.store.merging.unplaced import Unplaced

OF_ANYONE = ("parcels",)
"""The layers whose rows belong to an organisation; all others are everybody's reference."""
OWN_NAME = re.compile(r"\d+:")
"""How names that organisations give begin; see :func:`own_name`."""


def check_layers(connection: Connection, layers: Sequence[str], organisation: int | None) -> None:
    """Refuse a file, before it is read, that can hold nothing the organisation may load. Raises Unreadable."""
    if layers and not set(layers) & set(OF_ANYONE):
        with connection.begin():
            check_all(connection, layers, organisation)


def check_all(connection: Connection, layers: Iterable[str], organisation: int | None) -> None:
    """Refuse a file one of whose layers the organisation may not load. Raises Unreadable."""
    reserved = [name for name in layers if name not in OF_ANYONE]
    if organisation is not None and reserved and kind_of(connection, organisation) != "agency":
        raise Unreadable("layer.not_yours", layers=reserved)


def refused(layer: Layer, found: Unplaced) -> list[Told]:
    """The rows of other organisations' land, as the report tells them: that they are, and nothing of the land."""
    return [
        Told.of(
            layer.name, Rejection(row.row_number, "key", row.key, "parcel.not_yours"), row.key, row.name, row.outline
        )
        for row in found.told
    ]


def own_name(name: str, organisation: int | None) -> str:
    """A name that an organisation gives (of a source, of a file), told from the same name of another one's."""
    return name if organisation is None else f"{organisation}:{name}"
