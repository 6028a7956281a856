"""Who writes: the SIREN, the domain of the address, the language."""

import re
from collections.abc import Iterator

SIREN = re.compile(r"(?<!\d)(\d{3}[ \u00a0]?\d{3}[ \u00a0]?\d{3})(?:[ \u00a0]?\d{5})?(?!\d)")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})\b")
FRENCH = frozenset(
    [
        "le",
        "la",
        "les",
        "des",
        "une",
        "un",
        "et",
        "nous",
        "pour",
        "dans",
        "avec",
        "sur",
        "bonjour",
        "merci",
        "recherchons",
        "terrain",
        "vous",
        "est",
    ]
)
ENGLISH = frozenset(
    [
        "the",
        "and",
        "we",
        "for",
        "with",
        "are",
        "looking",
        "site",
        "land",
        "our",
        "dear",
        "thank",
        "you",
        "is",
        "please",
        "regards",
        "of",
        "to",
    ]
)
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "live.com",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "neuf.fr",
        "laposte.net",
        "bbox.fr",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.com",
        "gmx.fr",
        "gmx.net",
        "protonmail.com",
        "proton.me",
        "pm.me",
        "mailo.com",
        "numericable.fr",
        "club-internet.fr",
        "cegetel.net",
        "web.de",
    ]
)
"""Domains where anyone has an address: they say nothing of a company."""


def siren_of(text: str) -> str | None:
    """The first nine digits in the text that are a SIREN, alone or at the head of a SIRET."""
    for found in SIREN.finditer(text):
        digits = re.sub(r"\D", "", found[1])
        if luhn(digits):
            return digits
    return None


def luhn(digits: str) -> bool:
    """Whether the last digit controls the others (ISO/IEC 7812)."""
    doubled = (int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits)))
    return digits.strip("0") != "" and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def addresses(text: str) -> Iterator[str]:
    """Every mail address in the text, in lower case."""
    return (found[0].lower() for found in ADDRESS.finditer(text))


def company_domain(address: str | None) -> str | None:
    """The domain of a mail address where it is that of one company."""
    found = ADDRESS.fullmatch(address or "")
    if found is None:
        return None
    domain = found[1].lower()
    return None if domain in FREE_MAIL else domain


def language_of(text: str) -> str:
    """``en`` where English words are more than French ones, else ``fr``."""
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    english, french = (sum(word in listed for word in words) for listed in (ENGLISH, FRENCH))
    return "en" if english > french else "fr"
