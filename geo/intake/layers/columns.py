"""The columns of a batch out of the properties of its rows: find the source field, read each value, tell oddities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from geo.intake.layers.record import Column, Layer
from geo.intake.layers.values import GIVEN_UP, MAX_TEXT, UNLISTED, Reader, insee, text
from geo.intake.problems import Rejection, Remark, Repair, shown

Properties = dict[str, object]
_KEPT = 200
"""Longest text a report repeats of a value."""


@dataclass(slots=True)
class Table:
    """The columns read for one batch; entry i of each belongs to ``rows[i]``. ``refused`` are places, not rows.

    ``sources`` are the source fields of columns. ``stated`` is what the file says at all: the columns it has a field
    for, and each official field as ``published.NAME``; an update leaves the others as they are in the base.
    """

    rows: list[int]
    fields: dict[str, list[object]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def refuse(self, place: int, name: str, value: object, code: str, /, **params: object) -> None:
        """Refuse the row at ``place``; ``params`` fill the sentence of ``code``."""
        self.refused.add(place)
        self.rejections.append(Rejection(self.rows[place], name, brief(value), code, params))

    def remark(self, place: int, name: str, value: object, code: str, /, **params: object) -> None:
        """Tell something of the row at ``place`` that changes nothing."""
        self.remarks.append(Remark(self.rows[place], name, brief(value), code, params=params))

    def leave_out(self, place: int, name: str, value: object, code: str, /, **params: object) -> None:
        """Leave out the row at ``place``, which says nothing of land, and tell why."""
        self.left_out.add(place)
        self.remark(place, name, value, code, **params)

    def repair(self, place: int, name: str, before: object, after: object, code: str) -> None:
        """Report a change at ``place``."""
        self.repairs.append(Repair(self.rows[place], name, brief(before), brief(after), code))


class _Memo(dict[object, object]):
    """Each distinct raw value is read once; ``odd`` keeps those that needed something said."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read
        self.odd: dict[object, str] = {}

    def __missing__(self, raw: object) -> object:
        value, code = self._read(raw)
        if code is not None:
            self.odd[raw] = code
        self[raw] = value
        return value


def field_names(properties: Iterable[Properties]) -> dict[str, str]:
    """The fields present in some row: lower-case name to the name as written."""
    present = dict.fromkeys(chain.from_iterable(properties))
    return {name.lower(): name for name in reversed(present)}


def read_columns(layer: Layer, rows: list[int], present: dict[str, str], properties: Sequence[Properties]) -> Table:
    """Read every column of ``layer`` that has a reader. Rows lacking a required value are refused.

    ``present`` is what :func:`field_names` gives.
    """
    table = Table(rows)
    for column in layer.columns:
        if column.read is not None:
            table.fields[column.name] = read_field(table, present, properties, column)
    return table


def read_field(table: Table, present: dict[str, str], properties: Sequence[Properties], column: Column) -> list[object]:
    """The values of one column; all None when no source field for it is present."""
    source, read = source_of(column, present, properties)
    if source is None or read is None:
        values: list[object] = [None] * len(properties)
    else:
        table.used.add(source)
        table.sources[column.name] = source
        table.stated.add(column.name)
        values = _read_values(table, [row.get(source) for row in properties], column.name, read)
    if column.required:
        for place, value in enumerate(values):
            if value is None:
                table.refuse(place, column.name, None, "value.required", name=column.name, source=source or column.name)
    return values


def source_of(
    column: Column, present: dict[str, str], properties: Sequence[Properties]
) -> tuple[str | None, Reader | None]:
    """The best source field of a column and how to read it."""
    for name in (column.name, *column.names):
        if name in present and _holds_kind(column, [row.get(present[name]) for row in properties[:50]]):
            return present[name], column.read
    for name, read in column.other.items():
        if name in present:
            return present[name], read
    return None, None


def _holds_kind(column: Column, sample: list[object]) -> bool:
    """Fields called *commune* or *code* may hold names: a column of INSEE codes takes only one that holds some."""
    if column.read is not insee:
        return True
    said = [value for value in sample if value is not None]
    return not said or any(insee(value)[0] is not None for value in said)


def _read_values(table: Table, raw: list[object], name: str, read: Reader) -> list[object]:
    if read is text and _are_clean(raw):
        return raw
    memo = _Memo(read)
    # equal keys of different types (1 and True) must not share a memo; lists cannot be keys at all
    kinds = set(map(type, raw))
    if kinds <= _MEMO_TYPES or kinds <= _FLAG_TYPES:
        values = list(map(memo.__getitem__, raw))
        if memo.odd:
            for place, value in enumerate(raw):
                if value in memo.odd:
                    _tell(table, place, name, value, values[place], memo.odd[value])
        return values
    values = []
    for place, value in enumerate(raw):
        after, code = read(value)
        values.append(after)
        if code is not None:
            _tell(table, place, name, value, after, code)
    return values


def _are_clean(raw: list[object]) -> bool:
    """Whether all values are plain ASCII texts without blanks, which reading would leave as they are."""
    if set(map(type, raw)) != {str} or "" in raw:
        return False
    texts: list[str] = raw  # type: ignore[assignment]
    joined = "".join(texts)
    return joined.isascii() and joined.isprintable() and " " not in joined and max(map(len, texts)) <= MAX_TEXT


_MEMO_TYPES = {str, int, float, type(None)}
_FLAG_TYPES = {bool, type(None)}


def _tell(table: Table, place: int, name: str, before: object, after: object, code: str) -> None:
    if code == UNLISTED:
        said = {"text": before, "name": name}
        table.remarks.append(Remark(table.rows[place], name, brief(before), code, params=said))
    else:
        before = "(withheld)" if code == "person.withheld" else before
        table.repair(place, name, before, None if code in GIVEN_UP else after, code)


def brief(value: object) -> object:
    """A value as reports keep it: long texts and structures cut."""
    if isinstance(value, str):
        return value if len(value) <= _KEPT else f"{value[:_KEPT]}…"
    if value is None or isinstance(value, int | float | bool):
        return value
    if isinstance(value, dict) and all(isinstance(part, str | int | float) for part in value.values()):
        return value
    return value.isoformat() if isinstance(value, date) else shown(value, _KEPT)
