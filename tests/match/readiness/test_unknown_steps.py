"""A date that unknown steps decide names them, and asks who knows the one that decides most."""

from api.wording import reason
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.readiness.unknown_steps import named


def step(code: str, criticality: float) -> dict[str, object]:
    return {"code": code, "label": f"Étape {code}", "label_en": f"Step {code}", "criticality": criticality}


READINESS = {
    "unknown": ["PC", "DPU", "ARCH_D"],
    "steps": [step("PC", 0.1), step("VRD", 0.9), step("DPU", 0.0), step("ARCH_D", 0.6)],
}


def told(criterion: Criterion, lang: str) -> str:
    return reason({"name": criterion.name, "fact": None, "code": criterion.code, "detail": criterion.detail}, lang)


def test_the_steps_that_decide_most_are_named_and_asked_of_who_knows() -> None:
    asked = unknown("start_by", "date.depends", Who.RESPONSIBLE)
    found = named(asked, READINESS)
    assert found.detail["who"] == "archaeology_service"
    assert told(found, "fr").endswith("dont l'état est inconnu : Étape ARCH_D, Étape PC")
    assert told(found, "en").endswith("not known: Step ARCH_D, Step PC")
    assert told(asked, "fr") == "le début des travaux dépend d'une étape inconnue"


def test_nothing_else_is_touched() -> None:
    late = Criterion("start_by", Verdict.FAIL, "date.late")
    depends = unknown("start_by", "date.depends", Who.RESPONSIBLE)
    assert named(late, READINESS) is late
    assert named(depends, None) is depends
    assert named(depends, READINESS | {"unknown": []}) is depends
