"""The problems an answer can tell (RFC 9457): one table, one exception, one way to write them."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from api.catalogues import HTTP, chosen_language, sentence
from api.wording import day

MEDIA_TYPE = "application/problem+json"

KINDS: dict[str, int] = {
    "bad-request": 400,
    "bad-parameter": 400,
    "unknown-parameter": 400,
    "bad-json": 400,
    "bad-host": 400,
    "bad-credentials": 401,
    "credentials-needed": 401,
    "forbidden": 403,
    "cross-site": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "request-too-slow": 408,
    "conflict": 409,
    "in-progress": 409,
    "gone": 410,
    "precondition-failed": 412,
    "too-large": 413,
    "address-too-long": 414,
    "media-type": 415,
    "range": 416,
    "invalid": 422,
    "key-reused": 422,
    "precondition-required": 428,
    "too-many-requests": 429,
    "head-too-large": 431,
    "fault": 500,
    "busy": 503,
    "database-away": 503,
    "query-too-slow": 503,
}
"""Every type of problem by slug, with its status; its title is the sentence ``problem.<slug>``."""

RETRY_AFTER_S = {"busy": 2, "database-away": 5, "query-too-slow": 10, "in-progress": 1}
SHOWN_CHARACTERS = 80


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """Names that people read under other words: each is the sentence ``family.name`` of the catalogues."""

    family: str
    names: Sequence[str]

    def told(self, lang: str) -> str:
        """The words, one after another."""
        return ", ".join(sentence(f"{self.family}.{name}", lang) for name in self.names)


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with one field: where it is, a code of the catalogue and its parameters, a good example.

    ``wording``: the sentence of a special case of the code, where there is one.
    """

    field: str
    code: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    example: object = None
    where: str = "body"
    wording: str | None = None

    def told(self, lang: str) -> dict[str, object]:
        """The refusal as an entry of ``errors``."""
        entry: dict[str, object] = {
            "in": self.where,
            "field": _printable(self.field),
            "code": self.code,
            "detail": sentence(self.wording or self.code, lang, **shown(self.params, lang)),
        }
        return entry | days(self.params) | ({} if self.example is None else {"example": self.example})


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer that is a problem: raise it anywhere below the HTTP layer's own middlewares.

    ``kind`` is a key of ``KINDS``; ``code`` a sentence of the catalogues that tells this occurrence.
    """

    def __init__(
        self,
        kind: str,
        code: str | None = None,
        *,
        errors: Sequence[Refusal] = (),
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        super().__init__(kind, code, params)
        self.kind = kind
        self.status = KINDS[kind]
        self.code = code
        self.params = params
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        if kind in RETRY_AFTER_S:
            self.headers.setdefault("Retry-After", str(RETRY_AFTER_S[kind]))


def problem_document(problem: Problem, lang: str, request_id: str | None) -> dict[str, object]:
    """The problem as the object that is answered."""
    document: dict[str, object] = {
        "type": f"/problems/{problem.kind}",
        "title": sentence(f"problem.{problem.kind}", lang),
        "status": problem.status,
    }
    if problem.code:
        document["code"] = problem.code
        document["detail"] = sentence(problem.code, lang, **shown(problem.params, lang))
        document |= days(problem.params)
    if problem.errors:
        document["errors"] = [refusal.told(lang) for refusal in problem.errors]
    if request_id:
        document["request_id"] = request_id
    return document


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The problem as an answer to the request of ``scope``, in its language, with its id."""
    lang = language_of(scope)
    document = problem_document(problem, lang, scope.get("state", {}).get("request_id"))
    headers = {"Cache-Control": "no-store", "Content-Language": lang} | problem.headers
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
    return Response(body, problem.status, headers, MEDIA_TYPE)


def language_of(scope: Scope) -> str:
    """The language the request asks for."""
    query = scope.get("query_string", b"").decode("latin-1")
    asked = parse_qs(query).get("lang", [""])[0] if "lang=" in query else None
    return chosen_language(asked, Headers(scope=scope).get("accept-language"))


def shown(params: Mapping[str, object], lang: str) -> dict[str, object]:
    """Parameters safe to put in a sentence: text is shortened and made printable, lists are joined, days are written
    as people do. Sentences are for who came in by HTTP unless ``way`` says otherwise.
    """
    return {"way": HTTP} | {name: _told(value, lang) for name, value in params.items()}


def days(params: Mapping[str, object]) -> dict[str, object]:
    """The days among parameters, which programs read beside the sentence, ISO 8601."""
    return {name: value.isoformat() for name, value in params.items() if type(value) is date}


def _told(value: object, lang: str) -> object:
    if isinstance(value, Words):
        return value.told(lang)
    return day(value.isoformat(), lang) if type(value) is date else _shown(value)


def _shown(value: object) -> object:
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(_shown(word)) for word in value)
    return value


def _printable(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return clean if len(clean) <= SHOWN_CHARACTERS else clean[: SHOWN_CHARACTERS - 1] + "…"
