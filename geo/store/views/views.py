"""What each audience may see: plain views that hold the row rule and leave masked columns out.

Queryables, formats, schemas and documents come from these columns, so a hidden field cannot be filtered on.
The views hold no data: every upgrade makes them anew. What they are made of stands by subject in the pages beside.
"""

import hashlib

from sqlalchemy import Connection, text

from geo.store.database import AUDIENCES, Role
from geo.store.views import desk as views_desk
from geo.store.views import layer_columns
from geo.store.views import listed as views_listed
from geo.store.views import market as views_market
from geo.store.views.candidate import BESIDE, BUILDING_LIMIT, CANDIDATE, CANDIDATE_FROM
from geo.store.views.column import ALL, PLANNERS, SIGNED_IN, Column, columns
from geo.store.views.kept import EXTENT_GROUND, READINESS_VIEWS, TILE_VIEWS, extent_of
from geo.store.views.parcel import HELD, PARCEL, PARCEL_FROM, PARCEL_ROWS, STALE, live

__all__ = [
    "ALL",
    "BUILDING_LIMIT",
    "CANDIDATE",
    "CANDIDATE_FROM",
    "PARCEL",
    "PARCEL_FROM",
    "PLANNERS",
    "SIGNED_IN",
    "STALE",
    "Column",
    "columns",
    "live",
]

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


def definitions(role: Role) -> dict[str, str]:
    """The views of an audience by name, each as its query."""
    rows = PARCEL_ROWS[role]
    views = {
        "parcel": _select(PARCEL, role, PARCEL_FROM, live(role)),
        "listed": _select(views_listed.columns(PARCEL), role, views_listed.FROM, views_listed.rule(rows)),
        "parcel_held": HELD.format(audience=role.value),
        "candidate": _select(CANDIDATE, role, CANDIDATE_FROM, live(role)),
        **LAYERS,
        "parcel_extent": extent_of(role),
        "extent_ground": EXTENT_GROUND.format(rows=rows),
        **{name: query.format(rows=rows) for name, query in READINESS_VIEWS.items()},
        **TILE_VIEWS,
        "building_limit": BUILDING_LIMIT.format(rows=rows),
        "beside": BESIDE.format(rows=rows, others=rows.replace("p.", "q.")),
        **views_market.of(role, rows),
    }
    if role is Role.COMPANY:
        views |= views_desk.COMPANY_VIEWS
    if role in PLANNERS:
        views |= PLANNER_VIEWS | views_desk.PLANNER_VIEWS
    if role is Role.ADMIN:
        views |= ADMIN_VIEWS
    return views


def _digest(role: Role) -> str:
    return hashlib.sha256(repr((definitions(role), _writes(role))).encode()).hexdigest()


def _writes(role: Role) -> dict[str, str]:
    if role is Role.COMPANY:
        return views_desk.COMPANY_WRITES
    return PLANNER_WRITES | views_desk.PLANNER_WRITES | views_market.PLANNER_WRITES if role in PLANNERS else {}


def _select(view: tuple[Column, ...], role: Role, source: str, rows: str) -> str:
    listed = ", ".join(f"{column.sql} as {column.name}" for column in columns(view, role))
    return f"select {listed} from {source} where {rows}"
