"""OGC API Features Part 1, class HTML: every resource as a page that says what its JSON says, in two languages."""

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from tests.conformance.proving import HTML_PAGES, proves
from tests.conformance.reading import HTML, read

PAGES = [
    "/",
    "/conformance",
    "/collections",
    "/collections/{name}",
    "/collections/{name}/items",
    "/collections/{name}/items/{id}",
    "/collections/{name}/queryables",
    "/collections/{name}/schema",
    "/api",
]
VOID = {"meta", "link", "br", "img", "input"}


class Page(HTMLParser):
    """Tags closed as they were opened, addresses, and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def addresses(client: httpx.Client, collections: list[dict[str, Any]]) -> list[str]:
    """The address of every page, of every collection."""
    found = []
    for one in collections:
        listed = read(client, f"/collections/{one['id']}/items", limit="1")["features"]
        for page in PAGES:
            if listed or "{id}" not in page:
                found.append(page.format(name=one["id"], id=listed[0]["id"] if listed else ""))
    return list(dict.fromkeys(found))


@proves(HTML_PAGES)
def test_req_html_definition_and_content(client: httpx.Client, addresses: list[str]) -> None:
    for address in addresses:
        answer = client.get(address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), address
        assert {"Accept", "Accept-Language"} <= {one.strip() for one in answer.headers["vary"].split(",")}
        assert answer.links["alternate"]["url"].endswith("f=json")
        page = Page(answer.text)
        assert client.get(f"{address}?f=html", headers={"Accept": "application/json"}).text == answer.text or (
            "?f=html" in client.get(f"{address}?f=html").text
        )
        (language,) = [found["lang"] for tag, found in page.tags if tag == "html"]
        assert language == answer.headers["content-language"] == "fr", "French unless asked otherwise"
        assert [tag for tag, _ in page.tags].count("h1") == 1


@proves(HTML_PAGES)
def test_a_page_says_what_its_json_says(client: httpx.Client, collections: list[dict[str, Any]]) -> None:
    names = ("name", "label", "libelle", "idu", "commune_name", "source", "zone_label")
    for one in collections:
        address = f"/collections/{one['id']}/items"
        listed = read(client, address, limit="5")["features"]
        text = Page(client.get(address, params={"limit": 5, "f": "html"}).text).text
        for feature in listed:
            own = Page(client.get(f"{address}/{feature['id']}?f=html").text)
            told = [str(feature["properties"][name]) for name in names if feature["properties"].get(name)]
            assert told, feature
            assert all(value in own.text for value in told)
            assert told[0] in text
            assert [tag for tag, _ in own.tags].count("dt") == len(feature["properties"]), "every property is told"


@pytest.mark.parametrize(
    ("asked", "language"),
    [({"lang": "en"}, "en"), ({"lang": "fr"}, "fr"), ({}, "en")],
    ids=["lang=en", "lang=fr", "Accept-Language"],
)
def test_pages_are_in_the_language_asked_for(
    client: httpx.Client, addresses: list[str], asked: dict[str, str], language: str
) -> None:
    for address in addresses:
        answer = client.get(address, params=asked | {"f": "html"}, headers={"Accept-Language": "en-GB,fr;q=0.5"})
        assert answer.headers["content-language"] == language
        assert ("Skip to content" if language == "en" else "Aller au contenu") in answer.text


def test_nothing_comes_from_elsewhere_and_no_script_stands_in_the_page(
    client: httpx.Client, addresses: list[str]
) -> None:
    home = str(client.base_url).rstrip("/")
    for address in addresses:
        answer = client.get(f"{address}?f=html")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for tag, found in Page(answer.text).tags:
            assert not [name for name in found if name.startswith("on") or name == "style"]
            assert tag != "style"
            if tag == "script":
                assert found.get("type") == "application/json" or found["src"].startswith("/static/")
            if tag in ("script", "link", "img") and found.get("rel") not in ("alternate", "next"):
                source = found.get("src") or found.get("href", "")
                if source:
                    assert client.get(source, headers={"Accept": "*/*"}).status_code == 200
            if tag == "a":
                assert found["href"].startswith((home, "#")), found


def test_every_link_of_a_page_is_answered(client: httpx.Client) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting and len(seen) < 60:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address, headers={"Accept": HTML + ",*/*;q=0.1"})
        assert answer.status_code == 200, (address, answer.text[:300])
        if answer.headers["content-type"].startswith(HTML):
            waiting += [
                found["href"]
                for tag, found in Page(answer.text).tags
                if tag == "a" and found["href"].startswith("http") and "/items/" not in found["href"]
            ]
    assert len(seen) > 20
