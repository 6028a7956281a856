"""The readiness of candidates for one need: computed once for each distinct state and class of project steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.derive.readiness import read_states
from geo.match.candidate import Candidate
from geo.match.need import Need
from geo.match.need_parts import AreaBuilding, RectangleBuilding
from geo.readiness.catalogue import Catalogue
from geo.readiness.compute import compute
from geo.readiness.needclass import NeedClass, ProjectFacts, need_class
from geo.readiness.result import Milestone, Readiness
from geo.readiness.status import StepStatus

STATES = text("select id, states from readiness_state where id = any(:ids)")
SHOWN = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NeedReadiness:
    """A computed readiness, read as a match reads it."""

    computed: Readiness

    def date_at(self, milestone: str, probability: float, *, optimistic: bool = False) -> date | None:
        """Day of the milestone at that probability, prudent unless ``optimistic``; None: it does not apply.

        What never comes (a blocked step) is ``date.max``.
        """
        found = self.computed.milestone(milestone)
        if found is None:
            return None
        return found.on(probability, optimistic=optimistic) or date.max

    def document(self) -> dict[str, object]:
        """The readiness of design §8."""
        return document(self.computed)


@dataclass
class Readinesses:
    """Answers for each candidate, remembering what it computed."""

    catalogue: Catalogue
    need: Need | None
    as_of: date
    states: Mapping[int, dict[str, StepStatus]]
    known: dict[tuple[int, str], NeedReadiness] = field(default_factory=dict)

    def __call__(self, candidate: Candidate) -> NeedReadiness | None:
        """The readiness of one candidate for the need; None while its state is not derived."""
        if candidate.state_id not in self.states:
            return None
        project = self._project(candidate)
        key = (candidate.state_id, project.key if project else "")
        if key not in self.known:
            states = self.states[candidate.state_id]
            self.known[key] = NeedReadiness(compute(self.catalogue, states, project, self.as_of))
        return self.known[key]

    def _project(self, candidate: Candidate) -> NeedClass | None:
        return None if self.need is None else need_class(project_facts(self.need, candidate), self.catalogue)


def read(
    connection: Connection, catalogue: Catalogue, need: Need | None, as_of: date, candidates: Iterable[Candidate]
) -> Readinesses:
    """Readinesses for these candidates; ``need`` None: owner-side only."""
    ids = sorted({candidate.state_id for candidate in candidates if candidate.state_id is not None})
    found = connection.execute(STATES, {"ids": ids})
    return Readinesses(catalogue, need, as_of, {state_id: read_states(states) for state_id, states in found})


def project_facts(need: Need, candidate: Candidate) -> ProjectFacts:
    """What the need and the place say of the project-side steps."""
    power = need.power_mw
    footprint = need.footprint_m2 or _footprint(need)
    return ProjectFacts(
        regime=need.icpe.regime if need.icpe else None,
        seveso=need.icpe.seveso if need.icpe else None,
        power_mw=power.at_opening if power else None,
        substation_km=candidate.substation_km,
        substation_free_mw=candidate.substation_free_mw,
        water_m3h=need.water_m3h,
        gas_m3h=need.gas_m3h,
        floor_m2=need.floor_m2,
        land_m2=need.land_m2.min if need.land_m2 else None,
        footprint_m2=footprint,
        aid=bool(need.aid_zone),
        rail=bool(need.rail_siding),
        already={code: state.value for code, state in need.already.items()},
    )


def _footprint(need: Need) -> float | None:
    """The ground the buildings cover, m2; None when an outline is drawn by hand."""
    total = 0.0
    for building in need.buildings or ():
        if isinstance(building, RectangleBuilding):
            total += building.length_m * building.width_m * building.count
        elif isinstance(building, AreaBuilding):
            total += building.area_m2
        else:
            return None
    return total or None


def document(computed: Readiness) -> dict[str, object]:
    """A readiness as the interface publishes it (design §8): dates, path, steps; labels are added where words live."""
    return {
        "start": _dates(computed.start),
        "start_cleared": _dates(computed.start_cleared),
        "power": _dates(computed.power),
        "production": _dates(computed.production),
        "critical_path": list(computed.critical_path),
        "class": computed.ready_class,
        "steps": [_step(row) for row in computed.steps],
        "unknown": list(computed.unknown),
        "blocked": list(computed.blocked),
        "flags": list(computed.flags),
        "as_of": computed.as_of.isoformat(),
    }


def _dates(milestone: Milestone | None) -> dict[str, object] | None:
    if milestone is None:
        return None
    prudent = {name: _text(milestone.on(probability)) for name, probability in SHOWN.items()}
    optimistic = {name: _text(milestone.on(probability, optimistic=True)) for name, probability in SHOWN.items()}
    return prudent if prudent == optimistic else {**prudent, "if_unknown_steps_fall_away": optimistic}


def _step(row: Any) -> dict[str, object]:
    return {
        "code": row.code,
        "side": row.side,
        "state": row.state,
        "since": _text(row.since),
        "p50_start": _text(row.p50_start),
        "p50_end": _text(row.p50_end),
        "criticality": round(row.criticality, 4),
        "source": row.source,
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
