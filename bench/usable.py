"""How often today's ways of dating land would mislead a company that needs a date, beside the computed one.

Run from the checkout: ``.venv/bin/python -m bench.usable [--count 8000] [--seed 1]``

The land is the generated territory: **synthetic**. Its offers are asked for two plants and several horizons ("works
must be able to start within N months"). Each practice says yes or no to each offer:

- declared class: what portals show. At the launch of the national portal 87 % of offers were declared "immediate"
  (steering committee of 2024-05-06); here as many are, drawn by lot, and the others say the truth.
- sum of typical durations: the chain of known steps at their typical figures, what is unknown left out, as by hand.
- computed P80: the day held at 80 % with every unknown step counted; and P50 for comparison.

What happens is one draw of every duration and outcome for each offer, with other numbers than those of the computation;
an unknown step turns out to be needed one time in two (assumed: nobody measured it). *Misled*: told yes, and it is not
so. *Refused*: told no, and it would have been. The durations of the draw are those of the catalogue: this measures what
the method owes to uncertainty and to unknown steps, not whether the catalogue is right; for that see the real projects
of tests/readiness/calibration.toml.
"""

import argparse
import math
import os
import platform
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.generate.land import generate
from geo.land.decision import ZoneFacts
from geo.land.market import of_cnig_stage
from geo.land.vocabulary import AVAILABLE
from geo.land.zoning import decide
from geo.readiness import network, simulate
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute, merged
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.facts import LandFacts
from geo.readiness.needclass import NeedClass, ProjectFacts, need_class
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, NOT_NEEDED, TO_DO, StepStatus

AS_OF = date(2026, 11, 22)
HORIZONS = (6, 12, 18, 24, 36)
DECLARED_IMMEDIATE = 0.87
OTHER_DRAWS, OTHER_SEED = 625, 7
PLANTS = {
    "workshop, declaration": ProjectFacts(regime="D", power_mw=0.8, floor_m2=4_800, footprint_m2=4_500, land_m2=9_000),
    "plant, registration": ProjectFacts(regime="E", power_mw=5, floor_m2=26_000, footprint_m2=26_000, land_m2=80_000),
}
PRACTICES = ("declared class", "sum of typical durations", "computed P50", "computed P80")
States = Mapping[str, StepStatus]


@dataclass(frozen=True)
class Offer:
    """One parcel on offer: what happens to it, and what each practice says, in months."""

    truth: float
    said: tuple[float, ...]


def main() -> None:
    """Ask every offer for each plant and print how often each practice misleads."""
    parser = argparse.ArgumentParser(description="How often ways of dating land mislead.")
    parser.add_argument("--count", type=int, default=8_000, help="parcels generated")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.process_time()
    offers = list(_offers(options.count, options.seed))
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"SYNTHETIC territory, {options.count:,} parcels, {len(offers):,} on offer; catalogue {default().version}")
    for name, project in PLANTS.items():
        dice = random.Random(options.seed)
        _tell(name, [_asked(states, need_class(project, default()), dice) for states in offers])
    print(f"\n{time.process_time() - begun:.0f} s of one core")


def _tell(name: str, offers: list[Offer]) -> None:
    ours = len(PRACTICES) - 1
    said_yes = [horizon for horizon in HORIZONS if _told_yes(offers, ours, horizon)]
    print(f"\n{name}: start of works, {len(offers):,} offers")
    for place, practice in enumerate(PRACTICES[:-1]):
        ratio = _misled(offers, place, said_yes) / max(_misled(offers, ours, said_yes), 1e-9)
        print(
            f"  {practice} misleads {ratio:.1f} times as often as computed P80 (horizons {said_yes[0]}-{said_yes[-1]})"
        )
    print(f"  {'misled of those told yes | refused of those ready':50}" + "".join(f"{h:>11} m" for h in HORIZONS))
    for place, practice in enumerate(PRACTICES):
        row = [(_misled(offers, place, [horizon]), _refused(offers, place, horizon)) for horizon in HORIZONS]
        print(f"  {practice:50}" + "".join(f"{_share(misled):>7}|{_share(refused):<5}" for misled, refused in row))
    print(f"  {'the day told, kept as a promise':50}{'broken':>10}{'late by':>10}")
    for place, practice in enumerate(PRACTICES):
        late = [one.truth - one.said[place] for one in offers if one.truth > one.said[place]]
        counted = [months for months in late if math.isfinite(months)]
        mean = sum(counted) / max(len(counted), 1)
        print(f"  {practice:50}{len(late) / len(offers):>10.0%}{mean:>8.1f} m")
    ready = " ".join(f"{sum(one.truth <= h for one in offers) / len(offers):.0%}" for h in HORIZONS)
    print(f"  ready in truth at those horizons: {ready}")


def _told_yes(offers: list[Offer], place: int, horizon: int) -> list[Offer]:
    return [one for one in offers if one.said[place] <= horizon]


def _misled(offers: list[Offer], place: int, horizons: Sequence[int]) -> float:
    """Share of those told yes, at any of the horizons, for whom it is not so; NaN of nobody."""
    told = [(one.truth, horizon) for horizon in horizons for one in _told_yes(offers, place, horizon)]
    return sum(truth > horizon for truth, horizon in told) / len(told) if told else math.nan


def _refused(offers: list[Offer], place: int, horizon: int) -> float:
    """Share of those ready by the horizon who were told no; NaN of nobody."""
    ready = [one for one in offers if one.truth <= horizon]
    return sum(one.said[place] > horizon for one in ready) / len(ready) if ready else math.nan


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def _asked(states: States, project: NeedClass, dice: random.Random) -> Offer:
    statuses = merged(default(), states, project)
    start = compute(default(), states, project, AS_OF).start
    truth = _happens(statuses, dice)
    declared = 0.0 if dice.random() < DECLARED_IMMEDIATE else truth
    months = (declared, _by_hand(statuses), start.days[49] / MEAN_MONTH, start.days[79] / MEAN_MONTH)
    return Offer(truth, months)


def _happens(statuses: States, dice: random.Random) -> float:
    """Months until works start in one draw, with numbers of its own; every unknown step by the toss of a coin."""
    tossed = {code: StepStatus(dice.choice((TO_DO, NOT_NEEDED))) for code in network.gaps(default(), statuses)}
    net = network.build(default(), {**statuses, **tossed}, AS_OF, prudent=True)
    days = simulate.run(net, AS_OF, OTHER_DRAWS, OTHER_SEED).reached("start")
    return float(days[dice.randrange(len(days))]) / MEAN_MONTH


def _by_hand(statuses: States) -> float:
    """Months of the longest chain of known steps at their typical durations; what only may be needed is left out."""
    net = network.build(default(), statuses, AS_OF, prudent=False)
    ends: list[float] = []
    for node in net.nodes:
        takes = math.inf if node.status.state == BLOCKED else _typical(node)
        ends.append(max((ends[place] for place in node.waits), default=0.0) + takes)
    return max((ends[place] for place in net.gates["start"]), default=0.0)


def _typical(node: network.Node) -> float:
    if node.chance is not None and node.chance < 0.5:
        return 0.0
    whole = node.step.terms_of(node.status.since or AS_OF, node.status.units).months[1] + node.step.per_unit * (
        node.status.units - 1
    )
    return whole / 2 if node.running else whole


def _offers(count: int, seed: int) -> Iterator[States]:
    """The states of the parcels on offer, from their facts, their zone and what touches them."""
    features: dict[str, list[dict[str, Any]]] = {}
    for feature in generate(count, seed):
        found: dict[str, Any] = feature
        features.setdefault(found["properties"]["layer"], []).append(found)
    shapes = {layer: [shape(one["geometry"]) for one in found] for layer, found in features.items()}
    zones, touching = STRtree(shapes["zone"]), STRtree(shapes["constraint"])
    for parcel, outline in zip(features["parcel"], shapes["parcel"], strict=True):
        said = parcel["properties"]
        if of_cnig_stage(said.get("terr_stade_comm"), said.get("cession_type"))[0] not in AVAILABLE:
            continue
        zone = _first(zones, outline.point_on_surface(), features["zone"])
        kinds = {features["constraint"][place]["properties"]["kind"] for place in touching.query(outline, "intersects")}
        yield states_of(_facts(said, zone, frozenset(kinds), outline), AS_OF)


def _first(tree: STRtree, point: BaseGeometry, features: list[dict[str, Any]]) -> Mapping[str, Any]:
    found = sorted(tree.query(point, "intersects"))
    return features[found[0]]["properties"] if found else {}


def _facts(said: Mapping[str, Any], zone: Mapping[str, Any], kinds: frozenset[str], outline: BaseGeometry) -> LandFacts:
    names = ("typezone", "libelle", "libelong", "formdomi", "destoui", "destcdt", "destnon")
    verdict = decide(ZoneFacts(**{name: zone.get(name) for name in names})) if zone else None
    return LandFacts(
        stade_amngt=said.get("terr_stade_amngt"),
        stade_comm=said.get("terr_stade_comm"),
        etat_occup=said.get("terr_etat_occup"),
        usage=said.get("terr_usage"),
        maitrise_fonc=said.get("terr_maitrise_fonc"),
        cle_en_main=said.get("terr_cle_en_main") == "oui",
        typezone=zone.get("typezone"),
        industry=None if verdict is None else verdict.verdict.value,
        pollution=said.get("sol_pollution_existe"),
        touched=kinds,
        surface_m2=float(said.get("terr_surf_brute") or 0) * 10_000 or None,
    )


if __name__ == "__main__":
    main()
