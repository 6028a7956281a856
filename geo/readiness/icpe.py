"""From the entries of the ICPE nomenclature that a need names, and their quantities, to a regime; else unknown."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

REGIMES = ("NC", "D", "DC", "E", "A")
"""Rising. DC is a declaration with periodic checks: the same procedure as D."""
STATUSES = (None, "SB", "SH")
IED = "3"


@dataclass(frozen=True, slots=True)
class Rubrique:
    """One entry: the regime and the Seveso status from each quantity on, in ``unit`` (None: whatever the quantity)."""

    code: str
    what: Mapping[str, str]
    unit: str | None
    regimes: tuple[tuple[float, str], ...]
    seveso: tuple[tuple[float, str], ...]
    source: str
    confidence: str

    def of(self, quantity: float) -> tuple[str, str | None]:
        """Regime and Seveso status of so much."""
        regime = max((name for start, name in self.regimes if quantity >= start), key=REGIMES.index, default="NC")
        status = max((name for start, name in self.seveso if quantity >= start), key=STATUSES.index, default=None)
        return regime, status


@dataclass(frozen=True, slots=True)
class Classified:
    """What the entries come to together; ``regime`` None = unknown, ``open`` the entries that leave it so."""

    regime: str | None
    seveso: str | None
    open: tuple[str, ...]


@cache
def rubriques() -> Mapping[str, Rubrique]:
    """The entries of ``icpe.toml`` by code."""
    document = tomllib.loads(files("geo.readiness").joinpath("icpe.toml").read_text(encoding="utf-8"))
    return {
        one["code"]: Rubrique(
            code=one["code"],
            what=one["what"],
            unit=one.get("unit"),
            regimes=tuple((step["from"], step["regime"]) for step in one["regimes"]),
            seveso=tuple((step["from"], step["status"]) for step in one.get("seveso", ())),
            source=one["source"],
            confidence=one["confidence"],
        )
        for one in document["rubrique"]
    }


def rubrique_of(code: str) -> Rubrique | None:
    """The entry of a code as people write it (``2560``, ``2560-1``, ``3410.a``); None: not in the short table."""
    known = rubriques()
    digits = code.strip()[:4]
    if len(digits) < 4 or not digits.isdigit():
        return None
    return known.get(digits) or (known[IED] if digits.startswith(IED) else None)


def classified(codes: Iterable[str], quantities: Mapping[str, float]) -> Classified:
    """The regime of an installation: that of its most severe entry, unknown while one that is open could be worse.

    Without any entry nothing is known. ``quantities``: by code, in the unit of the table.
    """
    regimes, statuses, left = list[str](), list[str | None](), list[str]()
    for code in dict.fromkeys([*codes, *quantities]):
        entry = rubrique_of(code)
        quantity = 0.0 if entry is not None and entry.unit is None else quantities.get(code)
        if entry is None or quantity is None:
            left.append(code)
            continue
        regime, status = entry.of(quantity)
        regimes.append(regime)
        statuses.append(status)
    worst = max(regimes, key=REGIMES.index, default=None)
    seveso = max(statuses, key=STATUSES.index, default=None)
    return Classified(worst if worst == REGIMES[-1] or not left else None, seveso, tuple(left))
