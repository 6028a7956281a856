"""How the tables of ``core`` are written down."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ARRAY, BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text

metadata = MetaData(schema="core")
INSTANT = DateTime(timezone=True)
TEXTS = ARRAY(Text)
TRANSACTION = Text()
"""A transaction's number (xid8), as text here."""
SHAPE = Geometry("MULTIPOLYGON", spatial_index=False)
SIDES = Geometry("GEOMETRYCOLLECTION", spatial_index=False)
POINT = Geometry("POINT", spatial_index=False)
LOADED = {"source": BigInteger, "import": BigInteger, "digest": LargeBinary}
"""Columns of every row that came from a file."""
REPEATED = {**LOADED, "raw": LargeBinary}
"""Of rows that also remember the text they were read from."""


def table(name: str, keys: str = "id", /, **types: Any) -> Table:
    """A table of ``core`` with the columns given as ``name=type``; ``keys`` names the primary key's columns."""
    primary = keys.split()
    columns = [Column(k, types.pop(k, BigInteger), primary_key=True) for k in primary]
    return Table(name, metadata, *columns, *(Column(n, t) for n, t in types.items()))
