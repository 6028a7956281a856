"""A reader of the page for bench/page.py: what they do, when they see what comes of it, and what was asked for it."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NamedTuple, Self

from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_S = 60.0
QUIET_S = 0.5
"""Without a request under way: what the reader did is over."""
FIRST_ZOOM, LAST_ZOOM, PANS = 8, 16, ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")
WATCH = """
    const seen = (window.seen = { acted: 0, list: 0, map: 0, count: 0, live: 0 });
    const within = (node, place) => (node instanceof Element ? node : node.parentElement)?.closest(place);
    new MutationObserver((changes) => {
      const now = performance.now();
      if (!seen.list && document.querySelector('.list tbody tr')) seen.list = now;
      if (!seen.map && document.querySelector('[data-ready]')) seen.map = now;
      if (changes.some(({ target }) => within(target, '.count'))) seen.count = now;
      if (changes.some(({ target }) => within(target, '.live'))) seen.live = now;
    }).observe(document, {
      subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-ready'],
    });
    const acted = () => (seen.acted = performance.now());
    for (const act of ['input', 'change', 'keydown']) addEventListener(act, acted, true);
"""


class Asking(NamedTuple):
    """A request of the page; ``ms`` from its begin to the end of its answer, ``began`` in ms of the epoch."""

    method: str
    url: str
    body: str | None
    began: float
    ms: float


class Seen(NamedTuple):
    """How long something took, in the page, and the requests that were made for it."""

    ms: float
    requests: tuple[Asking, ...]


class Moves(NamedTuple):
    """Views that were drawn after a move, and their tiles."""

    views: list[Seen]
    tiles: list[Seen]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's, its maps drawn by the processor."""
    if CHROMIUM is None:
        raise SystemExit("bench.page needs Chromium: apt-get install chromium fonts-dejavu-core")
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


class Reader:
    """One reader, who has never been here: nothing of the page is kept in their browser."""

    def __init__(self, browser: Browser, home: str) -> None:
        self._context = browser.new_context(viewport={"width": 1280, "height": 800})
        self._context.set_default_timeout(PATIENCE_S * 1000)
        self._context.add_init_script(WATCH)
        self._home = home
        self._page: Page = self._context.new_page()
        self._under_way = 0
        self._ended: list[Request] = []
        self._page.on("request", self._began)
        self._page.on("requestfinished", self._finished)
        self._page.on("requestfailed", self._failed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()

    def _began(self, request: Request) -> None:
        self._under_way += 1

    def _finished(self, request: Request) -> None:
        self._under_way -= 1
        self._ended.append(request)

    def _failed(self, request: Request) -> None:
        self._under_way -= 1

    def open(self, at: str | None = None) -> tuple[Seen, Seen]:
        """The page opened: when its list stands there, and its map with all that it shows; ``at``: `lon,lat,zoom`."""
        self._page.goto(f"{self._home}/app/?lang=fr" + (f"#/?at={at}" if at else ""))
        self._until(lambda seen: seen["list"] and seen["map"])
        requests = self._quiet()
        seen = self._page.evaluate("window.seen")
        return Seen(seen["list"], requests), Seen(seen["map"], requests)

    def moves(self, lon: float, lat: float) -> Moves:
        """From a department to a piece of land by the map's keys, and about at each step."""
        self.open(f"{lon:.5f},{lat:.5f},{FIRST_ZOOM}")
        views: list[Seen] = []
        tiles: list[Seen] = []
        self._page.get_by_role("region", name="Carte", exact=True).last.focus()
        for _ in range(LAST_ZOOM - FIRST_ZOOM):
            for key in ("+", *PANS):
                began = time.time() * 1000
                self._page.keyboard.press(key)
                asked = tuple(one for one in self._quiet() if "/tiles/" in one.url)
                tiles += [Seen(one.ms, (one,)) for one in asked]
                if asked:
                    views.append(Seen(max(one.began + one.ms for one in asked) - began, asked))
        return Moves(views, tiles)

    def types(self, group: str, label: str, text: str) -> Seen:
        """A filter of the strip filled in."""
        return self._counted("count", lambda: self._filter(group, label).fill(text))

    def ticks(self, group: str, label: str) -> Seen:
        """A filter of the strip ticked."""
        return self._counted("count", lambda: self._filter(group, label).click())

    def _filter(self, group: str, label: str) -> Any:
        field = self._page.get_by_label(label, exact=True)
        if not field.is_visible():
            self._page.get_by_role("search").get_by_text(group, exact=True).click()
        return field

    def describe(self) -> None:
        """A need of one building, as it is first asked about."""
        self._page.goto(f"{self._home}/app/?lang=fr#/need")
        self._page.get_by_role("button", name="Ajouter un bâtiment").click()
        self.need("Longueur", "100")
        self.need("Largeur", "60")

    def need(self, label: str, text: str) -> Seen:
        """A field of the need filled in."""
        return self._counted("live", lambda: self._page.get_by_label(label).fill(text))

    def _counted(self, what: str, act: Callable[[], object]) -> Seen:
        before = self._page.evaluate("window.seen.acted")
        act()
        self._until(lambda seen: seen["acted"] > before and seen[what] > seen["acted"])
        requests = self._quiet()
        seen = self._page.evaluate("window.seen")
        return Seen(seen[what] - seen["acted"], tuple(one for one in requests if "/tiles/" not in one.url))

    def _until(self, told: Callable[[dict[str, float]], object]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not told(self._page.evaluate("window.seen")):
            if time.monotonic() > until:
                raise SystemExit(f"the page did not show what was waited for: {self._page.url}")
            self._page.wait_for_timeout(20)

    def _quiet(self) -> tuple[Asking, ...]:
        """The requests made since the last time, once none is under way."""
        since = time.monotonic()
        while time.monotonic() - since < QUIET_S:
            self._page.wait_for_timeout(50)
            if self._under_way:
                since = time.monotonic()
        ended, self._ended = self._ended, []
        return tuple(_asking(one) for one in ended)


def _asking(request: Request) -> Asking:
    timing = request.timing
    return Asking(request.method, request.url, request.post_data, timing["startTime"], timing["responseEnd"])
