"""The page of /app/: one document, and the files that its build made, each under the digest of its content."""

import hashlib
import html
from functools import cache
from pathlib import Path as File
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.catalogues import sentence
from api.ogc.etags import unless_known
from api.ogc.links import base
from api.pages.static_files import FOREVER
from api.problems import Problem, language_of
from api.settings import Settings

router = APIRouter()

FOLDER = File(__file__).parent.parent / "static" / "app"
TYPES = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml"}
BASEMAP_PLACE = 'name="emprise:basemap" content="'
"""Where the document is told which basemap to draw."""


def policy(basemap: str) -> str:
    """Content-Security-Policy of the page: nothing from elsewhere but the tiles of the basemap, if there is one.

    Workers and images are MapLibre's: its own file, tiles of a basemap, and pictures that it makes itself.
    """
    address = urlsplit(basemap)
    tiles = f" {address.scheme}://{address.netloc}" if address.netloc else ""
    return (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self' data: blob:{tiles}; connect-src 'self'{tiles}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _assets() -> dict[str, bytes]:
    """The files that the document names, by name; none where the page was not built."""
    folder = FOLDER / "assets"
    return (
        {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in TYPES} if folder.is_dir() else {}
    )


@cache
def _document(basemap: str) -> bytes:
    """The document, told which basemap to draw; empty where the page was not built."""
    index = FOLDER / "index.html"
    if not index.is_file():
        return b""
    source = index.read_text(encoding="utf-8")
    return source.replace(BASEMAP_PLACE, f"{BASEMAP_PLACE}{html.escape(basemap)}", 1).encode()


async def without_slash(request: Request) -> Response:
    """The document's addresses are relative to its own, which ends with a slash."""
    return RedirectResponse(f"{base(request)}/app/", status_code=308)


async def document(request: Request) -> Response:
    """The one document: what it shows stands behind the # of its address and is never sent here."""
    settings: Settings = request.app.state.settings
    content = _document(settings.basemap_url or "")
    if not content:
        told = sentence("app.not_built", language_of(request.scope))
        return Response(told + "\n", 503, media_type="text/plain", headers={"Retry-After": "60"})
    headers = {"Content-Security-Policy": policy(settings.basemap_url or ""), "Cache-Control": "no-cache"}
    answer = Response(content, media_type="text/html", headers=headers)
    return unless_known(request, answer, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


async def asset(request: Request) -> Response:
    """A file of the page; its name holds the digest of its content."""
    name = str(request.path_params["name"])
    content = _assets().get(name)
    if content is None:
        raise Problem("not-found", "path.unknown")
    settings: Settings = request.app.state.settings
    # A worker obeys the policy that its own file came with, and MapLibre's fetches tiles
    headers = FOREVER | {"Content-Security-Policy": policy(settings.basemap_url or "")}
    return Response(content, media_type=TYPES[File(name).suffix], headers=headers)


# Plain routes: the same for everybody, so nobody is asked who they are, and an ended session keeps nobody out
router.add_route("/app", without_slash, include_in_schema=False)
router.add_route("/app/", document, include_in_schema=False)
router.add_route("/app/assets/{name}", asset, include_in_schema=False)
