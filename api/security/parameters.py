"""Unknown query parameters are refused on every route (OGC API Features, /req/core/query-param-unknown)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from api.catalogues import LANGUAGES
from api.problems import Problem
from api.security.principal import Principal, current_principal
from geo.store.database import Role
from geo.store.views.views import PARCEL

EVERYWHERE = frozenset({"api-key", "lang"})
"""Parameters that any route takes."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says of itself: the template of its path and the query parameters it takes."""

    path: str
    parameters: frozenset[str]


class DeclaredRoutes:
    """The routes of one application by endpoint, read from it when first needed."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._of: dict[Callable[..., Any], Declared] = {}

    def of(self, endpoint: Callable[..., Any]) -> Declared:
        """What the route of ``endpoint`` declares.

        Raises:
            KeyError: no route of the application has this endpoint.
        """
        if endpoint not in self._of:
            self._of = dict(declared_routes(self._app))
        return self._of[endpoint]


def declared_routes(app: FastAPI) -> Iterator[tuple[Callable[..., Any], Declared]]:
    """Every route with an endpoint, and what it declares."""
    for context in iter_route_contexts(app.routes):
        endpoint = context.endpoint
        if endpoint is not None:
            dependant = getattr(context, "dependant", None)
            names = frozenset(query_names(dependant)) if dependant else frozenset()
            yield endpoint, Declared(context.path_format or "-", names)


def query_names(dependant: Dependant) -> Iterator[str]:
    """The query parameters of a route and of everything it depends on."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (entry.alias or name for name, entry in model.model_fields.items())
        else:
            yield field.alias
    for dependency in dependant.dependencies:
        yield from query_names(dependency)


@cache
def masked(audience: Role) -> frozenset[str]:
    """Properties of parcels that an audience may not know of; parameters of their names are none for it."""
    return frozenset(column.name for column in PARCEL if audience not in column.audiences)


async def known_parameters(request: Request, principal: Annotated[Principal, Depends(current_principal)]) -> None:
    """Dependency of the whole application: the request has no query parameter its route does not declare.

    Raises:
        Problem: it has one, or asks for a language that is not ours (400).
    """
    declared = request.app.state.routes.of(request.scope["endpoint"])
    request.state.route = declared.path
    given = request.scope["state"].get("parameters", frozenset())
    known = (declared.parameters - masked(principal.audience)) | EVERYWHERE
    unknown = given - known
    if unknown:
        raise Problem("unknown-parameter", "parameter.unknown", name=min(unknown), known=sorted(known))
    if "lang" in given and request.query_params["lang"] not in LANGUAGES:
        asked = request.query_params["lang"]
        raise Problem("bad-parameter", "parameter.language", given=asked, known=LANGUAGES)
