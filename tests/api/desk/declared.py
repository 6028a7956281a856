"""Every good answer of the desk is held against what OpenAPI declares of it."""

import re
from functools import cache
from typing import Any

import httpx
from openapi_schema_validator import OAS30ReadValidator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from sqlalchemy import make_url

from api.app import create_app
from api.openapi.desk_answers import ANSWERS
from api.openapi.document import openapi_document
from geo.store.database import Database
from tests.api.conftest import quick_settings

URI = "urn:emprise"


@cache
def _document() -> dict[str, Any]:
    settings = quick_settings()
    return openapi_document(
        create_app(settings, Database(make_url("postgresql+psycopg://x@/y"), pool_size=1)), settings
    )


@cache
def _validator(name: str) -> OAS30ReadValidator:
    registry = Registry().with_resource(URI, DRAFT4.create_resource(_document()))
    schema = {"$ref": f"{URI}#/components/schemas/{name}"}
    return OAS30ReadValidator(schema, registry=registry, format_checker=OAS30ReadValidator.FORMAT_CHECKER)


def check_declared(method: str, path: str, answer: httpx.Response) -> None:
    """See that a JSON answer of the desk is what its route declares."""
    bare, found = path.partition("?")[0], method.lower()
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return
    for (verb, template, status), name in ANSWERS.items():
        if (verb, status) == (found, str(answer.status_code)) and _matches(template, bare):
            wrong = [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(answer.json())]
            assert not wrong, (method, path, name, wrong[:3])


@cache
def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\{\w+\\}", r"\\d+", re.escape(template)), path) is not None
