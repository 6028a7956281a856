"""What a dossier tells of each site, as codes, numbers and names: kept as it is, put into words when it is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.desk.calendar import calendar_of
from geo.desk.paper import Paper
from geo.match.chosen import Asker, Chosen, chosen
from geo.match.criteria.criterion import Criterion
from geo.match.document import known_on
from geo.match.dossier.anonymous import NEED_TOLD, masked_site
from geo.match.dossier.site_plan import Drawn, anonymous_plan, site_plan
from geo.match.match import Match
from geo.match.need.need import Need
from geo.match.readiness.one import readiness_of
from geo.match.readiness.unknown_steps import named
from geo.match.scoring import Score
from geo.store.desk.consultations import place_names
from geo.store.desk.plan_ground import Constraint

Json = dict[str, Any]

DOSSIER_SCHEMA = "emprise/dossier/1"
MOST_SITES = 8
PLAN = Paper(width=174.0, height=118.0, margin=8.0)
"""The frame of a plan on an A4 page, millimetres."""
MILESTONES = ("start", "start_cleared", "power", "production")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a dossier is to tell: the sites by their parcels, in order; whether scores are shown; whether masked.

    An anonymous dossier holds nothing by which land can be found (geo/match/dossier/anonymous.py), and no scores.
    """

    sites: tuple[tuple[int, ...], ...]
    scores: bool = True
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of a dossier, and the names by which its land could be recognised, of each site."""

    facts: Json
    names: tuple[frozenset[str], ...]


def dossier_of(asker: Asker, need: Need, wanted: Wanted, as_of: date) -> Told:
    """The facts of a dossier on these sites for a need, with the eyes of who asks.

    Raises:
        UnseenParcelError: a parcel that who asks does not see.
        ApartError: the parcels of a site do not come together.
    """
    found = chosen(asker, need, wanted.sites, as_of)
    sites = [_site(asker, need, match, wanted, as_of) for match in found.matches]
    return Told(_facts(asker, found, need, wanted, as_of, sites), tuple(map(names_of, found.matches)))


def _facts(asker: Asker, found: Chosen, need: Need, wanted: Wanted, as_of: date, sites: Sequence[Json]) -> Json:
    told_of_need = NEED_TOLD if wanted.anonymous else None
    asked = need.model_dump(mode="json", by_alias=True, exclude_unset=True, include=told_of_need)
    return {
        "schema": DOSSIER_SCHEMA,
        "as_of": as_of.isoformat(),
        "anonymous": wanted.anonymous,
        "crs": found.srid,
        "version": dict(found.versions),
        "need": asked,
        "places": _places(asker, asked.get("place")),
        "sites": list(sites),
    }


def _places(asker: Asker, place: Json | None) -> dict[str, str]:
    """The names of the areas and communes that the need lists by code."""
    if place is None:
        return {}
    with asker.connection() as connection:
        return place_names(connection, place)


def _site(asker: Asker, need: Need, match: Match, wanted: Wanted, as_of: date) -> Json:
    dates = _dates(asker, need, match, as_of)
    if wanted.anonymous:
        return masked_site(match, dates, anonymous_plan(match, PLAN))
    with asker.connection() as connection:
        drawn = site_plan(connection, match, PLAN)
    land = match.candidate
    ready = None if match.readiness is None else match.readiness.document(land)
    return {
        "parcel_ids": [part.id for part in match.parts],
        "land": _land(match),
        "fit": None if match.fit is None else match.fit.verdict.value,
        "score": _score(match.score) if wanted.scores else None,
        "criteria": [_criterion(named(one, ready), match) for one in match.criteria],
        "readiness": None if dates is None else {**dates, "calendar": _calendar(dates, as_of)},
        "plan": None if drawn is None else drawn.plan,
        "constraints": [] if drawn is None else [_constraint(*one) for one in drawn.constraints],
        "sources": _sources(match, drawn),
        "observed_on": None if land.observed_on is None else land.observed_on.isoformat(),
    }


def _land(match: Match) -> Json:
    one, together = match.candidate, match.together
    return {
        "names": [part.name or part.source_id for part in match.parts],
        "communes": _different(part.commune_name or part.commune_insee for part in match.parts),
        "epcis": _different(part.epci_name for part in match.parts),
        "cadastral_ids": list(one.cadastral_ids),
        "surface_m2": one.surface_m2,
        "buildable_m2": one.buildable_m2,
        "zone_label": one.zone_label,
        "zone_type": one.zone_type,
        "industry": None if one.industry is None else one.industry.value,
        "market": None if one.market is None else one.market.value,
        "market_on": None if one.market_on is None else one.market_on.isoformat(),
        "price_eur_m2": one.price_eur_m2,
        "price_eur": None if together is None else together.price_eur,
        "power_mw": one.power_mw,
        "responsible": _different(part.responsible for part in match.parts),
        "lon": one.lon,
        "lat": one.lat,
        "stale": any(part.stale for part in match.parts),
    }


def _different(said: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(one for one in said if one))


def _score(score: Score) -> Json:
    return {"min": score.total.low, "max": score.total.high}


def _criterion(one: Criterion, match: Match) -> Json:
    return {
        "name": one.name,
        "role": one.role.value,
        "verdict": one.verdict.value,
        "fact": one.fact,
        "source": one.source,
        "on": known_on(one, match.candidate),
        "code": one.code,
        "detail": dict(one.detail),
    }


def _dates(asker: Asker, need: Need, match: Match, as_of: date) -> Json | None:
    """When the site can be used for the need, of several parcels that which is ready last; its open steps."""
    if match.readiness is None:
        return None
    last = match.readiness.document(match.candidate).get("parcel", match.candidate.id)
    assert isinstance(last, int)  # noqa: S101 - the id of one of the parts
    told: Mapping[str, Any] | None = readiness_of(asker.database, asker.role, asker.actor, last, need, as_of)
    if told is None or told["start"] is None:
        return None
    steps = [step for step in told["steps"] if step["begins"] is not None]
    kept = ("code", "label", "label_en", "state", "begins", "ends")
    return {
        **{name: told[name] for name in MILESTONES},
        "class": told["class"],
        "critical_path": told["critical_path"],
        "steps": [{name: step[name] for name in kept} for step in steps],
        "questions": told["questions"],
        "blocked": told["blocked"],
    }


def _calendar(dates: Mapping[str, Any], as_of: date) -> Json | None:
    return calendar_of(dates["steps"], as_of)


def _constraint(mark: str, one: Constraint) -> Json:
    day = None if one.source_date is None else one.source_date.isoformat()
    return {"mark": mark, "kind": one.kind, "effect": one.effect, "label": one.label, "on": day}


def _sources(match: Match, drawn: Drawn | None) -> list[Json]:
    """Each source once, with its newest day and what it was used for."""
    land = match.candidate
    said = [("land", land.source, None if land.observed_on is None else land.observed_on.isoformat())]
    said += [(one.name, one.source, known_on(one, land)) for one in match.criteria if one.name != "fit"]
    said += [] if drawn is None or drawn.cadastre_on is None else [("cadastre", "", drawn.cadastre_on.isoformat())]
    found: dict[str, Json] = {}
    for about, source, day in said:
        if source is None:
            continue
        one = found.setdefault(source, {"source": source, "on": None, "about": []})
        one["on"] = max(filter(None, (one["on"], day)), default=None)
        if about not in one["about"]:
            one["about"].append(about)
    return list(found.values())


def names_of(match: Match) -> frozenset[str]:
    """What the land of a site is called: names, places, references. An anonymous text has none of them."""
    parts = match.parts
    said = (
        name
        for part in parts
        for name in (
            *(part.name, part.source_id, part.commune_name, part.commune_insee, part.epci_name, part.epci_siren),
            *(part.responsible, *part.cadastral_ids),
        )
    )
    return frozenset(name for name in said if name)
