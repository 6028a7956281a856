"""How a map draws parcels: a style of MapLibre by class of readiness."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.catalogues import sentence
from api.deps import CurrentPrincipal, Language
from api.ogc.caching import SPOKEN, kept_by
from api.ogc.links import JSON, STYLE, base
from api.ogc.representing import JsonOnly
from api.ogc.tiles.grid import GRID
from api.security.accept import answers
from geo.land.vocabulary import ReadyClass
from geo.store.tiles.tiles import LAYER, MERGED

router = APIRouter(tags=["tiles"])

COLOURS = {
    ReadyClass.IMMEDIATE: "#009e73",
    ReadyClass.MONTHS_0_6: "#56b4e9",
    ReadyClass.MONTHS_6_12: "#e69f00",
    ReadyClass.OVER_12: "#d55e00",
    ReadyClass.UNKNOWN: "#999999",
}
"""Told apart by readers who do not see red or green (M. Okabe, K. Ito, Color Universal Design, 2008)."""
SEVERAL = "#4d4d4d"


@router.get("/collections/parcels/styles/readiness", summary="Style by class of readiness", response_class=Response)
@answers(STYLE, JSON)
def readiness(request: Request, principal: CurrentPrincipal, lang: Language, f: JsonOnly = "json") -> Response:
    """A MapLibre style over the tiles of parcels, with its legend under `metadata`."""
    tilejson = f"{base(request)}/collections/parcels/tiles/{GRID}?f=tilejson"
    document = {
        "version": 8,
        "name": sentence("style.readiness", lang),
        "metadata": {"emprise:legend": _legend(lang)},
        "sources": {"emprise": {"type": "vector", "url": tilejson}},
        "layers": _layers(),
    }
    return Response(orjson.dumps(document), media_type=STYLE, headers=kept_by(principal.audience, SPOKEN))


def _legend(lang: str) -> list[dict[str, str]]:
    classes = [
        {"ready_class": name.value, "label": sentence(f"class.{name.value}", lang), "color": colour}
        for name, colour in COLOURS.items()
    ]
    return [*classes, {"label": sentence("style.merged", lang), "color": SEVERAL}]


def _layers() -> list[dict[str, Any]]:
    by_class = [entry for name, colour in COLOURS.items() for entry in (name.value, colour)]
    colour = ["match", ["get", "ready_class"], *by_class, COLOURS[ReadyClass.UNKNOWN]]
    radius = ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 3, 4, 16]
    outlines = {"source": "emprise", "source-layer": LAYER}
    return [
        {"id": "parcels-fill", "type": "fill", **outlines, "paint": {"fill-color": colour, "fill-opacity": 0.55}},
        {"id": "parcels-line", "type": "line", **outlines, "paint": {"line-color": colour, "line-width": 1.2}},
        {
            "id": "parcels-merged",
            "type": "circle",
            "source": "emprise",
            "source-layer": MERGED,
            "paint": {"circle-color": SEVERAL, "circle-opacity": 0.6, "circle-radius": radius},
        },
    ]
