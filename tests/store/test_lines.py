"""Connections that an event loop reads: they answer as the pool's do, and none is used that may not be."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import NullPool

from geo.store import lines as place
from geo.store.database import PLANNED_EACH_TIME, Database, Role, Timeouts
from geo.store.line import PREPARED, numbered
from geo.store.lines import Lines
from geo.store.reading import LONGEST, Asked, compiled, one, read
from geo.store.running import Running
from tests.store.relay import relayed

ASKED = "select :n + 1 as next, cast(:name as text) as name, :name || '%' as again, :days as days, now() is null as no"
VALUES = {"n": 2**40, "name": "l'usine é", "days": [date(2026, 1, 2), None]}


def run(database: Database, work: Callable[[Lines], Awaitable[Any]]) -> Any:
    async def within() -> Any:
        lines = Lines(database, Role.PUBLIC)
        lines.open()
        try:
            return await work(lines)
        finally:
            lines.close()

    return asyncio.run(within())


async def ask(lines: Lines, statement: str, **values: object) -> Any:
    return await lines.one(Asked(statement, values, lambda row: row), Running())


async def backend(lines: Lines) -> Any:
    return (await ask(lines, "select pg_backend_pid() as pid")).pid


def test_the_answer_is_that_of_the_pool(database: Database) -> None:
    async def work(lines: Lines) -> None:
        with database.reading(Role.PUBLIC) as connection:
            for values in (VALUES, VALUES | {"n": 1}, VALUES | {"n": Decimal("1.5")}):
                mine = await ask(lines, ASKED, **values)
                assert mine._asdict() == one(connection, ASKED, values)._asdict()  # type: ignore[union-attr]
        assert await ask(lines, "select 1 where false") is None

    run(database, work)


def test_a_whole_answer_is_told_as_it_came_either_way(database: Database) -> None:
    def told(found: Any) -> list[bytes | None]:
        return [found.get_value(row, 0) for row in range(found.ntuples)]

    asked = Asked("select 'é' || nullif(n, 2) from generate_series(1, :n) n", {"n": 3}, told, whole=True)
    with database.reading(Role.PUBLIC) as connection:
        assert read(connection, asked) == ["é1".encode(), None, "é3".encode()]

    async def work(lines: Lines) -> None:
        assert asked.told(await lines.one(asked, Running())) == ["é1".encode(), None, "é3".encode()]

    run(database, work)


def test_a_parameter_named_twice_is_given_once() -> None:
    assert numbered("select :b + :a, :b, '5%'") == (b"select $1 + $2, $1, '5%'", ("b", "a"))


def test_what_fails_is_told_and_the_connection_is_used_again(database: Database) -> None:
    async def work(lines: Lines) -> None:
        before = await backend(lines)
        with pytest.raises(psycopg.errors.DivisionByZero):
            await ask(lines, "select 1 / :n", n=0)
        assert await backend(lines) == before

    run(database, work)


def test_a_connection_that_the_server_ended_is_made_anew(database: Database) -> None:
    async def work(lines: Lines) -> None:
        before = await backend(lines)
        with create_engine(database.url, poolclass=NullPool).begin() as owner:
            owner.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": before})
        assert await backend(lines) != before

    run(database, work)


def test_who_is_ended_does_not_hand_its_connection_on(database: Database) -> None:
    async def work(lines: Lines) -> None:
        before, running = await backend(lines), Running()
        asked = asyncio.ensure_future(lines.one(Asked("select pg_sleep(20)", {}, lambda row: row), running))
        while not lines.in_use:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(running.stop)
        with pytest.raises(psycopg.errors.QueryCanceled):
            await asked
        given_up = asyncio.ensure_future(ask(lines, "select pg_sleep(20)"))
        while not lines.in_use:
            await asyncio.sleep(0.01)
        between = await backend(lines)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert before != between
        assert lines.in_use == 0
        assert (await ask(lines, "select 7 as n")).n == 7

    run(database, work)


def test_one_waits_for_a_turn_and_not_for_ever(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "POOL_TIMEOUT_S", 0.2)

    async def work(lines: Lines) -> None:
        busy = [asyncio.ensure_future(ask(lines, "select pg_sleep(1)")) for _ in range(database.pool_size)]
        await asyncio.sleep(0.1)
        assert lines.in_use == database.pool_size
        with pytest.raises(NoneFree):
            await ask(lines, "select 1")
        await asyncio.gather(*busy)
        assert (await ask(lines, "select 7 as n")).n == 7

    run(database, work)


def test_statements_are_prepared_once_and_the_oldest_forgotten(database: Database) -> None:
    held = "select count(*)::int as n from pg_prepared_statements"

    async def work(lines: Lines) -> None:
        for number in range(PREPARED + 20):
            assert (await ask(lines, f"select {number} + :n as n", n=1)).n == number + 1
        await ask(lines, f"select {PREPARED + 19} + :n as n", n=1)
        assert (await ask(lines, held)).n == PREPARED

    run(database, work)


def test_a_long_statement_is_neither_prepared_nor_kept(database: Database) -> None:
    held = "select count(*)::int as n from pg_prepared_statements"
    long = f"select :n + 1 as n{' ' * LONGEST}"

    async def work(lines: Lines) -> None:
        kept = (await ask(lines, held)).n, numbered.kept.cache_info().currsize, compiled.kept.cache_info().currsize
        for number in range(3):
            assert (await ask(lines, long, n=number)).n == number + 1
        after = numbered.kept.cache_info().currsize, compiled.kept.cache_info().currsize
        assert ((await ask(lines, held)).n, *after) == kept

    run(database, work)


def test_statements_are_planned_as_they_are_asked(database: Database) -> None:
    mode = "select current_setting('plan_cache_mode') as mode"

    async def work(lines: Lines) -> None:
        assert (await ask(lines, mode)).mode == "force_generic_plan"
        each: Any = await lines.one(Asked(mode, {}, lambda row: row, PLANNED_EACH_TIME), Running())
        assert each.mode == "auto"
        assert (await ask(lines, mode)).mode == "force_generic_plan"

    run(database, work)


def test_a_view_made_anew_costs_no_answer(database: Database) -> None:
    """Nor on the second of the connections that have prepared what was."""
    made_anew = "create or replace view as_public.tile_square as select *, 1 as m from core.tile_square"

    async def work(lines: Lines) -> None:
        both = [ask(lines, "select s.*, pg_sleep(0.2) from (select) o left join tile_square s on true") for _ in "ab"]
        assert {row._fields[-2:] for row in await asyncio.gather(*both)} == {("row", "pg_sleep")}
        with create_engine(database.url, poolclass=NullPool).begin() as owner:
            owner.execute(text(made_anew))
        both = [ask(lines, "select s.*, pg_sleep(0.2) from (select) o left join tile_square s on true") for _ in "ab"]
        assert {row._fields[-2:] for row in await asyncio.gather(*both)} == {("m", "pg_sleep")}

    run(database, work)


def test_a_statement_longer_than_a_socket_holds_is_asked(database: Database) -> None:
    long = "é" * 1_000_000

    async def work(lines: Lines) -> None:
        async with asyncio.timeout(10):
            assert (await ask(lines, f"select length('{long}') as n")).n == len(long)
            assert (await ask(lines, "select length(:long) as n", long=long)).n == len(long)
            assert (await ask(lines, "select 7 as n")).n == 7

    run(database, work)


def test_a_server_that_does_not_answer_keeps_no_connection(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "LATE_S", 0.2)
    hasty = Database(database.url, Timeouts(statement_ms=200))

    async def work(lines: Lines) -> None:
        before = await backend(lines)
        await ask(lines, "select set_config('statement_timeout', '0', false)")
        with pytest.raises(psycopg.OperationalError):
            await ask(lines, "select pg_sleep(5)")
        assert lines.in_use == 0
        assert await backend(lines) != before

    run(hasty, work)
    hasty.close()


def test_a_word_to_end_that_nobody_hears_does_not_stop_the_loop(database: Database, tmp_path: Path) -> None:
    async def work(lines: Lines) -> None:
        await backend(lines)
        began, running = time.monotonic(), Running()
        asked = asyncio.ensure_future(lines.one(Asked("select pg_sleep(0.5)", {}, lambda row: row), running))
        while not lines.in_use:
            await asyncio.sleep(0.01)
        stopping = asyncio.ensure_future(asyncio.to_thread(running.stop))
        with pytest.raises(psycopg.OperationalError):
            await asked
        assert time.monotonic() - began < 1.5
        with pytest.raises(psycopg.errors.CancellationTimeout):
            await stopping

    with relayed(database.url, tmp_path, unheard=1) as address:
        far = Database(address)
        run(far, work)
        far.close()


def test_a_connection_given_up_twice_leaves_others_their_sockets(database: Database) -> None:
    """The number of its socket may be another's by then."""

    async def work(lines: Lines) -> None:
        loop, heard = asyncio.get_running_loop(), set[int]()
        before = await backend(lines)
        with create_engine(database.url, poolclass=NullPool).begin() as owner:
            owner.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": before})
        await asyncio.sleep(0.1)  # the loop reads the end
        pairs = [socket.socketpair() for _ in range(20)]
        for number, (mine, _) in enumerate(pairs):
            loop.add_reader(mine, heard.add, number)
        assert await backend(lines) != before
        for _, theirs in pairs:
            theirs.send(b"x")
        await asyncio.sleep(0.1)
        assert heard == set(range(20))
        for mine, theirs in pairs:
            loop.remove_reader(mine)
            mine.close()
            theirs.close()

    run(database, work)


def test_another_loop_does_not_ask(database: Database) -> None:
    lines = Lines(database, Role.PUBLIC)

    async def here(opened: bool) -> bool:
        if opened:
            lines.open()
        return lines.here

    assert [asyncio.run(here(False)), asyncio.run(here(True)), asyncio.run(here(False))] == [False, True, False]
