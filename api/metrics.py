"""Figures of a running process for Prometheus, at ``/metrics``: for those who run the service, for nobody else.

Each process tells of itself; what it tells of the database is the same from each.
"""

import hmac
from collections.abc import Iterator
from ipaddress import ip_address
from time import perf_counter

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from api.problems import Problem
from api.settings import Settings
from geo.store.backlog import backlog
from geo.store.database import Database, Role
from geo.store.lines import Lines

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OTHER = "other"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
FOR_OTHERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "origin")
"""Headers of proxies and of pages from elsewhere: who asks through them is not on this machine, whatever the address
says."""
PATH = "/metrics"

router = APIRouter()
log = structlog.get_logger("emprise.metrics")


class Metrics:
    """What a process counts of its requests, and reads of its pools and its base when it is asked."""

    def __init__(self, database: Database, lines: Lines) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "emprise_requests", "Requests answered", ("route", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "emprise_request_seconds", "Time from the head of a request to the end of its answer", ("route", "method"),
            buckets=BUCKETS_S, registry=self._registry,
        )  # fmt: skip
        ProcessCollector(registry=self._registry)
        self._registry.register(_Base(database, lines))

    def count(self, route: str, method: str, status: int, began: float) -> None:
        """One more request that has ended; ``route``: its template, ``began``: by ``time.perf_counter``."""
        named = method if method in METHODS else OTHER
        self._requests.labels(route, named, status).inc()
        self._seconds.labels(route, named).observe(perf_counter() - began)

    def told(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Base:
    """A collector of what the pools hold and what waits in the base; a base that is away is told as such."""

    def __init__(self, database: Database, lines: Lines) -> None:
        self._database = database
        self._lines = lines

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: to say what there is it would ask the base."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as they are now."""
        used = GaugeMetricFamily("emprise_pool_in_use", "Database connections in use", labels=["role"])
        most = GaugeMetricFamily("emprise_pool_size", "Database connections there may be", labels=["role"])
        for role in Role:
            lines = (self._lines.in_use, self._database.pool_size) if role is Role.PUBLIC else (0, 0)
            used.add_metric([role.value], self._database.in_use(role) + lines[0])
            most.add_metric([role.value], self._database.pool_size + lines[1])
        yield from (used, most)
        yield from self._of_base()

    def _of_base(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self._database.connection(Role.WORKER) as connection:
                found = backlog(connection)
        except SQLAlchemyError as error:
            log.warning("base not asked", exc_info=error)
            yield GaugeMetricFamily("emprise_base_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily("emprise_base_up", "Whether the database answers", 1)
        waiting = GaugeMetricFamily("emprise_waiting", "What waits to be done", labels=["what"])
        for what in ("derivation", "jobs", "jobs_running", "messages", "messages_given_up"):
            waiting.add_metric([what], getattr(found, what))
        yield waiting
        for what, at in (("loaded", found.loaded_at), ("changed", found.changed_at)):
            name, told = f"emprise_data_{what}_timestamp_seconds", "When data were last " + what
            yield GaugeMetricFamily(name, told, None if at is None else at.timestamp())


async def metrics(request: Request) -> Response:
    """The figures of this process.

    Raises:
        Problem: not for who asks (404, as if there were nothing).
    """
    request.state.route = PATH
    if not allowed(request, request.app.state.settings):
        raise Problem("not-found", "path.unknown")
    told: Metrics = request.app.state.metrics
    return Response(
        await run_sync(told.told), media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"}
    )


def allowed(request: Request, settings: Settings) -> bool:
    """Whether the figures are for who asks.

    With a token set: who sends it. Without: who asks from this machine, not through a proxy; and nobody where the
    service has a public address, for a proxy may leave no mark.
    """
    if settings.metrics_token is not None:
        wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), wanted.encode())
    if settings.public_url is not None or any(name in request.headers for name in FOR_OTHERS):
        return False
    return request.client is not None and ip_address(request.client.host).is_loopback


router.add_route(PATH, metrics, methods=["GET"], include_in_schema=False)
