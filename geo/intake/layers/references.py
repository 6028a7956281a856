"""Reading lists of cadastral parcels as files write them."""

import re

from geo.intake.layers.values import EATEN, MAX_TEXT, UNSAID, Value
from geo.land.ids import BadCadastralId, CadastralId, parse
from geo.land.text import fold

_SEPARATORS = re.compile(r"[|,;{}]|\s/\s")


def references(raw: object) -> Value:
    """Cadastral identifiers in a list or a text (``a|b``, ``{a,b}``, ``a / b``); those unreadable are left out."""
    if raw is None:
        return [], None
    if isinstance(raw, list) and all(isinstance(part, str) for part in raw):
        parts = raw
    elif isinstance(raw, str) and len(raw) <= 100_000:
        parts = _SEPARATORS.split(raw)
    else:
        return [], "value.not_a_cadastral_reference"
    found: dict[str, None] = {}
    code = None
    for part in parts:
        try:
            read = _references(part)
            found.update(dict.fromkeys(one.idu for one in read))
            code = code or (EATEN if any(one.mended for one in read) else None)
        except BadCadastralId:
            code = code if fold(part) in UNSAID else "value.not_a_cadastral_reference"
    return list(found), code


def in_commune(raw: object, commune: str) -> object:
    """References as :func:`references` takes them, those without a commune (``AB 12, AB 13``) given ``commune``.

    A part that is none stays as it is written, for the reader to refuse.
    """
    if not isinstance(raw, str) or len(raw) > MAX_TEXT or references(raw)[1] in (None, EATEN):
        return raw
    return ", ".join(_placed(part.strip(), commune) for part in _SEPARATORS.split(raw) if part.strip())


def _placed(part: str, commune: str) -> str:
    for given in (None, commune):
        try:
            return parse(part, commune=given).idu
        except BadCadastralId:
            continue
    return part


def _references(part: str) -> list[CadastralId]:
    """The identifiers of one part: one spelt with blanks inside, or several with blanks between."""
    if not part.strip():
        return []
    try:
        return [parse(part)]
    except BadCadastralId:
        words = part.split()
        if len(words) < 2:
            raise
        return [parse(word) for word in words]
