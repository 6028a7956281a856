"""A batch in the making: what the modules of the layers work on to complete keys and computed columns."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from geo.intake.crs import Frame
from geo.intake.layers.cnig_values import identifier
from geo.intake.layers.columns import Properties, Table, read_field
from geo.intake.layers.record import Column, Layer
from geo.intake.layers.shapes import Shapes
from geo.intake.layers.values import Reader, text

_OFFICIAL_KEYS = ("terr_id", "site_id", "pole_id", "id_site_eco")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a part beyond its rows: its schema, its name in its container, and the caller's choices.

    ``origin`` is that of parcels the schema implies; ``commune`` the INSEE code given for rows that name none;
    ``file`` the name of the file or archive; ``documents`` what DOC_URBA in it says of each plan, by IDURBA.
    """

    schema: str
    part: str
    origin: str
    commune: str | None
    file: str = ""
    documents: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """One batch of one layer; entry i of every list belongs to ``table.rows[i]``.

    ``assumed`` are columns filled with what a new row begins with although the file says nothing of them.
    """

    layer: Layer
    context: Context
    properties: list[Properties]
    present: dict[str, str]
    table: Table
    shapes: Shapes
    keys: list[str | None] = field(default_factory=list)
    assumed: set[str] = field(default_factory=set)
    frame: Frame | None = None

    @property
    def size(self) -> int:
        """How many rows the draft holds, refused ones included."""
        return len(self.properties)

    @property
    def fields(self) -> dict[str, list[object]]:
        """The columns read so far."""
        return self.table.fields

    def read(self, *names: str, read: Reader = text) -> list[object]:
        """Values of a source field that is no column itself; all None when absent."""
        return read_field(self.table, self.present, self.properties, Column(names[0], str, read, names[1:]))

    def raw(self, name: str) -> list[object]:
        """The values of a source field as the file has them."""
        written = self.present[name]
        return [row.get(written) for row in self.properties]

    def fill(self, name: str, guess: Callable[[int], object]) -> None:
        """Complete the unknown values of a column by ``guess(place)``."""
        self.fields[name] = [guess(i) if value is None else value for i, value in enumerate(self.fields[name])]

    def fill_false(self, name: str) -> None:
        """Complete the unknown values of a column of flags that is never unknown."""
        if name not in self.table.sources:
            self.assumed.add(name)
        self.fields[name] = [value is True for value in self.fields[name]]

    def declared_keys(self) -> list[object]:
        """The natural keys by the layer's declared key fields, None where the row has none."""
        for name in self.layer.keys:
            if name in self.present:
                values = self.read(name, read=identifier if name in _OFFICIAL_KEYS else text)
                if any(value is not None for value in values):
                    return values
        return [None] * self.size

    def digest_of_geometry(self, *beside: str) -> list[str | None]:
        """SHA-256 of each normalised source geometry, with columns to tell equals apart."""
        wkb = shapely.to_wkb(self.shapes.source, byte_order=1)
        tags = zip(*(self.fields[name] for name in beside), strict=True) if beside else [()] * self.size
        return [
            None if raw is None else hashlib.sha256(raw + repr(tag).encode("utf-8", "replace")).hexdigest()
            for raw, tag in zip(wkb, tags, strict=True)
        ]

    def keys_or_geometry(self, declared: list[object]) -> list[str | None]:
        """``declared`` keys, and the digest of the geometry where there is none."""
        if all(value is not None for value in declared):
            return [str(value) for value in declared]
        hashed = self.digest_of_geometry()
        return [h if value is None else str(value) for value, h in zip(declared, hashed, strict=True)]

    @property
    def stated(self) -> frozenset[str]:
        """What the file says: see Batch. A column without a source field is said where another field told it."""
        said = {name for name, values in self.fields.items() if values.count(None) < len(values)}
        own = {column.name for column in self.layer.columns} - {"published"}
        official = {name for name in self.table.stated if "." in name}
        return frozenset(((said | self.table.stated) & own - self.assumed) | official)

    @property
    def kept(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which rows stand so far."""
        good = self.shapes.good.copy()
        good[list(self.table.refused | self.table.left_out)] = False
        return good
