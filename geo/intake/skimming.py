"""A file that the base knows: what it repeats is passed over, the rest gathered into pieces worth reading."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.intake.chunk import Chunk, Heard
from geo.intake.files.geojson import Features
from geo.intake.known import Known, joined
from geo.intake.texts import hashes_of

WORTH_BYTES = 1 << 20
"""Text to be read that makes a piece."""


class NotSkimmedError(Exception):
    """The file is to be staged whole: it says rows twice, or the base changed since it was begun with."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What a gathered piece passed over: so many rows (the xor of their hashes), of the chunks up to ``through``."""

    rows: int
    print: bytes
    through: int

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"rows": self.rows, "print": self.print.hex(), "through": self.through}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Passed":
        """What :meth:`to_json` wrote."""
        return cls(said["rows"], bytes.fromhex(said["print"]), said["through"])


@dataclass(slots=True)
class Gathered(Chunk):
    """The unknown rows of some chunks that follow one another, under the number of the first."""

    passed: Passed = field(default=Passed(0, bytes(16), 0))


@dataclass(slots=True)
class _Pile:
    """What was gathered so far."""

    number: int
    through: int
    rows: int = 0
    prints: list[bytes] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    picked: list[int] = field(default_factory=list)
    size: int = 0

    @property
    def passed(self) -> Passed:
        return Passed(self.rows, joined(self.prints), self.through)


class Skimmer:
    """Hand it the chunks of one part in order by :meth:`take`; :meth:`end` gives what is left.

    ``done`` are the pieces that an earlier attempt gathered and staged, by number.
    """

    def __init__(self, known: Known, first: Chunk, salt: bytes, done: Mapping[int, Passed]) -> None:
        self.known = known
        self._plan, self._part, self._salt, self._done = first.plan, first.heard.part, salt, done
        self._proved: tuple[bytes, NDArray[np.intp]] | None = None
        self._pile: _Pile | None = None
        self._redone: _Pile | None = None

    def take(self, chunk: Chunk, *, staged: bool) -> Iterator[Chunk]:
        """What is to be staged now that this chunk came; ``staged``: it is already, whole.

        Raises:
            NotSkimmedError: the file says a known row twice, or is not what was gathered of it before.
        """
        piece = chunk.piece
        if staged or not isinstance(piece, Features) or chunk.heard.part != self._part:
            yield from self._flush()
            if not staged:
                yield chunk
            return
        if chunk.number in self._done:
            yield from self._flush()
            self._redone = _Pile(chunk.number, self._done[chunk.number].through)
        if self._redone is not None:
            self._add(self._redone, piece)
            self._check_redone(chunk.number)
            return
        if self._pile is None:
            self._pile = _Pile(chunk.number, chunk.number)
        self._pile.through = chunk.number
        self._add(self._pile, piece)
        if self._pile.size >= WORTH_BYTES:
            yield from self._flush()

    def end(self) -> Iterator[Chunk]:
        """The last piece."""
        yield from self._flush()

    def prove(self, text: bytes, spans: list[tuple[int, int]]) -> bool:
        """Whether each span is a whole JSON object: a text that is known was one, any other is parsed."""
        places = self.known.find(hashes_of(text, spans, self._salt))
        try:
            for one in np.flatnonzero(places < 0).tolist():
                orjson.loads(text[slice(*spans[one])])
        except orjson.JSONDecodeError:
            return False
        self._proved = text, places
        return True

    def _places(self, piece: Features) -> NDArray[np.intp]:
        if self._proved is not None and self._proved[0] is piece.text:
            return self._proved[1]
        return self.known.find(hashes_of(piece.text, piece.spans, self._salt))

    def _add(self, pile: _Pile, piece: Features) -> None:
        places = self._places(piece)
        found = places[places >= 0]
        if not self.known.see(found):
            raise NotSkimmedError
        pile.rows += len(found)
        pile.prints.append(self.known.print_of(found))
        numbers = piece.numbers
        for one in np.flatnonzero(places < 0).tolist():
            begin, end = piece.spans[one]
            pile.texts.append(piece.text[begin:end])
            pile.picked.append(numbers[one])
            pile.size += end - begin

    def _check_redone(self, number: int) -> None:
        pile = self._redone
        if pile is not None and number >= pile.through:
            if pile.passed != self._done[pile.number]:
                raise NotSkimmedError
            self._redone = None

    def _flush(self) -> Iterator[Chunk]:
        pile, self._pile = self._pile, None
        if pile is None:
            return
        ends = np.cumsum([len(one) for one in pile.texts], dtype=np.int64).tolist()
        spans = list(zip([0, *ends[:-1]], ends, strict=True)) if ends else []
        degrees = self._plan.frame.degrees
        piece = Features(b"".join(pile.texts), spans, pile.number, degrees, pile.picked)
        yield Gathered(pile.number, self._plan, piece, Heard(self._part), pile.passed)
