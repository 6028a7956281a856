"""The ``filter`` of a list (OGC API Features Part 3): CQL2, in text or JSON, as a condition on what one may see."""

from collections.abc import Callable, Coroutine
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.crs import places
from api.ogc.property_parameters import equality, known, values_of
from api.problems import Problem
from api.security.strict_json import Json, read_json
from geo.store.cql2.compiler import DEEPEST, Clause, condition
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.shapes import column
from geo.store.cql2.terms import GEOMETRY
from geo.store.cql2.text import read_text
from geo.store.items.collection import Collection

Language = Literal["cql2-text", "cql2-json"]

EXAMPLE = "S_INTERSECTS(geometry, BBOX(4.8, 45.6, 4.9, 45.7))"
EXAMPLES = {"parcels": "zone_type = 'AUc' AND surface_m2 >= 50000", "zones": "typezone = 'U'"}

LEVELS = 2 * DEEPEST + 8
"""Brackets within brackets of a filter in JSON: two a level, and those of coordinates."""


Asked = Callable[..., Coroutine[Any, Any, Clause | None]]


@cache
def filter_of(collection: Collection) -> Asked:
    """The dependency that reads the condition asked of a collection."""

    async def asked(
        principal: CurrentPrincipal,
        settings: CurrentSettings,
        values: Annotated[dict[str, str], Depends(values_of(collection))],
        filter_: Annotated[
            str | None,
            Query(alias="filter", description=f"CQL2, for example {EXAMPLES.get(collection.name, EXAMPLE)}"),
        ] = None,
        filter_lang: Annotated[
            Language | None, Query(alias="filter-lang", description="cql2-text unless said, or cql2-json")
        ] = None,
        filter_crs: Annotated[
            str | None,
            Query(alias="filter-crs", description="CRS of the filter's geometries, as a URI; CRS84", max_length=200),
        ] = None,
    ) -> Clause | None:
        where = places(filter_crs, settings.srid)
        try:
            shown = known(principal.audience, collection)
            terms = [equality(name, shown, said) for name, said in values.items()]
            terms += [] if filter_ is None else [_tree(filter_, filter_lang)]
            if not terms:
                return None
            tree = terms[0] if len(terms) == 1 else {"op": "and", "args": terms}
            named = {**shown, GEOMETRY: column(where, projected=collection.projected)}
            return condition(tree, named, settings.srid, where)
        except FilterFault as fault:
            raise Problem("bad-parameter", fault.code, **fault.params) from None

    return asked


def _tree(written: str, language: Language | None) -> Json:
    return read_json(written.encode(), LEVELS) if language == "cql2-json" else read_text(written)
