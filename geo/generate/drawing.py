"""One economic zone before it is surveyed: lots and how they stand, plan, constraints, substation."""

from dataclasses import dataclass

from geo.generate.axis import Axis, bent
from geo.generate.buildings import draw_buildings
from geo.generate.constraints import Constraint, draw_constraints
from geo.generate.dice import Dice
from geo.generate.facts import Properties
from geo.generate.layout import lay_out
from geo.generate.lots import Lot, Point, Ring
from geo.generate.placing import Place
from geo.generate.plan import Document, Zone, draw_plan, zoning_at
from geo.generate.situations import has_building, situation_of

_FEWEST, _MOST = 50, 66

_NAMES = (
    "des Trois Chênes",
    "du Pré Carré",
    "de la Longue Haie",
    "des Quatre Vents",
    "de la Croix Blanche",
    "du Champ Rond",
    "des Petites Vignes",
    "du Moulin Neuf",
    "de la Grande Borne",
    "des Noisetiers",
    "du Chemin Creux",
    "de la Fontaine Sèche",
    "des Alouettes",
    "du Grand Verger",
    "de la Belle Étoile",
    "des Genêts",
)


@dataclass(frozen=True, slots=True)
class DrawnParcel:
    """A lot, how it stands, its buildings; ``told`` are facts that are not drawn by lot (a planted parcel)."""

    lot: Lot
    situation: str
    buildings: list[Ring]
    name: str
    told: Properties | None = None


@dataclass(frozen=True, slots=True)
class Substation:
    """A source substation in the drawing; ``free_mw`` None when nobody knows."""

    at: Point
    voltage_kv: int
    free_mw: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything of one zone, in drawing centimetres."""

    place: Place
    name: str
    axis: Axis
    outline: Ring
    parcels: list[DrawnParcel]
    plan: list[Zone]
    document: Document
    constraints: list[Constraint]
    substations: list[Substation]


def draw_zone(dice: Dice, place: Place, document: Document) -> Drawing:
    """An ordinary zone: everything by lot, but for the plan's ``document``, which its commune has one of."""
    layout = lay_out(dice, dice.between(_FEWEST, _MOST))
    axis = bent(dice, layout.length)
    plan = draw_plan(dice, layout)
    built_share = dice.uniform(0.3, 0.75)
    parcels = []
    for number, lot in enumerate(layout.lots, start=1):
        s0, t0, s1, t1 = lot.core
        typezone = zoning_at(plan, (s0 + s1) // 2, (t0 + t1) // 2).typezone
        situation = situation_of(dice, typezone, lot.shape, built_share)
        buildings = draw_buildings(dice, lot) if has_building(situation) else []
        parcels.append(DrawnParcel(lot, situation, buildings, f"Lot {number}"))
    return Drawing(
        place,
        zone_name(place.number),
        axis,
        layout.outline,
        parcels,
        plan,
        document,
        draw_constraints(dice, layout),
        _substations(dice, layout.length, layout.depths[0]),
    )


def zone_name(index: int) -> str:
    """An invented name that says so."""
    name = f"Zone d'activité (exemple) {_NAMES[index % len(_NAMES)]}"
    return name if index < len(_NAMES) else f"{name} {index}"


def _substations(dice: Dice, length: int, depth: int) -> list[Substation]:
    """None, or one past the lots on the left side."""
    if dice.random() < 0.3:
        return []
    voltage = dice.pick((63, 63, 90, 225))
    free = None if dice.random() < 0.3 else dice.between(0, 80) / 2
    return [Substation((dice.between(0, length), depth + dice.between(1_000, 5_000)), voltage, free)]
