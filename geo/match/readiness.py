"""The readiness of candidates for one need: computed once for each distinct state and class of project steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, text

from geo.derive.readiness import read_states
from geo.match.candidate import Candidate
from geo.match.need import Need
from geo.match.need_parts import AreaBuilding, RectangleBuilding
from geo.readiness.catalogue import MILESTONES, Catalogue
from geo.readiness.compute import compute
from geo.readiness.needclass import OWNER_ONLY, NeedClass, ProjectFacts, need_class
from geo.readiness.result import NEVER, Milestone, Readiness, StepRow
from geo.readiness.status import StepStatus

STATES = text("select id, states from readiness_state where id = any(:ids)")
KEPT = text("""
    select state_id, need_class, quantiles from readiness
    where as_of = :as_of and catalogue = :catalogue and need_class = any(:classes) and state_id = any(:ids)
""")
SHOWN = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a readiness is computed from."""

    catalogue: Catalogue
    states: Mapping[str, StepStatus]
    project: NeedClass | None
    as_of: date

    def __call__(self) -> Readiness:
        """Compute it."""
        return compute(self.catalogue, self.states, self.project, self.as_of)


@dataclass
class NeedReadiness:
    """The readiness of one state for one class of needs: kept dates at hand, the whole of it computed when asked.

    ``asked``: milestones the need asks for; one whose steps are all over is reached on the day itself.
    """

    situation: Situation
    kept: Mapping[str, Milestone | None] | None
    asked: frozenset[str]

    @cached_property
    def whole(self) -> Readiness:
        """The readiness with its steps."""
        return self.situation()

    @property
    def is_computed(self) -> bool:
        """Whether the whole of it was needed."""
        return "whole" in self.__dict__

    def date_at(self, milestone: str, probability: float, *, optimistic: bool = False) -> date | None:
        """Day of the milestone at that probability, prudent unless ``optimistic``; None: it does not apply.

        What never comes (a blocked step) is ``date.max``.
        """
        found = self.whole.milestone(milestone) if self.kept is None else self.kept[milestone]
        if found is None:
            return self.situation.as_of if milestone in self.asked else None
        return found.on(probability, optimistic=optimistic) or date.max

    def document(self) -> dict[str, object]:
        """The readiness of design §8."""
        scope = "owner" if self.situation.project is None else "need"
        return document(self.whole, self.situation.catalogue, scope)


@dataclass(frozen=True)
class Readinesses:
    """The readiness of every candidate for a need; nothing is computed before it is asked for."""

    keys: Mapping[int, Key]
    known: Mapping[Key, NeedReadiness]

    def __call__(self, candidate: Candidate) -> NeedReadiness | None:
        """The readiness of one candidate; None while its state is not derived."""
        key = self.keys.get(candidate.id)
        return None if key is None else self.known[key]

    def computed(self) -> dict[Key, Readiness]:
        """Those that had to be computed and were not kept before."""
        return {key: one.whole for key, one in self.known.items() if one.kept is None and one.is_computed}


def read(
    connection: Connection, catalogue: Catalogue, need: Need | None, as_of: date, candidates: Sequence[Candidate]
) -> Readinesses:
    """Readinesses for these candidates, with the dates that were kept; ``need`` None: owner-side only."""
    keys, classes = _classes(catalogue, need, candidates)
    ids = sorted({state_id for state_id, _ in keys.values()})
    states = {state_id: read_states(written) for state_id, written in connection.execute(STATES, {"ids": ids})}
    asked = {"as_of": as_of, "catalogue": catalogue.version, "classes": sorted(classes), "ids": ids}
    kept = {(row.state_id, row.need_class): row.quantiles for row in connection.execute(KEPT, asked)}
    milestones = _asked(need)
    known = {
        key: NeedReadiness(
            Situation(catalogue, states[key[0]], classes[key[1]], as_of),
            _milestones(kept[key], as_of) if key in kept else None,
            milestones,
        )
        for key in sorted(set(keys.values()))
    }
    return Readinesses(keys, known)


def _classes(
    catalogue: Catalogue, need: Need | None, candidates: Sequence[Candidate]
) -> tuple[dict[int, Key], dict[str, NeedClass | None]]:
    """State and class of project steps of each candidate; the classes by name."""
    keys: dict[int, Key] = {}
    classes: dict[str, NeedClass | None] = {}
    for candidate in candidates:
        if candidate.state_id is not None:
            project = None if need is None else need_class(project_facts(need, candidate), catalogue)
            name = OWNER_ONLY if project is None else project.key
            classes[name] = project
            keys[candidate.id] = (candidate.state_id, name)
    return keys, classes


def _asked(need: Need | None) -> frozenset[str]:
    """The milestones beyond the start of works that a need has a use for."""
    if need is None:
        return frozenset()
    built = need.buildings or need.footprint_m2 or need.floor_m2
    return frozenset(name for name, wanted in (("power", need.power_mw), ("production", built)) if wanted)


def _milestones(kept: Mapping[str, list[list[float | None]]], as_of: date) -> dict[str, Milestone | None]:
    """The milestones as ``geo.derive.readiness`` keeps them."""

    def days(written: list[float | None]) -> tuple[float, ...]:
        return tuple(NEVER if day is None else day for day in written)

    return {
        name: Milestone(as_of, days(kept[name][0]), days(kept[name][1]), (), {}) if name in kept else None
        for name in MILESTONES
    }


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


def document(computed: Readiness, catalogue: Catalogue, scope: str) -> dict[str, object]:
    """A readiness as the interface publishes it (design §8): dates, path, steps with the catalogue's labels.

    ``scope``: ``owner``, what belongs to the parcel alone, without any permit of a project; ``need``: with a need's.
    """
    return {
        "scope": scope,
        "start": _dates(computed.start),
        "start_cleared": _dates(computed.start_cleared),
        "power": _dates(computed.power),
        "production": _dates(computed.production),
        "critical_path": list(computed.critical_path),
        "class": computed.ready_class,
        "steps": [_step(row, catalogue) for row in computed.steps],
        "unknown": list(computed.unknown),
        "blocked": list(computed.blocked),
        "flags": list(computed.flags),
        "as_of": computed.as_of.isoformat(),
    }


def _dates(milestone: Milestone | None) -> dict[str, object] | None:
    if milestone is None:
        return None
    prudent: dict[str, object] = {name: _text(milestone.on(probability)) for name, probability in SHOWN.items()}
    optimistic = {name: _text(milestone.on(probability, optimistic=True)) for name, probability in SHOWN.items()}
    return prudent if prudent == optimistic else {**prudent, "if_unknown_steps_fall_away": optimistic}


def _step(row: StepRow, catalogue: Catalogue) -> dict[str, object]:
    label = catalogue.steps[row.code].label
    return {
        "code": row.code,
        "label": label["fr"],
        "label_en": label["en"],
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
