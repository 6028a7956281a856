"""Why a polygon cannot be used, in a sentence; for the command and over HTTP alike."""

from collections.abc import Mapping
from typing import Any

from api.catalogues import COMMAND, sentence
from api.intake_sentences import told


def unusable(error: Mapping[str, Any], lang: str, way: str = COMMAND) -> str:
    """The sentence of an ``error`` of a row (geo.match.fit.document)."""
    code, params = error["code"], error["params"]
    if code.startswith("shape."):
        return sentence(f"fit.{code}", lang, **{"way": way} | dict(params))
    return told(code, params, lang, way=way)
