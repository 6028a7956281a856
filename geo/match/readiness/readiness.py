"""The readiness of candidates for one need: computed once for each distinct state and class of project steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, text

from geo.derive.dates import Asked, Key, Written, find, read_states
from geo.match.criteria.near import has_siding
from geo.match.fit.building_surface import ground_area
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.need_dates import NeedDates
from geo.match.readiness.whole import Land, Situation
from geo.readiness.catalogue import Catalogue
from geo.readiness.dates import day_after
from geo.readiness.kept import Kept
from geo.readiness.needclass import OWNER_ONLY, NeedClass, ProjectFacts, need_class, place_case

DayOf = Callable[[Key, str, float, bool], int | None]
"""The day (ordinal) of a milestone at a probability, below 1 where none is; None: not at hand."""
STATES = text("select id, states::text from readiness_state where id = any(:ids)")


@dataclass
class NeedReadiness:
    """The readiness of one state for one class of needs: its dates, and the whole of it for a parcel that is shown.

    ``asked``: milestones the need asks for; one whose steps are all over is reached on the day itself. ``lands``: the
    states of the steps of parcels to be shown, with their sources. ``day`` has days that need not be computed.
    """

    situation: Situation
    key: Key
    dates: NeedDates
    asked: frozenset[str]
    lands: Mapping[int, Land]
    day: DayOf | None = None

    def date_at(self, milestone: str, probability: float, *, optimistic: bool = False) -> date | None:
        """Day of the milestone at that probability, prudent unless ``optimistic``; None: it does not apply.

        What never comes (a blocked step) is ``date.max``.
        """
        told = None if self.day is None else self.day(self.key, milestone, probability, optimistic)
        if told is not None:
            return date.fromordinal(told) if told > 0 else None
        days = self.dates(self.key).days(milestone, probability, optimistic=optimistic)
        if days is None:
            return self.situation.as_of if milestone in self.asked else None
        return day_after(self.situation.as_of, days) or date.max

    def document(self, candidate: Candidate) -> dict[str, object]:
        """The readiness of design §8, with what each vocabulary says of the parcel."""
        land = self.lands.get(candidate.id)
        return self.situation.document(self.situation.states if land is None else land, candidate)


@dataclass(frozen=True)
class Readinesses:
    """The readiness of every candidate for a need; nothing is computed before it is asked for."""

    keys: dict[int, Key]
    known: dict[Key, NeedReadiness]
    dates: NeedDates
    lands: dict[int, Land] = field(default_factory=dict)

    def __call__(self, candidate: Candidate) -> NeedReadiness | None:
        """The readiness of one candidate; None while its state is not derived."""
        key = self.keys.get(candidate.id)
        return None if key is None else self.known[key]

    def add(self, other: "Readinesses") -> None:
        """Have those of more candidates for the same need."""
        self.keys.update(other.keys)
        for key, view in other.known.items():
            view.lands = self.lands
            self.known.setdefault(key, view)


def read(
    connection: Connection,
    catalogue: Catalogue,
    need: Need | None,
    as_of: date,
    candidates: Sequence[Candidate],
    known: Callable[[Sequence[Key]], dict[Key, Kept]] | None = None,
    written: Callable[[Connection, Sequence[int]], Mapping[int, Written]] | None = None,
    day: DayOf | None = None,
) -> Readinesses:
    """Readinesses for these candidates, with the dates that were kept; ``need`` None: owner-side only.

    ``known`` has dates that are at hand; without it those kept in the base are looked for. ``written`` reads the states
    that are not at hand, ``day`` the days that are told without their dates.
    """
    dated = [candidate for candidate in candidates if candidate.state_id is not None]
    names, classes = classes_of(catalogue, need, dated)
    keys = {one.id: (one.state_id, names[one.id]) for one in dated if one.state_id is not None}
    wanted = sorted(set(keys.values()))
    ids = sorted({state_id for state_id, _ in wanted})
    states = (written or states_of)(connection, ids)
    asked = Asked(catalogue, as_of)
    projects = {name: project for name, project in classes.items() if project is not None}
    kept = find(connection, asked, ids, sorted(classes)) if known is None else known(wanted)
    dates = NeedDates(asked, states, projects, wanted, kept)
    lands: dict[int, Land] = {}
    milestones = milestones_asked(need)
    views = {
        key: NeedReadiness(
            Situation(catalogue, states[key[0]], classes[key[1]], as_of), key, dates, milestones, lands, day
        )
        for key in wanted
    }
    return Readinesses(keys, views, dates, lands)


def states_of(connection: Connection, ids: Sequence[int]) -> dict[int, Written]:
    """The states of these numbers, as they are written in the base."""
    return read_states(connection.execute(STATES, {"ids": list(ids)})) if ids else {}


def nothing(catalogue: Catalogue, as_of: date) -> Readinesses:
    """The readinesses of no candidates, to which those of some are added."""
    return Readinesses({}, {}, NeedDates(Asked(catalogue, as_of), {}, {}, [], {}))


def classes_of(
    catalogue: Catalogue, need: Need | None, candidates: Sequence[Candidate]
) -> tuple[dict[int, str], dict[str, NeedClass | None]]:
    """Name of the class of project steps of each candidate; the classes by name."""
    named: dict[int, str] = {}
    classes: dict[str, NeedClass | None] = {}
    names: dict[object, str] = {}
    for candidate in candidates:
        case = _case(need, candidate)
        if case not in names:
            project = None if need is None else need_class(project_facts(need, candidate), catalogue)
            names[case] = OWNER_ONLY if project is None else project.key
            classes[names[case]] = project
        named[candidate.id] = names[case]
    return named, classes


def _case(need: Need | None, candidate: Candidate) -> object:
    """What the place changes in the class of the need: few cases, however many places."""
    if need is None:
        return None
    siding = has_siding(candidate) if need.rail_siding else None
    if need.power_mw is None:
        return siding
    return siding, place_case(need.power_mw.at_opening, candidate.substation_km, candidate.substation_free_mw)


def milestones_asked(need: Need | None) -> frozenset[str]:
    """The milestones beyond the start of works that a need has a use for."""
    if need is None:
        return frozenset()
    built = need.buildings or need.footprint_m2 or need.floor_m2
    return frozenset(name for name, wanted in (("power", need.power_mw), ("production", built)) if wanted)


def project_facts(need: Need, candidate: Candidate) -> ProjectFacts:
    """What the need and the place say of the project-side steps."""
    power = need.power_mw
    footprint = need.footprint_m2 or sum(map(ground_area, need.buildings or ())) or None
    regime, seveso = need.icpe.known if need.icpe else (None, None)
    return ProjectFacts(
        regime=regime,
        seveso=seveso,
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
        siding_exists=has_siding(candidate),
        already={code: state.value for code, state in need.already.items()},
    )
