"""The compiled part of geo.intake.files.scanner: JSON read byte by byte.

All in one file, since what is cached of a compiled function does not know of changes in others. A function gives where
to go on in the text, or BAD when what it looked at is not plain; from BAD no other gets further.
"""

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean

TEXT, WIDE, NUMBER, TRUE, FALSE, NULL = 1, 2, 3, 4, 5, 6
"""What a value is written as; ``WIDE`` is a text that is not all ASCII."""
BAD = -1
LEAST_POSITIONS = 4
MOST_DECIMALS = 22
EXACT = 1 << 53
POWERS = np.array([10.0**n for n in range(MOST_DECIMALS + 1)])


def _word(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


TYPE, ID, FEATURE, PROPERTIES = _word("type"), _word("id"), _word("Feature"), _word("properties")
GEOMETRY, COORDINATES = _word("geometry"), _word("coordinates")
POLYGON, MULTIPOLYGON = _word("Polygon"), _word("MultiPolygon")
TRUE_WORD, FALSE_WORD, NULL_WORD = _word("true"), _word("false"), _word("null")
A_TYPE, AN_ID, PROPERTIES_OF, A_GEOMETRY, WHOLE = 1, 2, 4, 8, 15
"""The members of a feature, each seen once."""


@lean
def read_all(text, spans, words, word_ends, plain, kinds, starts, ends, offsets, x, y):  # type: ignore[no-untyped-def]
    """Fill the arrays of a Scanned; how many positions there are."""
    used = 0
    for i in range(len(spans)):
        now = _feature(text, spans[i, 0], spans[i, 1], words, word_ends, kinds[i], starts[i], ends[i], x, y, used)
        if now >= 0:
            plain[i] = True
            used = now
        offsets[i + 1] = used
    return used


@lean
def _feature(text, at, end, words, word_ends, kinds, starts, ends, x, y, used):  # type: ignore[no-untyped-def]
    """How many positions there are after this feature; BAD when it is not plain."""
    seen = 0
    at = _blanks(text, at, end)
    more = _is(text, at, end, 0x7B)
    if not more:
        return BAD
    at += 1
    while more:
        start, stop, at = _name(text, at, end)
        member = _member(text, start, stop)
        if at < 0 or member == 0 or seen & member:
            return BAD
        seen |= member
        if member == A_TYPE:
            start, stop, at = _text(text, at, end)
            at = at if _spells(text, start, stop, FEATURE) else BAD
        elif member == AN_ID:
            _, _, _, at = _scalar(text, at, end)
        elif member == PROPERTIES_OF:
            at = _properties(text, at, end, words, word_ends, kinds, starts, ends)
        else:
            at, used = _geometry(text, at, end, x, y, used)
        more, at = _after(text, at, end, 0x7D)
    return used if at == end and seen | AN_ID == WHOLE else BAD


@lean
def _member(text, start, stop):  # type: ignore[no-untyped-def]
    """Which member of a feature a name is; 0: none that is known."""
    if _spells(text, start, stop, TYPE):
        return A_TYPE
    if _spells(text, start, stop, ID):
        return AN_ID
    if _spells(text, start, stop, PROPERTIES):
        return PROPERTIES_OF
    return A_GEOMETRY if _spells(text, start, stop, GEOMETRY) else 0


@lean
def _properties(text, at, end, words, word_ends, kinds, starts, ends):  # type: ignore[no-untyped-def]
    if not _is(text, at, end, 0x7B):
        return BAD
    at += 1
    begin = 0
    for k in range(len(word_ends)):
        start, stop, at = _name(text, at, end)
        if at < 0 or not _spells(text, start, stop, words[begin : word_ends[k]]):
            return BAD
        begin = word_ends[k]
        kinds[k], starts[k], ends[k], at = _scalar(text, at, end)
        more, at = _after(text, at, end, 0x7D)
        if at < 0 or more != (k + 1 < len(word_ends)):
            return BAD
    return at


@lean
def _geometry(text, at, end, x, y, used):  # type: ignore[no-untyped-def]
    """One ring; the type must come first, as everybody writes it."""
    if not _is(text, at, end, 0x7B):
        return BAD, used
    start, stop, at = _name(text, at + 1, end)
    if at < 0 or not _spells(text, start, stop, TYPE):
        return BAD, used
    start, stop, at = _text(text, at, end)
    if at < 0:
        return BAD, used
    if _spells(text, start, stop, POLYGON):
        depth = 1
    elif _spells(text, start, stop, MULTIPOLYGON):
        depth = 2
    else:
        return BAD, used
    more, at = _after(text, at, end, 0x7D)
    if at < 0 or not more:
        return BAD, used
    start, stop, at = _name(text, at, end)
    if at < 0 or not _spells(text, start, stop, COORDINATES):
        return BAD, used
    at, used = _nested(text, at, end, depth, x, y, used)
    more, at = _after(text, at, end, 0x7D)
    return (BAD, used) if at < 0 or more else (at, used)


@lean
def _nested(text, at, end, depth, x, y, used):  # type: ignore[no-untyped-def]
    """A ring inside ``depth`` lists that hold nothing else."""
    for _ in range(depth):
        if not _is(text, at, end, 0x5B):
            return BAD, used
        at = _blanks(text, at + 1, end)
    at, used = _ring(text, at, end, x, y, used)
    for _ in range(depth):
        more, at = _after(text, at, end, 0x5D)
        if at < 0 or more:
            return BAD, used
    return at, used


@lean
def _ring(text, at, end, x, y, used):  # type: ignore[no-untyped-def]
    first = used
    if not _is(text, at, end, 0x5B):
        return BAD, used
    more = True
    at = _blanks(text, at + 1, end)
    while more:
        if not _is(text, at, end, 0x5B):
            return BAD, used
        x[used], at = _number(text, _blanks(text, at + 1, end), end)
        both, at = _after(text, at, end, 0x5D)
        if at < 0 or not both:
            return BAD, used
        y[used], at = _number(text, at, end)
        third, at = _after(text, at, end, 0x5D)
        if at < 0 or third:
            return BAD, used
        used += 1
        more, at = _after(text, at, end, 0x5D)
        if at < 0:
            return BAD, used
    last = used - 1
    closed = used - first >= LEAST_POSITIONS and x[first] == x[last] and y[first] == y[last]
    return (at if closed else BAD), used


@lean
def _number(text, at, end):  # type: ignore[no-untyped-def]
    """A decimal number whose digits are exact in a double, as is the power of ten: their quotient is rounded once."""
    minus = _is(text, at, end, 0x2D)
    first = at + minus
    digits, at = _digits(text, first, end, 0)
    decimals = 0
    if at > first + 1 and text[first] == 0x30:
        return 0.0, BAD
    if _is(text, at, end, 0x2E):
        point = at + 1
        digits, at = _digits(text, point, end, digits)
        decimals = at - point
    odd = at < 0 or decimals > MOST_DECIMALS or _is(text, at, end, 0x65) or _is(text, at, end, 0x45)
    if odd or (minus and digits == 0):  # -0 and -0.0 are two things
        return 0.0, BAD
    value = digits / POWERS[decimals]
    return (-value if minus else value), at


@lean
def _digits(text, at, end, digits):  # type: ignore[no-untyped-def]
    """At least one digit, added to those before."""
    first = at
    while 0 <= at < end and 0x30 <= text[at] <= 0x39 and digits <= EXACT:
        digits = digits * 10 + (text[at] - 0x30)
        at += 1
    return digits, (at if at > first and digits <= EXACT else BAD)


@lean
def _scalar(text, at, end):  # type: ignore[no-untyped-def]
    """What a value is written as, where, and what comes after it."""
    if at < 0 or at >= end:
        return 0, 0, 0, BAD
    if text[at] == 0x22:
        start, stop, at = _text(text, at, end)
        kind = TEXT
        for k in range(start, stop):
            kind = WIDE if text[k] >= 0x80 else kind
        return kind, start, stop, at
    start = at
    if text[at] == 0x2D or 0x30 <= text[at] <= 0x39:
        _, at = _number(text, at, end)
        return NUMBER, start, at, at
    for kind, word in ((TRUE, TRUE_WORD), (FALSE, FALSE_WORD), (NULL, NULL_WORD)):
        if _spells(text, at, min(end, at + len(word)), word):
            return kind, start, at + len(word), at + len(word)
    return 0, 0, 0, BAD


@lean
def _name(text, at, end):  # type: ignore[no-untyped-def]
    """A member's name, and where its value begins."""
    start, stop, at = _text(text, _blanks(text, at, end), end)
    at = _blanks(text, at, end)
    if not _is(text, at, end, 0x3A):
        return 0, 0, BAD
    return start, stop, _blanks(text, at + 1, end)


@lean
def _text(text, at, end):  # type: ignore[no-untyped-def]
    """A string without escapes or control characters: its content, and what comes after it."""
    if not _is(text, at, end, 0x22):
        return 0, 0, BAD
    start = at + 1
    at = start
    while at < end and text[at] != 0x22:
        if text[at] < 0x20 or text[at] == 0x7F or text[at] == 0x5C:
            return 0, 0, BAD
        at += 1
    return (start, at, at + 1) if at < end else (0, 0, BAD)


@lean
def _after(text, at, end, close):  # type: ignore[no-untyped-def]
    """Whether a comma follows (else ``close``), and where to go on."""
    at = _blanks(text, at, end)
    if _is(text, at, end, 0x2C):
        return True, _blanks(text, at + 1, end)
    return (False, at + 1) if _is(text, at, end, close) else (False, BAD)


@lean
def _blanks(text, at, end):  # type: ignore[no-untyped-def]
    while 0 <= at < end and (text[at] == 0x20 or text[at] == 0x0A or text[at] == 0x0D or text[at] == 0x09):
        at += 1
    return at


@lean
def _is(text, at, end, byte):  # type: ignore[no-untyped-def]
    return 0 <= at < end and text[at] == byte


@lean
def _spells(text, start, stop, word):  # type: ignore[no-untyped-def]
    same = stop - start == len(word)
    for k in range(len(word) if same else 0):
        same &= text[start + k] == word[k]
    return same
