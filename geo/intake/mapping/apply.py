"""A mapping applied to raw rows: our columns out of theirs, rows left out, lines and points given their reach."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.intake.layers.columns import Properties, brief, field_names
from geo.intake.layers.references import in_commune
from geo.intake.layers.values import GIVEN_UP, insee, quantity, text
from geo.intake.mapping.layer_mapping import LAYER_NAME, LayerMapping, Rule, Scalar, means
from geo.intake.mapping.targets import own_unit, property_of, units_of
from geo.intake.problems import Remark, Repair
from geo.intake.raw import Raw
from geo.land.text import strip_accents

_POINTS, _LINES = (0, 4), (1, 2, 5)
_MOST = 1e15
_FILE = re.compile(r"\.(?:(?:geo)?json[ls]?|geojsonseq|fgb|gpkg|shp|zip|csv|xlsx|parquet|gz)+$")
"""A layer has one name whatever file it comes in: ``$layer`` stands in keys."""


def apply(mapping: LayerMapping, raw: Raw, part: str, commune: str | None = None) -> Raw:
    """The rows under the names of our columns, values in our units; ``part`` is the name of the source layer.

    ``commune`` (INSEE) is that of rows that name none: cadastral references without a commune are of it.

    Only what the mapping names is read. Rows it leaves out are counted in ``left_out``; ``reach`` says how far
    (ground metres) the surface of a line or a point goes.
    """
    present = field_names(raw.properties)
    kept = _kept(mapping, raw, present)
    if len(kept) < len(raw.rows):
        some = raw.part(kept)
        some.read, some.left_out = raw.read, len(raw.rows) - len(kept)
        some.repairs, some.rejections, some.remarks = raw.repairs, raw.rejections, raw.remarks
        some.refused = raw.refused
        raw = some
    reading = _Reading(raw, present, part)
    columns = _columns(mapping, reading)
    if "cadastral_ids" in columns:
        columns["cadastral_ids"] = reading.placed(columns["cadastral_ids"], columns.get("commune_insee"), commune)
    mapped = Raw(raw.rows, _rows(columns, len(raw.rows)), raw.geometry, raw.read)
    mapped.refused = _refused(mapping, raw, part)
    mapped.left_out, mapped.reach = raw.left_out, _reach(mapping, reading)
    mapped.repairs, mapped.rejections = raw.repairs + reading.repairs, raw.rejections
    mapped.remarks = raw.remarks + reading.remarks
    return mapped


def _columns(mapping: LayerMapping, reading: "_Reading") -> dict[str, list[object]]:
    origin = mapping.constant("origin")
    return {property_of(mapping.layer, r.target, origin=origin): reading.values(r) for r in mapping.columns}


def _rows(columns: Mapping[str, list[object]], count: int) -> list[Properties]:
    rows = zip(*columns.values(), strict=True) if columns else [()] * count
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _refused(mapping: LayerMapping, raw: Raw, part: str) -> dict[int, Properties]:
    """The rows their reader refused under our names, so that the report can call them; nothing else is told of them."""
    if not raw.refused:
        return {}
    found = list(raw.refused.values())
    rows = Raw(list(raw.refused), found, np.full(len(found), None, dtype=object), len(found))
    columns = _columns(mapping, _Reading(rows, field_names(found), part))
    return dict(zip(raw.refused, _rows(columns, len(found)), strict=True))


def read_by(mapping: LayerMapping, fields: Sequence[str]) -> set[str]:
    """Which fields of a source layer a mapping reads, as the layer writes them."""
    wanted = {name.lower() for name in mapping.reads}
    return {name for name in fields if name.lower() in wanted}


def _kept(mapping: LayerMapping, raw: Raw, present: Mapping[str, str]) -> list[int]:
    """The places of rows that are wanted."""
    only, without = _named(mapping.only, present), _named(mapping.leave_out, present)
    if not only and not without:
        return list(range(len(raw.rows)))
    return [
        place
        for place, row in enumerate(raw.properties)
        if all(_says(row, name, words) for name, words in only)
        and not any(_says(row, name, words) for name, words in without)
    ]


def _named(conditions: Mapping[str, tuple[str, ...]], present: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(present.get(name.lower(), name), words) for name, words in conditions.items()]


def _says(row: Properties, name: str, words: Sequence[str]) -> bool:
    value = text(row.get(name))[0]
    return value is not None and means(str(value), words)


class _Reading:
    """The rows of one batch, read rule by rule; what had to be mended or is not known is kept for the report."""

    def __init__(self, raw: Raw, present: Mapping[str, str], part: str) -> None:
        self.raw, self._present, self._part = raw, present, part
        self.repairs: list[Repair] = []
        self.remarks: list[Remark] = []

    def values(self, rule: Rule) -> list[object]:
        """The values of one column of ours, one a row."""
        if not rule.fields:
            return [rule.default] * len(self.raw.rows)
        found = self._source(rule)
        if rule.scale is not None or (rule.values is None and units_of(rule.target)):
            found = self._scaled(rule, found, rule.scale or 1.0)
        if rule.values is not None:
            found = self._looked_up(rule, found, rule.values)
        elif rule.default is not None:
            found = [rule.default if value is None or value == "" else value for value in found]
        return found

    def placed(self, found: list[object], communes: list[object] | None, commune: str | None) -> list[object]:
        """Cadastral references, those that name no commune (``AB 12``) completed by that of their row."""
        values: list[object] = []
        for place, before in enumerate(found):
            said = communes[place] if communes else None
            code = insee(said)[0] if said not in (None, "") else commune
            after = in_commune(before, str(code)) if code else before
            if after != before:
                self.repairs.append(
                    Repair(self.raw.rows[place], "cadastral_ids", brief(before), after, "cadastre.commune_added")
                )
            values.append(after)
        return values

    def _source(self, rule: Rule) -> list[object]:
        several = [self._field(name) for name in rule.fields]
        if len(several) == 1:
            return several[0]
        rows = zip(*several, strict=True)
        if rule.join is None:
            return [next((value for value in row if value not in (None, "")), None) for row in rows]
        said = ([str(spelt) for value in row if (spelt := text(value)[0]) is not None] for row in rows)
        return [rule.join.join(words) or None for words in said]

    def _field(self, name: str) -> list[object]:
        if name == LAYER_NAME:
            return [_FILE.sub("", self._part.lower())] * len(self.raw.rows)
        source = self._present.get(name.lower())
        return [None if source is None else row.get(source) for row in self.raw.properties]

    def _scaled(self, rule: Rule, found: list[object], scale: float) -> list[object]:
        """Numbers in our unit; what is no number is handed on for the reader of the column to refuse.

        A number that is written with its unit (``"45 €/m²"``) is in that unit, whatever the mapping says.
        """
        read = quantity(scale=scale, low=-_MOST, high=_MOST)
        values: list[object] = []
        for place, before in enumerate(found):
            after, code = read(before)
            if code == "value.not_a_number" and (own := own_unit(rule.target, before)):
                after, code = quantity(scale=units_of(rule.target)[own[1]], low=-_MOST, high=_MOST)(own[0])
                code = code if code in GIVEN_UP else "value.own_unit"
            if code is not None and code not in GIVEN_UP:
                self.repairs.append(Repair(self.raw.rows[place], rule.target, brief(before), after, code))
            values.append(before if code in GIVEN_UP else after)
        return values

    def _looked_up(self, rule: Rule, found: list[object], words: Mapping[str, Scalar]) -> list[object]:
        meaning = _meanings(words)
        known: dict[str, Scalar] = {}
        values: list[object] = []
        for place, before in enumerate(found):
            spelt = text(before)[0] if not isinstance(before, bool) else str(before).lower()
            if spelt is None:
                values.append(rule.default)
                continue
            word = str(spelt)
            if word not in known:
                known[word] = self._meaning(rule, place, word, meaning)
            values.append(known[word])
        return values

    def _meaning(self, rule: Rule, place: int, word: str, meaning: Callable[[str], tuple[bool, Scalar]]) -> Scalar:
        """What a word means; a word nobody gave a meaning is told once."""
        given, value = meaning(word)
        if given and value != "":
            return value
        if rule.default is None:
            said = {"text": word, "name": rule.target}
            self.remarks.append(
                Remark(self.raw.rows[place], rule.target, brief(word), "mapping.value_unknown", params=said)
            )
        return rule.default


def _meanings(words: Mapping[str, Scalar]) -> Callable[[str], tuple[bool, Scalar]]:
    """Looking up a word: as written, else the first in the table that it is, ``*`` standing for anything.

    Case and accents do not count, unless two words of the table differ in nothing else (``B*`` and ``b*``).
    """
    loosely = [(strip_accents(word), value) for word, value in words.items()]
    told_apart = len({spelt for spelt, _ in loosely}) < len(loosely)

    def meaning(word: str) -> tuple[bool, Scalar]:
        if word in words:
            return True, words[word]
        passes = [(word, list(words.items()))] if told_apart else []
        for candidate, listed in (*passes, (strip_accents(word), loosely)):
            for pattern, value in listed:
                if fnmatchcase(candidate, pattern):
                    return True, value
        return False, None

    return meaning


def _reach(mapping: LayerMapping, reading: _Reading) -> NDArray[np.float64] | None:
    """Half the width of lines, the radius of points, in ground metres; NaN where nothing is said. None without any."""
    places = mapping.places
    if places.width is places.radius is places.surface is None:
        return None
    types = shapely.get_type_id(reading.raw.geometry)
    reach = np.full(len(types), np.nan)
    lines, points = np.isin(types, _LINES), np.isin(types, _POINTS)
    if places.width is not None:
        reach[lines] = _numbers(reading, places.width)[lines] / 2
    if places.radius is not None:
        reach[points] = _numbers(reading, places.radius)[points]
    if places.surface is not None:
        discs = np.sqrt(_numbers(reading, places.surface) / math.pi)
        stated = points & np.isfinite(discs)
        reach[stated] = discs[stated]
    return reach


def _numbers(reading: _Reading, rule: Rule) -> NDArray[np.float64]:
    """Numbers above zero, NaN where there is none."""
    read = quantity(high=_MOST)
    found = [read(value)[0] for value in reading.values(rule)]
    numbers = np.array([np.nan if value is None else value for value in found], dtype=np.float64)
    numbers[~(numbers > 0)] = np.nan if rule.default is None else float(rule.default)
    return numbers
