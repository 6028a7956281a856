"""The ``filter`` of a list (OGC API Features Part 3): CQL2, in text or JSON, as a condition on what one may see."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.crs import places
from api.ogc.property_parameters import equality, known, values_of
from api.problems import Problem, Refusal
from api.security.strict_json import Json, read_json
from geo.store.cql2.compiler import LEVELS, Clause, condition
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
            raise _refused(fault, filter_lang) from None

    return asked


@dataclass(frozen=True, slots=True)
class _Whole:
    """An example of ours in a sentence: what users wrote is shortened there, this is not."""

    node: Json

    def __str__(self) -> str:
        return json.dumps(self.node, ensure_ascii=False)


def _refused(fault: FilterFault, language: Language | None) -> Problem:
    """Why a filter is refused; in JSON with the place within it, and an example in JSON."""
    params = dict(fault.params)
    if language != "cql2-json":
        return Problem("bad-parameter", fault.code, **params)
    example = read_text(params["example"]) if "example" in params else None
    if example is not None:
        params["example"] = _Whole(example)
    place = ".".join(("filter", *fault.at))
    errors = [Refusal(place, fault.code, params, example, where="query")]
    return Problem("bad-parameter", fault.code, errors=errors, **params)


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
    try:
        return condition(tree, named, srid, where)
    except FilterFault as fault:
        fault.at = fault.at[len(terms) > 1 :]  # what joins them is ours
        raise


_remembered = lru_cache(REMEMBERED)(_read)
"""A reader asks page after page, and a map tile after tile, with the same filter."""


def _tree(written: str, language: Language | None) -> Json:
    return read_json(written.encode(), LEVELS) if language == "cql2-json" else read_text(written)
