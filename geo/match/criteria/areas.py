"""Is it in an aid zone, and do people live near enough to work there?"""

from geo.land.departments import department_of
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.criteria.place import whole_commune
from geo.match.need.need import Need
from geo.match.parcel.around import Spanned
from geo.match.parcel.candidate import Candidate, ReadinessView

AID = "aid_zone"
PEOPLE_A_JOB = 50
"""People in reach for each job to fill, from which on hiring is held to be possible [estimate]."""


def aid_zone(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the land lies in an aid zone that is loaded.

    Outside of all it fails where every file that has such zones would have told: in a department of which it lists some
    commune, or within what its drawn zones span. Elsewhere, and for a label that no loaded zone bears, it is unknown.
    """
    label = need.aid_zone if isinstance(need.aid_zone, str) else None
    zones = candidate.around.of_kind(AID, label)
    if not zones:
        return unknown("aid_zone", "aid_zone.not_recorded", Who.SERVICE, label=label)
    inside = sorted(zones.keys() & candidate.area_ids)
    if inside:
        zone = zones[inside[0]]
        detail = {"zone": zone.name, "known_on": zone.known_on}
        return Criterion("aid_zone", Verdict.PASS, "aid_zone.inside", zone.code, zone.source, detail)
    some = next(iter(zones.values()))
    if not all(_is_known(candidate, told) for told in candidate.around.spans(AID, label)):
        return unknown("aid_zone", "aid_zone.not_covered", Who.RESPONSIBLE, some.source, known_on=some.known_on)
    return Criterion("aid_zone", Verdict.FAIL, "aid_zone.outside", None, some.source, {"known_on": some.known_on})


def lists(zones: Spanned, candidate: Candidate) -> bool:
    """Whether some commune of the land's department is listed in one of the zones of a file."""
    insee = candidate.commune_insee
    return insee is not None and department_of(insee) in zones.departments


def _is_known(candidate: Candidate, zones: Spanned) -> bool:
    """Whether zones that hold the land would be among those of the file."""
    if lists(zones, candidate):
        return True
    if zones.hull is None or candidate.shape is None:
        return False
    return bool(zones.hull.intersects(candidate.shape))


def labour(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether enough people live within the travel time asked, by the loaded table of travels between communes.

    Fewer people than jobs fail; fifty for each job pass [estimate]; in between who hires there knows.
    """
    if need.labour is None or not candidate.around.people:
        return unknown("labour", "labour.not_recorded", Who.SERVICE)
    insee = candidate.commune_insee or ""
    people = candidate.around.people.get(insee, candidate.around.people.get(whole_commune(insee)))
    if people is None:
        return unknown("labour", "labour.unknown", Who.RESPONSIBLE, minutes=need.labour.minutes)
    detail: dict[str, object] = {"people": people, "minutes": need.labour.minutes, "jobs": need.labour.jobs}
    if people < need.labour.jobs:
        return Criterion("labour", Verdict.FAIL, "labour.too_few", people, None, detail)
    if people < PEOPLE_A_JOB * need.labour.jobs:
        detail["who"] = Who.RESPONSIBLE.value
        return Criterion("labour", Verdict.UNKNOWN, "labour.to_ask", None, None, detail)
    return Criterion("labour", Verdict.PASS, "labour.enough", people, None, detail)
