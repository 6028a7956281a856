"""Everything that is asked for as text, a bounded part at a time, and its query stopped."""

import csv
import io
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.errors import QueryCanceled
from sqlalchemy import text

from geo.cluster import Running
from geo.derive import work
from geo.export.cnig_files import neutral
from geo.store.cql2.compiler import Clause
from geo.store.cql2.terms import Kind, Places
from geo.store.database import AUDIENCES, Database, Role
from geo.store.items.feature import Form
from geo.store.items.hits import After
from geo.store.items.page import page
from geo.store.items.question import Order, Question, in_boxes, of_markets
from geo.store.items.stream import ROWS, Stream, Wanted
from tests import land_rows as rows
from tests.breadth import tried
from tests.conftest import copied
from tests.store.items.grid import filled

PARCELS = 3_000
BOX = (4.84, 45.755, 4.86, 45.764)


@pytest.fixture(scope="module")
def grid(cluster: Running, template: str) -> Iterator[Database]:
    """3,000 parcels on a grid, one in ten private."""
    yield from filled(cluster, template, PARCELS)


def parts(database: Database, wanted: Wanted) -> list[str]:
    stream = Stream(database.connection(wanted.role), wanted)
    try:
        return [part.decode() for part in iter(stream.part, None)]
    finally:
        stream.close()


def lines(database: Database, wanted: Wanted) -> list[dict[str, str]]:
    """The rows of CSV by the names of their columns."""
    assert wanted.delimiter is not None
    written = io.StringIO("".join(parts(database, wanted)), newline="")
    return list(csv.DictReader(written, delimiter=wanted.delimiter, strict=True))


def sequence(database: Database, wanted: Wanted) -> list[dict[str, object]]:
    """The features of a text sequence (RFC 8142)."""
    written = "".join(parts(database, wanted))
    texts = written.split("\x1e")
    assert texts[0] == ""
    assert all(one.endswith("\n") for one in texts[1:])
    return [json.loads(one) for one in texts[1:]]


QUESTIONS = (
    Question(),
    Question(boxes=in_boxes([BOX], 4326)),
    Question((of_markets(["for_sale"]),)),
    Question(orders=(Order("market", Kind.TEXT, descending=True),)),
    Question(orders=(Order("nullif(market, 'sold')", Kind.TEXT), Order("surface_m2", Kind.NUMBER))),
    Question(boxes=in_boxes([BOX], 4326), added=(("ready_on", "current_date + id::integer"),)),
)


@pytest.mark.parametrize("role", AUDIENCES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_stream_is_the_page_of_everything(grid: Database, role: Role, question: Question) -> None:
    with grid.connection(role) as connection:
        whole = page(connection, role, question, limit=PARCELS)
    features = json.loads(b"[" + whole.features + b"]")
    assert 0 < len(features) == whole.returned
    assert sequence(grid, Wanted(role, question)) == features
    table = lines(grid, Wanted(role, question, delimiter=","))
    assert [row["id"] for row in table] == [str(feature["id"]) for feature in features]
    if question.added:
        assert [row["ready_on"] for row in table] == [feature["properties"]["ready_on"] for feature in features]
        assert table[0]["ready_on"]


def test_a_stream_may_be_limited_and_begin_after_a_row(grid: Database) -> None:
    everything = [row["id"] for row in lines(grid, Wanted(Role.ADMIN, Question(), delimiter=","))]
    assert len(everything) == PARCELS
    wanted = Wanted(Role.ADMIN, Question(), delimiter=",", limit=7, after=After(int(everything[99])))
    assert [row["id"] for row in lines(grid, wanted)] == everything[100:107]
    assert len(lines(grid, Wanted(Role.ADMIN, Question(), delimiter=",", limit=1))) == 1


def test_parts_are_bounded(grid: Database) -> None:
    found = parts(grid, Wanted(Role.PUBLIC, Question()))
    assert max(part.count("\n") for part in found) == ROWS


def test_nothing_found_is_a_header_alone(grid: Database) -> None:
    nowhere = Question(boxes=in_boxes([(0, 0, 1, 1)], 4326))
    assert parts(grid, Wanted(Role.PUBLIC, nowhere)) == [""]
    (header,) = parts(grid, Wanted(Role.PUBLIC, nowhere, Form(("name",)), delimiter=";"))
    assert header == "name;WKT\r\n"


def test_a_column_that_is_masked_is_not_there(grid: Database) -> None:
    for role in AUDIENCES:
        (row,) = lines(grid, Wanted(role, Question(), delimiter=",", limit=1))
        assert ("price_eur_m2" in row) is (role is not Role.PUBLIC)
        assert ("buyer" in row) is (role in (Role.PLANNER, Role.ADMIN))


@pytest.fixture(scope="module")
def odd(cluster: Running, template: str) -> Iterator[Database]:
    """One parcel, whose texts a test changes."""
    with copied(cluster, template, "odd_texts") as address:
        database = Database(address, pool_size=2)
        with database.connection(Role.WORKER) as connection:
            rows.parcel(connection, "T", cadastral_ids=["691230000A0001", "691230000A0002"], power_mw=12)
        work.derive(database, as_of=date(2026, 11, 22))
        yield database
        database.close()


SPREADSHEET = st.text(
    st.sampled_from("=+-@\t\r\n\"';,aé1 \N{ZERO WIDTH NO-BREAK SPACE}\N{COLLISION SYMBOL}"), max_size=6
)


@settings(max_examples=tried(40), deadline=None)
@given(name=SPREADSHEET, delimiter=st.sampled_from(",;"))
def test_any_text_comes_back_and_none_is_a_formula(odd: Database, name: str, delimiter: str) -> None:
    with odd.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set name = :name"), {"name": name})
    (row,) = lines(odd, Wanted(Role.ADMIN, Question(), delimiter=delimiter))
    assert row["name"] == neutral(name)


def test_values_of_each_type(odd: Database) -> None:
    lambert = Form(places=Places(2154))
    (row,) = lines(odd, Wanted(Role.ADMIN, Question(), lambert, delimiter=","))
    assert json.loads(row["cadastral_ids"]) == ["691230000A0001", "691230000A0002"]
    assert (row["power_mw"], row["synthetic"], row["price_eur_m2"]) == ("12.00", "false", "")
    assert row["updated_at"][10] == "T"
    assert row["WKT"].startswith("MULTIPOLYGON(((842100 6519000,")
    (turned,) = lines(odd, Wanted(Role.ADMIN, Question(), Form(("id",), Places(4326, latitude_first=True)), ","))
    assert turned["WKT"].startswith("MULTIPOLYGON(((45.")
    (bare,) = lines(odd, Wanted(Role.ADMIN, Question(), Form(("id",), geometry=False), ","))
    assert set(bare) == {"id"}


def test_a_query_that_is_stopped_ends_and_its_connection_with_it(grid: Database) -> None:
    asleep = Question((Clause("id > 0 and pg_sleep(20) is not null", {}),))
    stream = Stream(grid.connection(Role.PUBLIC), Wanted(Role.PUBLIC, asleep))
    threading.Timer(0.3, stream.stop).start()
    began = time.monotonic()
    with pytest.raises(QueryCanceled, match="cancel"):
        stream.part()
    assert stream.part() is None
    stream.close()
    assert time.monotonic() - began < 10
    assert len(parts(grid, Wanted(Role.PUBLIC, Question(), limit=1))) == 1


def test_a_stream_left_in_the_middle_gives_its_connection_back(grid: Database) -> None:
    for _ in range(5):  # more than the pool holds
        stream = Stream(grid.connection(Role.PUBLIC), Wanted(Role.PUBLIC, Question()))
        stream.part()
        stream.part()
        stream.close()


def test_an_edit_meanwhile_does_not_show(grid: Database) -> None:
    stream = Stream(grid.connection(Role.ADMIN), Wanted(Role.ADMIN, Question(), delimiter=","))
    first = [stream.part(), stream.part()]
    with grid.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set name = 'meanwhile'"))
    rest = b"".join(part or b"" for part in [*first, *iter(stream.part, None)]).decode()
    stream.close()
    assert rest.count("\n") == PARCELS + 1
    assert "meanwhile" not in rest
    assert "meanwhile" in "".join(parts(grid, Wanted(Role.ADMIN, Question(), delimiter=",")))


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.slow
@pytest.mark.parametrize("delimiter", [None, ","])
def test_memory_does_not_grow_with_the_rows(cluster: Running, template: str, delimiter: str | None) -> None:
    for database in filled(cluster, template, 200_000):
        stream = Stream(database.connection(Role.ADMIN), Wanted(Role.ADMIN, Question(), delimiter=delimiter))
        began, most, count, size = 0, 0, 0, 0
        while (part := stream.part()) is not None:
            began = began or resident()
            most = max(most, resident() - began)
            count, size = count + part.count(b"\n"), size + len(part)
        stream.close()
        assert count == 200_000 + (delimiter is not None)
        assert size > 20_000_000
        assert most < 20_000_000
