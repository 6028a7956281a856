"""What each audience may see: plain views that hold the row rule and leave masked columns out.

Queryables, formats, schemas and documents come from these columns, so a hidden field cannot be filtered on.
The views hold no data: every upgrade makes them anew from this page.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.database import AUDIENCES, Role
from geo.store.plans import in_force

ALL = frozenset(AUDIENCES)
SIGNED_IN = ALL - {Role.PUBLIC}
PLANNERS = frozenset({Role.PLANNER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a view: its name, JSON type, SQL over the view's tables, and who has it."""

    name: str
    type: str
    sql: str
    audiences: frozenset[Role] = ALL
    property: bool = True

    def json(self, source: str | None = None) -> str:
        """SQL of the value as JSON shows it, from ``source`` or the view's own tables.

        A number keeps its decimals even when they are zero: GDAL takes a column for whole numbers when its first
        page shows only such, and cuts the rest off.
        """
        value = source or self.sql
        return f"round(({value})::numeric, 2)" if self.type == "number" else value


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
    Column("stale", "boolean", "x.parcel is not null", property=False),
    Column("row_version", "integer", "p.version", property=False),
    Column("state_id", "integer", "d.state_id", property=False),
    Column("kept_start", "bytes", "r.start", property=False),
    Column("kept_cleared", "bytes", "r.start_cleared", property=False),
    Column("doc", "string", "s.doc", property=False),
    Column("geom", "geometry", "p.geom", property=False),
    Column("geom_4326", "geometry", "s.geom_4326", property=False),
    Column("geom_3857", "geometry", "s.geom_3857", property=False),
)

_PARCEL = """core.parcel p
    join core.source src on src.id = p.source
    left join core.parcel_derived d on d.parcel = p.id"""
_BESIDE = """
    left join core.parcel q on q.id = d.covered_by
    left join core.parcel_served s on s.parcel = p.id
    left join core.commune c on c.insee = d.commune_insee
    left join core.site t on t.id = d.site
    left join core.organisation o on o.id = p.responsible
    left join core.dirty x on x.parcel = p.id"""
FACTS_FROM = _PARCEL + _BESIDE

# Among the first eight tables, which the planner orders as it likes: a page sorted by date begins with the dates.
PARCEL_FROM = f"""{_PARCEL}
    left join core.readiness r on r.state_id = d.state_id and r.need_class = 'owner'
        and r.as_of = core.today(){_BESIDE}"""

NEAREST = """(select jsonb_object_agg(e.kind, jsonb_build_array(e.metres, e.point)) from core.parcel_nearest e
        where e.parcel = p.id)"""
AREA_IDS = "array(select area from core.parcel_area m where m.parcel = p.id)"

CANDIDATE = (
    *(column for column in PARCEL if column.property and column.name not in ("ready_p50", "ready_p80", "ready_class")),
    Column("market_conditions", "boolean", "p.market_conditions"),
    Column("market_on", "date", "p.market_on"),
    Column("etat_occup", "string", "p.etat_occup"),
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
    Column("state_id", "integer", "d.state_id"),
    Column("stale", "boolean", "x.parcel is not null"),
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

IN_FORCE = in_force("core.today()")
PLAN_STATE = f"case when {IN_FORCE} then 'in_force' else 'planned' end"
TO_COME = f"""({IN_FORCE} or (k.state = 'planned' and k.retired_on is null)
    or (k.state = 'in_force' and k.enforceable_on > core.today()
        and (k.retired_on is null or k.retired_on > k.enforceable_on)))"""
"""Plans that count today, and those that may: drafts, and plans enforceable from a later day."""

# A state stands on a parcel: under parcels one may not see it stays unknown.
SEEN = """exists (select from core.parcel_derived d join core.parcel p on p.id = d.parcel
    where d.state_id = {state} and p.deleted_on is null and {{rows}})"""

KNOWN_ON = "(i.started_at at time zone 'Europe/Paris')::date"
"""The day a row was loaded, where it does not say of which day it is."""

LAYERS = {
    "cadastre": """select id, idu, commune_insee as commune, prefixe, section, numero, contenance_m2, arpente,
        created_on, updated_on, geom from core.cadastral_parcel where retired_on is null""",
    "site": """select id, key as site_id, name, site_type, vocation, etat, commune_insee as commune, commune_name,
        epci_siren as epci, epci_name, synthetic, geom from core.site""",
    "zone": f"""select z.id, z.libelle, z.libelong, z.typezone, z.destdomi, z.formdomi, z.destoui, z.destcdt,
        z.destnon, z.commune_insee as commune, k.partition, k.kind as plan_kind, {PLAN_STATE} as plan_state,
        k.approved_on, k.enforceable_on, z.industry, z.industry_rule,
        z.industry_source, z.industry_confidence, z.synthetic, z.geom
        from core.zone z join core.planning_document k on k.id = z.document where {TO_COME}""",
    "constraint": f"""select c.id, c.kind, c.label, c.code, c.effect, c.industry, c.clearance_m, c.source_date,
        k.partition, case when k.id is not null then {PLAN_STATE} end as plan_state, c.synthetic, c.geom
        from core.constraint_area c left join core.planning_document k on k.id = c.document
        where k.id is null or {TO_COME}""",
    "commune": """select insee as id, insee, name, departement, population, epci_siren, epci_name, geom
        from core.commune""",
    "building": "select id, height_m, synthetic, geom from core.building",
    "network": f"""select n.id, n.key, n.kind, n.name, n.voltage_kv, n.free_mw, {KNOWN_ON} as known_on,
        u.dataset as source, n.synthetic, n.geom
        from core.network_point n join core.import i on i.id = n.import join core.source u on u.id = n.source""",
    "area": f"""select n.id, n.kind, n.code, n.name, {KNOWN_ON} as known_on, u.dataset as source, n.geom
        from core.named_area n left join core.import i on i.id = n.import left join core.source u on u.id = n.source
        where n.organisation is null or n.organisation = core.current_organisation()""",
    "area_commune": "select id, kind, code, insee from core.area_commune",
    "travel_time": f"""select n.id, n.origin, n.target, n.minutes, n.km, u.dataset as source,
        coalesce(n.computed_on, {KNOWN_ON}) as known_on
        from core.travel_time n join core.import i on i.id = n.import join core.source u on u.id = n.source""",
}

READINESS_VIEWS = {
    "readiness": "select r.* from core.readiness r where {seen}".format(seen=SEEN.format(state="r.state_id")),
    "readiness_state": "select r.* from core.readiness_state r where {seen}".format(seen=SEEN.format(state="r.id")),
}

PLANNER_VIEWS = {
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
    "parcel_edit": "update",
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


def columns(view: tuple[Column, ...], role: Role) -> list[Column]:
    """The columns of ``view`` that ``role`` has, in order."""
    return [column for column in view if role in column.audiences]


def install(connection: Connection) -> None:
    """Make every audience's schema and views anew and grant each to its role alone."""
    remove(connection)
    connection.execute(text("grant select on public.schema_version to public"))
    for role in AUDIENCES:
        schema = f"as_{role.value}"
        connection.execute(text(f"create schema {schema}"))
        for name, query in _definitions(role).items():
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


def _definitions(role: Role) -> dict[str, str]:
    rows = PARCEL_ROWS[role]
    live = f"p.deleted_on is null and {rows} and {_uncovered(role)}"
    views = {
        "parcel": _select(PARCEL, role, PARCEL_FROM, live),
        "candidate": _select(CANDIDATE, role, CANDIDATE_FROM, live),
        **LAYERS,
        **{name: query.format(rows=rows) for name, query in READINESS_VIEWS.items()},
    }
    if role in SIGNED_IN:
        views |= COMPANY_VIEWS
    if role in PLANNERS:
        views |= PLANNER_VIEWS
    if role is Role.ADMIN:
        views |= ADMIN_VIEWS
    return views


def _digest(role: Role) -> str:
    return hashlib.sha256(repr((_definitions(role), _writes(role))).encode()).hexdigest()


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
