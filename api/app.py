"""The application: its rules first, then its rooms."""

import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from api import health, metrics, problem_pages
from api.compression import compressed
from api.desk.consultation import consultation_page, consultations
from api.desk.dossier import dossiers
from api.desk.dossier import shared as dossier_shared
from api.desk.enquiry import enquiries
from api.desk.following import feeds, searches, subscriptions, unsubscribe
from api.desk.market import availability_routes, commitment_routes, consent_routes, market_routes, proposal_routes
from api.desk.people import contacts
from api.desk.project import projects
from api.faults import Faults, answer_problem
from api.health import Readiness
from api.logs import AccessLog
from api.matching import count, demand, explain, fit, presets
from api.matching import routes as matching
from api.matching.slots import Slots
from api.ogc import describing, items, landing
from api.ogc.edit import edit
from api.ogc.numbers import Numbers
from api.ogc.streaming import turns
from api.ogc.tiles import grid as tile_grid
from api.ogc.tiles import styles, tiles
from api.openapi import document as openapi
from api.pages import about, static_files
from api.pages import app as app_page
from api.planning import due, imports, land, readiness, rules, steps, whatif
from api.reads.routes import Reads
from api.security import sessions
from api.security.accept import acceptable
from api.security.body_limit import BodyLimit
from api.security.cors import Cors
from api.security.cross_site import CrossSite
from api.security.head import HeadAsGet
from api.security.headers import SecurityHeaders
from api.security.hosts import TrustedHosts, known_hosts
from api.security.idempotency import Idempotency
from api.security.methods import answer_http
from api.security.parameters import DeclaredRoutes, known_parameters
from api.security.principal import Doorkeeper, current_principal
from api.security.request_id import RequestId
from api.security.request_line import RequestLine
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.lines import Lines
from geo.store.tiles.kept import KeptTiles

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    problem_pages.router,
    static_files.router,
    app_page.router,
    about.router,
    openapi.router,
    sessions.router,
    landing.router,
    items.router,
    edit.router,
    describing.router,
    tiles.router,
    tile_grid.router,
    styles.router,
    matching.router,
    count.router,
    explain.router,
    presets.router,
    demand.router,
    fit.router,
    land.router,
    readiness.router,
    steps.router,
    rules.router,
    due.router,
    whatif.router,
    imports.router,
    commitment_routes.router,
    market_routes.router,
    proposal_routes.router,
    consent_routes.router,
    availability_routes.router,
    availability_routes.pages,
    enquiries.router,
    dossiers.router,
    dossier_shared.router,
    projects.router,
    consultations.router,
    consultation_page.router,
    contacts.router,
    searches.router,
    subscriptions.router,
    unsubscribe.router,
    feeds.router,
)

READS_AT_ONCE = 40
"""Reads that wait in threads at the same time; those beyond wait for one of them."""

ALWAYS = (Depends(known_parameters), Depends(current_principal), Depends(acceptable))
"""What every route begins with."""


@cache
def every_route() -> tuple[BaseRoute, ...]:
    """The routes of every application of a process: what each needs is worked out once, which takes a while."""
    whole = APIRouter(dependencies=ALWAYS, generate_unique_id_function=operation_id)
    for router in ROUTERS:
        whole.include_router(router)
    return tuple(whole.routes)


@cache
def try_describing(settings: Settings) -> None:
    """A mistake in a route stops the start, not a request. Once for a process: the routes are always the same."""
    alone = FastAPI(openapi_url=None)
    alone.router.routes.extend(every_route())
    openapi.openapi_document(alone, settings)


def create_app(settings: Settings, database: Database) -> FastAPI:
    """The whole service over one database; closing the database is for whoever opened it."""
    app = FastAPI(
        title="Emprise",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        dependencies=ALWAYS,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.doorkeeper = Doorkeeper(settings, database)
    app.state.slots = Slots(settings.matches_at_once)
    app.state.streams = turns(database.pool_size)
    app.state.readiness = Readiness(database)
    app.state.tiles = KeptTiles(database)
    app.state.numbers = Numbers()
    app.state.lines = Lines(database, Role.PUBLIC)
    app.state.threads = ThreadPoolExecutor(READS_AT_ONCE, "read")
    app.state.metrics = metrics.Metrics(database, app.state.lines)
    app.state.routes = DeclaredRoutes(app)
    app.router.routes.extend(every_route())
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(RequestValidationError, answer_problem)
    add_rules(app, settings, database)
    return app


def add_rules(app: FastAPI, settings: Settings, database: Database) -> None:
    """The middlewares, the innermost first: each one is around those above it."""
    app.add_middleware(Reads, app.state.threads)
    app.add_middleware(Idempotency, database, app.state.doorkeeper)
    app.add_middleware(CrossSite, settings)
    app.add_middleware(BodyLimit, settings.max_body_bytes, settings.body_timeout_s)
    app.add_middleware(RequestLine)
    app.add_middleware(TrustedHosts, known_hosts(settings))
    app.add_middleware(Faults)
    app.add_middleware(Cors, settings.cors_origins)
    app.add_middleware(compressed)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog, app.state.metrics)
    app.add_middleware(RequestId)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Make before the first request what requests share."""
    try_describing(app.state.settings)
    for role in Role:  # two first requests at the same moment would each make a pool
        app.state.database.engine(role)
    app.state.lines.open()
    yield
    app.state.lines.close()
    app.state.tiles.close()


def operation_id(route: APIRoute) -> str:
    """Method and path: single by nature, and stable, since clients generate code from it."""
    method = min(route.methods or {"GET"}).lower()
    return "_".join([method, *re.findall(r"\w+", route.path_format)])
