"""The ``filter`` of a list (OGC API Features Part 3): CQL2, in text or JSON, as a condition on what one may see."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.crs import places
from api.ogc.property_parameters import Values, equality, known
from api.problems import Problem
from api.security.strict_json import Json, read_json
from geo.store.cql2.compiler import DEEPEST, Clause, condition
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.text import read_text

Language = Literal["cql2-text", "cql2-json"]

LEVELS = 2 * DEEPEST + 8
"""Brackets within brackets of a filter in JSON: two a level, and those of coordinates."""


async def asked_filter(
    principal: CurrentPrincipal,
    settings: CurrentSettings,
    values: Values,
    filter_: Annotated[
        str | None,
        Query(alias="filter", description="CQL2, for example zone_type = 'AUc' AND surface_m2 >= 50000"),
    ] = None,
    filter_lang: Annotated[
        Language | None, Query(alias="filter-lang", description="cql2-text unless said, or cql2-json")
    ] = None,
    filter_crs: Annotated[
        str | None,
        Query(alias="filter-crs", description="CRS of the filter's geometries, as a URI; CRS84", max_length=200),
    ] = None,
) -> Clause | None:
    """The condition asked for; None without one."""
    where = places(filter_crs, settings.srid)
    try:
        shown = known(principal.audience)
        terms = [equality(name, shown, said) for name, said in values.items()]
        terms += [] if filter_ is None else [_tree(filter_, filter_lang)]
        if not terms:
            return None
        return condition(terms[0] if len(terms) == 1 else {"op": "and", "args": terms}, shown, settings.srid, where)
    except FilterFault as fault:
        raise Problem("bad-parameter", fault.code, **fault.params) from None


def _tree(written: str, language: Language | None) -> Json:
    return read_json(written.encode(), LEVELS) if language == "cql2-json" else read_text(written)


AskedFilter = Annotated[Clause | None, Depends(asked_filter)]
