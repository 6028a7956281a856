"""Parcels as lists, tiles and pages find them: the view ``listed`` has the columns and rows of ``parcel``.

It begins with the one table that holds what a list finds by and shows (migrations/tails/up/20_listed.sql). All others
are joined on their keys, and left out by the planner where nothing of them is asked for. A parcel that is not derived
yet is in no list.
"""

from collections.abc import Sequence
from dataclasses import replace

from geo.store.views.column import Column

COPIES = {
    "id": "s.parcel",
    "name": "s.name",
    "market": "s.market",
    "commune": "s.commune_insee",
    "surface_m2": "s.surface_m2",
    "buildable_m2": "s.buildable_m2",
    "zone_label": "s.zone_label",
    "zone_type": "s.zone_type",
    "industry": "s.industry",
    "visibility": "s.visibility",
    "observed_on": "s.observed_on",
    "state_id": "s.state_id",
}
"""Columns that stand in the table of lists."""

RULES = {"p.visibility": "s.visibility", "p.responsible": "s.responsible", "p.id": "s.parcel"}
"""What the row rules of parcels ask, as it is asked of the table of lists."""

# Among the first eight tables, which the planner orders as it likes: a page sorted by date begins with the dates. The
# indexes of parcels hold those that are there.
FROM = """core.parcel_served s
    left join core.readiness r on r.state_id = s.state_id and r.need_class = 'owner'
        and r.as_of = (select core.today())
    left join core.parcel p on p.id = s.parcel and p.deleted_on is null
    left join core.source src on src.id = p.source
    left join core.parcel_derived d on d.parcel = s.parcel
    left join core.commune c on c.insee = s.commune_insee
    left join core.site t on t.id = s.site
    left join core.organisation o on o.id = p.responsible
    left join core.dirty x on x.parcel = s.parcel"""


def columns(parcel: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of the view of parcels."""
    return tuple(replace(column, sql=COPIES.get(column.name, column.sql)) for column in parcel)


def rule(of_parcels: str) -> str:
    """The row rule of parcels ``p``, asked of the table of lists.

    What covers a prospect is looked up where something does: as a table that is joined it costs a look at each row,
    or, where the planner thinks that many are covered, at all parcels.
    """
    here = of_parcels
    for said, copied in RULES.items():
        here = here.replace(said, copied)
    covering = f"q.id = s.covered_by and q.deleted_on is null and {of_parcels.replace('p.', 'q.')}"
    return f"""not s.gone and {here} and (s.covered_by is null
        or coalesce((select false from core.parcel q where {covering}), true))"""
