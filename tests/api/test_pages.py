"""Pages of parcels: whatever a text holds is shown as text, and nobody reads more than as JSON."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from sqlalchemy import text

from geo.store.database import Database, Role
from tests.api.test_parcels import ITEMS, client, keys, sample, service

__all__ = ["client", "keys", "sample", "service"]

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&lt;{{7*7}}"
PAGE = {"Accept": "text/html"}


class Tags(HTMLParser):
    """The tags of a page, its text, and what its scripts hold."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def hostile(sample: Database, client: httpx.Client) -> Iterator[int]:
    """A parcel whose name is markup, in its facts as in its document."""
    (feature,) = client.get(f"{ITEMS}?limit=1").json()["features"]
    parcel, name = feature["id"], feature["properties"]["name"]
    asked = text("select doc from core.parcel_served where parcel = :id")
    with sample.connection(Role.WORKER) as connection:
        kept = connection.execute(asked, {"id": parcel}).scalar_one()
        changed = kept.replace(json.dumps(name, ensure_ascii=False), json.dumps(HOSTILE))
        assert changed != kept
        write = text("update core.parcel_served set doc = :doc where parcel = :id")
        connection.execute(write, {"doc": changed, "id": parcel})
    yield parcel
    with sample.connection(Role.WORKER) as connection:
        connection.execute(write, {"doc": kept, "id": parcel})


def test_row_73_markup_in_a_text_shows_as_text(client: httpx.Client, hostile: int) -> None:
    for path in (f"{ITEMS}?limit=3", f"{ITEMS}/{hostile}"):
        source = client.get(path, headers=PAGE).text
        page = Tags(source)
        assert HOSTILE in page.text
        assert "img" not in page.names
        assert "<img" not in source
        held = source.split('id="features">')[1].split("</script>")[0]
        assert json.loads(held)[0]["name"] == HOSTILE, "the map reads it whole"


@pytest.mark.parametrize("parameter", ["filter", "sortby", "bbox"])
def test_row_73_markup_in_a_parameter_is_nowhere_in_a_page(client: httpx.Client, parameter: str) -> None:
    asked = {"filter": f"name = '{HOSTILE.replace(chr(39), chr(39) * 2)}'", "f": "html"} if parameter == "filter" else {
        parameter: HOSTILE,
        "f": "html",
    }  # fmt: skip
    answer = client.get(ITEMS, params=asked)
    assert "<img" not in answer.text or answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_masked_is_on_no_page(client: httpx.Client, keys: dict[str, str]) -> None:
    public = client.get(f"{ITEMS}?limit=1000", headers=PAGE)
    signed = client.get(f"{ITEMS}?limit=1000", headers=PAGE | {"X-API-Key": keys["company"]})
    assert len(signed.text) > len(public.text)
    assert public.headers["cache-control"].startswith("public")
    assert signed.headers["cache-control"].startswith("private")
    item = f"{ITEMS}/1"
    assert "€" not in client.get(item, headers=PAGE).text
    assert "€" in client.get(item, headers=PAGE | {"X-API-Key": keys["company"]}).text
    visible = {one["id"] for one in client.get(f"{ITEMS}?limit=1000").json()["features"]}
    hidden = min(set(range(1, 601)) - visible)
    assert client.get(f"{ITEMS}/{hidden}", headers=PAGE).status_code == 404


def test_a_key_in_the_address_stands_in_no_link(client: httpx.Client, keys: dict[str, str]) -> None:
    for path in (ITEMS, "/", "/collections", f"{ITEMS}/1"):
        answer = client.get(path, params={"api-key": keys["admin"], "f": "html", "lang": "en"})
        assert answer.status_code == 200
        assert keys["admin"] not in answer.text + str(answer.headers)
        assert "lang=en" in answer.text, "links keep the language asked for"


def test_pages_go_on_to_the_last(client: httpx.Client) -> None:
    found, address = 0, f"{ITEMS}?limit=200&f=html&market=for_sale"
    while address:
        source = client.get(address).text
        found += source.count('<th scope="row">')
        following = [part for part in source.split("<link ") if part.startswith('rel="next"')]
        address = following[0].split('href="')[1].split('"')[0].replace("&amp;", "&") if following else ""
    assert found == client.get(f"{ITEMS}?limit=1&market=for_sale").json()["numberMatched"]


def test_a_page_has_no_tag_of_its_json(client: httpx.Client) -> None:
    tag = client.get(f"{ITEMS}/1").headers["etag"]
    answer = client.get(f"{ITEMS}/1", headers=PAGE | {"If-None-Match": tag})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)


def test_files_of_pages_are_kept_for_ever_under_their_digest(client: httpx.Client) -> None:
    source = client.get("/", headers=PAGE).text
    address = source.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(address.replace("/static/", "/static/0")).status_code == 404
    assert client.get("/static/0/..%2fbase.html").status_code == 404


def test_the_interface_is_told_in_french_but_for_what_its_document_says(client: httpx.Client) -> None:
    page = client.get("/api?f=html&lang=fr").text
    own = re.sub(r'<(\w+) lang="en">.*?</\1>|<code>.*?</code>', "", page, flags=re.DOTALL)
    assert "Paramètre refusé" in own
    assert "Recherche de terrains" in own
    for word in ("required", "Body", "Bad", "matching", "health"):
        assert word not in own
