"""What each audience may see: plain views that hold the row rule and leave masked columns out.

Queryables, formats, schemas and documents come from these columns, so a hidden field cannot be filtered on.
The views hold no data: every upgrade makes them anew from this page.
"""

import hashlib

from sqlalchemy import Connection, text

from geo.store import layer_columns
from geo.store.column import ALL, PLANNERS, SIGNED_IN, Column, columns
from geo.store.database import AUDIENCES, Role

__all__ = ["ALL", "PLANNERS", "SIGNED_IN", "Column", "columns"]

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

STALE = "coalesce(x.parts & ~1536 <> 0, false)"
"""Not by what other parcels make stale (OF_OTHERS in geo/derive/parts.py): they may be hidden; they are stale, too."""

PARCEL = (
    Column("id", "integer", "p.id"),
    Column("name", "string", "p.name"),
    Column("origin", "string", "p.origin"),
    Column("market", "string", "p.market"),
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
    Column("ready_class", "string", "r.ready_class"),
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

NEAREST = """(select jsonb_object_agg(e.kind, jsonb_build_array(e.metres, e.point)) from core.parcel_nearest e
        where e.parcel = p.id)"""
AREA_IDS = "array(select area from core.parcel_area m where m.parcel = p.id)"

PUBLISHED_NETWORKS = """jsonb_strip_nulls(jsonb_build_object('gas', lower(t.published ->> 'reseau_gaz'),
        'fibre', lower(t.published ->> 'reseau_fibre_optique'), 'water', lower(t.published ->> 'reseau_eau_potable'),
        'sewer', lower(t.published ->> 'reseau_assainissement'),
        'rail', lower(t.published ->> 'reseau_fret_ferroviaire')))"""
"""What the site that holds a parcel publishes of its networks: ``oui``, ``non``, or a kind of unknown."""

CANDIDATE = (
    *(column for column in PARCEL if column.property and column.name not in ("ready_p50", "ready_p80", "ready_class")),
    Column("market_conditions", "boolean", "p.market_conditions"),
    Column("market_on", "date", "p.market_on"),
    Column("etat_occup", "string", "p.etat_occup"),
    Column("usage", "string", "p.usage"),
    Column("pollution", "string", "p.pollution"),
    Column("declared_on", "string", "p.published ->> 'date_dispo'"),
    Column("declared_turnkey", "boolean", "p.cle_en_main"),
    Column("industry_rule", "string", "d.industry_rule"),
    Column("industry_source", "string", "d.industry_source"),
    Column("industry_confidence", "number", "d.industry_confidence"),
    Column("scale", "number", "d.scale"),
    Column("touched", "array", "d.touched"),
    Column("buildings_known", "boolean", "d.built is not null"),
    Column(
        "constraints_known",
        "boolean",
        """d.touched <> '[]' or exists (
            select from core.coverage v where v.layer = 'constraints' and st_intersects(v.geom, p.geom))""",
    ),
    Column("substation_km", "number", "e.metres / 1000"),
    Column("substation_free_mw", "number", "n.free_mw"),
    Column("nearest", "object", NEAREST),
    Column("area_ids", "array", AREA_IDS),
    Column("networks", "object", PUBLISHED_NETWORKS),
    Column("networks_source", "string", "(select u.dataset from core.source u where u.id = t.source)"),
    Column("networks_on", "string", "t.published ->> 'site_actu_date'"),
    Column("state_id", "integer", "d.state_id"),
    Column("stale", "boolean", STALE),
    Column("geom", "geometry", "p.geom"),
    Column("buildable", "geometry", "d.buildable"),
    Column("profile", "bytes", "d.profile"),
    Column("sides", "geometry", "d.sides"),
    Column("lon", "number", "st_x(st_pointonsurface(s.geom_4326))"),
    Column("lat", "number", "st_y(st_pointonsurface(s.geom_4326))"),
)
CANDIDATE_FROM = f"""{FACTS_FROM}
    left join core.parcel_nearest e on e.parcel = p.id and e.kind = 'substation'
    left join core.network_point n on n.id = e.point"""

# A state stands on a parcel: under parcels one may not see it stays unknown.
SEEN = """exists (select from core.parcel_derived d join core.parcel p on p.id = d.parcel
    where d.state_id = {state} and p.deleted_on is null and {{rows}})"""

# An establishment is where its SIRET is asked for; not that of one person (legal forms 1...), nor of an unsure address.
LAYERS = {
    **{name: layer.query() for name, layer in layer_columns.LAYERS.items()},
    "building": "select id, height_m, synthetic, geom from core.building",
    "establishment": """select e.siret, e.geom from core.establishment e
        where coalesce(e.published ->> 'etab_nat_juridique', '') !~ '^1'
        and coalesce(lower(e.published ->> 'geocodage_qualite'), '') not in
            ('non localisé', 'localisation à la commune', 'localisation au lieu-dit')""",
    "area_commune": "select id, kind, code, insee from core.area_commune",
    "travel_time": f"""select n.id, n.origin, n.target, n.minutes, n.km, u.dataset as source,
        coalesce(n.computed_on, {layer_columns.KNOWN_ON}) as known_on
        from core.travel_time n join core.import i on i.id = n.import join core.source u on u.id = n.source""",
}

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

BESIDE = """select x.a, x.b, x.shared_m, x.overlap_m2 from core.adjacency x
    join core.parcel p on p.id = x.a and p.deleted_on is null and {rows}
    join core.parcel q on q.id = x.b and q.deleted_on is null and {others}"""
"""Neighbours of which one may see both."""

BUILDING_LIMIT = """select p.id as parcel, b.rule, b.value, b.source, 'parcel' as said_of, 1.0::float as share
    from core.building_rule b
    join core.parcel p on p.id = b.parcel and p.deleted_on is null and {rows}
    where b.superseded_at is null
    union all
    select p.id, b.rule, b.value, b.source, 'zone', (z ->> 'share')::float / greatest(1,
        (select sum((y ->> 'share')::float) from jsonb_array_elements(d.zone_shares) y))
    from core.building_rule b
    join core.zone k on k.document = b.document and k.libelle = b.zone_label
    join core.parcel p on p.geom && k.geom and p.deleted_on is null and {rows}
    join core.parcel_derived d on d.parcel = p.id
    cross join lateral jsonb_array_elements(d.zone_shares) z
    where b.superseded_at is null and (z ->> 'zone')::bigint = k.id"""
"""What is known of the plan's rules on buildings: said of a parcel, or of the zones that have a share of it.

Zones drawn one over another share the parcel between them: land that a label says a rule of twice makes up for none.
"""

PLANNER_VIEWS = {
    "demand": """select sector, surface_class, power_class, departement, quarter, needs from core.unmet_demand
        where needs >= 5 and (session_user = 'emprise_admin' or core.is_agency())""",
    "parcel_edit": """select id, name, site_key, cadastral_ids, surface_stated_m2, stade_amngt, stade_comm, etat_occup,
        usage, maitrise_fonc, cle_en_main, pollution, market, market_conditions, market_on, price_eur_m2, power_mw,
        owner_kind, contact, visibility, observed_on, responsible, version, deleted_on, location, geom
        from core.parcel p where core.may_edit(p.responsible)""",
    "step_state": """select s.* from core.step_state s
        where exists (select from core.parcel p where p.id = s.parcel and core.may_edit(p.responsible))""",
    "commitment": """select s.* from core.commitment s
        where exists (select from core.parcel p where p.id = s.parcel and core.may_edit(p.responsible))""",
    "history": """select h.* from core.history h where h.relation = 'parcel' and exists (
        select from core.parcel p where p.id = h.row_id and core.may_edit(p.responsible))""",
    "delivery": """select id, organisation, actor, request_id, idempotency_key, file_name, file_sha256, size_bytes,
        options, status, rows, share, report, problems, error_code, error_params, created_at, updated_at, confirmed_at,
        confirmed_by from core.delivery""",
    "delivery_piece": "select delivery, number, content from core.delivery_piece",
}
"""Whose deliveries are seen stands in the table's forced policy."""
ADMIN_VIEWS = {
    "import": "select id, layer, file_name, schema_name, started_at, finished_at, counts from core.import",
}
"""An import names files of organisations that may not know of each other."""
PLANNER_WRITES = {
    "parcel_edit": "insert, update",
    "step_state": "insert, update",
    "commitment": "insert, update",
    "delivery": "insert (file_name, options)",
    "delivery_piece": "insert",
}

COMPANY_VIEWS = {
    "project": "select * from core.project",
    "need": "select * from core.need",
    "enquiry": "select * from core.enquiry",
}
"""Row rules of these stand in the tables' forced policies; all but the public have them."""


def install(connection: Connection) -> None:
    """Make every audience's schema and views anew and grant each to its role alone."""
    remove(connection)
    connection.execute(text("grant select on public.schema_version to public"))
    for role in AUDIENCES:
        schema = f"as_{role.value}"
        connection.execute(text(f"create schema {schema}"))
        for name, query in definitions(role).items():
            connection.execute(text(f'create view {schema}."{name}" as {query}'))
        connection.execute(text(f"grant usage on schema {schema} to {role.login}"))
        connection.execute(text(f"grant select on all tables in schema {schema} to {role.login}"))
        for name, rights in _writes(role).items():
            connection.execute(text(f'grant {rights} on {schema}."{name}" to {role.login}'))
        connection.execute(text(f"grant usage on schema core to {role.login}"))
        connection.execute(text(f"comment on schema {schema} is '{_digest(role)}'"))


def installed(connection: Connection) -> bool:
    """Whether every audience has the views of this page, and not those of another version."""
    expected = {f"as_{role.value}": _digest(role) for role in AUDIENCES}
    statement = text("select nspname, obj_description(oid) as digest from pg_namespace where nspname = any(:names)")
    found = connection.execute(statement, {"names": list(expected)})
    return {row.nspname: row.digest for row in found} == expected


def remove(connection: Connection) -> None:
    """Drop every audience's schema."""
    for role in AUDIENCES:
        connection.execute(text(f"drop schema if exists as_{role.value} cascade"))


def live(role: Role) -> str:
    """SQL: the parcel ``p`` is there for this audience; beside it stand ``d`` and ``q`` of FACTS_FROM."""
    return f"p.deleted_on is null and {PARCEL_ROWS[role]} and {_uncovered(role)}"


def definitions(role: Role) -> dict[str, str]:
    """The views of an audience by name, each as its query."""
    rows = PARCEL_ROWS[role]
    views = {
        "parcel": _select(PARCEL, role, PARCEL_FROM, live(role)),
        "candidate": _select(CANDIDATE, role, CANDIDATE_FROM, live(role)),
        **LAYERS,
        "parcel_extent": _extent(role),
        "extent_ground": EXTENT_GROUND.format(rows=rows),
        **{name: query.format(rows=rows) for name, query in READINESS_VIEWS.items()},
        **TILE_VIEWS,
        "building_limit": BUILDING_LIMIT.format(rows=rows),
        "beside": BESIDE.format(rows=rows, others=rows.replace("p.", "q.")),
    }
    if role in SIGNED_IN:
        views |= COMPANY_VIEWS
    if role in PLANNERS:
        views |= PLANNER_VIEWS
    if role is Role.ADMIN:
        views |= ADMIN_VIEWS
    return views


def _extent(role: Role) -> str:
    if role is Role.COMPANY:
        return EXTENT.format(groups="x.visibility in ('public', 'partners')") + CONSENTED
    return EXTENT.format(groups=PARCEL_ROWS[role].replace("p.", "x."))


def _digest(role: Role) -> str:
    return hashlib.sha256(repr((definitions(role), _writes(role))).encode()).hexdigest()


def _uncovered(role: Role) -> str:
    """A prospect under offered land is that land; under land this audience may not see it stays what it was."""
    rows = PARCEL_ROWS[role].replace("p.", "q.")
    # that few are covered is known of the column, not of the joined row
    return f"(d.covered_by is null or (q.deleted_on is null and {rows}) is not true)"


def _writes(role: Role) -> dict[str, str]:
    writes = dict.fromkeys(COMPANY_VIEWS, "insert, update") if role in SIGNED_IN else {}
    return writes | (PLANNER_WRITES if role in PLANNERS else {})


def _select(view: tuple[Column, ...], role: Role, source: str, rows: str) -> str:
    listed = ", ".join(f"{column.sql} as {column.name}" for column in columns(view, role))
    return f"select {listed} from {source} where {rows}"
