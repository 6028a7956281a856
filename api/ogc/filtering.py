"""The ``filter`` of a list (OGC API Features Part 3): CQL2, in text or JSON, as a condition on what one may see."""

from collections.abc import Callable, Coroutine
from functools import cache, lru_cache
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
from geo.store.cql2.terms import GEOMETRY, Places
from geo.store.cql2.text import read_text
from geo.store.database import Role
from geo.store.items.collection import Collection

Language = Literal["cql2-text", "cql2-json"]

EXAMPLE = "S_INTERSECTS(geometry, BBOX(4.8, 45.6, 4.9, 45.7))"
EXAMPLES = {"parcels": "zone_type = 'AUc' AND surface_m2 >= 50000", "zones": "typezone = 'U'"}

REMEMBERED, REMEMBERED_LENGTH = 1_000, 1_000
"""Filters that are read once, and how long they are at most: some megabyte in all."""

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
        if filter_ is None and not values:
            return None
        said = (tuple(values.items()), filter_, filter_lang)
        read = _remembered if len(filter_ or "") <= REMEMBERED_LENGTH else _read
        try:
            return read(collection, principal.audience, said, where, settings.srid)
        except FilterFault as fault:
            raise Problem("bad-parameter", fault.code, **fault.params) from None

    return asked


def _read(
    collection: Collection,
    audience: Role,
    said: tuple[tuple[tuple[str, str], ...], str | None, Language | None],
    where: Places,
    srid: int,
) -> Clause:
    """The condition of equalities and a filter, as an audience may set it."""
    values, written, language = said
    shown = known(audience, collection)
    terms = [equality(name, shown, value) for name, value in values]
    terms += [] if written is None else [_tree(written, language)]
    tree = terms[0] if len(terms) == 1 else {"op": "and", "args": terms}
    named = {**shown, GEOMETRY: column(where, projected=collection.projected)}
    return condition(tree, named, srid, where)


_remembered = lru_cache(REMEMBERED)(_read)
"""A reader asks page after page, and a map tile after tile, with the same filter."""


def _tree(written: str, language: Language | None) -> Json:
    return read_json(written.encode(), LEVELS) if language == "cql2-json" else read_text(written)
