"""Parcels filtered and sorted by the day they can be used: which date, for whom, page after page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from geo.cluster import Running
from geo.readiness.catalogue_file import default
from geo.readiness.kept import Kept
from geo.readiness.needclass import class_of_key
from geo.readiness.result import NEVER_DAYS
from geo.store.database import Database, Role
from geo.store.dated import OF_NEED, Dated
from tests import land_rows as rows
from tests.api.planning_place import Place, a_territory
from tests.api.sent import sent_meanwhile
from tests.conftest import copied

ITEMS = "/collections/parcels/items"
NEED = {"buildings": [{"length_m": 60, "width_m": 40}], "icpe": {"regime": "A"}, "power_mw": {"at_opening": 60}}
RAW = {"stade_amngt": "non aménagé, non viabilisé", "etat_occup": "occupé", "stade_comm": "en vente"}


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    """Lots nearly ready, raw land, land that its owner does not sell, and land nobody has dated."""
    with copied(cluster, template, "by_date") as address:
        database = Database(address, pool_size=2)
        with database.connection(Role.WORKER) as connection:
            for n in range(3):
                shape = rows.square(300 * n, 600)
                rows.parcel(connection, f"raw {n}", shape, maitrise_fonc="commune", **RAW)
            never = {**RAW, "stade_comm": "non commercialisable", "market": "not_marketed"}
            rows.parcel(connection, "kept", rows.square(1_200, 600), maitrise_fonc="commune", **never)
        with a_territory(database) as made:
            with database.connection(Role.WORKER) as connection:
                undated = rows.parcel(connection, "undated", rows.square(1_500, 600))
                _shown_undated(connection, undated)
            yield replace(made, parcels={**made.parcels, "undated": undated})
        database.close()


def _shown_undated(connection: Any, parcel: int) -> None:
    """As a parcel stands whose dates are not computed yet: shown, without a state."""
    connection.exec_driver_sql("insert into core.parcel_derived (parcel, surface_m2) values (%s, 1)", (parcel,))
    connection.exec_driver_sql(
        """insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
        select id, st_transform(geom, 4326), st_transform(geom, 3857),
               '{"type":"Feature","id":' || id || ',"geometry":null,"properties":{"id":' || id
        from core.parcel where id = %s""",
        (parcel,),
    )


def listed(place: Place, who: str, query: str) -> list[dict[str, Any]]:
    """Every feature's properties, page after page; each page is full but the last."""
    found: list[dict[str, Any]] = []
    url: str | None = f"{ITEMS}?{query}"
    while url:
        page = place.get(who, url)
        found += [feature["properties"] for feature in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        if url is None:
            assert page["numberMatched"] == len(found)
    return found


@pytest.mark.parametrize("sort", ["ready_on", "-ready_on", "ready_p50", "-ready_p80", "%2Bready_p80"])
def test_the_order_is_that_of_the_days_and_those_without_come_last(place: Place, sort: str) -> None:
    whole = listed(place, "admin", f"sortby={sort}&limit=100")
    name = sort.removeprefix("-").removeprefix("%2B")
    days = [row[name] for row in whole]
    assert len(days) == 9
    known = [day for day in days if day is not None]
    assert days == [*sorted(known, reverse=sort.startswith("-")), None, None], "never, and not computed"
    for ties in {day for day in days if days.count(day) > 1}:
        same = [row["id"] for row in whole if row[name] == ties]
        assert same == sorted(same)
    for limit in (1, 2, 4):
        assert listed(place, "admin", f"sortby={sort}&limit={limit}") == whole


def test_each_date_is_that_of_the_parcel_itself(place: Place) -> None:
    for query, milestone, quantile in (
        ("", "start", "p80"),
        ("&probability=0.5", "start", "p50"),
        ("&probability=0.9", "start", "p90"),
        ("&milestone=start_cleared&probability=0.1", "start_cleared", "p10"),
    ):
        rows_ = listed(place, "admin", f"sortby=ready_on{query}")
        for row in rows_:
            told = place.get("admin", f"/parcels/{row['id']}/readiness")[milestone]
            assert row["ready_on"] == (told and told[quantile])
        assert len({row["ready_on"] for row in rows_}) > 2


def test_only_what_is_ready_by_a_day_and_of_a_class_is_listed(place: Place) -> None:
    whole = listed(place, "admin", "sortby=ready_on")
    days = sorted({row["ready_on"] for row in whole} - {None})
    first = listed(place, "admin", f"ready_by={days[0]}&limit=1")
    assert [row["id"] for row in first] == sorted(row["id"] for row in whole if row["ready_on"] == days[0])
    before = date.fromisoformat(days[0]) - timedelta(days=1)
    assert listed(place, "admin", f"ready_by={before}") == []
    for classes in ("over_12", "unknown", "0_6,unknown"):
        found = {row["id"] for row in listed(place, "admin", f"ready_class={classes}")}
        assert found == {row["id"] for row in whole if row["ready_class"] in classes.split(",")}
        assert found
        names = ",".join(f"'{name}'" for name in classes.split(","))
        assert {row["id"] for row in listed(place, "admin", f"filter=ready_class IN ({names})")} == found
    here = f"ready_by={days[-1]}&bbox=4.8,45.7,4.9,45.9&sortby=-ready_on"
    assert {row["id"] for row in listed(place, "admin", here)} <= {row["id"] for row in whole}


@pytest.mark.parametrize("who", ["nobody", "company", "own", "neighbour", "agency", "admin"])
def test_dates_show_no_parcel_that_is_not_shown_without(place: Place, who: str) -> None:
    seen = {row["id"] for row in listed(place, who, "limit=100")}
    for query in ("sortby=ready_on&limit=2", "sortby=-ready_on", "ready_by=2149-01-01", "probability=0.9"):
        assert {row["id"] for row in listed(place, who, query)} <= seen
    assert {row["id"] for row in listed(place, who, "sortby=ready_p50")} == seen


def test_a_class_of_needs_gives_its_own_dates_to_planners(place: Place) -> None:
    parcel = place.parcels["public"]
    told = place.ask("own", "POST", f"/parcels/{parcel}/readiness", json=NEED).json()
    name = told["need_class"].replace("|", "%7C").replace("?", "%3F")
    assert place.get("own", f"/parcels/{parcel}/readiness")["need_class"] is None
    for milestone in OF_NEED:
        found = listed(place, "own", f"need_class={name}&milestone={milestone}&sortby=ready_on&limit=3")
        days = {row["id"]: row["ready_on"] for row in found}
        assert days[parcel] == told[milestone]["p80"]
        assert days[place.parcels["private"]] == days[parcel], "one's own private land counts, with its state"
    assert place.ask("nobody", "GET", f"{ITEMS}?need_class={name}").status_code == 401
    assert place.ask("company", "GET", f"{ITEMS}?need_class={name}").status_code == 403
    assert class_of_key(told["need_class"], default()).key == told["need_class"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ready_by=2027-02-30", "field.iso_day"),
        ("ready_by=", "field.iso_day"),
        ("ready_by=infinity", "field.iso_day"),
        ("ready_class=soon", "ready.class"),
        ("ready_class=", "ready.class"),
        ("milestone=power", "ready.milestone"),
        ("milestone=soon", None),
        ("probability=0", None),
        ("probability=1", None),
        ("probability=nan", None),
        ("sortby=price_eur_m2", "sort.not_listed"),
        ("sortby=geometry", "sort.not_listed"),
        ("sortby=areas", "sort.not_listed"),
        ("sortby=id,-id", "sort.twice"),
        ("sortby=id,name,market,epci,commune,origin", "sort.twice"),
        ("sortby=", "sort.not_listed"),
    ],
)
def test_a_bad_question_is_told(place: Place, query: str, code: str | None) -> None:
    answer = place.ask("nobody", "GET", f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    told = [(error["field"], error["code"]) for error in problem.get("errors", ())]
    assert len(told) == len(set(told)), "each mistake once"
    if code is not None:
        assert code in (problem.get("code"), *(error["code"] for error in problem.get("errors", ())))


@pytest.mark.parametrize(
    "name", ["VRD", "PC%7C", "pc", "PREP_PC%7CPC", "PC%7CPC", "PC!", "x" * 1_000, "%27%20or%201=1"]
)
def test_a_class_that_no_need_has_is_told(place: Place, name: str) -> None:
    answer = place.ask("own", "GET", f"{ITEMS}?need_class={name}")
    assert (answer.status_code, answer.json()["code"]) == (400, "ready.need_class")


def test_a_cursor_goes_on_with_its_own_question_only(place: Place) -> None:
    page = place.get("nobody", f"{ITEMS}?sortby=ready_on&limit=1")
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    token = following.split("next=")[1].partition("&")[0]
    for query in (
        "sortby=-ready_on",
        "sortby=ready_on&ready_by=2149-01-01",
        "sortby=ready_on&probability=0.5",
        "market=sold",
    ):
        assert place.ask("nobody", "GET", f"{ITEMS}?{query}&next={token}").status_code == 400
    assert place.ask("own", "GET", f"{ITEMS}?sortby=ready_on&next={token}").status_code == 400
    for bad in ("abc", "W10", "WzEsMiwzXQ", "bnVsbA"):
        assert place.ask("nobody", "GET", f"{ITEMS}?sortby=ready_on&next={bad}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["limit=100", "ready_by=2149-01-01&sortby=ready_on", "sortby=ready_on&limit=2", "ready_class=over_12",
     "sortby=market,-surface_m2&filter=surface_m2>0"],
)  # fmt: skip
def test_a_page_is_one_statement_and_so_of_one_moment(place: Place, query: str) -> None:
    place.get("nobody", f"{ITEMS}?{query}")  # a first connection asks more
    with sent_meanwhile() as sent:
        place.get("nobody", f"{ITEMS}?{query}")
    assert len(sent) == 1, sent


def test_what_is_read_of_kept_dates_is_what_was_kept(place: Place) -> None:
    """The statement reads the bytes as geo.readiness.kept writes them, at every quantile."""
    days = [n * 7 for n in range(98)] + [NEVER_DAYS]
    kept = Kept(b"".join(day.to_bytes(2, "big") for day in days), None, None, None)
    with place.database.connection(Role.WORKER) as connection:
        for place_ in range(99):
            probability = (place_ + 1) / 100
            dated = Dated("start_cleared", probability)
            bytes_ = "select %s::bytea as kept_start, null::bytea as kept_cleared"
            row = connection.exec_driver_sql(f"select {dated.day()} - core.today() from ({bytes_}) k", (kept.start,))
            found, expected = row.scalar_one(), kept.days("start", probability)
            assert found == (None if expected == float("inf") else expected)
