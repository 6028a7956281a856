"""The formats of a collection: which one is asked for, by ``f`` or Accept, and the links to the others."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from api.ogc.links import (
    CSV,
    FLATGEOBUF,
    GEOJSON,
    GEOJSON_SEQ,
    GEOPACKAGE,
    GEOPARQUET,
    HTML,
    JSON,
    XLSX,
    base,
    link,
    own,
    path_of,
)
from api.ogc.representing import wants_page
from api.problems import Problem
from api.security.accept import chosen

Format = Literal["geojson", "json", "html", "geojsonseq", "csv", "fgb", "gpkg", "parquet", "xlsx"]

FILES: dict[str, str] = {
    FLATGEOBUF: "FlatGeobuf",
    GEOPACKAGE: "GeoPackage",
    GEOPARQUET: "GeoParquet",
    XLSX: "XLSX",
}
"""Formats that a process of its own writes, by media type, as geo.export.writing names them."""
MEDIA_TYPES: dict[str, str] = {
    "geojson": GEOJSON,
    "html": HTML,
    "geojsonseq": GEOJSON_SEQ,
    "csv": CSV,
    "fgb": FLATGEOBUF,
    "gpkg": GEOPACKAGE,
    "parquet": GEOPARQUET,
    "xlsx": XLSX,
}
"""What each format is served as, by its value of ``f``; the first unless asked."""
OFFERED = (GEOJSON, JSON, GEOJSON_SEQ, CSV, HTML, *FILES)
ENDINGS = {GEOJSON_SEQ: "geojsons", CSV: "csv", **{MEDIA_TYPES[one]: one for one in ("fgb", "gpkg", "parquet", "xlsx")}}
"""Of the file that a browser saves."""
WHOLE = tuple(ENDINGS)
"""Everything asked for at once, not a page at a time."""

DELIMITERS = {"comma": ",", "semicolon": ";"}
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Served:
    """The format of an answer; ``delimiter`` and ``bom`` are those of CSV."""

    media_type: str = GEOJSON
    delimiter: str | None = None
    bom: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything asked for goes out at once, not a page at a time."""
        return self.media_type in WHOLE

    @property
    def content_type(self) -> str:
        """The media type with its character set, where it has one."""
        return f"{CSV}; charset=utf-8; header=present" if self.media_type == CSV else self.media_type


async def served(
    request: Request,
    f: Annotated[
        Format | None,
        Query(
            description="Format: geojson (json) or html, a page at a time; geojsonseq, csv, fgb (FlatGeobuf), gpkg "
            "(GeoPackage), parquet (GeoParquet) or xlsx, everything at once. Without it Accept decides"
        ),
    ] = None,
    delimiter: Annotated[
        Literal["comma", "semicolon"] | None, Query(description="Between the columns of CSV: comma unless said")
    ] = None,
    bom: Annotated[
        bool | None,
        Query(description="true: CSV begins with a byte order mark, by which Excel knows UTF-8"),
    ] = None,
) -> Served:
    """The format asked for.

    Raises:
        Problem: none that is offered is accepted (406); a parameter of CSV with another format (400).
    """
    media_type = chosen(request, OFFERED) if f is None else MEDIA_TYPES.get(f, GEOJSON)
    wants_page(request, media_type)
    if media_type == CSV:
        return Served(CSV, DELIMITERS[delimiter or "comma"], bool(bom))
    for name, said in (("delimiter", delimiter), ("bom", bom)):
        if said is not None:
            raise Problem("bad-parameter", "format.csv_only", name=name)
    return Served(media_type if media_type in WHOLE else GEOJSON)


def links(request: Request, media_type: str) -> list[dict[str, str]]:
    """Links of a list in ``media_type``: itself, the same in the other formats from the start, its collection."""
    bare = own(request, **dict.fromkeys(("f", "next", "delimiter", "bom")))
    begun = f"{bare}{'&' if '?' in bare else '?'}f="
    home = base(request) + path_of(request).removesuffix("/items")
    return [
        link(own(request), "self", media_type),
        *(link(begun + f, "alternate", other) for f, other in MEDIA_TYPES.items() if other != media_type),
        link(home, "collection", JSON),
    ]


AskedFormat = Annotated[Served, Depends(served)]
