"""A need read from JSON, its mistakes told in sentences of the catalogue; over HTTP and in the terminal alike."""

from api.catalogues import DEFAULT_LANGUAGE, catalogue
from api.problems import Problem, Refusal
from api.security.strict_json import Json
from geo.match.need import Need
from geo.match.reading import NeedError, NeedProblem, read_need

SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def need_of(document: Json) -> Need:
    """The need of a parsed JSON document.

    Raises:
        Problem: 422, every mistake with its field, a sentence and an example of right.
    """
    try:
        return read_need(document)
    except NeedError as error:
        raise Problem("invalid", "body.invalid", errors=[refusal(one) for one in error.problems]) from None


def refusal(problem: NeedProblem) -> Refusal:
    """One mistake of a need as an entry of ``errors``; it keeps its code."""
    params = dict(problem.detail)
    for name, sign in SIGNS.items():
        if name in params:
            limit = params[name]
            params["limit"] = f"{sign} {limit:g}" if isinstance(limit, float) else f"{sign} {limit}"
    return Refusal(problem.field, problem.code, params, problem.example, wording=_wording(problem))


def _wording(problem: NeedProblem) -> str:
    """The key of the sentence: of the case, else of the code, else the one for any refusal."""
    known = catalogue(DEFAULT_LANGUAGE)
    if problem.code == "need.unknown_field" and "did_you_mean" in problem.detail:
        return "need.unknown_field.close"
    if problem.code == "need.wrong_type":
        return f"need.wrong_type.{_wanted(problem)}" if _wanted(problem) else problem.code
    return problem.code if problem.code in known else "need.refused"


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
