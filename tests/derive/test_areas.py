"""Which named areas hold a parcel, and that only those change whose areas do."""

from datetime import date

from sqlalchemy import Connection, text

from geo.derive import work
from geo.store.database import Database, Role
from tests import land_rows as rows

TODAY = date(2026, 11, 22)


def areas(connection: Connection, parcel: int) -> list[str]:
    told = text("""select a.kind || '/' || a.code from core.parcel_area m join core.named_area a on a.id = m.area
        where m.parcel = :id order by 1""")
    return list(connection.scalars(told, {"id": parcel}))


def stale(connection: Connection) -> set[int]:
    return set(connection.scalars(text("select parcel from core.dirty where parts & 2 > 0")))


def test_areas_drawn_and_listed(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        inside = rows.parcel(connection, "inside", rows.square(0, 0), commune_insee="69383")
        outside = rows.parcel(connection, "outside", rows.square(5_000, 0), commune_insee="38185")
        rows.area(connection, "scot", "S", rows.square(-500, -500, 2_000))
        rows.area_commune(connection, "aid_zone", "AFR", "69123")
        rows.area_commune(connection, "zone_emploi", "Z", "38185")
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert areas(connection, inside) == ["aid_zone/AFR", "scot/S"], "an arrondissement is of its commune"
        assert areas(connection, outside) == ["zone_emploi/Z"]
        doc = connection.scalar(text("select doc from core.parcel_served where parcel = :id"), {"id": inside})
        assert '"areas" : ["aid_zone/AFR","scot/S"]' in str(doc)
        connection.execute(text("delete from core.area_commune where kind = 'zone_emploi'"))
        assert stale(connection) == {outside}
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert areas(connection, outside) == []
        connection.execute(text("delete from core.named_area where kind = 'aid_zone'"))
        assert stale(connection) == {inside}, "it is told as a list, and has no outline that could touch land"
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("delete from core.named_area where kind = 'scot'"))
        assert stale(connection) == {inside}


def test_an_area_of_an_organisation_is_no_public_fact(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot")
        own = rows.organisation(connection, "Agence")
        rows.area(connection, "saved", "mine", rows.square(-500, -500, 2_000), organisation=own)
    work.derive(database, as_of=TODAY)
    with database.connection(Role.WORKER) as connection:
        assert areas(connection, parcel) == ["saved/mine"]
        assert "saved/mine" not in str(connection.scalar(text("select doc from core.parcel_served")))
    with database.connection(Role.PUBLIC) as connection:
        assert connection.scalar(text("select count(*) from area")) == 0
