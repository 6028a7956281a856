"""The words people read for layers, fields, schemas and faults of a drawing; what has none keeps its own name."""

from api.catalogues import catalogue, sentence


def layer_word(layer: object, lang: str) -> str:
    """A layer: ``parcels`` is *terrains*."""
    return _word("layer", layer, lang)


def schema_word(schema: object, lang: str) -> str:
    """What a file was recognised as; several, with semicolons: the words of some have commas."""
    return sentence("words.several", lang).join(dict.fromkeys(_schema(one, lang) for one in str(schema).split(", ")))


def _schema(schema: str, lang: str) -> str:
    kind, _, name = schema.partition(":")
    if kind == "mapping":
        return sentence("words.schema.of_mapping", lang, name=name)
    return _word("schema", schema, lang)


def fault_word(fault: object, lang: str) -> str:
    """What GEOS finds wrong with an outline: ``self_intersection`` is *le contour se recoupe*."""
    key = f"words.geos.{fault}"
    return sentence(key if key in catalogue(lang) else "words.geos.other", lang)


def column_word(name: object, lang: str) -> str:
    """A column of ours by its word alone: ``surface_stated_m2`` is *surface écrite, m²*."""
    return _word("field", name, lang)


def field_word(name: object, lang: str) -> str:
    """A field of ours by its word with its name, which is that of the column in an export.

    A field of a source, which has its name from a standard or its producer, is called by it.
    """
    word = column_word(name, lang)
    if word == str(name) or name in _PLAIN:
        return word
    return sentence("words.named", lang, word=word, name=name)


_PLAIN = frozenset({"geometry", "geom", "location", "feature", "row", "key"})
"""Fields that are no column of a file."""


def _word(family: str, name: object, lang: str) -> str:
    key = f"words.{family}.{name}"
    return sentence(key, lang) if key in catalogue(lang) else str(name)


def state_word(state: object, lang: str) -> str:
    """The state of a step: ``to_do`` is *à faire*."""
    return sentence(f"state.{state}", lang)


def step_word(code: object, lang: str) -> str:
    """A step by its code and its name in the catalogue of procedures."""
    from geo.readiness.catalogue_file import in_use

    step = in_use().steps.get(str(code))
    return str(code) if step is None else f"{code} ({step.label[lang]})"
