"""Situations and small catalogues that several tests of readiness share."""

from collections.abc import Mapping
from datetime import date

from geo.readiness.catalogue import Catalogue
from geo.readiness.catalogue_file import default, read
from geo.readiness.facts import LandFacts
from geo.readiness.status import NOT_NEEDED, StepStatus

TODAY = date(2026, 11, 22)

SERVICED = LandFacts(
    stade_amngt="viabilisé non aménagé",
    stade_comm="en vente",
    etat_occup="inoccupé",
    maitrise_fonc="structure intercommunale",
    typezone="U",
    industry="allowed",
    built=False,
    touched=frozenset(),
    surface_m2=8_000.0,
)
RAW = LandFacts(
    stade_amngt="non aménagé, non viabilisé",
    stade_comm="en vente",
    etat_occup="inoccupé",
    usage="espace vert",
    maitrise_fonc="structure intercommunale",
    typezone="AUc",
    industry="allowed",
    built=False,
    touched=frozenset(),
    surface_m2=40_000.0,
)


def small(**steps: str) -> Catalogue:
    """A catalogue of steps ``CODE="min typ max [needs=A,B] [gates=start] [more TOML after |]"``."""
    return read("\n".join(_step(code, *text.split("|")) for code, text in steps.items()))


def _step(code: str, figures: str, more: str = "") -> str:
    words = figures.split()
    months = [word for word in words if "=" not in word]
    named = dict(word.split("=") for word in words if "=" in word)
    lines = [
        "[[step]]",
        f'code = "{code}"',
        f'label = {{ fr = "{code}", en = "{code}" }}',
        f'side = "{named.get("side", "owner")}"',
        f"needs = {named.get('needs', '').split(',') if named.get('needs') else []}",
        f"gates = {[] if named.get('gates') == 'none' else named.get('gates', 'start').split(',')}",
        'trigger = "manual"',
        'source = "test"',
        'confidence = "E"',
    ]
    if months:
        lines.append(f"months = [{', '.join(months)}]")
    return "\n".join([*lines, more.strip()])


def only(**states: str) -> Mapping[str, StepStatus]:
    """Owner-side steps not needed but those given."""
    nothing = {step.code: StepStatus(NOT_NEEDED) for step in default().side("owner")}
    return {**nothing, **{code: StepStatus(state) for code, state in states.items()}}
