"""Whether a shape of a file is the one that stands: rounding and re-projection move no land."""

STILL_M = 0.01
"""A shape that went out in one system and came back in another has not moved by what rounding leaves, in metres: seven
decimals of a degree are 11 mm."""


def moved(name: str, coming: str) -> str:
    """SQL: the shape ``name`` of the live row ``t`` is another one than the one ``coming``."""
    return f'(t."{name}" is distinct from {coming} and not {still(f"t.{name}", coming)})'


def still(one: str, other: str) -> str:
    """SQL: two shapes are the same but for rounding: corner by corner or, started elsewhere, as lines.

    Corner by corner is quick (10,000 of them 45 ms, the Hausdorff distance 5 s [measured]); midpoints of sides are
    looked at as well, since other outlines may have the same corners.
    """
    corners = "st_dumppoints(st_normalize({}))"
    return f"""coalesce(st_npoints({one}) = st_npoints({other}) and st_expand({one}, {STILL_M}) ~ {other} and (
        not exists (
            select from {corners.format(one)} a left join {corners.format(other)} b on b.path = a.path
            where coalesce(st_distance(a.geom, b.geom) > {STILL_M}, true))
        or st_hausdorffdistance({one}, {other}, 0.5) <= {STILL_M}), false)"""
