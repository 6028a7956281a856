"""Codes that a plan contradicts itself decide nothing alone; what anything else supports stands."""

from geo.land.doubts import Judged, doubted
from geo.land.vocabulary import Industry
from geo.land.zoning import ZoneFacts, decide


def zone(libelle: str, destdomi: str | None, libelong: str | None = None, typezone: str = "U") -> Judged:
    facts = ZoneFacts(typezone=typezone, libelle=libelle, destdomi=destdomi, libelong=libelong)
    return Judged(libelle, destdomi, libelong, decide(facts))


def verdicts(*zones: Judged) -> list[Industry]:
    return [decision.verdict for decision in doubted(zones)]


ACTIVITY = "Zone à vocation d'activités économiques"
FORBIDDEN, ALLOWED, UNKNOWN, CONDITIONAL = (
    Industry.FORBIDDEN,
    Industry.ALLOWED,
    Industry.UNKNOWN,
    Industry.CONDITIONAL,
)


def test_a_code_that_two_wordings_contradict_decides_nothing_alone() -> None:
    plan = zone("UB", "01"), zone("UY", "01", ACTIVITY), zone("UX", "01", ACTIVITY), zone("UH", "01", "Zone d'habitat")
    assert verdicts(*plan) == [UNKNOWN, ALLOWED, ALLOWED, FORBIDDEN]
    taken_back = doubted(plan)[0]
    assert (taken_back.rule, taken_back.confidence) == ("code_contradicted_in_this_plan", 0.0)


def test_one_contradiction_is_a_slip() -> None:
    assert verdicts(zone("UB", "01"), zone("UY", "01", ACTIVITY)) == [FORBIDDEN, ALLOWED]
    assert verdicts(zone("UB", "01"), zone("UY", "01", ACTIVITY), zone("UY", "01", ACTIVITY)) == [
        FORBIDDEN,
        ALLOWED,
        ALLOWED,
    ], "one label in two places is still one"


def test_another_code_is_not_doubted_for_it() -> None:
    assert verdicts(zone("UB", "04"), zone("UY", "01", ACTIVITY), zone("UX", "01", ACTIVITY))[0] is FORBIDDEN


def test_a_zone_to_urbanise_unlike_its_family_is_not_decided_by_its_code() -> None:
    assert verdicts(zone("AUT", "03", typezone="AUc"), zone("UT", "04"))[0] is UNKNOWN
    assert verdicts(zone("1AUx", "02", typezone="AUc"), zone("UX", "02"))[0] is ALLOWED
    assert verdicts(zone("AUT", "03", typezone="AUc"), zone("UX", "02"))[0] is CONDITIONAL
    assert verdicts(zone("AUT", "03", ACTIVITY, "AUc"), zone("UT", "04"))[0] is not UNKNOWN
