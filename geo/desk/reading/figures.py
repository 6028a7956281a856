"""Numbers as people write them in mails, French and English."""

import re

FIGURE = r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,2}(?!\d)|\d{1,3}(?:\.\d{3}){2}(?!\d)|\d{1,7}(?:[.,]\d{1,3})?(?!\d)"
"""A figure: 12 000, 5,5, 5.5."""
THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
TO = r"[ \u00a0]{0,3}(?:-|–|—|/|à|a|et|ou|to|and|or)[ \u00a0]{0,3}"
"""What stands between the ends of a range."""


def number(text: str, *, thousands: bool = False) -> float:
    """The number that a figure stands for; ``thousands``: three digits after a point or comma are thousands."""
    bare = re.sub(r"[ \u00a0\u202f]", "", text)
    if bare.count(".") > 1 or (thousands and THOUSANDS.fullmatch(bare)):
        return float(bare.replace(".", "").replace(",", ""))
    return float(bare.replace(",", "."))


def plain(value: float) -> float | int:
    """A whole number without its decimals."""
    return int(value) if value == int(value) else round(value, 4)
