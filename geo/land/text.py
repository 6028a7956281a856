"""Folding of French text, so that values compare whatever their case, accents, quotes or spacing."""

import re
import unicodedata

from geo.land.mojibake import mended

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")


def strip_accents(text: str) -> str:
    """Lower case without accents or ligatures; punctuation is kept, because clauses are read from it."""
    spelt = mended(text).replace("œ", "oe").replace("Œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", spelt)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def fold(text: str) -> str:
    """Words of ``text`` in lower-case ASCII, one space apart: ``"Réservé, par…"`` gives ``"reserve par"``."""
    return _NOT_A_WORD.sub(" ", strip_accents(text)).strip()
