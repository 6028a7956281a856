"""Random needs, the same for the same seed: sizes of the fit table, everything else from what land is like."""

import random
from datetime import date, timedelta
from typing import Any

from tests.match.reference.fits import SIZES

Need = dict[str, Any]
WISHABLE = ("use", "start_by", "price_max_eur_m2", "power_mw")


def needs(seed: int, count: int, communes: list[str], as_of: date) -> list[tuple[Need, int | None]]:
    """Needs with the number of their size in the table, None without a building."""
    draw = random.Random(seed)
    return [_need(draw, communes, as_of) for _ in range(count)]


def _need(draw: random.Random, communes: list[str], as_of: date) -> tuple[Need, int | None]:
    need: Need = {}
    size = draw.choice([None, *range(len(SIZES))] if draw.random() < 0.7 else [None])
    if size is not None:
        length, width, setback = SIZES[size]
        need |= {"buildings": [{"length_m": length, "width_m": width}], "setback_m": setback}
    if size is None or draw.random() < 0.4:
        need["land_m2"] = draw.choice([{"min": 1_500}, {"min": 5_000}, {"min": 10_000, "max": 60_000}, {"max": 3_000}])
    for name, value in _musts(draw, communes, as_of).items():
        if draw.random() < 0.3:
            need[name] = value
    named = [name for name in WISHABLE if name in need or name != "power_mw"]
    if draw.random() < 0.4:
        need["wishes"] = {name: {"weight": draw.randint(1, 5)} for name in draw.sample(named, draw.randint(1, 3))}
    return need, size


def _musts(draw: random.Random, communes: list[str], as_of: date) -> Need:
    return {
        "use": "industrie",
        "tenure": draw.choice(["buy", "lease", "any"]),
        "place": {"communes": draw.sample(communes, max(1, len(communes) // 2))},
        "brownfield": "only",
        "price_max_eur_m2": draw.randint(15, 120),
        "power_mw": draw.choice([0.2, 1, 5, 12]),
        "start_by": (as_of + timedelta(days=draw.choice([200, 400, 800, 1_500]))).isoformat(),
        "include": ["prospect"],
    }
