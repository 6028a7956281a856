"""The bins an unmet need is counted in: nothing of it is kept but these."""

from datetime import date

from geo.land.departments import department_of
from geo.match.fit.building_surface import ground_area
from geo.match.need.need import Need
from geo.match.need.places import Areas
from geo.store.demand import Bins

HECTARES = ((1, "<1"), (2, "1-2"), (5, "2-5"), (10, "5-10"), (20, "10-20"), (50, "20-50"))
MEGAWATTS = ((1, "<1"), (5, "1-5"), (12, "5-12"), (40, "12-40"))
"""Upper ends of the classes; power is parted where the way to connect it changes (12 and 40 MW)."""
LARGEST_HA, LARGEST_MW = ">=50", ">=40"
NONE, SEVERAL, ANY = "none", "several", "any"


def bins_of(need: Need, day: date) -> Bins:
    """The bins of a need asked on ``day``: sector, hectares, MW, department, first day of the quarter."""
    built = sum(map(ground_area, need.buildings or []))
    land_m2 = (need.land_m2.min if need.land_m2 else None) or built
    power = need.power_mw.at_opening if need.power_mw else None
    return Bins(
        sector=need.preset or need.use or ANY,
        surface_class=_class(land_m2 / 10_000, HECTARES, LARGEST_HA) if land_m2 else ANY,
        power_class=NONE if power is None else _class(power, MEGAWATTS, LARGEST_MW),
        departement=_department(need.place),
        quarter=date(day.year, 3 * ((day.month - 1) // 3) + 1, 1),
    )


def _class(value: float, ends: tuple[tuple[int, str], ...], largest: str) -> str:
    return next((name for end, name in ends if value < end), largest)


def _department(place: Areas | None) -> str:
    """The one department asked; ``several``, or ``any`` where the need names none."""
    if place is None:
        return ANY
    asked = {*place.departments, *map(department_of, place.communes)}
    return ANY if not asked else asked.pop() if len(asked) == 1 else SEVERAL
