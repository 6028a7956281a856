"""What a parcel shows, column by column, of which tables, and who sees which parcel."""

from geo.store.database import Role
from geo.store.views import market as views_market
from geo.store.views.column import PLANNERS, SIGNED_IN, Column

PARCEL_ROWS = {
    Role.PUBLIC: "p.visibility = 'public'",
    Role.COMPANY: """(p.visibility in ('public', 'partners') or exists (
        select from core.consent c where c.parcel = p.id and c.project = core.current_project()
        and c.until >= core.today()))""",
    Role.PLANNER: """(p.visibility in ('public', 'partners') or p.responsible = core.current_organisation()
        or (p.visibility = 'agency' and core.is_agency()))""",
    Role.ADMIN: "true",
}
"""Who sees which parcel. ``agency``: any agency and the responsible organisation; ``private``: the latter alone."""

OWN_ONLY = "case when session_user = 'emprise_admin' or p.responsible = core.current_organisation() then p.{} end"

DISTANCES = """(select jsonb_object_agg(e.kind, round(e.metres::numeric)) from core.parcel_nearest e
        where e.parcel = p.id)"""
"""Ground metres in a straight line to the nearest object of each kind of network."""
AREAS = """array(select a.kind || '/' || a.code from core.parcel_area m join core.named_area a on a.id = m.area
        where m.parcel = p.id and a.organisation is null order by 1)"""
"""The named areas that hold a parcel; an area that an organisation drew for itself is no public fact."""

NETWORKS = {
    "gas": "reseau_gaz",
    "fibre": "reseau_fibre_optique",
    "water": "reseau_eau_potable",
    "sewer": "reseau_assainissement",
    "rail": "reseau_fret_ferroviaire",
}
"""What the site ``t`` that holds a parcel may publish of its networks: ``oui``, ``non``, or a kind of unknown."""
SERVED = f"""(values {", ".join(f"('{name}', t.published ->> '{field}')" for name, field in NETWORKS.items())})
        n (network, said)"""
NETWORKS_THERE = f"array(select n.network from {SERVED} where lower(n.said) = 'oui' order by 1)"

STALE = "coalesce(x.parts & ~1536 <> 0, false)"
"""Not by what other parcels make stale (OF_OTHERS in geo/derive/parts.py): they may be hidden; they are stale, too."""

PARCEL = (
    Column("id", "integer", "p.id"),
    Column("name", "string", "p.name"),
    Column("origin", "string", "p.origin"),
    Column("market", "string", views_market.MARKET),
    Column("commune", "string", "d.commune_insee"),
    Column("commune_name", "string", "coalesce(c.name, t.commune_name)"),
    Column("epci", "string", "coalesce(c.epci_siren, t.epci_siren)"),
    Column("epci_name", "string", "coalesce(c.epci_name, t.epci_name)"),
    Column("site_id", "string", "p.site_key"),
    Column("source_id", "string", "p.key"),
    Column("cadastral_ids", "array", "p.cadastral_ids"),
    Column("surface_m2", "number", "d.surface_m2"),
    Column("surface_stated_m2", "number", "p.surface_stated_m2"),
    Column("buildable_m2", "number", "d.buildable_m2"),
    Column("zone_label", "string", "d.zone_label"),
    Column("zone_type", "string", "d.zone_type"),
    Column("industry", "string", "d.industry"),
    Column("ready_p50", "date", "r.p50"),
    Column("ready_p80", "date", "r.p80"),
    Column("ready_class", "string", "coalesce(r.ready_class, 'unknown')"),
    Column("power_mw", "number", "p.power_mw"),
    Column("distance_m", "object", DISTANCES),
    Column("areas", "array", AREAS),
    Column("price_eur_m2", "number", "p.price_eur_m2", SIGNED_IN),
    Column("contact", "string", "p.contact", SIGNED_IN),
    Column("owner_kind", "string", "p.owner_kind", PLANNERS),
    Column("owner_siren", "string", "p.owner_siren", PLANNERS),
    Column("buyer", "string", OWN_ONLY.format("buyer"), PLANNERS),
    Column("sale_amount", "number", OWN_ONLY.format("sale_amount"), PLANNERS),
    Column("visibility", "string", "p.visibility"),
    Column("responsible", "string", "o.name"),
    Column("source", "string", "src.dataset"),
    Column("outline", "string", "case when p.overrides ? 'geom' then null else p.outline end"),
    Column("observed_on", "date", "p.observed_on"),
    Column("updated_at", "date-time", "p.updated_at"),
    Column("synthetic", "boolean", "p.synthetic"),
    Column("networks", "array", NETWORKS_THERE, property=False),
    Column("stale", "boolean", STALE, property=False),
    Column("row_version", "integer", "p.version", property=False),
    Column("state_id", "integer", "d.state_id", property=False),
    Column("kept_start", "bytes", "r.start", property=False),
    Column("kept_cleared", "bytes", "r.start_cleared", property=False),
    Column("doc", "string", "s.doc", property=False),
    Column("geom", "geometry", "p.geom", property=False),
    Column("geom_4326", "geometry", "s.geom_4326", property=False),
    Column("geom_3857", "geometry", "s.geom_3857", property=False),
)

# Every parcel has a source: an outer join is left out where nothing of it is asked for.
_PARCEL = """core.parcel p
    left join core.source src on src.id = p.source
    left join core.parcel_derived d on d.parcel = p.id"""
_BESIDE = """
    left join core.parcel q on q.id = d.covered_by
    left join core.parcel_served s on s.parcel = p.id
    left join core.commune c on c.insee = d.commune_insee
    left join core.site t on t.id = d.site
    left join core.organisation o on o.id = p.responsible
    left join core.dirty x on x.parcel = p.id"""
FACTS_FROM = _PARCEL + _BESIDE

# Among the first eight tables, which the planner orders as it likes: a page sorted by date begins with the dates. The
# day stands in a query of its own: as a plain expression the planner does not see that the index is in order of dates.
PARCEL_FROM = f"""{_PARCEL}
    left join core.readiness r on r.state_id = d.state_id and r.need_class = 'owner'
        and r.as_of = (select core.today()){_BESIDE}"""


HELD = f"""select l.id as parcel, 'areas' as list, a.kind || '/' || a.code as value from as_{{audience}}.listed l
    join core.parcel_area m on m.parcel = l.id join core.named_area a on a.id = m.area and a.organisation is null
    union all
    select l.id, 'networks', n.network from core.site t
    cross join lateral {SERVED}
    join core.parcel_served s on s.site = t.id join as_{{audience}}.listed l on l.id = s.parcel
    where lower(n.said) = 'oui'"""
"""What is in the lists of parcels that one sees, by value: areas that hold them, networks of the sites they lie in."""


def live(role: Role) -> str:
    """SQL: the parcel ``p`` is there for this audience; beside it stand ``d`` and ``q`` of FACTS_FROM."""
    return f"p.deleted_on is null and {PARCEL_ROWS[role]} and {_uncovered(role)}"


def _uncovered(role: Role) -> str:
    """A prospect under offered land is that land; under land this audience may not see it stays what it was."""
    rows = PARCEL_ROWS[role].replace("p.", "q.")
    # that few are covered is known of the column, not of the joined row
    return f"(d.covered_by is null or (q.deleted_on is null and {rows}) is not true)"
