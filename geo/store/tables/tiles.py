"""Tiles that are kept, and what says that they are no more as the land is."""

from sqlalchemy import ARRAY, BigInteger, Date, Integer, LargeBinary, SmallInteger, Text

from geo.store.tables.making import INSTANT, TRANSACTION, table

SNAPSHOT = Text()
"""What a statement saw of transactions (pg_snapshot), as text here."""
SUMS = ARRAY(BigInteger)

tile_mark = table("tile_mark", "zoom col row xid", zoom=SmallInteger, col=Integer, row=Integer, xid=TRANSACTION)
tile_square = table("tile_square", "col row", col=Integer, row=Integer)
tile = table(
    "tile",
    "sight zoom col row",
    sight=Text,
    zoom=SmallInteger,
    col=Integer,
    row=Integer,
    recipe=Text,
    day=Date,
    made_at=SNAPSHOT,
    kept_at=INSTANT,
    content=LargeBinary,
    drawn=Integer,
    merged=BigInteger,
)
tile_count = table(
    "tile_count",
    "sight col row",
    sight=Text,
    col=Integer,
    row=Integer,
    recipe=Text,
    day=Date,
    made_at=SNAPSHOT,
    cells=ARRAY(Integer),
    counts=ARRAY(Integer),
    surfaces=SUMS,
    xs=SUMS,
    ys=SUMS,
)
