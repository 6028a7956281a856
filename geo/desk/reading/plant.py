"""What the plant asks beside land and days: jobs, power, water, regime, use, height, rail, price, tenure."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from geo.desk.reading.figures import FIGURE, number, plain
from geo.desk.reading.said import Assumption, Said, quoted

Made = tuple[str, Any, tuple[Assumption, ...]]
JOBS = re.compile(
    rf"(?P<n>(?<![\d.,]){FIGURE})[ \u00a0]?"
    r"(?:emplois?|salariés?|personnes|postes|collaborateurs|etp\b|jobs?|employees)",
    re.IGNORECASE,
)
POWER = re.compile(rf"(?P<n>(?<![\d.,]){FIGURE})[ \u00a0]?(?P<unit>mw|mva|kw|kva)\b", re.IGNORECASE)
WATER = re.compile(rf"(?P<n>(?<![\d.,]){FIGURE})[ \u00a0]?m[3³][ ]?/[ ]?h\b", re.IGNORECASE)
HEIGHT = re.compile(rf"(?:hauteur|height|haut de)[^\d\n]{{0,25}}(?P<n>{FIGURE})[ ]?m(?![²2^\w])", re.IGNORECASE)
PRICE = re.compile(
    rf"(?P<n>(?<![\d.,]){FIGURE})[ \u00a0]?(?:€|eur|euros?)[ ]?(?:ht[ ]?)?(?:/|par|du|per)[ ]?(?:m²|m2|mètre)",
    re.IGNORECASE,
)
RAIL = re.compile(
    r"embranch\w+ (?:fer\w*|au rail)|\bfer embranché|\bite\b|raccord\w+ ferroviaire|rail siding|rail[- ]connected",
    re.IGNORECASE,
)
MOTORWAY = re.compile(
    rf"(?:(?P<n>{FIGURE})[ ]?(?P<unit>min\w*|mn|km)[^.\n]{{0,25}})?"
    r"(?:autoroute|échangeur|accès autoroutier|motorway|highway)",
    re.IGNORECASE,
)
SEVESO = re.compile(r"seveso(?:[^.\n]{0,20}\b(?P<level>haut|bas|high|low|upper|lower)\b)?", re.IGNORECASE)
REGIME = re.compile(
    r"icpe[^.\n]{0,40}?\b(?P<regime>autorisation|enregistrement|déclaration)\b"
    r"|\b(?P<too>autorisation|enregistrement) icpe",
    re.IGNORECASE,
)
WAREHOUSE = re.compile(r"logisti\w+|entrep[ôo]ts?|warehous\w+|plate-?forme de distribution", re.IGNORECASE)
INDUSTRY = re.compile(
    r"usines?|production|fabrication|industri\w+|ateliers?|manufactur\w+|factory|plant\b|assembl\w+", re.IGNORECASE
)
BUY = re.compile(
    r"\bach(?:at|eter|ète)\b|acquisition|acquérir|acquéreur|purchase|\bbuy\b|pleine propriété", re.IGNORECASE
)
LEASE = re.compile(r"\blou(?:er|é)\b|location|à bail|\blease\b|\brent\b", re.IGNORECASE)
BROWNFIELD = re.compile(r"\bfriches?\b|brownfields?|site (?:à reconvertir|reconverti)", re.IGNORECASE)
REGIMES = {"autorisation": "A", "enregistrement": "E", "déclaration": "D"}
MOST, MOST_KM, MOST_MINUTES = 1_000_000, 2_000, 600
KILO = {"mw": 1.0, "mva": 1.0, "kw": 0.001, "kva": 0.001}


def plant(text: str) -> Iterator[Said]:
    """Everything of the plant that is written, each kind where it stands first."""
    for pattern, make in READERS:
        for found in pattern.finditer(text):
            made = make(found)
            if made is not None:
                field, value, assumed = made
                yield Said(field, value, quoted(text, *found.span()), found.start(), assumed)
                break
    yield from _one_of(text, "use", (INDUSTRY, "industrie"), (WAREHOUSE, "entrepot"))
    yield from _one_of(text, "tenure", (BUY, "buy"), (LEASE, "lease"))


def _jobs(found: "re.Match[str]") -> Made | None:
    jobs = number(found["n"], thousands=True)
    return ("jobs", int(jobs), ()) if 1 <= jobs <= 100_000 else None


def _power(found: "re.Match[str]") -> Made | None:
    unit = found["unit"].lower()
    megawatts = plain(round(number(found["n"]) * KILO[unit], 4))
    assumed = (Assumption("va_as_watt", {"mw": megawatts}),) if unit.endswith("va") else ()
    return ("power_mw", megawatts, assumed) if 0 < megawatts <= MOST else None


def _amount(field: str, *, thousands: bool = False) -> Callable[["re.Match[str]"], Made | None]:
    def made(found: "re.Match[str]") -> Made | None:
        amount = plain(number(found["n"], thousands=thousands))
        return (field, amount, ()) if 0 < amount <= MOST else None

    return made


def _height(found: "re.Match[str]") -> Made | None:
    metres = plain(number(found["n"]))
    return ("height_m", metres, ()) if 2 < metres <= 200 else None


def _rail(_: "re.Match[str]") -> Made:
    return "rail_siding", True, ()


def _motorway(found: "re.Match[str]") -> Made | None:
    near: dict[str, Any] = {"kind": "motorway_junction"}
    if found["n"] is None:
        near["max_km"] = 10
        return "near", [near], (Assumption("near_motorway", {"km": 10}),)
    bound, most = ("max_km", MOST_KM) if found["unit"].lower() == "km" else ("max_minutes", MOST_MINUTES)
    near[bound] = plain(number(found["n"]))
    return ("near", [near], ()) if 0 < near[bound] <= most else None


def _seveso(found: "re.Match[str]") -> Made:
    level = (found["level"] or "").lower()
    if level in ("bas", "low", "lower"):
        return "icpe", {"regime": "A", "seveso": "SB"}, ()
    assumed = () if level else (Assumption("seveso_high"),)
    return "icpe", {"regime": "A", "seveso": "SH"}, assumed


def _regime(found: "re.Match[str]") -> Made:
    return "icpe", {"regime": REGIMES[(found["regime"] or found["too"]).lower()]}, ()


def _brownfield(_: "re.Match[str]") -> Made:
    return "brownfield", "any", (Assumption("brownfield_welcome"),)


READERS: tuple[tuple["re.Pattern[str]", Callable[["re.Match[str]"], Made | None]], ...] = (
    (JOBS, _jobs),
    (POWER, _power),
    (WATER, _amount("water_m3h")),
    (HEIGHT, _height),
    (PRICE, _amount("price_max_eur_m2")),
    (RAIL, _rail),
    (MOTORWAY, _motorway),
    (SEVESO, _seveso),
    (REGIME, _regime),
    (BROWNFIELD, _brownfield),
)

Kind = tuple["re.Pattern[str]", str]


def _one_of(text: str, field: str, *kinds: Kind) -> Iterator[Said]:
    """What the words say when they say one of the kinds; of both, what is taken is told."""
    there = [(found, value) for pattern, value in kinds if (found := pattern.search(text))]
    if there:
        found, value = there[0]
        assumed = (Assumption(f"{field}_both"),) if len(there) > 1 else ()
        taken = "any" if assumed and field == "tenure" else value
        yield Said(field, taken, quoted(text, *found.span()), found.start(), assumed)
