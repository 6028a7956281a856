"""Amounts on the command line, as people write them: 12,5 or 12.5, 1 200, with a unit or without."""

from collections.abc import Mapping

SHARES: Mapping[str, float] = {"%": 0.01}
"""A share of the land: 0,6 or 60 %."""


def amount(written: str | float, units: Mapping[str, float]) -> float:
    """The value of a number, alone or with one of ``units``; a default comes as it is.

    What a program writes (12.375) is read as such, anything else as a need has it (geo.match.need.written). Raises
    ValueError: it is no such amount, or may be two ("12,375").
    """
    if not isinstance(written, str):
        return written
    from geo.match.need.written import parse

    try:
        return float(written.replace("_", "?"))
    except ValueError:
        return parse(written, {**units, "": 1.0})


def metres(written: str | float) -> float:
    """Metres: 12,5; "120 m"; "1,2 km". Raises ValueError."""
    from geo.match.need.quantities import LENGTH

    return amount(written, LENGTH.units)


def share(written: str | float) -> float:
    """A share: 0,6; "60 %". Raises ValueError."""
    return amount(written, SHARES)
