"""The same question twice is likely by SIREN, by domain, or by a need that is nearly the same."""

import pytest

from geo.desk.duplicates import WARNED_FROM, Trace, score

NEED = {
    "land_m2": {"min": 50_000, "max": 80_000},
    "start_by": "2027-09-22",
    "place": {"named": ["scot/a"]},
    "jobs": 150,
}
NOBODY = Trace(None, None, None, {})


@pytest.mark.parametrize(
    ("one", "other", "warned"),
    [
        (Trace("552100554", None, None, {}), Trace("552100554", None, None, {}), True),
        (Trace(None, "exemple.fr", None, {}), Trace(None, "exemple.fr", None, {}), True),
        (Trace(None, None, "SA Éxemple", {}), Trace(None, None, "sa exemple", {}), True),
        (Trace(None, None, None, NEED), Trace(None, None, None, NEED), True),
        (Trace(None, None, None, NEED), Trace(None, None, None, NEED | {"jobs": 140}), True),
        (
            Trace(None, None, None, NEED),
            Trace(None, None, None, NEED | {"land_m2": {"min": 9_000, "max": 20_000}}),
            False,
        ),
        (Trace(None, None, None, {"jobs": 150}), Trace(None, None, None, {"jobs": 150}), False),
        (Trace("552100554", None, "SA", NEED), Trace("732829320", None, "SA", NEED), False),
        (NOBODY, NOBODY, False),
    ],
)
def test_warned(one: Trace, other: Trace, warned: bool) -> None:
    assert (score(one, other) >= WARNED_FROM) is warned
    assert score(one, other) == score(other, one)
    assert 0 <= score(one, other) <= 1
