"""Whether a shape of a file is the one that stands: rounding and re-projection move no land."""

STILL_M = 0.01
"""A shape that went out in one system and came back in another has not moved by what rounding leaves, in metres: seven
decimals of a degree are 11 mm."""


def moved(name: str, coming: str) -> str:
    """SQL: the shape ``name`` of the live row ``t`` is another one than the one ``coming``."""
    return f'(t."{name}" is distinct from {coming} and not {still(f"t.{name}", coming)})'


def still(one: str, other: str) -> str:
    """SQL: two shapes are the same but for rounding (migrations/raw_rows/up/30_still.sql)."""
    return f"core.still({one}, {other}, {STILL_M})"
