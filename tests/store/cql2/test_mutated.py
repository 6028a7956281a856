"""Mutated filters: each is answered or refused with its reason; nothing crashes or hangs, in Python or the database."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.store.cql2.compiler import condition
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.text import read_text
from geo.store.database import Role
from tests.store.conftest import Land
from tests.store.cql2.filters import filter_text
from tests.store.cql2.test_compiler import KNOWN
from tests.store.cql2.test_text import OTHERS, QGIS

PIECES = [
    *"()'\",.;\\%_-+*/=<>\0\n\t éÉ½٤𝟛", "''", "AND ", "OR ", "NOT ", "NULL", "IS ", "IN (", "LIKE ",
    "BETWEEN ", "CASEI(", "POLYGON((", "BBOX(", "INTERVAL(", "DATE('", "TIMESTAMP('", "1e999", "-0", "9" * 40,
    "9" * 400, "9" * 5_000, "0" * 5_000,
    "NaN", "Infinity", "..", "pg_sleep(9)", "geometry", "(" * 50, ")" * 50,
    "S_EQUALS(", "T_DURING(", '"', "EMPTY", "--", "/*", "$1", ":p", "%s",
]  # fmt: skip

COUNTED = """
import sys
from tests.store.cql2.test_mutated import refused_or_compiled
print(refused_or_compiled(int(sys.argv[1]), seed=4))
"""


def mutated(draw: random.Random, written: str, most: int = 4) -> str:
    for _ in range(draw.randrange(1, most + 1)):
        at = draw.randrange(len(written) + 1)
        match draw.randrange(5):
            case 0:
                written = written[:at] + draw.choice(PIECES) + written[at:]
            case 1:
                written = written[:at] + written[at + draw.randrange(1, 6) :]
            case 2:
                end = min(len(written), at + draw.randrange(1, 30))
                written = written[:end] + written[at:end] * draw.randrange(1, 4) + written[end:]
            case 3:
                written = wrapped(draw, written)
            case _:
                written = written[:at] + chr(draw.randrange(1, 0x2FFF)) + written[at + 1 :]
    return written


def wrapped(draw: random.Random, written: str) -> str:
    """With a name or a text within functions within functions."""
    names = list(re.finditer(r"\w+|'[^']*'", written))
    if not names:
        return written
    chosen, times = draw.choice(names), draw.choice([1, 3, 30, 45, 55, 100, 1_500])
    functions = draw.choices(["ACCENTI(", "CASEI(", "DATE(", "NOT (", "BBOX(", "GEOMETRYCOLLECTION("], k=2)
    opened = "".join(draw.choice(functions) for _ in range(times))
    return f"{written[: chosen.start()]}{opened}{chosen[0]}{')' * times}{written[chosen.end() :]}"


def refused_or_compiled(number: int, seed: int) -> str:
    """How many mutated filters were refused and compiled; anything else raises."""
    draw = random.Random(seed)
    refused = 0
    for _ in range(number):
        try:
            condition(read_text(mutated(draw, draw.choice(QGIS + OTHERS))), KNOWN, 2154)
        except FilterFault:
            refused += 1
    return f"{refused} {number - refused}"


@pytest.mark.slow
def test_fifty_thousand_mutated_filters_crash_nothing() -> None:
    """In a process of its own, which a crash of compiled code would end."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, "50000"],
        capture_output=True, text=True, timeout=900, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    refused, compiled = map(int, done.stdout.split())
    assert refused + compiled == 50_000
    assert compiled > 100


def test_the_database_answers_every_filter_that_is_not_refused(land: Land) -> None:
    draw = random.Random(5)
    answered = 0
    with land.database.connection(Role.PUBLIC) as connection:
        for _ in range(1_500):
            written = mutated(draw, filter_text(draw, land, depth=1), most=1)
            try:
                where, values = condition(read_text(written), land.queryables, 2154)
            except FilterFault:
                continue
            try:
                connection.execute(text(f"select count(*) from parcel where {where}"), values)
            except DBAPIError as error:
                pytest.fail(f"{written!r}: {error.orig}")
            answered += 1
    assert answered > 100
