"""An independent answer: plain loops over plain dictionaries, rectangles in rectangles by Carver's inequality.

It shares no code with the room: parcels are dictionaries, land is a rectangle of `length` x `width`, and everything is
written again from the documentation.
"""

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Facts = dict[str, Any]
AVAILABLE = ("for_sale", "for_lease")
GONE = ("under_promise", "sold", "reserved_by_council", "kept_by_owner", "not_marketed")
ORDER = (
    "market", "origin", "tenure", "place", "use", "brownfield", "land_m2", "price_max_eur_m2", "power_mw", "start_by"
)  # fmt: skip


def rectangle_in_rectangle(p: float, q: float, a: float, b: float) -> bool:
    """Whether a p x q rectangle fits in an a x b one, turned as one likes (Carver 1957)."""
    p, q, a, b = max(p, q), min(p, q), max(a, b), min(a, b)
    if q > b:
        return False
    if p <= a:
        return True
    reach = p * p + q * q - a * a
    return b * (p * p + q * q) >= 2 * p * q * a + (p * p - q * q) * math.sqrt(reach)


def is_prospect(facts: Facts) -> bool:
    return facts["market"] == "prospect" or (facts["origin"] == "cadastre" and facts["market"] in (None, "unknown"))


def market_verdict(need: Facts, facts: Facts) -> bool | None:
    if is_prospect(facts):
        return True
    return None if facts["market"] in (None, "unknown") else facts["market"] not in GONE


def tenure_verdict(need: Facts, facts: Facts) -> bool | None:
    if facts["market"] in AVAILABLE:
        return bool(facts["market"] == {"buy": "for_sale", "lease": "for_lease"}[need["tenure"]])
    return True if need["tenure"] == "buy" and (facts["market"] == "optioned" or is_prospect(facts)) else None


def use_verdict(facts: Facts, start: date | None) -> bool | None:
    if facts["industry"] == "after_plan_change":
        return None if start is None else True
    return {"allowed": True, "conditional": True, "forbidden": False}.get(facts["industry"])


def land_verdict(need: Facts, facts: Facts) -> bool:
    surface = facts["length"] * facts["width"]
    return bool(need["land_m2"].get("min", 0) <= surface <= need["land_m2"].get("max", math.inf))


def verdicts(names: list[str], need: Facts, facts: Facts, start: date | None) -> list[tuple[str, bool | None]]:
    """True, False or None (unknown) for each criterion of `names`, which the need asks."""
    insee, occupation, price, power = (
        facts[name] for name in ("commune_insee", "etat_occup", "price_eur_m2", "power_mw")
    )
    judge: dict[str, Callable[[], bool | None]] = {
        "market": lambda: market_verdict(need, facts),
        "origin": lambda: not is_prospect(facts) or bool(need.get("include")),
        "tenure": lambda: tenure_verdict(need, facts),
        "place": lambda: None if insee is None else insee in need["place"]["communes"],
        "use": lambda: use_verdict(facts, start),
        "brownfield": lambda: None if occupation is None else occupation == "friche",
        "land_m2": lambda: land_verdict(need, facts),
        "price_max_eur_m2": lambda: None if price is None else price <= need["price_max_eur_m2"],
        "power_mw": lambda: None if power is None else power >= need["power_mw"],
        "start_by": lambda: None if start is None else start <= date.fromisoformat(need["start_by"]),
    }
    return [(name, judge[name]()) for name in names]


def asked(need: Facts) -> list[str]:
    return [name for name in ORDER if name in ("market", "origin") or name in need]


def line(value: float, ideal: float, worst: float) -> float:
    return min(1.0, max(0.0, (value - worst) / (ideal - worst)))


def satisfaction(name: str, wished: bool, need: Facts, facts: Facts, start: date | None, as_of: date) -> float | None:
    """The satisfaction of one wish (`wished`) or default preference; None when the fact is unknown."""
    if name == "use":
        return {"allowed": 1.0, "conditional": 0.6, "after_plan_change": 0.25, "forbidden": 0.0}.get(facts["industry"])
    if name == "start_by":
        if start is None:
            return None
        if wished:
            wanted = date.fromisoformat(need["start_by"])
            return line(start.toordinal(), wanted.toordinal(), wanted.toordinal() + 365)
        last = date.fromisoformat(need["start_by"]) if "start_by" in need else as_of + timedelta(days=1096)
        return line(start.toordinal(), as_of.toordinal(), max(last.toordinal(), as_of.toordinal() + 1))
    if name == "price_max_eur_m2":
        if facts["price_eur_m2"] is None:
            return None
        top: float = need.get("price_max_eur_m2", 0.0)
        ideal, worst = (top, 2 * top) if wished else (top / 2, top) if top else (20.0, 150.0)
        return line(facts["price_eur_m2"], ideal, worst)
    if name == "power_mw":
        return None if facts["power_mw"] is None else line(facts["power_mw"], need["power_mw"], 0)
    return land_preference(need, facts)


def land_preference(need: Facts, facts: Facts) -> float:
    surface = facts["length"] * facts["width"]
    land = need.get("land_m2", {})
    footprint = sum(b["length_m"] * b["width_m"] for b in need.get("buildings", []))
    wanted = land.get("min") or 2.5 * footprint
    if not wanted:
        return 1.0
    if surface < wanted:
        return line(surface, wanted, wanted / 2 if land.get("min") else footprint)
    return 1.0 if surface == wanted else line(surface, wanted, max(land.get("max", 3 * wanted), wanted + 1))


def score(need: Facts, facts: Facts, start: date | None, as_of: date) -> tuple[float, float]:
    weights = {name: wish["weight"] for name, wish in need.get("wishes", {}).items()}
    wished = bool(weights)
    weights = weights or {"start_by": 3.0, "use": 2.0, "land_m2": 2.0, "price_max_eur_m2": 1.0}
    low = high = 0.0
    for name, weight in sorted(weights.items()):
        value = satisfaction(name, wished and name in need, need, facts, start, as_of)
        bounds = (0.0, 1.0) if value is None else (value, value)
        low += round(weight * bounds[0] / sum(weights.values()), 6)
        high += round(weight * bounds[1] / sum(weights.values()), 6)
    return round(min(low, 1.0), 6), round(min(high, 1.0), 6)


def rank_group(facts: Facts) -> int:
    if is_prospect(facts):
        return 3
    return {"for_sale": 0, "for_lease": 0, "optioned": 1}.get(facts["market"], 2)


def fits(need: Facts, facts: Facts, slack: float = 0.0) -> bool:
    (building,) = need["buildings"]
    inset = 2 * need["setback_m"]
    a, b = facts["length"] - inset, facts["width"] - inset
    p, q = building["length_m"] + slack, building["width_m"] + slack
    return min(a, b) > 0 and rectangle_in_rectangle(p, q, a, b)


def is_clear_cut(need: Facts, facts: Facts) -> bool:
    """Whether the fit is far enough from its limit for a tolerance of 0.25 m to play no part."""
    return fits(need, facts, -1.0) == fits(need, facts, 1.0)


def answer(need: Facts, parcels: list[Facts], starts: dict[int, date | None], as_of: date) -> Facts:
    """Ids of matches and of parcels to check, and the counts."""
    musts = [name for name in asked(need) if name not in need.get("wishes", {})]
    rejected: dict[str, int] = {}
    rows = []
    for facts in parcels:
        start = starts[facts["id"]]
        judged = verdicts(musts, need, facts, start)
        failing = [name for name, value in judged if value is False]
        if failing:
            rejected[failing[0]] = rejected.get(failing[0], 0) + 1
            continue
        unknown = sum(value is None for _, value in judged)
        low, high = score(need, facts, start, as_of)
        rows.append((rank_group(facts), -low, -high, unknown, facts["id"], facts))
    return sort(need, sorted(rows, key=lambda row: row[:5]), rejected, len(parcels))


def sort(need: Facts, rows: list[Any], rejected: dict[str, int], considered: int) -> Facts:
    limit = need.get("limit", 20)
    proved: list[int] = []
    to_check: list[int] = []
    left = misfits = 0
    for *_, unknown, id_, facts in rows:
        if unknown:
            if "buildings" in need and len(to_check) == limit:
                left += 1
            elif "buildings" in need and not fits(need, facts):
                misfits += 1
            else:
                to_check.append(id_)
        elif "buildings" not in need:
            proved.append(id_)
        elif len(proved) == limit:
            left += 1
        elif fits(need, facts):
            proved.append(id_)
        else:
            misfits += 1
    if misfits:
        rejected["fit"] = misfits
    counts = {"considered": considered, "proved": len(proved), "open": left, "to_check": len(to_check)}
    return {"matches": proved[:limit], "to_check": to_check[:limit], "counts": {**counts, "rejected": rejected}}
