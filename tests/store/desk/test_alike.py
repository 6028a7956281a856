"""How much published land is as an anonymous dossier tells it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.derive import work
from geo.match.dossier.anonymous import rounded, told_alike
from geo.store.database import Database, Role
from geo.store.desk.alike import alike
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)


@given(st.floats(1, 1e8), st.floats(0.9, 1.1))
def test_land_is_alike_that_is_told_alike(surface: float, times: float) -> None:
    """But at the very edge, where a surface is rounded to either side."""
    other, told = surface * times, rounded(surface)
    found = told_alike(told)
    assert told is not None
    assert found is not None
    least, most = found
    if min(abs(other - least), abs(other - most)) > 1e-6 * surface:
        assert (least <= other < most) is (rounded(other) == pytest.approx(told))


def test_what_anyone_may_see_is_counted(database: Database) -> None:
    """Three of a hectare and one of two are published in the department, one is hidden."""
    with database.connection(Role.WORKER) as connection:
        rows.commune(connection, "38440", rows.square(0, 0, 5_000))
        lots = [(100, "public"), (100, "public"), (100, "public"), (141.4, "public"), (100, "private")]
        for number, (side, seen) in enumerate(lots):
            shape = rows.square(300 * number, 0, side)
            rows.parcel(connection, str(number), shape, visibility=seen, market="for_sale" if number else "optioned")
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.PUBLIC) as connection:

        def counted(department: str, market: str | None, enough: int = 9) -> int:
            return alike(connection, department, (9_500, 10_500), market, enough)

        assert (counted("38", "for_sale"), counted("38", None), counted("3", None), counted("69", None)) == (2, 3, 3, 0)
        assert counted("38", None, 2) == 2, "no more than wanted"
        assert alike(connection, "38", None, None, 9) == 4
