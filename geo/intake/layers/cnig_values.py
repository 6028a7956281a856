"""Reading the values of the CNIG standards' own kinds: identifiers, years, lists with |, and fields kept as published.

What these readers give is what JSON holds (texts, numbers), spelt in one way, so that a fact written out and read
again is the same fact.
"""

import re
from collections.abc import Mapping
from datetime import date

import orjson

from geo.intake.layers import cnig
from geo.intake.layers.cnig_fields import Kind, Official
from geo.intake.layers.days import day
from geo.intake.layers.people import of_an_office
from geo.intake.layers.references import references
from geo.intake.layers.values import NOTHING, UNLISTED, Reader, Value, flag, insee, listed, luhn, quantity, siren, text
from geo.land.text import fold

_IDENTIFIER = re.compile(r"([0-9AB]{5})_(POLE|SITE|TERRAIN)-ECO_(\S+)", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_SEPARATORS = re.compile(r"[|,;{}\s]+")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEAR = re.compile(r"(1[5-9]|20|21)\d\d")
LA_POSTE = "356000000"
"""SIREN of La Poste, whose establishments follow another rule than Luhn's."""


def identifier(raw: object) -> Value:
    """An identifier of the standards (``44003_TERRAIN-ECO_00131``); blanks inside one are taken out."""
    value, code = text(raw)
    if value is None:
        return None, code
    found = _IDENTIFIER.fullmatch(_BLANKS.sub("", str(value)))
    if found is None:
        return value, code
    spelt = f"{found[1].upper()}_{found[2].upper()}-ECO_{found[3]}"
    return spelt, code or (None if spelt == value else "value.id_respelt")


def identifiers(raw: object) -> Value:
    """Identifiers with ``|`` between; ``;`` or ``,`` are mended."""
    value, code = text(raw)
    if value is None:
        return None, code
    parts = [identifier(part)[0] for part in re.split(r"[|;,]", str(value))]
    spelt = "|".join(str(part) for part in parts if part)
    return spelt or None, code or (None if spelt == value else "value.id_respelt")


def codes(raw: object) -> Value:
    """Short codes with ``|`` between, however they were parted: ``P3a P5a``, ``{P3a,P5a}``."""
    value, code = text(raw)
    if value is None or fold(str(value)) == "inconnu":
        return None, code if value is None else None
    spelt = "|".join(part for part in _SEPARATORS.split(str(value)) if part)
    return spelt or None, code or (None if spelt == value else "value.respelt")


def choices(values: tuple[str, ...]) -> Reader:
    """A reader of values of a list with ``|`` between; one of them off the list leaves the whole unknown."""
    read_one = listed(values, cnig.SYNONYMS)

    def read(raw: object) -> Value:
        value, code = text(raw)
        if value is None:
            return None, code
        kept: dict[str, None] = {}
        for part in str(value).strip("{}").split("|" if "|" in str(value) else ","):
            found, said = read_one(part.strip().strip('"'))
            if said == UNLISTED:
                return None, UNLISTED
            if found is not None:
                kept[str(found)] = None
        spelt = "|".join(kept)
        if not spelt:
            return None, code
        return spelt, code or (None if spelt == value else "value.respelt")

    return read


def year(raw: object) -> Value:
    """A year, four digits; a whole date gives its year."""
    value, code = text(raw)
    if value is None or fold(str(value)) in ("inconnu", "sans objet", "autre"):
        return None, code if value is None else None
    if _YEAR.fullmatch(str(value)):
        return str(value), code
    found, _ = day(raw)
    return (None, "value.not_a_year") if found is None else (str(found)[:4], "value.year_of_date")


def iso_day(raw: object) -> Value:
    """A day as ISO text. A bare year is no day: it is not guessed which."""
    found, code = day(raw)
    return (None, code) if found is None else (found.isoformat(), code)  # type: ignore[attr-defined]


def yes_no(raw: object) -> Value:
    """``oui`` or ``non``."""
    found, code = flag(raw)
    if found is None:
        return None, code
    spelt = "oui" if found else "non"
    return spelt, None if raw in (spelt, True, False) else "value.respelt"


def number(raw: object) -> Value:
    """A finite number; a whole one without decimals."""
    found, code = quantity(low=-1e15, high=1e15)(raw)
    if not isinstance(found, float):
        return None, code
    return int(found) if found.is_integer() else found, code


def siret(raw: object) -> Value:
    """A SIRET: fourteen digits whose Luhn sum is right; of La Poste's, the sum of digits is a multiple of 5.

    Rule: Insee, "Système national d'identification et du répertoire des entreprises"; the head office of La Poste
    (356000000 00048) follows Luhn as well.
    """
    value, code = text(raw)
    if value is None:
        return None, code
    spelt = _BLANKS.sub("", str(value))
    if not (len(spelt) == 14 and spelt.isascii() and spelt.isdecimal()):
        return None, "value.not_a_siret"
    plain = luhn(spelt) % 10 == 0 or (spelt.startswith(LA_POSTE) and sum(map(int, spelt)) % 5 == 0)
    if not plain:
        return None, "value.not_a_siret"
    return spelt, code or (None if spelt == value else "value.respelt")


def joined_references(raw: object) -> Value:
    """Cadastral identifiers with ``|`` between."""
    found, code = references(raw)
    return "|".join(found) or None, code  # type: ignore[arg-type]


def american_day(raw: object) -> Value:
    """A day written month/day/year (``7/14/2026``) as ISO text; ISO days are taken too."""
    value, code = text(raw)
    found = _AMERICAN.fullmatch(str(value))
    if value is None or found is None:
        return iso_day(raw) if value is not None else (None, code)
    month, of_month, of_year = map(int, found.groups())
    try:
        return date(of_year, month, of_month).isoformat(), None
    except ValueError:
        return None, "value.not_a_date"


def commas(raw: object) -> Value:
    """Texts with commas between, as texts with ``|`` between."""
    value, code = text(raw)
    parts = [part.strip() for part in str(value).strip("[]{}").replace("|", ",").split(",")] if value else []
    return "|".join(part.strip("\"' ") for part in parts if part) or None, code


def office(raw: object) -> Value:
    """How to reach the office behind an offer: mail and address of ``{nom, mail, url}``, an object or JSON text.

    The name and any mail that may be a person's are left out.
    """
    facts = raw
    if isinstance(raw, str):
        try:
            facts = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return (None, "person.withheld") if raw.strip() else NOTHING
    if not isinstance(facts, dict):
        return NOTHING if raw is None else (None, "value.not_text")
    mail, url = facts.get("mail"), facts.get("url")
    kept = [one for one in (mail, url) if isinstance(one, str) and one and (one is not mail or of_an_office(one))]
    left = bool(facts.get("nom")) or (bool(mail) and mail not in kept)
    return ", ".join(kept) or None, "person.withheld" if left else None


_READERS: Mapping[Kind, Reader] = {
    Kind.TEXT: text,
    Kind.URL: text,
    Kind.CODE: identifier,
    Kind.NUMBER: number,
    Kind.WHOLE: number,
    Kind.HECTARES: number,
    Kind.DAY: iso_day,
    Kind.YEAR: year,
    Kind.FLAG: yes_no,
    Kind.REFERENCES: joined_references,
    Kind.SIREN: siren,
    Kind.INSEE: insee,
    Kind.POINT: text,
    Kind.AMERICAN_DAY: american_day,
    Kind.COMMAS: commas,
}


def reader_of(official: Official) -> Reader:
    """How a field kept among the published ones is read."""
    match official.kind:
        case Kind.LISTED:
            return listed(official.values, cnig.SYNONYMS)
        case Kind.CHOICES:
            return choices(official.values)
        case Kind.CODES:
            return identifiers if official.name == "terr_id" else codes
        case kind:
            return _READERS[kind]


def says_nothing(raw: object) -> bool:
    """Whether a source value is empty or one of the standards' words for "nobody said"."""
    if raw is None or raw == "":
        return True
    return isinstance(raw, str) and fold(raw) in ("", "inconnu", "na", "nan", "n a", "null", "none")
