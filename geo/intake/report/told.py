"""A message with what tells the row it is about."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from math import isfinite
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.intake.problems import Rejection, Remark, Repair

Message = Repair | Rejection | Remark


@dataclass(frozen=True, slots=True)
class Told:
    """A message with the layer it is about, and how to find its row: key, name and outline (target system)."""

    layer: str
    message: Message
    key: str | None = None
    name: str | None = None
    outline: BaseGeometry | None = None

    @classmethod
    def of(
        cls, layer: str, message: Message, key: str | None, name: str | None, outline: bytes | None = None
    ) -> "Told":
        """A message about a staged row, its outline as EWKB."""
        return cls(layer, message, key, name, None if outline is None else shapely.from_wkb(bytes(outline)))

    def to_json(self) -> dict[str, Any]:
        """All but the outline as JSON values."""
        found = {"layer": self.layer, "key": self.key, "name": self.name} | asdict(self.message)
        return {name: plain(value) for name, value in found.items()}


def plain(value: object) -> object:
    """A value that JSON can hold, and a database that keeps JSON: neither takes infinities, nor NUL in a text."""
    if isinstance(value, Mapping):
        return {_kept(str(name)): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(part) for part in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, str):
        return _kept(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else _kept(str(value))


_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def _kept(text: str) -> str:
    return _UNKEPT.sub("\ufffd", text)
