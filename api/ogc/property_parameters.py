"""Each property one may filter on is a query parameter of its own name: what GDAL and QGIS push without CQL2."""

from collections.abc import Mapping
from functools import cache
from inspect import Parameter, Signature
from typing import Annotated

from fastapi import Depends, Query

from api.catalogues import sentence
from api.ogc.crs import NUMBER
from api.security.strict_json import Json
from geo.store.cql2.comparing import EXAMPLES
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.terms import Kind, Term, queryables
from geo.store.database import Role
from geo.store.views import PARCEL, columns

LISTED = ("market", "ready_class")
"""Properties whose parameter takes several values, and is declared where they are read."""


@cache
def known(role: Role) -> dict[str, Term]:
    """The properties of parcels that this audience may filter on and sort by."""
    return dict(queryables(columns(PARCEL, role)))


async def values(**given: str | None) -> dict[str, str]:
    """What parameters say of properties, as it came."""
    return {name: value for name, value in given.items() if value is not None}


def _declared(name: str) -> Parameter:
    described = Annotated[str | None, Query(description=sentence(f"property.{name}", "en"), max_length=200)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=described)


values.__signature__ = Signature(  # type: ignore[attr-defined]
    [_declared(name) for name in known(Role.ADMIN) if name not in LISTED]
)
Values = Annotated[dict[str, str], Depends(values)]


def equality(name: str, shown: Mapping[str, Term], said: str) -> Json:
    """The filter, in JSON form, that a property has the value a parameter says.

    Raises:
        FilterFault: it is not a value of that property, or there is no such property for this audience.
    """
    if name not in shown:
        raise FilterFault("filter.unknown_property", given=name, known=list(shown))
    return {"op": "=", "args": [{"property": name}, _value(name, shown[name].kind, said)]}


def _value(name: str, kind: Kind, said: str) -> Json:
    match kind:
        case Kind.NUMBER if NUMBER.fullmatch(said):
            return float(said)
        case Kind.TRUTH if said.lower() in ("true", "false"):
            return said.lower() == "true"
        case Kind.DAY:
            return {"date": said}
        case Kind.INSTANT:
            return {"timestamp": said}
        case Kind.TEXT:
            return said
    raise FilterFault(f"filter.is_{kind.value}", name=name, example=EXAMPLES[kind])
