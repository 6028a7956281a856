"""Cadastral identifiers as the DGFiP writes them, and the columns that follow from them, a chunk at a time."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from geo.intake.files.scan_kernel import TEXT
from geo.intake.files.scanner import Bytes, Places
from geo.intake.layers.plain_values import Column, Memo, Read, distinct
from geo.land.ids import BadCadastralId, municipality, parse
from geo.store.merging.copying import packed

SIZE = 14
_PREFIX = 10
"""Commune, prefixe and section: what many parcels share. The number follows."""
_ANY = "0001"
_TENS = np.array([1000, 100, 10, 1])
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Identified:
    """Where each row's identifier begins in the text, the columns read from it, and in which rows it is a good one."""

    starts: Places
    columns: dict[str, Column]
    sure: Flags


class Idus:
    """Reads identifiers chunk after chunk; ``commune`` is the one given for the whole part, if any."""

    def __init__(self, commune: str | None) -> None:
        self._commune = commune
        self._communes = Memo("text", lambda raw: (municipality(str(raw)), None))
        self._prefixes = Memo("text", lambda raw: (raw, None))
        self._sections = Memo("text", lambda raw: (str(raw).lstrip("0") or "0", None))
        self._known: dict[bytes, bool] = {}

    def read(self, text: Bytes, kinds: Bytes, starts: Places, ends: Places, plain: Flags) -> Identified:
        """The identifiers of the ``plain`` rows, written as ``kinds`` from ``starts`` to ``ends``."""
        sure = plain & (kinds == TEXT) & (ends - starts == SIZE)
        numbers = _numbers(text, starts, sure)
        sure &= numbers > 0
        which, first = distinct(text, kinds, starts, starts + _PREFIX, sure)
        known = np.array([self._is_known(text[starts[i] : starts[i] + _PREFIX].tobytes()) for i in first], np.bool_)
        sure[sure] = known[which[sure]]
        parts = {
            "commune_insee": (self._communes, 0, 5),
            "prefixe": (self._prefixes, 5, 8),
            "section": (self._sections, 8, _PREFIX),
        }
        columns = {
            name: memo.column(text, kinds, starts + begin, starts + end, sure)
            for name, (memo, begin, end) in parts.items()
        }
        distinct_numbers, which = np.unique(np.where(sure, numbers, 1), return_inverse=True)
        columns["numero"] = Column([_spelt()[number] for number in distinct_numbers.tolist()], which)
        return Identified(starts, columns, sure)

    def _is_known(self, prefix: bytes) -> bool:
        """Whether reading leaves an identifier that begins so as it is, whatever its number."""
        known = self._known.get(prefix)
        if known is None:
            spelt = prefix.decode() + _ANY
            try:
                known = parse(spelt, commune=self._commune).idu == spelt
            except BadCadastralId:
                known = False
            self._known[prefix] = known
        return known


def _numbers(text: Bytes, starts: Places, asked: Flags) -> Places:
    """The number at the end of each identifier asked for; 0 where there is none."""
    digits = text[starts[asked][:, None] + np.arange(_PREFIX, SIZE)].astype(np.int64) - ord("0")
    numbers = np.zeros(len(starts), np.int64)
    numbers[asked] = np.where(((digits >= 0) & (digits <= 9)).all(axis=1), digits @ _TENS, 0)
    return numbers


@cache
def _spelt() -> list[Read]:
    """Every number a parcel may have, without zeros before it."""
    return [Read(True, packed("text", [str(number)])[0], f'"{number}"'.encode(), np.nan) for number in range(10_000)]
