"""Which route a read is for, found without asking each in turn."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.reads.answering import Answering
from api.reads.calls import Call, calls_of


@dataclass(frozen=True, slots=True)
class Route:
    """A route that answers GET; ``calls`` None: the framework answers it."""

    start: str
    pattern: re.Pattern[str]
    convertors: Mapping[str, Any]
    endpoint: Callable[..., Any] | None
    calls: Sequence[Call] | None


class Reads:
    """ASGI middleware, the innermost: answers GET of the routes it understands, leaves all others to the framework.

    The routes are those of the application when the first request comes.
    """

    def __init__(self, app: ASGIApp, threads: Executor) -> None:
        self.app = app
        self._alone: dict[str, Route] | None = None
        self._many: list[Route] = []
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        found = None
        if scope["type"] == "http" and scope["method"] == "GET" and not scope.get("root_path"):
            found = self._found(scope["app"], scope["path"])
        calls = None if found is None else found[0].calls
        if found is None or calls is None:
            await self.app(scope, receive, send)
            return
        route, scope["path_params"] = found
        scope["endpoint"] = route.endpoint
        answer = await Answering(calls, Request(scope, receive, send)).answer(self._threads)
        await answer(scope, receive, send)

    def _found(self, app: FastAPI, path: str) -> tuple[Route, dict[str, Any]] | None:
        if self._alone is None:
            routes = list(reads(app))
            self._many = [route for route in routes if route.pattern.groups]
            self._alone = {route.start: route for route in reversed(routes) if not self._hidden(route, routes)}
        if path in self._alone:
            return self._alone[path], {}
        for route in self._many:
            matched = route.pattern.match(path) if path.startswith(route.start) else None
            if matched:
                return route, {name: route.convertors[name].convert(text) for name, text in matched.groupdict().items()}
        return None

    @staticmethod
    def _hidden(route: Route, routes: Sequence[Route]) -> bool:
        """Whether it has parameters, or one before it that has takes its path."""
        before = routes[: routes.index(route)]
        return bool(route.pattern.groups) or any(one.pattern.match(route.start) for one in before if one.pattern.groups)


def reads(app: FastAPI) -> list[Route]:
    """Every route that answers GET, in the order they are asked."""
    found = []
    for context in iter_route_contexts(app.routes):
        methods, pattern = context.methods, getattr(context, "path_regex", None)
        if pattern is None or (methods is not None and "GET" not in methods):
            continue
        dependant = getattr(context, "dependant", None)
        found.append(
            Route(
                (context.path_format or "").partition("{")[0],
                pattern,
                getattr(context, "param_convertors", {}),
                context.endpoint,
                None if dependant is None else calls_of(dependant),
            )
        )
    return found
