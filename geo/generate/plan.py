"""The PLU around an economic zone: U, AUc, AUs, A and N parts that tile it and cut through some lots.

Field names and codes are those of the CNIG standard as the Géoportail de l'urbanisme serves them.
"""

from typing import NamedTuple

from geo.generate.communes import Commune
from geo.generate.dice import Dice
from geo.generate.facts import Properties
from geo.generate.layout import Layout
from geo.generate.lots import Box, Ring

AROUND = 6_000
"""The plan reaches this far (cm) past the lots."""


class Zoning(NamedTuple):
    """What a plan says of one of its zones; ``allowed``, ``conditional``, ``refused``: destination codes."""

    libelle: str
    typezone: str
    libelong: str
    formdomi: str
    destdomi: str
    allowed: str
    conditional: str
    refused: str


INDUSTRIAL = (
    Zoning("UX", "U", "Zone d'activités économiques", "0201", "02", "51-52", "31-53", "20-41"),
    Zoning("UI", "U", "Zone industrielle", "0201", "02", "51-52-53", "33", "20"),
    Zoning("UY", "U", "Zone d'activités artisanales et industrielles", "0200", "02", "31-51", "52", "20"),
)
OTHER_URBAN = (
    Zoning("UE", "U", "Zone à vocation économique", "0200", "02", "53", "51-52", "20"),
    Zoning("UB", "U", "Zone urbaine mixte à dominante d'habitat", "0100", "01", "20", "31", "51-52"),
    Zoning("UEc", "U", "Zone commerciale", "0202", "02", "31-33", "53", "51-52"),
)
TO_OPEN = (
    Zoning("1AUx", "AUc", "Zone à urbaniser à vocation d'activités", "0201", "02", "", "51-52", "20"),
    Zoning("AUi", "AUc", "Zone à urbaniser à vocation industrielle", "0201", "02", "51", "52", "20"),
)
CLOSED = (
    Zoning("2AUx", "AUs", "Zone à urbaniser fermée à vocation d'activités", "0200", "02", "", "", ""),
    Zoning("2AU", "AUs", "Zone à urbaniser à long terme", "0000", "99", "", "", ""),
)
FARMING = Zoning("A", "A", "Zone agricole", "0700", "07", "10", "", "20-50")
NATURAL = Zoning("N", "N", "Zone naturelle et forestière", "0800", "08", "", "10", "20-50")

_STYLES = ("destinations", "destinations", "destinations", "destdomi", "destdomi", "label")


class Zone(NamedTuple):
    """One zone of the plan in the drawing: an upright box, and what the plan says there."""

    box: Box
    zoning: Zoning

    @property
    def ring(self) -> Ring:
        """Its corners."""
        s0, t0, s1, t1 = self.box
        return ((s0, t0), (s1, t0), (s1, t1), (s0, t1))


def draw_plan(dice: Dice, layout: Layout) -> list[Zone]:
    """Zones that tile the drawing of the layout and ``AROUND``; their edges miss the lots' by some metres."""
    left, right = layout.depths
    west, east = dice.between(-600, 1_200), layout.length - dice.between(-600, 1_200)
    top, bottom = left - dice.between(-300, 1_500), -(right - dice.between(-300, 1_500))
    ends = dice.several((FARMING, NATURAL, dice.pick(OTHER_URBAN)), 2)
    outer = (-AROUND, -right - AROUND, layout.length + AROUND, left + AROUND)
    zones = [
        Zone((outer[0], outer[1], west, outer[3]), ends[0]),
        Zone((east, outer[1], outer[2], outer[3]), ends[1]),
        Zone((west, top, east, outer[3]), dice.pick((FARMING, NATURAL))),
        Zone((west, outer[1], east, bottom), dice.pick((FARMING, NATURAL))),
    ]
    main = dice.pick(INDUSTRIAL)
    for seams, low, high in ((layout.seams[0], 0, top), (layout.seams[1], bottom, 0)):
        zones += _columns(dice, main, seams, (west, low, east, high))
    return zones


def _columns(dice: Dice, main: Zoning, seams: tuple[int, ...], box: Box) -> list[Zone]:
    """One side of the road: the main zone, then up to two others, cut near seams of the panels."""
    west, low, east, high = box
    near = [seam + dice.between(-1_500, 1_500) for seam in seams]
    cuts = sorted(cut for cut in near if west + 3_000 < cut < east - 3_000)
    cuts = sorted(dice.several(cuts, min(len(cuts), dice.pick((0, 1, 1, 2)))))
    cuts = [cut for i, cut in enumerate(cuts) if i == 0 or cut - cuts[i - 1] > 2_000]
    bounds = [west, *cuts, east]
    zonings = [main, *(_other(dice, main) for _ in cuts)]
    return [
        Zone((a, low, b, high), zoning)
        for a, b, zoning in zip(bounds[:-1], bounds[1:], dice.several(zonings, len(zonings)), strict=True)
    ]


def _other(dice: Dice, main: Zoning) -> Zoning:
    draw = dice.random()
    if draw < 0.3:
        return main
    if draw < 0.65:
        return dice.pick(TO_OPEN)
    return dice.pick(CLOSED) if draw < 0.85 else dice.pick(OTHER_URBAN)


def zoning_at(zones: list[Zone], s: int, t: int) -> Zoning:
    """What the plan says at a drawing point (inside the plan's tiles, else ValueError)."""
    for zone in zones:
        s0, t0, s1, t1 = zone.box
        if s0 <= s <= s1 and t0 <= t <= t1:
            return zone.zoning
    raise ValueError(f"no zone of the plan at {s}, {t}")


class Document(NamedTuple):
    """The plan as a document: its commune, the day it was approved, how much it says (``style``)."""

    commune: Commune
    approved: str
    style: str

    def properties(self, zoning: Zoning) -> Properties:
        """The attributes of one zone, as published: older documents say less."""
        found: Properties = {
            "libelle": zoning.libelle,
            "libelong": zoning.libelong,
            "typezone": zoning.typezone,
            "insee": self.commune.insee,
            "datappro": self.approved,
            "idurba": f"{self.commune.insee}_PLU_{self.approved}",
            "nomfic": f"{self.commune.insee}_reglement_exemple_{self.approved}.pdf",
        }
        if self.style == "destinations":
            codes = {"destoui": zoning.allowed, "destcdt": zoning.conditional, "destnon": zoning.refused}
            found |= {"formdomi": zoning.formdomi} | {name: code for name, code in codes.items() if code}
        elif self.style == "destdomi":
            found["destdomi"] = zoning.destdomi
        return found


def draw_document(dice: Dice, commune: Commune) -> Document:
    """A plan approved between 2013 and 2025; half of them say the destinations."""
    style = dice.pick(_STYLES)
    first, last = (2_022, 2_025) if style == "destinations" else (2_013, 2_021)
    approved = f"{dice.between(first, last)}{dice.between(1, 12):02d}{dice.between(1, 28):02d}"
    return Document(commune, approved, style)
