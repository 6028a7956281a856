"""Our records as rows of the official CNIG files, strictly: what leaves passes the official schema, lists enforced.

A value our record does not know leaves as ``inconnu`` where the list of a required field allows it. A required field
that cannot be filled, not even by what our base knows itself (geo.export.cnig_own), keeps the whole row out, and an
optional value that the schema refuses keeps that value out: both are told. Geometries are shapely ones in the stored
system (EPSG:2154 where the standards apply).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.export.cnig_own import own_identifier, own_value
from geo.intake.layers.cnig_fields import CLASSES, Kind, Official
from geo.land.market import of_cnig_stage
from geo.land.vocabulary import Market

Record = Mapping[str, object]
"""A row of one of our tables by column, with ``published``, ``geom`` (shapely) and, of a parcel, ``location``,
``degrees`` (the outline in EPSG:4326), ``overrides`` and what geo.export.cnig_own reads, of an establishment
``points``; ``centre`` is (longitude, latitude) of its centroid."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
UNKNOWN = "inconnu"
MADE = "made"
_URL = re.compile(r"^(https?)://[^\s/$.?#].[^\s]*$")
_FRICHE_URL = re.compile(r"^http(s)?://[a-zA-Z0-9./?_%+-]+$")
_IDS = {"pole-eco": "POLE", "site-eco": "SITE", "terrain-eco": "TERRAIN"}
_PATTERNS: Mapping[tuple[str, str], re.Pattern[str]] = {
    ("terrain-eco", "terr_refcad"): re.compile(r"\d{8}[0-9A-Z]{2}\d{4}(?:\|\d{8}[0-9A-Z]{2}\d{4})*"),
    ("friches", "unite_fonciere_refcad"): re.compile(
        r"[0-9A-B]{2}\d{6}[0-9A-Z]{2}\d{4}(?:\|[0-9A-B]{2}\d{6}[0-9A-Z]{2}\d{4})*"
    ),
    ("friches", "activite_code"): re.compile(r"[A-Z]\d\d.\d\d[A-Z](?:\|[A-Z]\d\d.\d\d[A-Z])*"),
    ("friches", "proprio_type"): re.compile(r"[A-Z]\d[a-z](?:\|[A-Z]\d[a-z])*"),
    ("friches", "desserte_distance"): re.compile(r"\d+\|\d+\|\d+"),
    **{("friches", name): _FRICHE_URL for name in ("site_url", "site_ademe_url", "site_projet_url")},
    **{("site-eco", name): _URL for name in ("site_url", "site_media")},
    ("terrain-eco", "terr_url_cartofriches"): _URL,
}
"""The patterns of the official schemas. That of ``terr_refcad`` knows no Corsican parcel: such lists cannot leave in
a file that passes it."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_STAGES = {
    Market.SOLD: "vendu, commercialisation achevée",
    Market.OPTIONED: "réservé par option de réservation",
    Market.UNDER_PROMISE: "réservé par option de réservation",
    Market.RESERVED_BY_COUNCIL: "réservé par une délibération de l'EPCI",
    Market.NOT_MARKETED: "non commercialisé",
    Market.KEPT_BY_OWNER: "non commercialisable",
}
"""Stages that say a market where no stage was given, or the file's own says another than a planner stated or a
commitment makes it. The standard counts a company's *compromis* among the options.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What could not leave as it is: a required field ``missing``, a value left out, an identifier ``made``."""

    key: str
    field: str
    code: str
    value: object = None


@dataclass(slots=True)
class Made:
    """One row of an official file, None when it cannot be one; values are texts, numbers, geometries or None.

    ``geometry`` is that of the row in the stored system, for containers that hold it beside the fields.
    """

    row: dict[str, object] | None
    geometry: BaseGeometry | None = None
    told: list[Told] = field(default_factory=list)


def official_rows(name: str, records: Iterable[Record]) -> Iterator[Made]:
    """The rows of the class ``name`` (a key of CLASSES) for our records, in their order."""
    for record in records:
        yield official_row(name, record)


def official_row(name: str, record: Record) -> Made:
    """One record as a row of the class, fields in official order.

    Fields of outlines hold shapely geometries, those of points (longitude, latitude), or text as published.
    """
    made = Made({}, geometry=_outline(name, record))
    key = _called(record)
    for official in CLASSES[name]:
        value, code = _value(name, official, record)
        if code is not None:
            made.told.append(Told(key, official.name, code, _short(value) if value is not None else None))
            if code != MADE:
                value = None
        if value is None and official.required:
            if UNKNOWN in official.values:
                value = UNKNOWN
            else:
                made.told.append(Told(key, official.name, "missing"))
                made.row = None
        if made.row is not None:
            made.row[official.name] = value
    return made


def _called(record: Record) -> str:
    """What people know a row by: its key; where that is a digest of its outline, its name and number."""
    key = str(record.get("siret") or record.get("key"))
    if _DIGEST.fullmatch(key) is None:
        return key
    return f"{record['name']} ({record.get('id')})" if record.get("name") else f"n° {record.get('id')}"


def _value(name: str, official: Official, record: Record) -> tuple[object, str | None]:
    """The value of one field, or the value that the schema refuses and the code of why."""
    if official.kind in (Kind.SURFACE, Kind.POINT):
        return _shape(name, official, record), None
    value = _known(official, record)
    if value is None:
        value = own_value(name, official.name, record)
    if value is None:
        return None, None
    if official.name == "terr_id" and name == "terrain-eco" and not _passes(name, official, value):
        made = own_identifier(record)
        return (value, "not_allowed") if made is None else (made, MADE)
    if official.kind in (Kind.LISTED, Kind.CHOICES):
        parts = str(value).split("|") if official.kind is Kind.CHOICES else [str(value)]
        return (value, None) if all(part in official.values for part in parts) else (value, "not_in_list")
    return (value, None) if _passes(name, official, value) else (value, "not_allowed")


def _known(official: Official, record: Record) -> object:
    """What our record says: its column, else what was published and we could not understand."""
    held: object = record.get(official.column) if official.column else None
    if official.name == "terr_stade_comm":
        held = _stage(record)
    written = _written(official, held)
    if written is not None:
        return written
    published = record.get("published")
    assert isinstance(published, Mapping)  # noqa: S101 - never null in the base
    kept = published.get(official.name)
    return kept if kept is not None or official.name != "comm_nom" else record.get("commune_name")


def _stage(record: Record) -> object:
    """The stage; that of the market where none was given, a planner has stated another since, or a commitment holds."""
    stage, market, overrides = record.get("stade_comm"), record.get("market"), record.get("overrides") or {}
    committed = record.get("committed")
    if committed is None and (market is None or (stage is not None and "market" not in overrides)):  # type: ignore[operator]
        return stage
    market = committed or market
    known = Market(str(market))
    if known is of_cnig_stage(None if stage is None else str(stage))[0]:
        return stage
    if known is Market.FOR_SALE:
        return "en vente avec contraintes" if record.get("market_conditions") else "en vente"
    return _STAGES.get(known)


def _written(official: Official, value: object) -> object:
    """A column's value as the official field writes it."""
    if value is None or value == []:
        return None
    match official.kind:
        case Kind.FLAG:
            return "oui" if value else "non"
        case Kind.REFERENCES:
            return "|".join(value)  # type: ignore[arg-type]
        case Kind.HECTARES:
            return _number(round(float(value) / 10_000.0, 8))  # type: ignore[arg-type]
        case Kind.NUMBER | Kind.WHOLE:
            return _number(float(value))  # type: ignore[arg-type]
        case _:
            return value.isoformat() if isinstance(value, date) else value


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _passes(name: str, official: Official, value: object) -> bool:
    pattern = _PATTERNS.get((name, official.name))
    if pattern is not None:
        return pattern.fullmatch(str(value)) is not None
    text = str(value)
    match official.kind:
        case Kind.NUMBER | Kind.HECTARES:
            return isinstance(value, int | float)
        case Kind.WHOLE:
            return isinstance(value, int)
        case Kind.DAY:
            return _is_day(text)
        case Kind.YEAR:
            return re.fullmatch(r"\d{4}", text) is not None
        case Kind.FLAG:
            return text in ("oui", "non")
        case Kind.CODE if name in _IDS and official.column == "key":
            return re.fullmatch(rf"[0-9AB]{{5}}_{_IDS[name]}-ECO_\S+", text) is not None
    return official.name != "etab_contact_mail" or _EMAIL.fullmatch(text) is not None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _shape(name: str, official: Official, record: Record) -> object:
    """The outline, or the point: as published, else of the row's own geometry."""
    if official.kind is Kind.SURFACE:
        return record.get("degrees") if name == "friches" else record.get("geom")
    published = record.get("published")
    said = published.get(official.name) if isinstance(published, Mapping) else None
    return said if said is not None else record.get("centre")


def _outline(name: str, record: Record) -> BaseGeometry | None:
    geometry = next((record[one] for one in ("points", "geom", "location") if record.get(one) is not None), None)
    if name == "etablissement" and isinstance(geometry, shapely.Point):
        return shapely.MultiPoint([geometry])
    return geometry if isinstance(geometry, BaseGeometry) else None


def _short(value: object) -> object:
    text = str(value)
    return value if len(text) <= 80 else f"{text[:79]}…"
