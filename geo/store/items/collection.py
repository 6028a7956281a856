"""The collections that are served, each as data: its view, its properties, its geometry, its time.

Pages, streams, filters and descriptions are made from this; there is no code for one collection alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.store.cql2.terms import HELD, KINDS, Kind
from geo.store.database import Role
from geo.store.views.column import Column, columns
from geo.store.views.layer_columns import AREA, CADASTRE, COMMUNE, CONSTRAINT, NETWORK, SITE, ZONE
from geo.store.views.views import PARCEL


@dataclass(frozen=True, slots=True)
class Span:
    """The columns that say when a feature is: both the same for a day, one None where that end is open."""

    start: str | None
    end: str | None

    @property
    def instant(self) -> bool:
        """Whether it is a day, not a stretch of days."""
        return self.start == self.end


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """One collection; each is itself alone.

    ``name`` is that of its address, ``one`` that of a feature of it. ``projected``: its geometry is stored in the
    systems of the web as well, each with an index. ``document``: the column with the finished public facts, where there
    is one. ``flags``: columns told beside the properties. ``version``: SQL of the number that counts a row's changes,
    where rows are edited.
    """

    name: str
    one: str
    view: str
    columns: tuple[Column, ...] = field(repr=False)
    geometry: str = "MultiPolygon"
    span: Span | None = None
    projected: bool = False
    document: str | None = None
    flags: tuple[str, ...] = ()
    version: str = "null::integer"

    def shown(self, role: Role) -> list[Column]:
        """The properties that a feature has for an audience, in their order."""
        return [column for column in columns(self.columns, role) if column.property]

    def asked(self, role: Role) -> list[Column]:
        """What an audience may filter on: the properties, and lists that no feature shows."""
        return [column for column in columns(self.columns, role) if column.property or column.name in HELD]

    @property
    def id_kind(self) -> Kind:
        """What the ids of its features are: numbers, or texts that the source gives."""
        return KINDS[next(column.type for column in self.columns if column.name == "id")]


PARCELS = Collection(
    "parcels",
    "parcel",
    "listed",
    PARCEL,
    span=Span("observed_on", "observed_on"),
    projected=True,
    document="doc",
    flags=("stale",),
    version="row_version",
)

COLLECTIONS: Mapping[str, Collection] = {
    one.name: one
    for one in (
        PARCELS,
        Collection("cadastre", "cadastral_parcel", "cadastre", CADASTRE.columns, span=Span("created_on", None)),
        Collection("sites", "site", "site", SITE.columns),
        Collection("zones", "zone", "zone", ZONE.columns, span=Span("enforceable_on", "in_force_until")),
        Collection(
            "constraints",
            "constraint",
            '"constraint"',
            CONSTRAINT.columns,
            span=Span("in_force_from", "in_force_until"),
        ),
        Collection("communes", "commune", "commune", COMMUNE.columns),
        Collection("networks", "network", "network", NETWORK.columns, "Point", Span("known_on", "known_on")),
        Collection("areas", "area", "area", AREA.columns, span=Span("known_on", "known_on")),
    )
}
"""Every collection by the name of its address, in the order they are listed."""
