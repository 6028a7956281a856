"""The catalogue of constraint kinds."""

import pytest

from geo.land.constraints import BadConstraintCatalogueError, kinds, read_kinds
from geo.land.vocabulary import Effect

GOOD = """
[x]
label = { fr = "a", en = "b" }
effect = "forbids"
clearance_m = 2
source = "here"
confidence = "E"
"""


def test_the_kinds_the_product_speaks_of() -> None:
    found = kinds()
    assert (found["building"].effect, found["building"].clearance_m) == (Effect.FORBIDS, 0)
    for kind in ("pprt_red", "flood_red", "pipeline", "ebc", "capture_immediate"):
        assert found[kind].effect is Effect.FORBIDS, kind
    for kind in ("pprt_blue", "flood_blue", "wetland", "power_line", "capture_near"):
        assert found[kind].effect is Effect.RESTRICTS, kind
    assert found["noise"].effect is Effect.INFORMS
    assert all(kind.source and kind.label["fr"] and kind.label["en"] for kind in found.values())
    assert all(kind.code == code for code, kind in found.items())


def test_a_catalogue_of_ones_own() -> None:
    assert read_kinds(GOOD)["x"].clearance_m == 2.0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("[x]", "[x"), "not TOML"),
        (('effect = "forbids"', 'effect = "blocks"'), "effect 'blocks'"),
        (("clearance_m = 2", "clearance_m = -1"), "clearance_m"),
        (("clearance_m = 2", "clearance_m = nan"), "clearance_m"),
        (('confidence = "E"', 'confidence = "?"'), "confidence"),
        (('source = "here"\n', ""), "exactly the fields"),
        ((', en = "b"', ""), "label needs"),
    ],
)
def test_a_bad_catalogue_is_refused_with_the_field(changed: tuple[str, str], says: str) -> None:
    with pytest.raises(BadConstraintCatalogueError, match=says):
        read_kinds(GOOD.replace(*changed))
    with pytest.raises(BadConstraintCatalogueError, match="exactly"):
        read_kinds("x = 1")
