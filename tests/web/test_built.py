"""What the build made, and how it is served: nothing from elsewhere, small, kept for ever under its digest."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.pages import app as app_page
from geo.store.database import Database
from scripts import make_web
from tests.api.conftest import NOWHERE, quick_settings
from tests.api.serving import Served, serving
from tests.conftest import REPO

pytestmark = pytest.mark.usefixtures("built")

SOURCES = REPO / "api" / "web" / "src"
ALL_JAVASCRIPT, OURS = 520_000, 80_000
"""Most bytes of JavaScript, packed by gzip."""


@pytest.fixture(scope="module")
def bare() -> Iterator[Served]:
    """The service with its own settings, its database out of reach."""
    settings = quick_settings()
    with serving(create_app(settings, Database(NOWHERE)), settings) as served:
        yield served


def test_the_build_is_that_of_the_sources() -> None:
    assert make_web.reads(make_web.STAMP, make_web.digest(*make_web.sources())), "out of date: make web"


def test_javascript_is_small() -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in (app_page.FOLDER / "assets").glob("*.js")}
    ours = {name: size for name, size in sizes.items() if not name.startswith("maplibre")}
    assert len(ours) >= 3
    assert sum(sizes.values()) <= ALL_JAVASCRIPT, sizes
    assert sum(ours.values()) <= OURS, ours


def test_the_document_names_only_files_of_ours(bare: Served) -> None:
    answer = bare.client.get("/app/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    named = re.findall(r'(?:src|href)="([^"]+)"', answer.text.split("<noscript>")[0])
    assert named
    assert all(name.startswith("./assets/") for name in named)
    for name in named:
        asset = bare.client.get(f"/app/{name}")
        assert asset.status_code == 200
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["cache-control"] == "no-cache"
    again = bare.client.get("/app/", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_policy_names_the_basemap_and_nobody_else(bare: Served) -> None:
    answer = bare.client.get("/app/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert set(re.findall(r"https?://\S+", policy.replace(";", ""))) == {"https://data.geopf.fr"}
    assert 'name="emprise:basemap" content="https://data.geopf.fr/wmts?' in answer.text
    worker = next(path.name for path in (app_page.FOLDER / "assets").glob("*worker*.js"))
    asset = bare.client.get(f"/app/assets/{worker}")
    assert asset.headers["content-security-policy"] == policy, "a worker obeys the policy of its own file"


def test_without_a_basemap_nobody_else_is_named() -> None:
    settings = quick_settings(basemap_url="none")
    assert settings.basemap_url is None
    assert "http" not in app_page.policy(settings.basemap_url or "")


@pytest.mark.parametrize("wrong", ["tiles.png", "https://tiles.example.org/{z}/{x}.png", "ftp://x/{z}{x}{y}"])
def test_a_basemap_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"with \{z\}, \{x\} and \{y\}"):
        quick_settings(basemap_url=wrong)


def test_what_is_not_there(bare: Served) -> None:
    assert bare.client.get("/app", follow_redirects=False).headers["location"].endswith("/app/")
    for name in ("nothing.js", "..%2findex.html", "%2e%2e/index.html"):
        assert bare.client.get(f"/app/assets/{name}").status_code == 404


def test_a_page_that_was_not_built_says_what_to_run(
    bare: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app_page._document.cache_clear()
    monkeypatch.setattr(app_page, "FOLDER", tmp_path)
    answer = bare.client.get("/app/", headers={"Accept-Language": "en"})
    app_page._document.cache_clear()
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert "make web" in answer.text


def test_locks_hold_no_address() -> None:
    lock = (REPO / "api" / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert json.loads(lock)["packages"]["node_modules/maplibre-gl"]["integrity"].startswith("sha512-")
    assert "://" not in lock
    assert "://" not in (REPO / "requirements-web.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v18.20.4", False),
        ("v21.7.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
    ],
)
def test_node_is_taken_where_vite_runs_on_it(version: str, wanted: bool) -> None:
    assert make_web.accepted(version) is wanted


def catalogue(lang: str) -> dict[str, str]:
    sentences: dict[str, str] = json.loads((SOURCES / "words" / f"{lang}.json").read_text(encoding="utf-8"))
    return sentences


def test_both_languages_say_the_same_things() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert list(french) == list(english)
    for key, sentence in french.items():
        parameters = set(re.findall(r"\{(\w+)", sentence))
        assert parameters == set(re.findall(r"\{(\w+)", english[key])), key


def test_every_sentence_is_said_somewhere() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.ts"))
    built = tuple(re.findall(r"say\(`([a-z_.]+)\$\{", code))
    assert [key for key in catalogue("fr") if f'"{key}"' not in code and not key.startswith(built)] == []
