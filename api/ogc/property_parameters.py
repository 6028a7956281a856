"""Each property one may filter on is a query parameter of its own name: what GDAL and QGIS push without CQL2."""

import math
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import cache
from inspect import Parameter, Signature
from typing import Annotated, Any

from fastapi import Query

from api.catalogues import sentence
from api.ogc.crs import NUMBER
from api.security.strict_json import Json
from geo.store.cql2.comparing import EXAMPLES
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import Kind, Term, queryables
from geo.store.database import Role
from geo.store.items.collection import PARCELS, Collection

TRUTHS = {"true": True, "false": False, "1": True, "0": False}
"""As CQL2 writes them, and as GDAL does, which has no truth but a number."""

LISTED = {PARCELS.name: ("market", "ready_class")}
"""Properties whose parameter takes several values, and is declared where they are read."""

Asked = Callable[..., Coroutine[Any, Any, dict[str, str]]]


@cache
def known(role: Role, collection: Collection = PARCELS) -> dict[str, Term]:
    """The properties of a collection that this audience may filter on and sort by."""
    return dict(queryables(collection.asked(role)))


@cache
def values_of(collection: Collection) -> Asked:
    """The dependency that reads what parameters say of the properties of a collection."""

    async def values(**given: str | None) -> dict[str, str]:
        return {name: value for name, value in given.items() if value is not None}

    names = (name for name in known(Role.ADMIN, collection) if name not in LISTED.get(collection.name, ()))
    values.__signature__ = Signature([_declared(name) for name in names])  # type: ignore[attr-defined]
    return values


def _declared(name: str) -> Parameter:
    described = Annotated[str | None, Query(description=sentence(f"property.{name}", "en"), max_length=200)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=described)


def equality(name: str, shown: Mapping[str, Term], said: str) -> Json:
    """The filter, in JSON form, that a property has the value a parameter says; of a list, that the value is in it.

    Raises:
        FilterFault: it is not a value of that property, or there is no such property for this audience.
    """
    if name not in shown:
        raise FilterFault("filter.unknown_property", given=name, known=list(shown))
    kind = shown[name].kind
    if kind is Kind.LIST:
        return {"op": "a_contains", "args": [{"property": name}, [said]]}
    return {"op": "=", "args": [{"property": name}, _value(name, kind, said)]}


def _value(name: str, kind: Kind, said: str) -> Json:
    match kind:
        case Kind.NUMBER if NUMBER.fullmatch(said):
            if not math.isfinite(float(said)):
                raise FilterFault("filter.number", given=said, example=EXAMPLES[kind])
            return float(said)
        case Kind.TRUTH if said.lower() in TRUTHS:
            return TRUTHS[said.lower()]
        case Kind.DAY:
            return {"date": said}
        case Kind.INSTANT:
            return {"timestamp": _in_utc(said)}
        case Kind.TEXT:
            return said
    raise FilterFault(f"filter.is_{kind.value}", name=name, example=EXAMPLES[kind])


def _in_utc(said: str) -> str:
    """An instant as CQL2 writes it, in UTC; what is none stays as it is, to be refused with an example."""
    try:
        at = datetime.fromisoformat(said.upper())
    except ValueError:
        return said
    return said if at.tzinfo is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
