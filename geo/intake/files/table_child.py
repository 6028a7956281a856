"""What the confined readers of tables share: values as JSON holds them, and rows in frames of bounded size."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

MAX_FRAME = 8 << 20
"""Characters of text after which a frame is sent, however few rows it has."""


def plain(cell: object) -> object:
    """A cell as JSON holds it: days and midnights as ISO days, empty texts as null, 8008.0 (Excel's 8008) as 8008."""
    if cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() and cell.tzinfo is None else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        cell = float(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return str(cell) if isinstance(cell, timedelta) else cell


def frames_of(rows: Iterable[list[object]], most: int) -> Iterator[dict[str, Any]]:
    """Headers of at most ``most`` rows and not much more than MAX_FRAME characters."""
    some: list[list[object]] = []
    size = 0
    for row in rows:
        some.append(row)
        size += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(some) == most or size >= MAX_FRAME:
            yield {"rows": some}
            some, size = [], 0
    if some:
        yield {"rows": some}
