"""Random filters on the parcels of the tests, most of which find some of them."""

import random
from collections.abc import Callable
from typing import Any

from tests.store.conftest import Land

Draw = random.Random

TEXTS = ("name", "market", "zone_label", "industry", "origin", "commune")
NUMBERS = ("surface_m2", "surface_stated_m2", "power_mw", "id")
SPATIAL = ("S_INTERSECTS", "S_DISJOINT", "S_WITHIN", "S_CONTAINS")
SIGNS = ("=", "<>", "<", "<=", ">", ">=")


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def seen(draw: Draw, land: Land, name: str, otherwise: Any) -> Any:
    """A value some feature has, most of the time."""
    values = [f["properties"].get(name) for f in land.features]
    known = [value for value in values if value is not None]
    return draw.choice(known) if known and draw.random() < 0.8 else otherwise


def on_text(draw: Draw, land: Land) -> str:
    name = draw.choice(TEXTS)
    value = seen(draw, land, name, draw.choice(["x", "é", "l'usine", "%"]))
    match draw.randrange(5):
        case 0:
            return f"{name} {draw.choice(SIGNS)} {quoted(value)}"
        case 1:
            return f"{name} {draw.choice(['', 'NOT '])}IN ({quoted(value)}, 'sold', {quoted('É')})"
        case 2:
            return f"CASEI({name}) = CASEI({quoted(draw.choice([value.upper(), value.lower()]))})"
        case 3:
            return f"ACCENTI({name}) = ACCENTI({quoted(value)})"
        case _:
            start, end = sorted(draw.choices(range(len(value) + 1), k=2))
            piece = value[start:end].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            pattern = draw.choice(["%{}%", "{}%", "%{}", "{}", "_{}%"]).format(piece)
            return f"{name} {draw.choice(['', 'NOT '])}LIKE {quoted(pattern)}"


def on_number(draw: Draw, land: Land) -> str:
    name = draw.choice(NUMBERS)
    value = seen(draw, land, name, draw.choice([0, -1.5, 2500, 1e6]))
    match draw.randrange(4):
        case 0:
            return f"{name} {draw.choice(['', 'NOT '])}BETWEEN {value} AND {value + draw.uniform(0, 3000)}"
        case 1:
            return f"{name} {draw.choice(SIGNS)} {draw.choice(NUMBERS)}"
        case 2:
            return f"{name} IN ({value}, 3)"
        case _:
            return f"{name} {draw.choice(SIGNS)} {value}"


def on_day(draw: Draw, land: Land) -> str:
    day = seen(draw, land, "observed_on", "2026-03-01")
    match draw.randrange(3):
        case 0:
            return f"observed_on {draw.choice(SIGNS)} DATE('{day}')"
        case 1:
            function = draw.choice(["T_AFTER", "T_BEFORE", "T_EQUALS", "T_DISJOINT", "T_INTERSECTS"])
            return f"{function}(observed_on, DATE('{day}'))"
        case _:
            function = draw.choice(["T_AFTER", "T_BEFORE", "T_INTERSECTS", "T_DISJOINT"])
            ends = draw.choice([f"'{day}', '2026-12-31'", f"'..', '{day}'", f"'{day}', '..'"])
            return f"{function}(observed_on, INTERVAL({ends}))"


def on_instant(draw: Draw, _: Land) -> str:
    return f"updated_at {draw.choice(SIGNS)} TIMESTAMP('2026-01-{draw.randrange(1, 20):02}T09:00:00Z')"


def on_shape(draw: Draw, land: Land) -> str:
    lon, lat = draw.choice(land.features)["geometry"]["coordinates"][0][0][0][:2]
    wide, high = draw.uniform(0.0002, 0.005), draw.uniform(0.0002, 0.005)
    west, south = lon - draw.uniform(0, wide), lat - draw.uniform(0, high)
    if draw.random() < 0.5:
        literal = f"BBOX({west},{south},{west + wide},{south + high})"
    else:
        literal = f"POLYGON(({west} {south},{west + wide} {south},{west} {south + high},{west} {south}))"
    return f"{draw.choice(SPATIAL)}(geometry, {literal})"


def on_null(draw: Draw, _: Land) -> str:
    return f"{draw.choice(TEXTS + NUMBERS)} IS {draw.choice(['', 'NOT '])}NULL"


def on_truth(draw: Draw, _: Land) -> str:
    return f"synthetic {draw.choice(['=', '<>'])} {draw.choice(['TRUE', 'FALSE'])}"


LEAVES: tuple[Callable[[Draw, Land], str], ...] = (
    on_text, on_text, on_number, on_number, on_day, on_instant, on_shape, on_null, on_truth,
)  # fmt: skip


def filter_text(draw: Draw, land: Land, depth: int = 3) -> str:
    if depth == 0 or draw.random() < 0.4:
        return draw.choice(LEAVES)(draw, land)
    if draw.random() < 0.25:
        return f"NOT ({filter_text(draw, land, depth - 1)})"
    joint = draw.choice([" AND ", " OR "])
    return joint.join(f"({filter_text(draw, land, depth - 1)})" for _ in range(draw.randrange(2, 4)))
