"""The project-side steps a need triggers, as a key: parcels and needs of one class share one computation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from geo.readiness.catalogue import Catalogue, Step
from geo.readiness.prepared import prepared
from geo.readiness.status import BLOCKED, DONE, EXPIRED, NOT_NEEDED, RUNNING, TO_DO, UNKNOWN, StepStatus

OWNER_ONLY = "owner"
"""Key of readiness without a project."""

BT_MW, HTA_MW, HTA_SURE_MW, SOURCE_MW = 0.25, 40.0, 5.0, 2.0
"""Power bounds (MW): low voltage; 20 kV at most; 20 kV whatever the distance up to 20 km; where room is asked about."""
HTA_MW_KM = 100.0
"""20 kV where power (MW) x distance (km) stays below this (arrêté of 9 June 2020: to be checked)."""
RAIN_WATER_D_M2, RAIN_WATER_A_M2 = 10_000.0, 200_000.0
CASE_FLOOR_M2, CASE_FOOTPRINT_M2 = 10_000.0, 40_000.0
WATER_M3H = 5.0
"""Flow from which a network must be asked; less is a household connection [estimate]."""

_SIZES = frozenset(str(number) for number in range(2, 100))
_MARKS = {TO_DO: "", UNKNOWN: "?", RUNNING: "~", DONE: "!", BLOCKED: "#", EXPIRED: "", NOT_NEEDED: "-"}


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a need says; None = it does not say. Power in MW, distance in km, surfaces in m2, flows in m3/h.

    ``regime`` is NC, D, DC, E or A; ``seveso`` SB or SH. ``substation_km`` and ``substation_free_mw`` are those of
    the parcel. ``already``: steps the company has done or begun, by code.
    """

    regime: str | None = None
    seveso: str | None = None
    power_mw: float | None = None
    substation_km: float | None = None
    substation_free_mw: float | None = None
    water_m3h: float | None = None
    gas_m3h: float | None = None
    floor_m2: float | None = None
    land_m2: float | None = None
    footprint_m2: float | None = None
    aid: bool = False
    rail: bool = False
    siding_exists: bool | None = None
    already: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NeedClass:
    """Project-side steps and what the company brings, hashable; ``key`` reads ``BUILDx3|E_REG|EL_HTA|LAND_OPT!|PC``.

    Marks: ``x3`` the size of the project (``Step.size_of``), ``?`` not known, ``~`` running, ``!`` done, ``-`` not
    needed, ``#`` blocked.
    """

    key: str
    steps: tuple[tuple[str, StepStatus], ...]
    already: tuple[tuple[str, StepStatus], ...]


def need_class(project: ProjectFacts, catalogue: Catalogue) -> NeedClass:
    """Steps of the catalogue whose trigger the project pulls, less what it has done, and what only prepared that.

    Raises ValueError for a regime, a step or a state that does not exist.
    """
    if project.regime not in (None, "NC", "D", "DC", "E", "A"):
        raise ValueError(f"regime {project.regime!r} is none of NC, D, DC, E, A")
    foreign = project.already.keys() - catalogue.steps.keys()
    if foreign:
        raise ValueError(f"no such step in the catalogue: {', '.join(sorted(foreign))}")
    already = {
        code: StepStatus(state, source="need.already", units=_size(catalogue.steps[code], project))
        for code, state in project.already.items()
    }
    begun = prepared(catalogue, [code for code, one in already.items() if one.state in (RUNNING, DONE)])
    already = {code: one for code, one in already.items() if code not in begun or one.state != EXPIRED}
    steps: dict[str, StepStatus] = {}
    for step in catalogue.side("project"):
        state = TRIGGERS[step.trigger](project)
        if state != NOT_NEEDED and step.code not in already and step.code not in begun:
            steps[step.code] = StepStatus(state, source=step.trigger, units=_size(step, project))
    # a project-side step that is over is simply not in the class: one computation serves all who are as far
    over = {code for code, status in already.items() if status.state in (DONE, NOT_NEEDED)}
    brought = {
        code: status
        for code, status in already.items()
        if not (code in over and catalogue.steps[code].side == "project")
    }
    return NeedClass(_key({**steps, **brought}), tuple(sorted(steps.items())), tuple(sorted(brought.items())))


def _size(step: Step, project: ProjectFacts) -> int:
    """By floor area; the ground it covers is the least it can be."""
    return step.size_of(max(project.floor_m2 or 0.0, project.footprint_m2 or 0.0) or None)


def _key(steps: Mapping[str, StepStatus]) -> str:
    return "|".join(
        code + (f"x{status.units}" if status.units > 1 else "") + _MARKS[status.state]
        for code, status in sorted(steps.items())
    )


def class_of_key(key: str, catalogue: Catalogue) -> NeedClass:
    """The class of needs that a key names, of needs whose company has done nothing yet.

    Raises ValueError for what is no such key: an unknown step, one of the owner's side, another order.
    """
    steps: dict[str, StepStatus] = {}
    for word in key.split("|"):
        code, units = _sized(word.removesuffix("?"), catalogue)
        step = catalogue.steps.get(code)
        if step is None or step.side != "project" or units > 1 + len(step.sizes):
            raise ValueError(f"no class of needs: {key!r}")
        state = UNKNOWN if word.endswith("?") else TO_DO
        steps[code] = StepStatus(state, source=step.trigger, units=units)
    found = NeedClass(_key(steps), tuple(sorted(steps.items())), ())
    if found.key != key:
        raise ValueError(f"no class of needs: {key!r}")
    return found


def _sized(word: str, catalogue: Catalogue) -> tuple[str, int]:
    """The code and the size that a word of a key names: a code may have an x of its own."""
    code, _, size = word.rpartition("x")
    return (word, 1) if word in catalogue.steps or size not in _SIZES else (code, int(size))


def place_case(power_mw: float, substation_km: float | None, substation_free_mw: float | None) -> tuple[str, ...]:
    """All that a place changes in the class of a need: the state of each connection, not the distance or the room."""
    project = ProjectFacts(power_mw=power_mw, substation_km=substation_km, substation_free_mw=substation_free_mw)
    return tuple(TRIGGERS[trigger](project) for trigger in PLACE_TRIGGERS)


def _if(condition: bool | None) -> str:
    if condition is None:
        return UNKNOWN
    return TO_DO if condition else NOT_NEEDED


def _is_authorised(project: ProjectFacts) -> bool | None:
    """Regime A; a Seveso status implies it."""
    if project.seveso is not None:
        return True
    return None if project.regime is None else project.regime == "A"


def _regime(*regimes: str) -> Callable[[ProjectFacts], str]:
    def state(project: ProjectFacts) -> str:
        if _is_authorised(project):
            return NOT_NEEDED
        return _if(None if project.regime is None else project.regime in regimes)

    return state


def _floor_area(project: ProjectFacts) -> str:
    """Only outside ICPE regimes E and A, whose own files hold the impact question."""
    if _is_authorised(project) or project.regime == "E":
        return NOT_NEEDED
    sizes = ((project.floor_m2, CASE_FLOOR_M2), (project.footprint_m2, CASE_FOOTPRINT_M2))
    if any(value is not None and value >= bound for value, bound in sizes):
        return UNKNOWN if project.regime is None else TO_DO
    return _if(None if project.floor_m2 is None and project.footprint_m2 is None else False)


def _rain_water(project: ProjectFacts, *, authorisation: bool) -> str:
    """By the surface of the project; its footprint is a lower bound when the land is not given."""
    if _is_authorised(project):
        return NOT_NEEDED
    land = project.land_m2 if project.land_m2 is not None else project.footprint_m2
    if land is None:
        return NOT_NEEDED if authorisation else UNKNOWN
    if authorisation:
        return _if(land >= RAIN_WATER_A_M2)
    if project.land_m2 is None and land <= RAIN_WATER_D_M2:
        return UNKNOWN
    return _if(RAIN_WATER_D_M2 < land < RAIN_WATER_A_M2)


def _hta_reaches(project: ProjectFacts, power: float) -> bool | None:
    if power > HTA_MW:
        return False
    if project.substation_km is None:
        return True if power <= HTA_SURE_MW else None
    return power * project.substation_km <= HTA_MW_KM


def _hta(project: ProjectFacts) -> str:
    power = project.power_mw or 0.0
    return _if(power > BT_MW and _hta_reaches(project, power) is not False)


def _htb(project: ProjectFacts) -> str:
    power = project.power_mw or 0.0
    if power <= BT_MW:
        return NOT_NEEDED
    reaches = _hta_reaches(project, power)
    return _if(None if reaches is None else not reaches)


def _source(project: ProjectFacts) -> str:
    """Room at the source substation, for what HTA can carry; small powers find room [estimate]."""
    power = project.power_mw or 0.0
    if power <= BT_MW or _hta_reaches(project, power) is False:
        return NOT_NEEDED
    if project.substation_free_mw is None:
        return _if(None if power > SOURCE_MW else False)
    return _if(power > project.substation_free_mw)


TRIGGERS: Mapping[str, Callable[[ProjectFacts], str]] = {
    "manual": lambda project: NOT_NEEDED,
    "project.always": lambda project: TO_DO,
    "project.litigation": lambda project: UNKNOWN,
    "project.regime_d": _regime("D", "DC"),
    "project.regime_e": _regime("E"),
    "project.regime_a": lambda project: _if(_is_authorised(project)),
    "project.floor_area": _floor_area,
    "project.rain_water_d": lambda project: _rain_water(project, authorisation=False),
    "project.rain_water_a": lambda project: _rain_water(project, authorisation=True),
    "project.aid": lambda project: _if(project.aid),
    "project.power_bt": lambda project: _if(0.0 < (project.power_mw or 0.0) <= BT_MW),
    "project.power_hta": _hta,
    "project.power_htb": _htb,
    "project.power_source": _source,
    "project.gas": lambda project: _if((project.gas_m3h or 0.0) > 0),
    "project.water": lambda project: _if((project.water_m3h or 0.0) >= WATER_M3H),
    "project.rail_existing": lambda project: _if(project.rail and project.siding_exists is not False),
    "project.rail_new": lambda project: _if(
        project.rail and (None if project.siding_exists is None else not project.siding_exists)
    ),
    "project.building": lambda project: _if(bool(project.floor_m2 or project.footprint_m2)),
}
"""Trigger names of the catalogue: the state each gives a project-side step."""
PLACE_TRIGGERS = tuple(trigger for trigger in TRIGGERS if trigger.startswith("project.power"))
"""Those that read the substation of the place."""
