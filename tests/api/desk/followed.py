"""What tests of digests and feeds do with a desk: keep people, save searches, change land, read what was told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import text

from api.clock import today
from api.jobs.digest import look_round
from geo.derive import work
from geo.store.database import Role
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk

ATOM = "{http://www.w3.org/2005/Atom}"
SETTINGS = quick_settings(public_url="https://terrains.example.org")
WIDE = "surface_m2 >= 50000"


def person(desk: Desk, who: str, mail: str, **said: Any) -> int:
    return int(desk.post(who, "/contacts", **{"name": "Claire Martin", "mail": mail, "works_for": "own"} | said)["id"])


def saved(desk: Desk, who: str, name: str, **said: Any) -> int:
    return int(desk.post(who, "/searches", **{"name": name, "filter": WIDE} | said)["id"])


def change(desk: Desk, parcel: int, **facts: Any) -> None:
    with desk.database.connection(Role.WORKER) as connection:
        named = ", ".join(f"{name} = :{name}" for name in facts)
        connection.execute(text(f"update core.parcel set {named} where id = :id"), facts | {"id": parcel})
    work.derive(desk.database, as_of=today(SETTINGS))


def mails(desk: Desk, to: str) -> list[Any]:
    with desk.database.connection(Role.WORKER) as connection:
        asked = text("select * from core.message where to_address = :to order by id")
        return list(connection.execute(asked, {"to": to}))


def next_day(desk: Desk, days: int = 1) -> datetime:
    """The morning so many days from now, everything followed having been looked at."""
    look_round(desk.database, SETTINGS)
    return datetime.now(UTC).replace(hour=9) + timedelta(days=days)


def check_atom(content: bytes) -> None:
    """What RFC 4287 asks of a feed and of its entries (4.1.1, 4.1.2)."""
    feed = ElementTree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    for one in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        updated = one.findtext(f"{ATOM}updated") or ""
        assert datetime.fromisoformat(updated).tzinfo is not None
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert all(one.findtext(f"{ATOM}content") for one in feed.iter(f"{ATOM}entry"))
    assert [one.get("rel") for one in feed.findall(f"{ATOM}link")] == ["self"]
