"""Views for desktop programs that speak to PostgreSQL themselves: the rules of an organisation's planners, fenced.

In a plain view a cheap function that the user wrote may run before the row rule and tell of hidden rows; a
``security_barrier`` lets only leakproof operators go before it. Whose eyes the views have follows from the login: the
settings of a session, by which the service's own roles are told apart, are the user's to change.
"""

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, text

from geo.store.database import Role
from geo.store.views import layer_columns, views

SCHEMA = "desktop"
GROUP = "emprise_desktop"
"""The role (no login) that every desktop login is a member of."""

FACTS = (
    "stade_amngt",
    "stade_comm",
    "etat_occup",
    "usage",
    "maitrise_fonc",
    "cle_en_main",
    "pollution",
    "market_conditions",
    "market_on",
)
"""Facts that are edited and that the collection does not show."""

EDITED = frozenset(
    {
        *FACTS,
        "name",
        "site_id",
        "cadastral_ids",
        "surface_stated_m2",
        "market",
        "price_eur_m2",
        "power_mw",
        "owner_kind",
        "contact",
        "visibility",
        "observed_on",
    }
)
"""Columns of ``desktop.parcels`` that may be written, beside ``geom`` and ``reason``."""

FLAG = "stale"
"""What tells of a parcel that is to be computed anew, as its feature does."""

LAYERS = {"cadastre": "cadastre", "sites": "site", "zones": "zone", "constraints": "constraint", "communes": "commune"}
"""The layers to look at, and the view of the planners that each is."""

VALUES = "select list, value, rank, fr, en from core.desktop_value"


AREA_OF_USE = """create function desktop.area_of_use() returns public.geometry language sql immutable as $$
    select public.st_makeenvelope({}, {}, {}, {}, 4326) $$"""


def area_of_use(connection: Connection) -> tuple[float, float, float, float]:
    """West, south, east, north (degrees) of where the territory's coordinate system may be used."""
    import pyproj  # dear: every command imports this page

    srid = connection.scalar(text("select public.find_srid('core', 'parcel', 'geom')"))
    area = pyproj.CRS.from_epsg(srid).area_of_use
    return (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds


def columns_of(layer: str) -> tuple[str, ...]:
    """The columns of a view of ``desktop`` in order, without its geometry."""
    if layer == "parcels":
        return (*(column.name for column in _shown()), *FACTS, "reason")
    shown = views.columns(layer_columns.LAYERS[LAYERS[layer]].columns, Role.PLANNER)
    return tuple(column.name for column in shown if column.type != "geometry")


def install(connection: Connection) -> None:
    """Make the schema and its views anew; the logins keep what they may through their group."""
    remove(connection)
    connection.execute(text(f"create schema {SCHEMA}"))
    for name, query in definitions().items():
        connection.execute(text(f'create view {SCHEMA}."{name}" with (security_barrier) as {query}'))
    connection.execute(text(AREA_OF_USE.format(*area_of_use(connection))))
    computed = ", ".join(f"'{name}'" for name in _computed())
    connection.execute(
        text(f"""create trigger desk instead of insert or update or delete on {SCHEMA}.parcels
                 for each row execute function core.desk_parcel({computed})""")
    )
    connection.execute(text(f"grant usage on schema {SCHEMA}, core to {GROUP}"))
    connection.execute(text(f"grant select on all tables in schema {SCHEMA} to {GROUP}"))
    connection.execute(text(f"grant insert, update, delete on {SCHEMA}.parcels to {GROUP}"))
    connection.execute(text(f"comment on schema {SCHEMA} is '{digest()}'"))


def installed(connection: Connection) -> bool:
    """Whether the views are those of this page."""
    statement = text("select obj_description(oid) from pg_namespace where nspname = :name")
    return bool(connection.scalar(statement, {"name": SCHEMA}) == digest())


def remove(connection: Connection) -> None:
    """Drop the schema."""
    connection.execute(text(f"drop schema if exists {SCHEMA} cascade"))


def digest() -> str:
    """What tells the views of this page from those of another version."""
    return hashlib.sha256(repr((definitions(), *_computed())).encode()).hexdigest()


def definitions() -> dict[str, str]:
    """The views by name, each as its query."""
    planners = views.definitions(Role.PLANNER)
    layers = {name: planners[view] for name, view in LAYERS.items()}
    return {"parcels": _parcels(), **layers, "value_list": VALUES}


def _parcels() -> str:
    listed = [f"{_told(column)} as {column.name}" for column in _shown()]
    listed += [f"p.{name}" for name in FACTS]
    listed += ["null::text as reason", "p.geom"]
    rows = _fenced(views.live(Role.PLANNER))
    return f"select {', '.join(listed)} from {views.PARCEL_FROM} where {rows}"


def _told(column: views.Column) -> str:
    """A column; measures that are computed, to the hundredth they are worth."""
    told = _fenced(column.sql)
    return f"round(({told})::numeric, 2)::float8" if column.type == "number" and column.name not in EDITED else told


def _fenced(rule: str) -> str:
    """A rule of the planners' views, told by the login instead of the session's settings.

    As subqueries the functions are asked once a statement, not once a row.
    """
    return rule.replace("core.current_organisation()", "(select core.desktop_organisation())").replace(
        "core.is_agency()", "(select core.desktop_is_agency())"
    )


def _shown() -> list[views.Column]:
    return [column for column in views.columns(views.PARCEL, Role.PLANNER) if column.property or column.name == FLAG]


def _computed() -> Iterator[str]:
    moving = ("ready_p50", "ready_p80", "ready_class", "distance_m", "areas", "updated_at", FLAG)
    return (column.name for column in _shown() if column.name not in EDITED and column.name not in moving)
