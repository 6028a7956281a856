"""A mapping: a few lines of TOML that make any source layer one of ours, without code (docs/mapping.md)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from geo.intake.files.table_columns import GeometryColumns
from geo.intake.layers.columns import Properties
from geo.intake.layers.records import LAYERS
from geo.intake.layers.values import text as text_of
from geo.intake.mapping.lines import Refusal, syntax_error
from geo.intake.mapping.targets import scale_of, targets_of
from geo.intake.problems import Unreadable
from geo.land.text import strip_accents

Scalar = str | float | int | bool | None
LAYER_NAME = "$layer"
"""Written as a field, stands for the name of the source layer, in lower case and without the suffix of a file."""

MOST_CHARACTERS = 200_000
"""The longest mapping read: thousands of words with their meaning."""
_KEYS = ("name", "layer", "recognise", "only", "leave_out", "columns", "geometry")
_RECOGNISE = ("names", "fields", "where")
_RULE = ("field", "join", "unit", "values", "default", "value")
_COLUMNS = ("wkt", "geojson", "wkb", "point", "x", "y")
_GEOMETRY = (*_COLUMNS, "crs", "width_m", "radius_m", "surface_m2")


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one of our columns comes from.

    The value is that of the first of ``fields`` that says something, or of all of them joined by ``join``; a number
    is multiplied by ``scale`` (our unit for theirs); a word is looked up in ``values``; ``default`` stands where the
    source says nothing, and is the constant when there are no fields.
    """

    target: str
    fields: tuple[str, ...] = ()
    join: str | None = None
    unit: str | None = None
    scale: float | None = None
    values: Mapping[str, Scalar] | None = None
    default: Scalar = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a source layer must look like: its name, fields it must have, what most of its rows say."""

    names: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How much it asks: the mapping that asks most wins."""
        return bool(self.names) + len(self.fields) + 2 * len(self.where)

    def fits(self, name: str, fields: Sequence[str], sample: Sequence[Properties]) -> bool:
        """Whether a source layer of this name, with these fields and first rows, is meant."""
        present = {one.lower(): one for one in fields}
        if not all(one.lower() in present for one in (*self.fields, *self.where)):
            return False
        if self.names and not any(fnmatchcase(name.lower(), pattern.lower()) for pattern in self.names):
            return False
        return all(_mostly(sample, present[one.lower()], said) for one, said in self.where.items())


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows lie: coordinate system, columns of a table, and what gives lines and points a surface.

    ``columns`` says which columns of a table hold the geometry, when they are not to be detected. ``width`` of a
    line (metres on the ground, half on each side), ``radius`` of a point (metres), or the ``surface`` (m2) whose disc
    the point stands for.
    """

    crs: str | None = None
    columns: GeometryColumns | None = None
    width: Rule | None = None
    radius: Rule | None = None
    surface: Rule | None = None


@dataclass(frozen=True, slots=True)
class LayerMapping:
    """One mapping as read: which layer of ours, from which columns, for which rows."""

    name: str
    layer: str
    columns: tuple[Rule, ...]
    places: Places
    recognition: Recognition | None
    only: Mapping[str, tuple[str, ...]]
    leave_out: Mapping[str, tuple[str, ...]]
    text: str

    @property
    def asks_fields(self) -> bool:
        """Whether it is recognised by more than the name of a layer."""
        return self.recognition is not None and bool(self.recognition.fields or self.recognition.where)

    @property
    def reads(self) -> tuple[str, ...]:
        """The source fields it reads, each once; columns of geometry are no fields."""
        places = self.places
        rules = [*self.columns, *(rule for rule in (places.width, places.radius, places.surface) if rule)]
        named = [*(name for rule in rules for name in rule.fields), *self.only, *self.leave_out]
        return tuple(name for name in dict.fromkeys(named) if name != LAYER_NAME)

    def constant(self, target: str) -> Scalar:
        """The value every row gets for ``target``; None when rows say it themselves or nothing does."""
        return next((rule.default for rule in self.columns if rule.target == target and not rule.fields), None)


def read_mapping(text: str, name: str) -> LayerMapping:
    """Read a mapping in TOML; ``name`` is what it is called when it does not say.

    Raises:
        geo.intake.problems.Unreadable: code ``mapping.*``, with the line and what would be right.
    """
    said = _tables(text, name)
    refuse = Refusal(name, text)
    refuse.unknown_keys("", said, _KEYS)
    layer = said.get("layer")
    if layer not in LAYERS:
        raise refuse("mapping.unknown_layer", "", "layer", layer=layer, known=list(LAYERS))
    columns = refuse.table("", said, "columns")
    return LayerMapping(
        name=str(
            text_of(refuse.text("", said, "name", 'name = "zones humides 2026"'))[0] or name.removesuffix(".toml")
        ),
        layer=str(layer),
        columns=tuple(_rule(refuse, str(layer), target, value) for target, value in columns.items()),
        places=_places(refuse, refuse.table("", said, "geometry")),
        recognition=_recognition(refuse, said) if "recognise" in said else None,
        only=refuse.lists("only", refuse.table("", said, "only")),
        leave_out=refuse.lists("leave_out", refuse.table("", said, "leave_out")),
        text=text,
    )


def _tables(text: str, name: str) -> dict[str, object]:
    """The TOML of a mapping, which may come from anybody: too long or too deep is refused."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable("mapping.too_long", name=name, count=len(text), most=MOST_CHARACTERS)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, or a number of thousands of digits
        raise syntax_error(name, error) from error


def _recognition(refuse: Refusal, said: Mapping[str, object]) -> Recognition:
    table = refuse.table("", said, "recognise")
    refuse.unknown_keys("recognise", table, _RECOGNISE)
    return Recognition(
        refuse.texts("recognise", table, "names", 'names = ["zone_humide*"]'),
        refuse.texts("recognise", table, "fields", 'fields = ["idass", "suptype"]'),
        refuse.lists("recognise.where", refuse.table("recognise", table, "where")),
    )


def _rule(refuse: Refusal, layer: str, target: str, value: object) -> Rule:
    known = targets_of(layer)
    if target not in known:
        raise refuse("mapping.unknown_column", "columns", target, column=target, layer=layer, known=list(known))
    return _rule_of(refuse, "columns", target, value, f'{target} = "a field of the source"')


def _rule_of(refuse: Refusal, section: str, target: str, value: object, example: str) -> Rule:
    """A rule from a field's name or from a table saying more."""
    if isinstance(value, str):
        return Rule(target, (value,))
    if not isinstance(value, dict):
        raise refuse("mapping.wrong_value", section, target, example=example)
    refuse.unknown_keys(section, value, _RULE, at=target)
    fields = refuse.texts(section, value, "field", example, at=target)
    if ("value" in value) == bool(fields):
        raise refuse("mapping.field_or_value", section, target, example=f'{target} = {{ field = "..." }}')
    unit = refuse.text(section, value, "unit", f'{target} = {{ field = "...", unit = "ha" }}', at=target)
    said = refuse.table(section, value, "values", at=target)
    words = {word: refuse.scalar(section, target, meaning, example) for word, meaning in said.items()} or None
    join = value.get("join")
    if not (join is None or isinstance(join, str)):
        raise refuse("mapping.wrong_value", section, target, example=f'{target} = {{ field = ["a", "b"], join = " " }}')
    default = refuse.scalar(section, target, value.get("value", value.get("default")), example)
    scale = None if unit is None else scale_of(refuse, section, target, unit)
    return Rule(target, fields, join, unit, scale, words, default)


def _places(refuse: Refusal, table: Mapping[str, object]) -> Places:
    refuse.unknown_keys("geometry", table, _GEOMETRY)
    found = {key: refuse.text("geometry", table, key, f'{key} = "{key.upper()}"') for key in (*_COLUMNS, "crs")}
    crs = found.pop("crs")
    if (found["x"] is None) != (found["y"] is None):
        raise refuse("mapping.wrong_value", "geometry", "x" if found["x"] else "y", example='x = "lon", y = "lat"')
    reach = {key: _metres(refuse, key, table[key]) for key in ("width_m", "radius_m", "surface_m2") if key in table}
    return Places(
        crs=crs,
        columns=GeometryColumns(**found) if any(found.values()) else None,
        width=reach.get("width_m"),
        radius=reach.get("radius_m"),
        surface=reach.get("surface_m2"),
    )


def _metres(refuse: Refusal, key: str, value: object) -> Rule:
    """A width, radius or surface: a number, a field, or a field with its unit and a default."""
    example = f"{key} = 10"
    if isinstance(value, bool):
        raise refuse("mapping.wrong_value", "geometry", key, example=example)
    rule = (
        Rule(key, default=value)
        if isinstance(value, int | float)
        else _rule_of(refuse, "geometry", key, value, example)
    )
    fixed = rule.default
    if fixed is not None and not (isinstance(fixed, int | float) and 0 < fixed <= 1e6):
        raise refuse("mapping.wrong_value", "geometry", key, example=example)
    return rule


def _mostly(sample: Sequence[Properties], name: str, wanted: tuple[str, ...]) -> bool:
    """Whether more than half of the rows that say something say one of the words."""
    said = [str(row[name]) for row in sample if row.get(name) is not None]
    return bool(said) and 2 * sum(means(value, wanted) for value in said) > len(said)


def means(value: str, words: Sequence[str]) -> bool:
    """Whether a value is one of the words, whatever its case and accents; ``*`` in a word stands for anything."""
    spelt = strip_accents(value.strip())
    return any(fnmatchcase(spelt, strip_accents(word)) for word in words)
