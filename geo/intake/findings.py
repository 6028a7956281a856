"""What the base shows of rows that are otherwise right: outlines drawn twice, land outside its commune."""

from collections.abc import Iterator

from sqlalchemy import Connection

from geo.intake.problems import Remark
from geo.store.layers import Layer
from geo.store.merging import findings

CODES = ("geometry.overlaps", "commune.outside")


def after_merge(connection: Connection, layer: Layer, import_id: int, fresh: int) -> Iterator[Remark]:
    """What the base shows of the rows just merged, ``fresh`` of them new or changed; the worst of each kind named."""
    if not fresh:
        return
    twice = findings.overlaps(connection, layer, import_id, fresh)
    if twice.total:
        pairs = [f"{row.one} + {row.other}" for row in twice.worst]
        said = {"count": twice.total, "largest_m2": round(twice.worst[0].m2, 1), "pairs": pairs[:3]}
        yield Remark(0, "geometry", pairs, "geometry.overlaps", params=said)
    apart = findings.outside(connection, layer, import_id)
    if apart.total:
        rows = [f"{row.key} : {row.metres:.0f} m, {row.name} ({row.commune})" for row in apart.worst]
        yield Remark(0, "commune_insee", rows, "commune.outside", params={"count": apart.total, "rows": rows[:3]})
