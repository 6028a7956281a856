"""Telling people from offices and companies by their names, mails and telephone numbers.

In doubt a name is a person's: nothing of the product needs it (docs/decisions/no-natural-persons.md).
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from geo.land.text import fold

_ADDRESS = re.compile(r"[^\s,;|/<>()]+@[^\s,;|/<>()]+")
_WEB = re.compile(r"(?:https?://|www\.)\S+")
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?33[\s.()-]*0?|0)[\s.()-]*[67](?:[\s.-]*\d){8}(?!\d)|^[67]\d{8}$")
_PARTS = re.compile(r"[,;|/\n:()]|\s[-–—]\s")
_TITLE = re.compile(
    r"^(m|mr|m et mme|indivision|succession|epoux)\b|\b(mme|mlle|monsieur|madame|mademoiselle|consorts)\b"
)
_MOST_WORDS = 4
"""A name of more words is a sentence, or a company's."""


@cache
def _words(name: str) -> frozenset[str]:
    said = tomllib.loads(files("geo.intake.layers").joinpath("people.toml").read_text(encoding="utf-8"))
    return frozenset(said[name])


def of_an_office(address: object) -> bool:
    """Whether an e-mail address says by itself that it is an office's: ``contact@``, ``developpement-eco@``.

    An address that says nothing of the kind may be a person's, and counts as one; of several, each must be an office's.
    """
    if address is None:
        return True
    addresses = _ADDRESS.findall(str(address)) or [str(address)]
    return all(set(fold(one.split("@")[0]).split()) & _words("functions") for one in addresses)


def is_mobile(number: object) -> bool:
    """Whether a mobile number (06, 07) is among telephone numbers: it is somebody's own."""
    return number is not None and bool(_MOBILE.search(str(number)))


def is_a_company(name: str) -> bool:
    """Whether a name begins with a legal form: ``SCI M``."""
    return fold(name).partition(" ")[0] in _words("forms")


def is_a_person(name: str) -> bool:
    """Whether a name says by itself that it is a person's: ``M. Dupont``, ``Consorts Martin``, ``Jean Dupont``."""
    folded = fold(name)
    words = folded.split()
    if not words or is_a_company(name):
        return False
    return has_a_title(name) or _has_first_name(words)


def has_a_title(name: str) -> bool:
    """Whether a name is titled as a person's: ``M. Dupont``, ``Consorts Martin``, whatever else is said of it."""
    return bool(_TITLE.search(fold(name)))


def _has_first_name(words: list[str]) -> bool:
    """Two to four words of letters, one a first name, none of what only bodies are called."""
    if not 2 <= len(words) <= _MOST_WORDS or not all(word.isalpha() for word in words) or _bodies() & {*words}:
        return False
    return bool(_words("first_names") & {*words}) or words[0] in _words("first_names_too")


@cache
def _bodies() -> frozenset[str]:
    return _words("functions") | _words("organisations") | _words("forms")


def reaches_an_office(contact: str) -> bool:
    """Whether all that a contact says is an office's: its name, its mail, its landline, its address on the web."""
    if "@" in contact and not of_an_office(contact):
        return False
    if is_mobile(contact) or is_a_person(contact):
        return False
    rest = _WEB.sub(" ", _ADDRESS.sub(" ", contact))
    return all(_names_an_office(part) for part in _PARTS.split(rest))


def _names_an_office(part: str) -> bool:
    """Whether what stands between two commas names no person: nothing but numbers, or a body."""
    words = [word for word in fold(part).split() if word.isalpha() and word not in ("tel", "fax", "mail", "email")]
    return not words or (bool(_bodies() & {*words}) and not is_a_person(part))
