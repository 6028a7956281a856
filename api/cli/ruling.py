"""Rules on buildings listed, entered and taken back from the command line, as over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import typer

from api.catalogues import sentence
from api.cli.acting import actor_of
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.quantity import SHARES, amount
from api.cli.reading import told
from api.cli.session import opened
from api.planning import building_rules
from api.planning.building_rules import Told
from api.problems import Problem
from api.settings import load_settings
from geo.land.building_limits import MOST, BuildingRule
from geo.match.need.quantities import LENGTH
from geo.store.building_rules import Figure
from geo.store.database import Actor, Database, Role

NONE = ("none", "aucune", "aucun")
"""What is written for a rule that the plan does not set."""
UNITS: Mapping[BuildingRule, Mapping[str, float]] = {
    BuildingRule.CES: SHARES,
    BuildingRule.HEIGHT: LENGTH.units,
    BuildingRule.OPEN_GROUND: SHARES,
    BuildingRule.PARKING: {"places": 1},
    BuildingRule.RETENTION: dict.fromkeys(("l/m²", "l/m2"), 1.0),
}
"""The units that the figure of each rule may be written with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked; the figure as it was written."""

    parcel: int
    rule: BuildingRule | None
    value: str | None
    source: str
    reason: str
    of_zone: bool
    withdraw: int | None
    organisation: str | None
    as_json: bool


def keep_rule(asked: Asked) -> None:
    """Do what was asked and print what counts on the parcel then.

    Raises:
        BadFile: it cannot be entered; the sentence says why.
    """
    settings, lang = load_settings(), terminal_language()
    with opened(settings) as database:
        role, actor = _who(database, asked, lang)
        try:
            found = _found(database, role, actor, asked, lang)
        except Problem as problem:
            raise BadFile(told(problem, lang, "rule.refused")) from None
    if asked.as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo("\n".join(_lines(found, lang)))


def _who(database: Database, asked: Asked, lang: str) -> tuple[Role, Actor]:
    if asked.organisation is None:
        return Role.ADMIN, Actor(actor="cli", reason=asked.reason)
    return Role.PLANNER, actor_of(database, asked.organisation, lang, asked.reason)


def _found(database: Database, role: Role, actor: Actor, asked: Asked, lang: str) -> Told:
    if asked.withdraw is not None:
        return building_rules.take_back(database, role, actor, asked.parcel, asked.withdraw, asked.reason)
    if asked.rule is None:
        return building_rules.rules_of(database, role, actor, asked.parcel)
    figure = Figure(asked.rule, _number(asked.rule, asked.value or "", lang), asked.source, asked.reason)
    return building_rules.say(database, role, actor, asked.parcel, figure, of_zone=asked.of_zone)


def _number(rule: BuildingRule, written: str, lang: str) -> float | None:
    """The figure as people write it, in the unit of the rule; None: the plan sets none."""
    if written.lower() in NONE:
        return None
    try:
        return amount(written, UNITS[rule])
    except ValueError:
        words = {name: sentence(f"rule.{name}.{rule}", lang) for name in ("name", "example")}
        raise BadFile(sentence("rule.no_number", lang, given=written, most=f"{MOST[rule]:g}", **words)) from None


def _lines(found: Told, lang: str) -> list[str]:
    lines = [sentence("rule.head", lang, id=found["parcel"])]
    for one in found["rules"]:
        name = sentence(f"rule.name.{one['rule']}", lang)
        code = "rule.line" if one["value"] is not None else "rule.line.none"
        of = sentence(f"rule.of.{one['said_of']}", lang)
        lines.append(sentence(code, lang, name=name, value=_plain(one["value"], lang), source=one["source"], of=of))
    unknown = [sentence(f"rule.name.{name}", lang) for name in found["not_known"]]
    if unknown:
        between = " ; " if lang == "fr" else "; "
        lines.append(sentence("rule.not_known", lang, names=between.join(unknown)))
    for one in found["history"]:
        if one["stands"]:
            lines.append(sentence("rule.record", lang, record=one["record"], rule=one["rule"], source=one["source"]))
    return lines


def _plain(value: float | None, lang: str) -> str:
    written = "" if value is None else f"{value:g}"
    return written.replace(".", ",") if lang == "fr" else written
