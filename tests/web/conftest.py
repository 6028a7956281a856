"""The page in Debian's Chromium against the real service on the sample: one base and one browser for all."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright

from api.app import create_app
from api.clock import today
from api.pages import app as app_page
from api.security.sessions import sign_in_link
from geo.cluster import Running
from geo.derive import work
from geo.store.access.keys import Admitted, create_key, find_organisation
from geo.store.access.organisations import make_organisation
from geo.store.database import Database, Role
from scripts import make_web
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.conftest import REPO, copied

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = REPO / "api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
AGENCY = "Agence exemple"
WAIT_MS = 120_000
"""Also for a first answer, for which the kernels are compiled."""
expect.set_options(timeout=WAIT_MS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One base, one service and one browser: whoever visits the page goes to the worker that has them."""
    for item in items:
        if isinstance(item, pytest.Function) and {"visit", "with_map"} & set(item.fixturenames):
            item.add_marker(pytest.mark.xdist_group("page"))


@pytest.fixture(scope="session")
def sample(cluster: Running, sample_template: str) -> Iterator[Database]:
    """A base with the sample; its first ten parcels are the agency's own."""
    with copied(cluster, sample_template, "on_the_page") as address:
        database = Database(address)
        with database.connection(Role.GATE) as connection:
            agency = make_organisation(connection, AGENCY, "agency")
        with database.connection(Role.WORKER) as connection:
            connection.exec_driver_sql(f"update core.parcel set responsible = {agency} where id <= 10")
        work.derive(database, as_of=today(quick_settings()))
        yield database
        database.close()


@pytest.fixture(scope="session")
def built() -> None:
    """The page is built wherever its packages could be installed; where not, it says so and the rest is tested."""
    if not make_web.can_be_built():
        pytest.skip("the packages of the page are not here: make web says why")
    assert app_page.FOLDER.is_dir(), "the page is not built: make web"


@pytest.fixture(scope="session")
def service(built: None, sample: Database) -> Iterator[Served]:
    """The service over it, without a basemap."""
    settings = quick_settings(basemap_url="none")
    with serving(create_app(settings, sample), settings) as made:
        yield made


@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserType]:
    """Ended with the last test of the page: while it is there, no other code of the process may run an event loop."""
    with sync_playwright() as playwright:
        yield playwright.chromium


def launched(chromium: BrowserType, *more: str) -> Browser:
    """Debian's Chromium, with which nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: apt-get install chromium fonts-dejavu-core")
    return chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", *more])


@pytest.fixture(scope="package")
def with_map(chromium: BrowserType) -> Iterator[Browser]:
    """A browser whose maps are drawn by the processor."""
    browser = launched(chromium, "--enable-unsafe-swiftshader")
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def without_map(chromium: BrowserType) -> Iterator[Browser]:
    """One without WebGL: three times as quick, where the map is not what is looked at."""
    browser = launched(chromium, "--disable-3d-apis")
    yield browser
    browser.close()


@dataclass
class Visit:
    """A reader at the page, and everything that went wrong there."""

    page: Page
    home: str
    wrong: list[str] = field(default_factory=list)

    def go(self, where: str = "", lang: str = "fr") -> Page:
        """To a place of the page."""
        self.page.goto(f"{self.home}/app/?lang={lang}#/{where}")
        self.page.get_by_role("main").wait_for()
        return self.page

    def barriers(self) -> list[dict[str, Any]]:
        """What of axe's rules the page breaks seriously."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            {"rule": one["id"], "where": [node["target"] for node in one["nodes"]][:5]}
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


Visiting = Callable[..., Visit]
IN_FRENCH = ["fr", pytest.param("en", marks=pytest.mark.slow)]
IN_ENGLISH = ["en", pytest.param("fr", marks=pytest.mark.slow)]
"""Every day each language is read on one way through the page; both on each in the slow suite."""


@pytest.fixture
def visit(request: pytest.FixtureRequest, service: Served, sample: Database) -> Iterator[Visiting]:
    """Opens the page as an audience; at the end nothing was refused by the policy or said to the console.

    There is no map in it unless it is asked for: maps are drawn by the processor here.
    """
    made: list[tuple[Visit, BrowserContext]] = []

    def opened(
        audience: str = "public", *, map: bool = False, width: int = 1280, height: int = 800, **more: Any
    ) -> Visit:
        browser: Browser = request.getfixturevalue("with_map" if map else "without_map")
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(WAIT_MS)
        one = Visit(context.new_page(), str(service.client.base_url).rstrip("/"))
        one.page.on("console", lambda said: one.wrong.append(said.text) if said.type == "error" else None)
        one.page.on("pageerror", lambda error: one.wrong.append(str(error)))
        if audience != "public":
            context.add_cookies(session_of(sample, one.home, audience))
        made.append((one, context))
        return one

    yield opened
    for one, context in made:
        context.close()
        assert one.wrong == []


def session_of(sample: Database, home: str, audience: str) -> Any:
    """The cookie of a session, as following a link gives it."""
    with sample.connection(Role.GATE) as connection:
        agency = find_organisation(connection, AGENCY)
    admitted = Admitted(audience, agency if audience == "planner" else None, "agency")
    answer = httpx.get(sign_in_link(sample, home, admitted, datetime.now(UTC)), timeout=60)
    return [{"name": "emprise", "value": answer.cookies["emprise"], "url": home}]


@pytest.fixture
def key(sample: Database) -> str:
    """A planner's key."""
    with sample.connection(Role.GATE) as connection:
        agency = find_organisation(connection, AGENCY)
        return create_key(connection, "page", Admitted("planner", agency))[1]
