"""A need read from JSON, its mistakes told in sentences of the catalogue; over HTTP and in the terminal alike."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from api.catalogues import DEFAULT_LANGUAGE, catalogue
from api.problems import Problem, Refusal, Words
from api.security.strict_json import Json
from geo.match.need.need import Need
from geo.match.need.reading import NeedError, NeedProblem, read_need
from geo.match.parcel.known_kinds import check_kinds
from geo.store.database import Actor, Database, Role

_QUOTED = re.compile(r"'([^']*)'")
WRONG_CODES = {
    "communes": "need.wrong_code.communes",
    "departments": "need.wrong_code.departments",
    "kind": "need.wrong_code.kind",
    "max_km": "need.wrong_code.kind",
    "already": "need.wrong_code.already",
    "quantities": "need.wrong_code.quantities",
}
SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def need_of(document: Json) -> Need:
    """The need of a parsed JSON document.

    Raises:
        Problem: 422, every mistake with its field, a sentence and an example of right.
    """
    with _told():
        return read_need(document)


def check_known(database: Database, role: Role, actor: Actor | None, need: Need) -> None:
    """Whether anybody knows the kinds of network a need asks for; one that is kept is not asked again.

    Raises:
        Problem: 422, every kind that no vocabulary has and nothing loaded is of.
    """
    with _told():
        check_kinds(database, role, actor, need)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NeedError as error:
        raise Problem("invalid", "body.invalid", errors=[refusal(one) for one in error.problems]) from None


def refusal(problem: NeedProblem) -> Refusal:
    """One mistake of a need as an entry of ``errors``; it keeps its code."""
    params: dict[str, object] = dict(problem.detail)
    if "expected" in params:
        params["expected"] = _QUOTED.findall(str(params["expected"]))
    if "why" in params:
        fault, _, at = str(params["why"]).partition("[")
        params |= {"why": Words("words.geos", [_fault(fault)]), "at": ", ".join(at.rstrip("]").split())}
    for name, sign in SIGNS.items():
        if name in params:
            limit = params[name]
            params["limit"] = f"{sign} {limit:.10g}" if isinstance(limit, float) else f"{sign} {limit}"
    return Refusal(problem.field, problem.code, params, problem.example, wording=_wording(problem))


def _wording(problem: NeedProblem) -> str:
    """The key of the sentence: of the case, else of the code, else the one for any refusal."""
    known = catalogue(DEFAULT_LANGUAGE)
    if problem.code == "need.unknown_field" and "did_you_mean" in problem.detail:
        return "need.unknown_field.close"
    if problem.code == "need.unknown_field" and "known" in problem.detail:
        return "need.unknown_field.known"
    if problem.code == "need.wrong_code":
        return _wrong_code(problem.field)
    if problem.code == "need.wrong_type":
        return f"need.wrong_type.{_wanted(problem)}" if _wanted(problem) else problem.code
    return problem.code if problem.code in known else "need.refused"


def _wrong_code(field: str) -> str:
    """What the codes of a field look like, in words: `place.communes[0]` is told as any commune is."""
    names = reversed(re.findall(r"[a-z_]+", field))
    return next((WRONG_CODES[name] for name in names if name in WRONG_CODES), "need.wrong_code")


def _fault(reason: str) -> str:
    """What GEOS finds wrong, as the catalogues name it."""
    name = re.sub(r"[^a-z]+", "_", reason.strip().lower())
    return name if f"words.geos.{name}" in catalogue(DEFAULT_LANGUAGE) else "other"


def _wanted(problem: NeedProblem) -> str | None:
    """What should have stood there, by the validator's message."""
    if "tag" in problem.detail:
        return "kind"
    return next((name for words, name in WANTED.items() if words in problem.message), None)


WANTED = {
    "object": "object",
    "dictionary": "object",
    "list": "list",
    "valid integer": "whole",
    "valid number": "number",
    "valid boolean": "yes_no",
    "valid string": "text",
}
