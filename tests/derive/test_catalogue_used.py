"""The catalogue that dates were computed with is kept, so that an answer as known then has the durations of then."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from api.planning.telling import told
from geo.derive import work
from geo.derive.known_then import Moment
from geo.match.readiness.one import readiness_of
from geo.match.readiness.what_if import Asked, of_parcel, of_territory
from geo.readiness.catalogue_file import default, read, shipped_text, use
from geo.store.database import Database, Role
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)


@pytest.fixture
def another() -> Iterator[None]:
    """A process that computes with slower servicing works, while the test asks for it."""
    yield
    use(None)


def slower() -> None:
    text_ = shipped_text()
    begin = text_.index('code = "ACCESS"')
    months = text_.index("months = ", begin)
    use(read(text_[:months] + "months = [30, 36, 48]" + text_[text_.index("\n", months) :]))


def asked(database: Database, parcel: int, known_at: datetime | None) -> dict[str, Any]:
    found = readiness_of(database, Role.ADMIN, None, parcel, None, AS_OF, known_at)
    assert found is not None
    return found


@pytest.mark.usefixtures("another")
def test_an_answer_as_known_then_has_the_durations_of_then(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T", stade_amngt="viabilisé non aménagé", maitrise_fonc="commune")
        other = rows.parcel(connection, "U", rows.square(300, 0), stade_amngt="viabilisé et aménagé")
    work.derive(database, as_of=AS_OF)
    then, first = datetime.now(UTC), asked(database, parcel, None)
    slower()
    work.derive(database, as_of=AS_OF)
    now = asked(database, parcel, None)
    assert now["start"]["p80"] > first["start"]["p80"]
    again = asked(database, parcel, then)
    assert (again["start"], again["catalogue"], again["flags"]) == (first["start"], default().version, first["flags"])
    assert asked(database, parcel, datetime.now(UTC))["start"] == now["start"]
    question = Asked("start", None, Moment(AS_OF, then))
    found = of_parcel(database, Role.ADMIN, None, parcel, question)
    assert found is not None
    assert found["catalogue"] == default().version
    assert found["now"]["p80"] == first["start"]["p80"]  # type: ignore[index]
    both = of_territory(database, Role.ADMIN, None, question, None, [parcel, other])
    assert both["catalogue"] == default().version
    with database.connection(Role.WORKER) as connection:
        kept = connection.scalars(text("select version from core.catalogue_used order by id")).all()
        assert kept == [default().version, now["catalogue"]], "one row a change, however often dates are kept"
        connection.execute(text("delete from core.catalogue_used"))
    lost = asked(database, parcel, then)
    assert (lost["start"], lost["flags"][-1]) == (now["start"], "catalogue_of_today")
    note = told(lost, "fr")["notes"]
    assert any("catalogue d'aujourd'hui" in one["message"] for one in note)
