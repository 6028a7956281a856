"""What a route depends on as a list of calls, made once from what the framework declares of it.

The framework walks the tree of dependencies at each request, and looks for every parameter there could be: some 40 and
60 for a page of features, a millisecond. Here only the parameters that are given are looked at. Declared and read are
one thing: both are the route's ``Dependant``, and whatever it holds that is not understood here stays the framework's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction, unwrap
from typing import Any, get_type_hints

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.responses import Response

NOT_READ = ("header_params", "cookie_params", "body_params", "own_oauth_scopes")
NOT_GIVEN = (
    "websocket_param_name",
    "http_connection_param_name",
    "response_param_name",
    "security_scopes_param_name",
    "concurrency",
)
"""What no read of ours has."""

Reader = Callable[..., tuple[Any, list[Any]]]
"""From a text to a value and what is wrong with it; ``loc`` is where it stands."""


@dataclass(frozen=True, slots=True)
class Call:
    """One function and its arguments: ``defaults`` of its parameters, ``results`` of other calls by their number.

    ``readers`` by place (query or path) and name: what else reads a parameter's text, under which argument.
    """

    function: Callable[..., Any]
    awaited: bool
    defaults: Mapping[str, Any]
    readers: Mapping[tuple[str, str], tuple[str, Reader]]
    required: frozenset[tuple[str, str]]
    results: tuple[tuple[str, int], ...]
    request: str | None
    later: str | None


@dataclass(slots=True)
class _Flattening:
    calls: list[Call] = field(default_factory=list)
    numbers: dict[Callable[..., Any], int] = field(default_factory=dict)

    def add(self, dependant: Dependant) -> int:
        """The number of the call, with all it depends on before it; a function is called once a request."""
        function = dependant.call
        assert function is not None  # noqa: S101 - the framework sets it on every dependency
        if function in self.numbers:
            return self.numbers[function]
        results = [(one.name, self.add(one)) for one in dependant.dependencies]
        fields = [
            *(("query", one) for one in dependant.query_params),
            *(("path", one) for one in dependant.path_params),
        ]
        self.calls.append(
            Call(
                function,
                iscoroutinefunction(unwrap(function)),
                {one.name: one.default for _, one in fields if not one.field_info.is_required()},
                {(place, one.alias): (one.name, one.validate) for place, one in fields},
                frozenset((place, one.alias) for place, one in fields if one.field_info.is_required()),
                tuple((name, number) for name, number in results if name is not None),
                dependant.request_param_name,
                dependant.background_tasks_param_name,
            )
        )
        self.numbers[function] = len(self.calls) - 1
        return self.numbers[function]


def calls_of(dependant: Dependant) -> Sequence[Call] | None:
    """The calls that answer a request of this route, its endpoint the last; None where the framework has to.

    A dependency without a name is called for what it refuses.
    """
    if dependant.call is None or not _finished(dependant.call) or not all(map(_plain, _all(dependant))):
        return None
    flattening = _Flattening()
    flattening.add(dependant)
    return flattening.calls


def _finished(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint gives an answer, not what one is to be made of."""
    told = get_type_hints(unwrap(endpoint)).get("return")
    return isinstance(told, type) and issubclass(told, Response)


def _all(dependant: Dependant) -> list[Dependant]:
    return [dependant, *(one for below in dependant.dependencies for one in _all(below))]


def _plain(dependant: Dependant) -> bool:
    if any(getattr(dependant, name) for name in (*NOT_READ, *NOT_GIVEN)) or not dependant.use_cache:
        return False
    function = unwrap(dependant.call)  # type: ignore[arg-type] # the framework sets it
    if isgeneratorfunction(function) or isasyncgenfunction(function) or not hasattr(function, "__code__"):
        return False
    return all(map(_single, (*dependant.query_params, *dependant.path_params)))


def _single(parameter: Any) -> bool:
    """Whether a parameter is one text, under one name."""
    told = parameter.field_info
    lists = isinstance(told.annotation, type) and issubclass(told.annotation, list | set | tuple | BaseModel)
    return not lists and told.validation_alias in (None, parameter.alias)
