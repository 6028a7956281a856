"""Whether a text names land that must not be recognised: by its name, its commune, its references."""

import re
from collections.abc import Iterable

from geo.land.text import fold

LEAST_LETTERS = 3
"""Shorter names (a number, initials) are words of any text."""
TELLING = 5
"""From how many letters on a word of a name tells which land it is, unless it is a plain one."""
PLAIN = frozenset(
    (
        *("terrain", "terrains", "parcelle", "parcelles", "parcs", "zones", "activite", "activites", "espace"),
        *("espaces", "exemple", "grand", "grande", "grands", "communaute", "communes", "commune", "agglomeration"),
        *("metropole", "industriel", "industrielle", "industrielles", "economique", "economiques", "centre"),
        *("secteur", "friche", "ilot", "hectare", "hectares", "logistique", "artisanal", "artisanale"),
        *("entreprises", "entreprise", "technopole", "terre", "terres", "plaine", "vallee", "petit", "petite"),
        *("ancien", "ancienne", "ouvrir", "urbanisation", "puissance", "inconnue", "option"),
    )
)
"""Words that stand in the names of many lands."""


def named_in(texts: Iterable[str], names: Iterable[str]) -> str | None:
    """The first name, or word of one, that a text says; None where they say none."""
    said = " ".join(fold(text) for text in texts)
    for name in sorted(names):
        for wanted in (name, *_telling_words(name)):
            folded = fold(wanted)
            if len(folded) >= LEAST_LETTERS and re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", said):
                return wanted
    return None


def _telling_words(name: str) -> list[str]:
    """Words written with a capital, as names are."""
    words = re.findall(r"[^\W\d_]+", name)
    return [word for word in words if word[0].isupper() and len(word) >= TELLING and fold(word) not in PLAIN]
