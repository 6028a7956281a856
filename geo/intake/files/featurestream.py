"""The features of a GeoJSON text one after the other, without holding the text: where each begins and ends.

Feature boundaries are found on the brackets outside strings, for a whole piece of text at once; each feature is
then parsed alone, so one bad feature is one bad row. Works on a FeatureCollection, on GeoJSONSeq (one feature
a line, or RFC 8142 with record separators) and on a single Feature.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.intake.problems import Unreadable

PIECE_BYTES = 1 << 20
"""Text looked at in one go. Larger pieces leave the processor's cache and are slower."""
MAX_FEATURE_BYTES = 64 << 20
MAX_HEADER_BYTES = 4 << 20

_STEP = np.zeros(256, np.int8)
_STEP[[0x7B, 0x5B]] = 1  # { [
_STEP[[0x7D, 0x5D]] = -1  # } ]
_MARK = _STEP != 0
_MARK[0x22] = True  # "
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_FEATURES = re.compile(rb'"features"\s*:\s*\[')
_DECOYS = 16
"""How many places that look like the list of features are tried: each costs a parse of all before it."""
_BLANK = b" \t\r\n\x1e"


Proof = Callable[[bytes, list[tuple[int, int]]], bool]
"""Whether each span of a text is one whole JSON object, given that the text begins where a feature may."""


@dataclass(frozen=True, slots=True)
class Slices:
    """Features found in ``text``: feature i is ``text[spans[i][0]:spans[i][1]]`` and is row ``first_row + i``."""

    text: bytes
    spans: list[tuple[int, int]]
    first_row: int


class FeatureStream:
    """Splits pieces of UTF-8 text. ``members`` holds the members of the collection other than ``features``.

    ``members`` is what stood before the features; those after them are added once the iteration is over.

    Raises:
        Unreadable: not GeoJSON, cut off, or larger than the bounds above; from here and from the iteration.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.proof: Proof | None = None
        self._pieces = pieces
        self._text = b""
        self._ended = False
        self._row = 1
        self.members: dict[str, object] = {}
        self.collection = self._open()

    def __iter__(self) -> Iterator[Slices]:
        while True:
            self._fill(PIECE_BYTES)
            lines = self._lines()
            if lines is not None:
                yield Slices(self._text, lines, self._row)
                self._row += len(lines)
                self._text = self._text[lines[-1][1] :]
                continue
            starts, ends, close = _elements(self._text)
            if close is None and len(ends) == 0:
                if self._ended:
                    self._finish_open(self._text)
                    return
                self._fill(min(2 * len(self._text), MAX_FEATURE_BYTES + 1))
                if len(self._text) > MAX_FEATURE_BYTES:
                    raise Unreadable("json.too_large", row=self._row, most_mib=MAX_FEATURE_BYTES >> 20)
                continue
            yield from self._slices(starts, ends)
            if close is not None:
                self._close(close)
                return
            self._text = self._text[int(ends[-1]) + 1 :]

    def _lines(self) -> list[tuple[int, int]] | None:
        """The features of a piece that has one a line, where each line is proved to be one; None for any other.

        The same features as brackets show, at a tenth of the price: a line that is a feature leaves the next one to
        begin where this one began.
        """
        if self.proof is None or not self.collection:
            return None
        found = lines_of(self._text)
        if not found or not self.proof(self._text, found):
            return None
        self._check_gaps(found[:1])
        return found

    def _slices(self, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Iterator[Slices]:
        spans = list(zip(starts[: len(ends)].tolist(), (ends + 1).tolist(), strict=True))
        if not spans:
            return
        self._check_gaps(spans)
        yield Slices(self._text, spans, self._row)
        self._row += len(spans)

    def _check_gaps(self, spans: list[tuple[int, int]]) -> None:
        """Between two features of a collection stands one comma, in a sequence nothing but blanks."""
        good, end, first = b"," if self.collection else b"", 0, self._row == 1
        seen: set[bytes] = set()
        for row, (start, stop) in enumerate(spans, self._row):
            gap = self._text[end:start]
            end = stop
            if gap in seen:
                continue
            if gap.strip(_BLANK) != (b"" if first else good):
                raise _misplaced(row, gap)
            if not first:
                seen.add(gap)
            first = False

    def _fill(self, size: int) -> None:
        parts = [self._text]
        held = len(self._text)
        while held < size and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            else:
                parts.append(piece)
                held += len(piece)
        self._text = b"".join(parts)

    def _open(self) -> bool:
        """Read up to the first feature; True when the text is a FeatureCollection."""
        size = PIECE_BYTES
        while True:
            self._fill(size)
            self._text = self._text.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
            if self._open_collection():
                return True
            _, ends, _ = _elements(self._text)
            if len(ends):
                _check_sequence(self._text[: int(ends[0]) + 1])
                return False
            if self._ended:
                raise Unreadable("json.truncated", row=self._row)
            if size >= MAX_FEATURE_BYTES:
                raise Unreadable("json.no_features", most_mib=MAX_FEATURE_BYTES >> 20)
            size *= 2

    def _open_collection(self) -> bool:
        for match in islice(_FEATURES.finditer(self._text, 0, MAX_HEADER_BYTES), _DECOYS):
            try:
                # balances only when the match stands at the first level, outside any string
                members = orjson.loads(self._text[: match.end()] + b"]}")
            except orjson.JSONDecodeError:
                continue
            self.members = {name: value for name, value in members.items() if name != "features"}
            self._text = self._text[match.end() :]
            return True
        return False

    def _close(self, close: int) -> None:
        """Read what follows the features of a collection."""
        self._text = self._text[close + 1 :]
        self._fill(MAX_HEADER_BYTES)
        if not self.collection:
            raise Unreadable("json.bracket", row=self._row)
        try:
            after = orjson.loads(b'{"features":[]' + self._text)
        except orjson.JSONDecodeError as error:
            if not self._text.strip():
                raise Unreadable("json.truncated", row=self._row) from error
            raise Unreadable("json.after_features", row=self._row - 1) from error
        if after.pop("features") or set(after) & set(self.members):
            raise Unreadable("json.duplicate_member")
        self.members.update(after)

    def _finish_open(self, rest: bytes) -> None:
        """The text is over without a closing bracket: right for a sequence, a cut for a collection."""
        if self.collection or rest.strip(_BLANK):
            raise Unreadable("json.truncated", row=self._row)


def lines_of(text: bytes) -> list[tuple[int, int]]:
    """Where the lines begin and end that look like one feature of a list each; none where something else stands too.

    The last line is left for the next piece, as brackets would: nothing of it may be complete.
    """
    data, first = np.frombuffer(text, np.uint8), text.find(b"{")
    stops = np.flatnonzero(data == 0x0A)
    stops = stops[stops > max(first, 1)]
    if first < 0 or not len(stops):
        return []
    starts = np.concatenate([[first], stops[:-1] + 1])
    listed = (data[starts] == 0x7B) & (data[stops - 1] == 0x2C) & (data[stops - 2] == 0x7D)
    _, complete, close = _elements(text[int(stops[-1]) + 1 :])
    if not listed.all() or len(complete) or close is not None:
        return []
    return list(zip(starts.tolist(), (stops - 1).tolist(), strict=True))


def _elements(text: bytes) -> tuple[NDArray[np.intp], NDArray[np.intp], int | None]:
    """Offsets of the first and last byte of each complete object of ``text``, and of the bracket closing its list."""
    data = np.frombuffer(text, np.uint8)
    marks = np.flatnonzero(_MARK[data])
    kinds = data[marks]
    quotes = kinds == 0x22
    if b"\\" in text:
        quotes &= ~np.isin(marks, _escaped(text))
    step = _STEP[kinds]
    step[np.logical_xor.accumulate(quotes)] = 0
    depth = np.cumsum(step, dtype=np.int32)
    close = None
    closing = np.flatnonzero(depth < 0)
    if len(closing):
        close = int(marks[closing[0]])
        marks, step, depth = marks[: closing[0]], step[: closing[0]], depth[: closing[0]]
    return marks[(depth == 1) & (step == 1)], marks[(depth == 0) & (step == -1)], close


def _escaped(text: bytes) -> NDArray[np.intp]:
    return np.fromiter((match.start() + 1 for match in _ESCAPE.finditer(text)), np.intp)


def _misplaced(row: int, gap: bytes) -> Unreadable:
    return Unreadable("json.misplaced", row=row, found=gap.strip(_BLANK)[:40].decode("utf-8", "replace"))


def _check_sequence(first: bytes) -> None:
    """The first object of a text without a ``features`` list must be a Feature."""
    try:
        found = orjson.loads(first)
    except orjson.JSONDecodeError as error:
        if b'"Feature"' in first:
            return  # a feature that is itself bad: row 1 will be refused
        raise Unreadable("json.syntax", line=error.lineno, column=error.colno) from error
    kind = found.get("type") if isinstance(found, dict) else None
    if kind != "Feature":
        raise Unreadable("json.not_geojson", kind=kind)
