"""The style, the script and the picture of pages, served from here: no page asks another host for anything."""

import hashlib
from functools import cache
from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.ogc.etags import unless_known
from api.problems import Problem

router = APIRouter(tags=["pages"], include_in_schema=False)

FOLDER = File(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
DIGITS = 12
"""Of the digest of a file that stands in its address: a file that has changed is another one to caches."""

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    """Digest and content of every file by name."""
    contents = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in TYPES}
    return {name: (hashlib.sha256(content).hexdigest()[:DIGITS], content) for name, content in contents.items()}


def address(name: str) -> str:
    """The path of a file of ours.

    Raises:
        KeyError: there is no such file.
    """
    return f"/static/{_files()[name][0]}/{name}"


@router.get("/static/{digest}/{name}", summary="A file of the pages", response_class=Response)
async def static_file(
    request: Request, digest: Annotated[str, Path(max_length=40)], name: Annotated[str, Path(max_length=60)]
) -> Response:
    """A file under the digest of its content."""
    known, content = _files().get(name, ("", b""))
    if not known or digest != known:
        raise Problem("not-found", "path.unknown")
    answer = Response(content, media_type=TYPES[File(name).suffix], headers=FOREVER)
    return unless_known(request, answer, f'"{known}"')
