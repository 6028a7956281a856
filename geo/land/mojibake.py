"""UTF-8 text that was read as Latin-1 or Windows-1252 somewhere on its way ("dÃ©diÃ©e"), put right again."""

import re

_READINGS = ("latin-1", "cp1252")
_EUROPEAN = re.compile("[\x00-\u017f\u2010-\u20af\u2122]*")
"""What text of our files is made of: Latin letters, typographic quotes and dashes, currency signs."""


def mended(text: str) -> str:
    """``text`` with the wrong reading undone, or ``text`` itself when it was read rightly.

    Bytes that are valid UTF-8 of European text are practically never meant as Latin-1, so success is the proof. A
    character cut in two at the end (fields of 254 bytes) is left out.
    """
    if text.isascii():
        return text
    for reading in _READINGS:
        try:
            found = _decoded(text.encode(reading))
        except UnicodeEncodeError:
            continue
        if found is not None and _EUROPEAN.fullmatch(found):
            return found
    return text


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # "unexpected end": all before the cut was valid, and at least one character must show it
        whole = raw[: error.start]
        if error.reason != "unexpected end of data" or whole.isascii():
            return None
        return whole.decode("utf-8")
