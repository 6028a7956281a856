"""The answer to a need over a table of parcels, worked out from design §5 and docs/needs.md with pandas alone.

Columns: id, origin, market, commune, industry, etat_occup, surface_m2, surface_stated_m2, price_eur_m2, power_mw (NaN
or None: not known), stale, late and soon: the ordinal day works may start by, every unknown step counted, and none
(NaN: not known).
``fit``: y, n or c (too near to tell) for the building asked; absent without one.
"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

Need = dict[str, Any]
GONE = ("under_promise", "sold", "reserved_by_council", "kept_by_owner", "not_marketed")
NEVER = date.max.toordinal()
MUSTS = (
    "market", "origin", "tenure", "place", "use", "brownfield", "land_m2", "price_max_eur_m2", "power_mw", "start_by"
)  # fmt: skip
DEFAULTS = {"start_by": 3.0, "use": 2.0, "land_m2": 2.0, "price_max_eur_m2": 1.0}
USES = {"allowed": 1.0, "conditional": 0.6, "after_plan_change": 0.25, "forbidden": 0.0}
Verdict = pd.Series
"""1 passes, 0 fails, NaN is not known."""


def answer(need: Need, land: pd.DataFrame, as_of: date) -> dict[str, Any]:
    """Ids proved and to check, in order; how many are rejected, by the first must that fails; ids too near to tell."""
    musts = [name for name in MUSTS if _is_must(name, need)]
    verdicts = pd.DataFrame({name: _verdict(name, need, land) for name in musts}, index=land.index)
    fails = verdicts.eq(0)
    rejected = fails.idxmax(axis=1).where(fails.any(axis=1))
    rows = land.assign(asks=verdicts.isna().sum(axis=1), rejected=rejected)
    rows["low"], rows["high"] = _score(need, land, as_of)
    rows["group"] = _group(land)
    rows = rows.sort_values(["group", "low", "high", "asks", "id"], ascending=[True, False, False, True, True])
    left = rows[rows["rejected"].isna() & ~rows["stale"]]
    close = left["id"][left["fit"].eq("c")] if "fit" in left else left["id"][:0]
    refused = left["fit"].eq("n") if "fit" in left else pd.Series(data=False, index=left.index)
    left = left[~refused & ~left["id"].isin(close)]
    counts = rows["rejected"].value_counts().to_dict()
    return {
        "proved": left["id"][left["asks"].eq(0)].tolist(),
        "to_check": left["id"][left["asks"].gt(0)].tolist(),
        "rejected": counts | ({"fit": int(refused.sum())} if refused.any() else {}),
        "stale": int((rows["rejected"].isna() & rows["stale"]).sum()),
        "close": close.tolist(),
    }


def _is_must(name: str, need: Need) -> bool:
    return name in ("market", "origin") or (name in need and name not in need.get("wishes", {}))


def _prospect(land: pd.DataFrame) -> pd.Series:
    nobody = land["market"].isna() | land["market"].eq("unknown")
    return land["market"].eq("prospect") | (land["origin"].eq("cadastre") & nobody)


def _known(verdict: pd.Series, known: pd.Series) -> Verdict:
    return verdict.astype(float).where(known)


def _verdict(name: str, need: Need, land: pd.DataFrame) -> Verdict:
    prospect, market = _prospect(land), land["market"]
    known = market.notna() & market.ne("unknown")
    if name == "market":
        return _known(~market.isin(GONE) | prospect, known | prospect)
    if name == "origin":
        return (~prospect | bool(need.get("include"))).astype(float)
    if name == "tenure":
        return _tenure(need["tenure"], land)
    if name == "place":
        return _known(land["commune"].isin(need["place"]["communes"]), land["commune"].notna())
    if name == "use":
        return _use(land)
    if name == "brownfield":
        said = land["etat_occup"].fillna("").str.strip().str.casefold()
        listed = land["origin"].eq("friche")
        return _known(listed | said.eq("friche"), listed | ~said.isin(["", "inconnu", "autre", "sans objet"]))
    if name == "land_m2":
        return _surface(need["land_m2"], land)
    if name == "price_max_eur_m2":
        return _known(land["price_eur_m2"] <= need[name], land["price_eur_m2"].notna())
    if name == "power_mw":
        return _known(land["power_mw"] >= need[name], land["power_mw"].notna())
    wanted = date.fromisoformat(need["start_by"]).toordinal()
    decided = land["late"].le(wanted) | land["soon"].gt(wanted)
    return _known(land["late"].le(wanted), decided & land["late"].notna())


def _surface(asked: dict[str, float], land: pd.DataFrame) -> Verdict:
    """By what is measured; land that is not is refused when its source states less than half, or over twice as much."""
    least, most = asked.get("min", 0), asked.get("max", np.inf)
    measured, said = land["surface_m2"], land["surface_stated_m2"]
    verdict = _known(measured.between(least, most), measured.notna())
    return verdict.mask(measured.isna() & said.gt(0) & ~said.between(least / 2, 2 * most), 0.0)


def _tenure(wanted: str, land: pd.DataFrame) -> Verdict:
    market = land["market"]
    if wanted == "any":
        return pd.Series(1.0, index=land.index)
    offered = market.isin(["for_sale", "for_lease"])
    agreed = (market.eq("optioned") | _prospect(land)) & ~offered if wanted == "buy" else offered & False
    fits = market.eq({"buy": "for_sale", "lease": "for_lease"}[wanted]) | agreed
    return _known(fits, offered | agreed)


def _use(land: pd.DataFrame) -> Verdict:
    industry = land["industry"]
    after = industry.eq("after_plan_change")
    passes = industry.isin(["allowed", "conditional"]) | (after & land["late"].lt(NEVER))
    return _known(passes, passes | industry.eq("forbidden") | (after & land["soon"].eq(NEVER)))


def _group(land: pd.DataFrame) -> pd.Series:
    group = land["market"].map({"for_sale": 0, "for_lease": 0, "optioned": 1}).fillna(2).astype(int)
    return group.mask(_prospect(land), 3)


def _score(need: Need, land: pd.DataFrame, as_of: date) -> tuple[pd.Series, pd.Series]:
    """The bounds of the weighted mean of the satisfactions, each part rounded as it is shown."""
    wishes = need.get("wishes", {})
    weights = {name: float(wish.get("weight", 1)) for name, wish in wishes.items()} or DEFAULTS
    low = pd.Series(0.0, index=land.index)
    high = low.copy()
    for name, weight in sorted(weights.items()):
        worst, best = _satisfaction(name, bool(wishes) and name in need, need, land, as_of)
        share = weight / sum(weights.values())
        low += (share * worst.fillna(0.0)).round(6)
        high += (share * best.fillna(1.0)).round(6)
    return low.clip(upper=1).round(6), high.clip(upper=1).round(6)


def _line(value: pd.Series, ideal: float, worst: float) -> pd.Series:
    return ((value - worst) / (ideal - worst)).clip(0, 1)


def _satisfaction(name: str, asked: bool, need: Need, land: pd.DataFrame, as_of: date) -> tuple[pd.Series, pd.Series]:
    """Between what it is if every unknown step counts, and if none does; NaN where the fact is not known."""
    if name == "start_by":
        ideal, worst = _days(asked, need, as_of)
        return _line(land["late"], ideal, worst), _line(land["soon"], ideal, worst)
    one = _exact(name, asked, need, land)
    return one, one


def _days(asked: bool, need: Need, as_of: date) -> tuple[int, int]:
    if asked:
        wanted = date.fromisoformat(need["start_by"]).toordinal()
        return wanted, wanted + 365
    last = date.fromisoformat(need["start_by"]) if "start_by" in need else as_of + timedelta(days=1096)
    return as_of.toordinal(), max(last.toordinal(), as_of.toordinal() + 1)


def _exact(name: str, asked: bool, need: Need, land: pd.DataFrame) -> pd.Series:
    if name == "use":
        return land["industry"].map(USES)
    if name == "price_max_eur_m2":
        top = need.get("price_max_eur_m2", 0.0)
        ideal, worst = (top, 2 * top) if asked else (top / 2, top) if top else (20.0, 150.0)
        return _line(land["price_eur_m2"], ideal, worst)
    if name == "power_mw":
        return _line(land["power_mw"], need["power_mw"], 0)
    return _land(need, land["surface_m2"])


def _land(need: Need, surface: pd.Series) -> pd.Series:
    """By preference: as much as asked or two and a half times the building, nothing at three times that."""
    asked = need.get("land_m2", {})
    footprint = sum(one["length_m"] * one["width_m"] for one in need.get("buildings", []))
    wanted = asked.get("min") or 2.5 * footprint
    if not wanted:
        return surface.notna().astype(float).where(surface.notna())
    below = _line(surface, wanted, wanted / 2 if asked.get("min") else footprint)
    above = _line(surface, wanted, max(asked.get("max", 3 * wanted), wanted + 1))
    return below.where(surface < wanted, above)
