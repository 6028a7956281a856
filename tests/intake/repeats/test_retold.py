"""What is told of land at each load is told although its file repeats it word for word: its row is read."""

from pathlib import Path

import pytest

from geo.intake import retold
from geo.store.database import Database, Role
from geo.store.layers import LAYERS
from tests import land_rows as rows
from tests.intake.repeats.land import land_of, run, sql, write

LATE = "key like '%0040'"
CORRECTED = f"""update core.parcel set surface_stated_m2 = 1, overrides = '{{"surface_stated_m2":
    {{"value": 1, "by": "a", "on": "2026-01-01", "why": "b", "imported": 5600}}}}' where {LATE}"""
ENTERED = f"""insert into core.step_state (parcel, step, state, effective_on, actor)
    select id, 'VRD', 'done', date '2026-05-04', 'test' from core.parcel where {LATE}"""
OF_ANOTHER = f"update core.parcel set responsible = (select max(id) from core.organisation) where {LATE}"


@pytest.mark.parametrize(
    ("said", "conflicts", "refused"),
    [(CORRECTED, 1, 0), (ENTERED, 0, 0), (OF_ANOTHER, 0, 1)],
    ids=["value", "step", "other"],
)
def test_land_that_may_be_told_of_is_read(
    database: Database, tmp_path: Path, passed: list[int], said: str, conflicts: int, refused: int
) -> None:
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "own", "territory")
        rows.organisation(connection, "other", "territory")
    path = write(tmp_path / "cadastre.json", land_of(50))
    run(database, path, "parcels", organisation=own, responsible=own)
    run(database, path, "parcels", organisation=own)
    sql(database, said)
    told = [run(database, path, "parcels", organisation=own) for _ in range(2)]
    assert [(one.conflicts_found(), one.rejected) for one in told] == 2 * [(conflicts, refused)]
    assert passed[0] > 40
    assert passed[1:] == 2 * [passed[0] - 1]


def test_all_land_of_a_check_is_read() -> None:
    """A check that tells of parcels although nothing changed has its words in the search for what is repeated."""
    spoken_of = retold.spoken_of(LAYERS["parcels"])
    assert all(check.of in spoken_of for check in retold.CHECKS)
    assert retold.spoken_of(LAYERS["cadastre"]) == "false"
