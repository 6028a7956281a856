"""What a match knows of one parcel: the facts of the index, each unknown when None."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from shapely.geometry.base import BaseGeometry

from geo.fit.frontage import Sides
from geo.land.building_limits import BuildingRule, Limit
from geo.land.vocabulary import AVAILABLE, Effect, Industry, Market, Origin
from geo.match.parcel.around import Around, Nearest

NOTHING_ASKED = Around()
"""The surroundings of a parcel of which nothing beyond its own facts is asked."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A constraint that touches the parcel; `geometry` (planar CRS) is None when only the contact is known."""

    id: int
    kind: str
    effect: Effect
    geometry: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """When works of a second phase may start on land, and whether that is in time; None: unknown.

    ``on`` is the prudent day, `date.max` where they never may.
    """

    on: date | None = None
    in_time: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The facts of one parcel. Surfaces in ground m2 (measured, but for the stated one), geometries in the planar CRS,
    lon/lat in degrees.

    `declared_on` and `declared_turnkey` are what others say of its availability (Foncier+, CNIG), not a computed date.
    `location` is the point of land that has no outline. `scale` is the CRS scale factor at the parcel: planar length =
    ground length x scale. `stale` says that a derived fact is being recomputed: its fit is open until then. `nearest`
    has the nearest object of each kind that is loaded, `area_ids` the areas known to hold it, both as numbers of what
    is `around`. `networks` is what its site publishes (gas, fibre, water, sewer, rail: "oui", "non"...), `beside` its
    neighbours when a need has a second phase, each with when that may start there (`later`). `forbidden` is where the
    plan in force forbids industry on a parcel of several zones. `sides` says which sides lie on a road, None where
    nothing tells. `limits` are the plan's rules on buildings that are known.
    """

    id: int
    origin: Origin
    scale: float = 1.0
    name: str | None = None
    market: Market | None = None
    market_conditions: bool | None = None
    market_on: date | None = None
    commune_insee: str | None = None
    commune_name: str | None = None
    epci_siren: str | None = None
    epci_name: str | None = None
    cadastral_ids: tuple[str, ...] = ()
    source_id: str | None = None
    surface_m2: float | None = None
    surface_stated_m2: float | None = None
    buildable_m2: float | None = None
    industry: Industry | None = None
    industry_rule: str | None = None
    industry_source: str | None = None
    industry_confidence: float | None = None
    zone_label: str | None = None
    zone_type: str | None = None
    price_eur_m2: float | None = None
    power_mw: float | None = None
    pollution: str | None = None
    declared_on: date | None = None
    declared_turnkey: bool | None = None
    etat_occup: str | None = None
    usage: str | None = None
    source: str | None = None
    observed_on: date | None = None
    responsible: str | None = None
    constraints: tuple[Touched, ...] = ()
    geometry: BaseGeometry | None = None
    location: BaseGeometry | None = None
    buildable: BaseGeometry | None = None
    profile: bytes | None = None
    forbidden: BaseGeometry | None = None
    sides: Sides | None = None
    state_id: int | None = None
    substation_km: float | None = None
    substation_free_mw: float | None = None
    nearest: Mapping[str, Nearest] = field(default_factory=dict)
    area_ids: frozenset[int] = frozenset()
    networks: Mapping[str, str] = field(default_factory=dict)
    networks_source: str | None = None
    networks_on: str | None = None
    limits: Mapping[BuildingRule, Limit] = field(default_factory=dict)
    beside: tuple["Candidate", ...] = ()
    later: Later = Later()
    around: Around = NOTHING_ASKED
    buildings_known: bool = True
    constraints_known: bool = True
    stale: bool = False
    lon: float | None = None
    lat: float | None = None

    @property
    def shape(self) -> BaseGeometry | None:
        """Where it lies (planar CRS): its outline, else the point its source has."""
        return self.location if self.geometry is None else self.geometry

    @property
    def is_drawn(self) -> bool:
        """Whether it has an outline."""
        return self.geometry is not None and not self.geometry.is_empty

    @property
    def is_partly_forbidden(self) -> bool:
        """Whether its zones are a mixture and the plan forbids industry in some of them."""
        return (self.industry_rule or "").startswith("mix:") and Industry.FORBIDDEN.value in (self.industry_rule or "")

    @property
    def is_prospect(self) -> bool:
        """Whether nobody offers it: a prospect by its market, or a cadastral parcel the market says nothing of."""
        if self.market is Market.PROSPECT:
            return True
        return self.origin is Origin.CADASTRE and self.market in (None, Market.UNKNOWN)

    @property
    def rank_group(self) -> int:
        """0 available land, 1 optioned (second rank), 2 market unknown, 3 prospects."""
        if self.is_prospect:
            return 3
        if self.market in AVAILABLE:
            return 0
        return 1 if self.market is Market.OPTIONED else 2


class ReadinessView(Protocol):
    """What a match asks of a readiness, already computed for the need and the day."""

    def date_at(self, milestone: str, probability: float, *, optimistic: bool = False) -> date | None:
        """Day by which `milestone` ("start", "power", "production") is reached with that probability.

        Steps of unknown state all run in the prudent reading and all fall away in the `optimistic` one. None: unknown;
        `date.max`: never, a step is blocked.
        """

    def document(self, candidate: Candidate) -> dict[str, object]:
        """The readiness of the interface (design §8) for a parcel in this state, plain JSON values."""
