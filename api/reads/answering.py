"""A request answered by the calls of its route: those that never wait on the event loop, the others in one thread."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import psycopg
from fastapi.exceptions import RequestValidationError
from starlette.background import BackgroundTasks
from starlette.requests import Request
from starlette.responses import Response

from api.reads.calls import Call
from geo.store.running import Running

MISSING = object()
"""The result of a call whose arguments are refused."""

WATCHED_AFTER_S = 0.1
"""Reads that take longer are ended when their client goes; most are over by then."""
AGAIN_S = 0.5
"""Between two words to end: the first may come before the statement begins."""

Given = Mapping[tuple[str, str], str]
"""The parameters of a request by place and name."""


class Answering:
    """One request on its way through the calls of its route."""

    def __init__(self, calls: Sequence[Call], request: Request) -> None:
        self._calls = calls
        self._request = request
        self._given: Given = dict(_given(request))
        self._results: list[Any] = []
        self._errors: list[Any] = []
        self._later: BackgroundTasks | None = None
        self._watching: asyncio.Task[None] | None = None

    async def answer(self, threads: Executor) -> Response:
        """The answer; what waits in the call itself is done in one of ``threads``.

        When the client goes meanwhile, what the database does for it is ended.

        Raises:
            RequestValidationError: parameters are refused; whatever a call raises comes first.
        """
        self._request.scope["state"]["running"] = running = Running()
        watching = asyncio.get_running_loop().call_later(WATCHED_AFTER_S, self._watch, running)
        try:
            await self._call(threads)
        finally:
            watching.cancel()
            if self._watching is not None:
                self._watching.cancel()
        if self._errors:
            raise RequestValidationError(self._errors)
        answer: Response = self._results[-1]
        if answer.background is None:
            answer.background = self._later
        return answer

    async def _call(self, threads: Executor) -> None:
        for call in self._calls:
            if not call.awaited:
                await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, self._rest)
                return
            arguments = self._arguments(call)
            self._results.append(MISSING if arguments is None else await call.function(**arguments))

    def _watch(self, running: Running) -> None:
        self._watching = asyncio.create_task(self._end_when_gone(running))

    async def _end_when_gone(self, running: Running) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        while True:
            with suppress(psycopg.Error):  # the word did not arrive: it is said again
                await asyncio.to_thread(running.stop)
            await asyncio.sleep(AGAIN_S)

    def _rest(self) -> None:
        """The calls from the first one that may wait, in this thread."""
        for call in self._calls[len(self._results) :]:
            arguments = self._arguments(call)
            if arguments is None:
                self._results.append(MISSING)
            else:
                found = call.function(**arguments)
                self._results.append(_ended(found) if call.awaited else found)

    def _arguments(self, call: Call) -> dict[str, Any] | None:
        """The arguments of a call; None where some are refused, of the endpoint (the last) where any were."""
        arguments = dict(call.defaults)
        refused = bool(self._errors) and call is self._calls[-1]
        for name, number in call.results:
            arguments[name] = found = self._results[number]
            refused = refused or found is MISSING
        if call.readers:
            refused = not self._read(call, arguments) or refused
        if call.request is not None:
            arguments[call.request] = self._request
        if call.later is not None:
            self._later = self._later or BackgroundTasks()
            arguments[call.later] = self._later
        return None if refused else arguments

    def _read(self, call: Call, arguments: dict[str, Any]) -> bool:
        """Read the given parameters of a call; whether all are as they should be."""
        before = len(self._errors)
        for place, text in self._given.items():
            reader = call.readers.get(place)
            if reader is not None:
                arguments[reader[0]], errors = reader[1](text, loc=place)
                self._errors += errors
        for place in call.required:
            if place not in self._given:
                self._errors.append({"type": "missing", "loc": place, "msg": "Field required", "input": None})
        return len(self._errors) == before


def _given(request: Request) -> Iterator[tuple[tuple[str, str], str]]:
    for name, text in request.query_params.items():
        yield ("query", name), text
    for name, text in request.path_params.items():
        yield ("path", name), text


def _ended(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that waits for nothing: what reads parameters only computes."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return ended.value
    coroutine.close()
    raise RuntimeError("a dependency after one that may wait waits itself")
