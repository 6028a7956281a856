"""What the record of a layer is made of: its columns, how each is read, the shape of its geometry, its keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from geo.intake.layers.values import Reader, flag


class Shape(StrEnum):
    """What geometry a layer keeps: MultiPolygons, MultiPolygons or else a location, Points, or none at all."""

    SURFACE = "Polygon, MultiPolygon"
    SURFACE_OR_POINT = "Polygon, MultiPolygon, Point"
    POINT = "Point"
    NONE = "nothing"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``holds`` is the type of its values; ``required`` rows without it are refused."""

    name: str
    holds: type
    read: Reader | None = None
    names: tuple[str, ...] = ()
    other: Mapping[str, Reader] = field(default_factory=dict)
    required: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """The record of one layer. Without any of ``keys`` the key is the SHA-256 of the source geometry.

    ``overlay``: its rows only say something of the land they lie over; one without area says nothing and is left out.
    """

    name: str
    shape: Shape
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    overlay: bool = False


SYNTHETIC = Column("synthetic", bool, flag)
"""Invented land says that it is."""
