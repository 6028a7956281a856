"""The answer as the interface publishes it: plain JSON values, and a digest that names it."""

import hashlib
import json
import re
from collections.abc import Callable

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from geo.fit.assembly import Found
from geo.match.answer import Answer, Match
from geo.match.assembly.merged import Together
from geo.match.costs import costs, critical_step
from geo.match.criteria.criterion import Criterion
from geo.match.need.reading import as_read
from geo.match.parcel.candidate import Candidate
from geo.match.pareto import unbeaten
from geo.match.questions import question_document
from geo.match.readiness.unknown_steps import named
from geo.match.relaxing.document import near_miss_document, relaxation_document
from geo.match.scoring import Interval, Score

ANSWER_SCHEMA = "emprise/answer/1"
LONLAT_DIGITS = 9
"""A tenth of a millimetre: a placement proved with a margin of 2 mm stays inside when it is written."""

RANKS = ("available", "optioned", "market_unknown", "prospect")
ASSEMBLY = "assembly"
"""The rank of several parcels put together."""

EXPONENT = re.compile(rb"[:,\[]-?[0-9.]+e$")
"""The beginning of a number that is written with one, or of a text that looks like it."""
SMALL = re.compile(rb"[:,\[]-?0\.0000[0-9]")
"""A number that only one of them writes with one."""
LONGEST_NUMBER = 32
"""Bytes that a number takes at most."""
ToLonLat = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Planar coordinates (N, 2) to longitude, latitude (N, 2), degrees."""


def to_document(answer: Answer, to_lonlat: ToLonLat) -> dict[str, object]:
    """The answer of the interface, with its digest."""
    counts = answer.counts
    shown = (*answer.matches, *answer.to_check)
    sites = [[part.id for part in match.parts] for match in shown if match.together is not None]
    document: dict[str, object] = {
        "schema": ANSWER_SCHEMA,
        "need": as_read(answer.need),
        "counts": {
            "considered": counts.considered,
            "proved": counts.proved,
            "open": counts.open,
            "to_check": counts.to_check,
            "rejected": counts.rejected,
        },
        "sorted_by": answer.sorted_by,
        "matches": [
            match_document(match, to_lonlat, pareto)
            for match, pareto in zip(answer.matches, unbeaten([one.judged for one in answer.matches]), strict=True)
        ],
        "to_check": [match_document(match, to_lonlat) for match in answer.to_check],
        "assemblies": None if answer.assembled is None else _searched(answer.assembled),
        "relaxations": [relaxation_document(one) for one in answer.relaxations],
        "near_misses": [near_miss_document(one, _parcel, sites) for one in answer.near_misses],
        "questions": None if answer.questions is None else [question_document(one) for one in answer.questions],
        "as_of": answer.as_of.isoformat(),
        "version": dict(answer.versions),
    }
    return {**document, "digest": digest(document)}


def digest(document: dict[str, object]) -> str:
    """SHA-256, in hexadecimal, of the document without its digest: sorted keys, no spaces, UTF-8."""
    bare = {key: value for key, value in document.items() if key != "digest"}
    return hashlib.sha256(_canonical(bare)).hexdigest()


def _canonical(document: dict[str, object]) -> bytes:
    """As `json.dumps` writes it, which takes ten times as long; they differ in which numbers get an exponent."""
    quick = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    if (b"0.0000" in quick and SMALL.search(quick)) or _has_exponent(quick):
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return quick


def _has_exponent(written: bytes) -> bool:
    """Whether a number may be written with one. An `e` after a digit is rare: only there the rest is looked at."""
    letters = np.frombuffer(written, np.uint8)
    is_digit = (letters[:-1] >= ord("0")) & (letters[:-1] <= ord("9"))
    ends = np.flatnonzero((letters[1:] == ord("e")) & is_digit) + 2
    return any(EXPONENT.search(written, max(0, end - LONGEST_NUMBER), end) for end in ends.tolist())


def match_document(match: Match, to_lonlat: ToLonLat, pareto: bool | None = None) -> dict[str, object]:
    """A row of the answer: one parcel, or several put together."""
    fit = match.fit
    placement = None if fit is None or fit.placement is None else placement_geojson(fit.placement, to_lonlat)
    readiness = None if match.readiness is None else match.readiness.document(match.candidate)
    return {
        "parcel_ids": [part.id for part in match.parts],
        "parcel": _parcel(match.candidate),
        "assembly": None if match.together is None else _together(match.together),
        "rank": RANKS[match.candidate.rank_group] if match.together is None else ASSEMBLY,
        "score": _score(match.score),
        "pareto": pareto,
        "fit": None if fit is None else fit.verdict.value,
        "placement": placement,
        "extension": _extension(match, to_lonlat),
        "readiness": readiness,
        "critical_step": critical_step(readiness),
        "costs": costs(match.parts, readiness),
        "criteria": [_criterion(named(criterion, readiness), match.candidate) for criterion in match.criteria],
    }


def _extension(match: Match, to_lonlat: ToLonLat) -> dict[str, object] | None:
    """Where the second phase stands: on the parcel itself or on a neighbour, drawn when buildings were asked."""
    fit = match.fit
    if fit is not None and fit.later is not None:
        return {"parcel_id": fit.later_on, "placement": placement_geojson(fit.later, to_lonlat)}
    for criterion in match.criteria:
        if criterion.code in ("extension.same_parcel", "extension.next_door"):
            return {"parcel_id": criterion.fact, "placement": None}
    return None


def _together(together: Together) -> dict[str, object]:
    """What putting the parcels together asks for, and each of them."""
    beyond = together.beyond_owned_m2
    return {
        "owners": together.owners,
        "owners_unknown": together.owners_unknown,
        "surplus_m2": round(together.surplus_m2, 1),
        "price_eur": together.price_eur,
        "beyond_owned_m2": None if beyond is None else round(beyond, 2),
        "parcels": [_parcel(part) for part in together.parts],
    }


def _searched(found: Found) -> dict[str, object]:
    """How far sites of several parcels were looked for."""
    return {
        "units": found.units,
        "complete": found.complete,
        "complete_to": found.complete_to,
        "gone_through": round(found.gone_through, 4),
        "looked_at": found.looked_at,
        "tested": found.tested,
    }


def _parcel(candidate: Candidate) -> dict[str, object]:
    """What a reader needs to recognise the parcel without asking again."""
    return {
        "id": candidate.id,
        "name": candidate.name,
        "origin": candidate.origin.value,
        "market": candidate.market.value if candidate.market else "unknown",
        "commune": candidate.commune_insee,
        "commune_name": candidate.commune_name,
        "epci_name": candidate.epci_name,
        "cadastral_ids": list(candidate.cadastral_ids),
        "source_id": candidate.source_id,
        "surface_m2": None if candidate.surface_m2 is None else round(candidate.surface_m2, 1),
        "zone_label": candidate.zone_label,
        "industry": candidate.industry.value if candidate.industry else "unknown",
        "lon": candidate.lon,
        "lat": candidate.lat,
        "constraints": [
            {"id": touched.id, "kind": touched.kind, "effect": touched.effect.value}
            for touched in candidate.constraints
        ],
        "source": candidate.source,
        "observed_on": None if candidate.observed_on is None else candidate.observed_on.isoformat(),
        "responsible": candidate.responsible,
        "stale": candidate.stale,
    }


def _score(score: Score) -> dict[str, object]:
    return {
        **_interval(score.total),
        "completeness": score.completeness,
        "contributions": [
            {
                "wish": part.wish,
                "weight": part.weight,
                "satisfaction": _interval(part.satisfaction),
                "contribution": _interval(part.contribution),
            }
            for part in score.contributions
        ],
    }


def _interval(interval: Interval) -> dict[str, object]:
    return {"min": interval.low, "max": interval.high}


def _criterion(criterion: Criterion, candidate: Candidate) -> dict[str, object]:
    return {
        "name": criterion.name,
        "role": criterion.role.value,
        "verdict": criterion.verdict.value,
        "fact": criterion.fact,
        "source": criterion.source,
        "on": known_on(criterion, candidate),
        "code": criterion.code,
        "detail": dict(criterion.detail),
    }


def known_on(criterion: Criterion, candidate: Candidate) -> str | None:
    """The day from which the fact is known: that of its own source, else of what was observed of the parcel."""
    own = criterion.detail.get("known_on")
    if own is not None or criterion.source is None or criterion.source != candidate.source:
        return None if own is None else str(own)
    return None if candidate.observed_on is None else candidate.observed_on.isoformat()


def placement_geojson(placement: Polygon | MultiPolygon, to_lonlat: ToLonLat) -> dict[str, object]:
    """A placement as GeoJSON in CRS84, counter-clockwise, 9 decimals: a Polygon, or one MultiPolygon of several."""
    if isinstance(placement, MultiPolygon):
        rings = [_rings(one, to_lonlat) for one in placement.geoms]
        return {"type": "MultiPolygon", "coordinates": rings}
    return {"type": "Polygon", "coordinates": _rings(placement, to_lonlat)}


def _rings(building: Polygon, to_lonlat: ToLonLat) -> list[object]:
    turned = shapely.orient_polygons(building)
    rings = [np.asarray(ring.coords, dtype=np.float64)[:, :2] for ring in (turned.exterior, *turned.interiors)]
    return [np.round(to_lonlat(ring), LONLAT_DIGITS).tolist() for ring in rings]
