"""Presets by sector over HTTP: indicative figures, and the need each makes."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Response

from api.deps import Language
from api.problems import Problem
from geo.match.need.presets import Preset, preset_document, presets

router = APIRouter(tags=["matching"])

Document = dict[str, Any]
PresetName = Annotated[str, Path(max_length=60, description="Name of a preset", examples=["hydrogen-equipment"])]


@router.get("/presets", summary="What plants of each sector usually ask (indicative)")
def all_presets(lang: Language) -> Response:
    """Every preset, with its ranges and the need it makes: a need names one in `preset` and says what differs."""
    return _answer({"presets": [_told(preset, lang) for preset in presets().values()]})


@router.get("/presets/{name}", summary="One preset")
def one_preset(name: PresetName, lang: Language) -> Response:
    """The figures of one sector and the need they make."""
    preset = presets().get(name)
    if preset is None:
        raise Problem("not-found", "preset.unknown", name=name)
    return _answer(_told(preset, lang))


def _told(preset: Preset, lang: str) -> Document:
    links = [{"rel": "self", "href": f"/presets/{preset.name}", "type": "application/json"}]
    return {**preset_document(preset), "title": preset.label[lang], "links": links}


def _answer(document: Document) -> Response:
    headers = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)
