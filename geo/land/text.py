"""Folding of French text, so that values compare whatever their case, accents, quotes or spacing."""

import re
import unicodedata

# Only the first halves of French letters and quotes: "É" before a no-break space is right as it is.
_MOJIBAKE = re.compile("[ÂÃÅâ][\x80-\xbf\u0152-\u02dc\u2013-\u2122]")
_NOT_A_WORD = re.compile(r"[^0-9a-z]+")


def unmangle(text: str) -> str:
    """``text`` with UTF-8 read as Latin-1 or Windows-1252 undone; unchanged when it is not that."""
    if not _MOJIBAKE.search(text):
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def strip_accents(text: str) -> str:
    """Lower case without accents or ligatures; punctuation is kept, because clauses are read from it."""
    spelt = unmangle(text).replace("œ", "oe").replace("Œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", spelt)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def fold(text: str) -> str:
    """Words of ``text`` in lower-case ASCII, one space apart: ``"Réservé, par…"`` gives ``"reserve par"``."""
    return _NOT_A_WORD.sub(" ", strip_accents(text)).strip()
