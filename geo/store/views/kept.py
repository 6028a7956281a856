"""What is kept ready for readers, as each audience has it: dates of states, extents, tiles."""

from geo.store.database import Role
from geo.store.views.parcel import PARCEL_ROWS

# A state stands on a parcel: under parcels one may not see it stays unknown.
SEEN = """exists (select from core.parcel_derived d join core.parcel p on p.id = d.parcel
    where d.state_id = {state} and p.deleted_on is null and {{rows}})"""

EXTENT = """select x.west, x.south, x.east, x.north, x.first_on, x.last_on, x.stale from core.parcel_extent x
    where {groups}"""
CONSENTED = """ union all
    select st_xmin(p.geom), st_ymin(p.geom), st_xmax(p.geom), st_ymax(p.geom), p.observed_on, p.observed_on, false
    from core.parcel p where p.deleted_on is null and exists (select from core.consent c where c.parcel = p.id
        and c.project = core.current_project() and c.until >= core.today())"""
"""Extents of the groups one sees: of parcels not hidden, or opened by a consent."""

EXTENT_GROUND = "select p.geom, p.observed_on from core.parcel p where p.deleted_on is null and {rows}"
"""What the extents are of, prospects under offered land as well: measured or kept, they are the same."""

# Made in a snapshot that saw every transaction that marked it since; those before it began are not looked at.
CURRENT = """t.sight = core.sight() and t.day = core.today()
    and pg_snapshot_xmax(t.made_at) <= pg_snapshot_xmax(pg_current_snapshot()) and not exists (
        select from core.tile_mark m
        where (m.zoom, m.col, m.row) in (({zoom}, t.col, t.row), (-1, 0, 0))
        and m.xid >= pg_snapshot_xmin(t.made_at) and not pg_visible_in_snapshot(m.xid, t.made_at))"""
TILE_VIEWS = {
    "tile": f"""select t.zoom, t.col, t.row, t.recipe, t.content, t.drawn, t.merged
        from core.tile t where {CURRENT.format(zoom="t.zoom")}""",
    "tile_count": f"""select t.col, t.row, t.recipe, t.cells, t.counts, t.surfaces, t.xs, t.ys
        from core.tile_count t where {CURRENT.format(zoom=10)}""",
    "tile_square": "select s.col, s.row from core.tile_square s",
}
"""What is kept for a sight stands in the tables' forced policies as well. Where land lies is told to our statements
only: each square counts what one may see of it."""

READINESS_VIEWS = {
    "readiness": "select r.* from core.readiness r where {seen}".format(seen=SEEN.format(state="r.state_id")),
    "readiness_state": "select r.* from core.readiness_state r where {seen}".format(seen=SEEN.format(state="r.id")),
}


def extent_of(role: Role) -> str:
    """The extents of the groups that an audience sees."""
    if role is Role.COMPANY:
        return EXTENT.format(groups="x.visibility in ('public', 'partners')") + CONSENTED
    return EXTENT.format(groups=PARCEL_ROWS[role].replace("p.", "x."))
