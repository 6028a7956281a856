"""Readiness of a million parcels: distinct states, an unseen class of needs, filter and sort by date, repeatability.

Run from the checkout: ``.venv/bin/python -m bench.readiness [--count 1000000] [--seed 1] [--no-database]``

The territory is generated (synthetic), with planners' entries drawn on a quarter of it: ``bench.situations``. The peer
is what one would write with numpy for one state at a time: the same longest path over 10,000 independent draws.
Times named CPU are of this process's processor time, kernels warm; ratios count more than single figures.
"""

import argparse
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

import numpy as np

from bench import naive_readiness, readiness_served
from bench.situations import ASSUMED, situations
from geo.readiness import takes
from geo.readiness.batch import Batch, Dates
from geo.readiness.catalogue import MILESTONES, Catalogue, Step
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.distinct import essential, read, written
from geo.readiness.kept import Kept, packed
from geo.readiness.needclass import NeedClass, ProjectFacts, need_class
from geo.readiness.result import NEVER
from geo.readiness.status import RUNNING, StepStatus

AS_OF = date(2026, 11, 22)
Written = dict[str, str]
States = Mapping[str, StepStatus]
Key = tuple[tuple[str, str], ...]
PLANT = ProjectFacts(regime="E", power_mw=10, substation_km=6, floor_m2=20_000, land_m2=60_000, footprint_m2=15_000)
LARGE = ProjectFacts(regime="A", seveso="SH", power_mw=100, water_m3h=50, floor_m2=90_000, land_m2=300_000)
SEEDS = 20
SAMPLE = 300


def main() -> None:
    """Generate, count, compute, serve."""
    parser = argparse.ArgumentParser(description="Readiness at scale.")
    parser.add_argument("--count", type=int, default=1_000_000, help="parcels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-database", action="store_true", help="leave the served part out")
    options = parser.parse_args()
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"load average before {os.getloadavg()[0]:.1f}")
    catalogue = default()
    dice = random.Random(options.seed)
    counts, running = counted(catalogue, options.count, options.seed, dice)
    states = [dict(key) for key in counts]
    bucketing(catalogue, running)
    classes(catalogue, states, dice)
    repeatability(catalogue, dice.sample(states, min(SAMPLE, len(states))))
    if not options.no_database:
        readiness_served.told(catalogue, counts, options.seed, AS_OF, need_class(PLANT, catalogue))


def counted(catalogue: Catalogue, count: int, seed: int, dice: random.Random) -> tuple[Counter[Key], list[States]]:
    """How many parcels share each distinct state, and a sample of those with running steps, as first assumed."""
    found: list[Counter[Key]] = [Counter() for _ in ASSUMED]
    alike: dict[int, tuple[States, Key]] = {}
    whole: set[int] = set()
    running: list[States] = []
    for under_each in situations(catalogue, count, seed, AS_OF):
        for place, states in enumerate(under_each):
            found[place][_kept(catalogue, states, alike)] += 1
        states = under_each[0]
        whole.add(hash(frozenset((code, status.state, status.since, status.source) for code, status in states.items())))
        if any(status.state == RUNNING and status.since for status in states.values()) and dice.random() < 0.02:
            running.append(states)
    top = sum(n for _, n in found[0].most_common(1_000))
    print(f"\n{count:,} parcels (synthetic) have {len(found[0]):,} distinct states; ", end="")
    print(f"with sources and exact days there would be {len(whole):,}; the 1,000 commonest hold {top / count:.0%}")
    print("distinct states by what planners have entered (assumed):")
    for entered, states_of in zip(ASSUMED, found, strict=True):
        print(f"  {entered.name:60}{len(states_of):>8,}")
    return found[0], running


def _kept(catalogue: Catalogue, states: States, alike: dict[int, tuple[States, Key]]) -> Key:
    """What is kept of a state, in words; that of states without entries is worked out once."""
    if id(states) in alike:
        return alike[id(states)][1]
    key = tuple((code, written(status)) for code, status in essential(catalogue, states, AS_OF).items())
    if not any(status.source == "step_state" for status in states.values()):
        alike[id(states)] = states, key
    return key


def bucketing(catalogue: Catalogue, running: Sequence[States]) -> None:
    """How far off P80 is for counting running time from the middle of a month."""
    sample = running[:SAMPLE]
    project = need_class(PLANT, catalogue)
    near = [p80s(catalogue, states, project) for states in sample]
    rules = vars(takes)
    counted_from, rules["counted_from"] = rules["counted_from"], as_it_began
    try:
        exact = [p80s(catalogue, states, project) for states in sample]
    finally:
        rules["counted_from"] = counted_from
    off = np.array([abs(a - b) for one, two in zip(near, exact, strict=True) for a, b in zip(one, two, strict=True)])
    print(f"bucketing error at P80, {len(sample)} parcels with running steps, start and production: ", end="")
    print(f"max {off.max():.0f} days, p99 {np.quantile(off, 0.99):.0f}, mean {off.mean():.1f}")


def as_it_began(step: Step, since: date, as_of: date) -> date:
    """Time counted to the day."""
    return since


def p80s(catalogue: Catalogue, states: States, project: NeedClass) -> list[float]:
    """P80 of start by itself, and of start and production for a need; never is a day like another."""
    alone, needed = compute(catalogue, states, None, AS_OF), compute(catalogue, states, project, AS_OF)
    days = [alone.start.days[79], needed.start.days[79], needed.production.days[79] if needed.production else 0.0]
    return [-1.0 if day == NEVER else day for day in days]


def classes(catalogue: Catalogue, states: Sequence[Written], dice: random.Random) -> None:
    """The time an unseen class takes over all states, beside one state at a time, ours and the peer's."""
    Batch(catalogue, states[:600], AS_OF, read).dates(need_class(PLANT, catalogue))
    print(f"\nall {len(states):,} states at once      wall s   CPU s   CPU us a state")
    row("states read", len(states), lambda: Batch(catalogue, states, AS_OF, read))
    batch = Batch(catalogue, states, AS_OF, read)
    spent = {}
    for name, project in (("owner", None), ("plant", PLANT), ("large", LARGE)):
        asked = None if project is None else need_class(project, catalogue)
        spent[name] = row(f"class {name}, unseen", len(states), partial(dated, batch, asked))
    sample = dice.sample(range(len(states)), min(60, len(states)))
    plant = need_class(PLANT, catalogue)
    lands = [{code: read(text) for code, text in states[number].items()} for number in sample]
    single = per_state(lambda land: compute(catalogue, land, plant, AS_OF), lands)
    peer = per_state(lambda land: naive_readiness.milestones(catalogue, land, plant, AS_OF), lands)
    ours = spent["plant"] / len(states)
    print(f"one state at a time / batch: {single / ours:,.0f} times (ours, with path and steps: {single * 1e3:.1f} ms)")
    print(f"naive numpy / batch: {peer / ours:,.0f} times ({peer * 1e3:.1f} ms a state)")
    agree(batch.dates(plant), sample, [naive_readiness.milestones(catalogue, land, plant, AS_OF) for land in lands])


def dated(batch: Batch[str], project: NeedClass | None) -> list[Kept]:
    """The dates of all, as they are kept."""
    return packed(batch.dates(project))


def agree(dates: Dates, sample: Sequence[int], theirs: Sequence[Mapping[str, float]]) -> None:
    """How far the peer's P80 is from ours: noise of its draws, and buckets."""
    off = [
        abs(int(dates.prudent[name][number][79]) - days)
        for number, found in zip(sample, theirs, strict=True)
        for name, days in found.items()
        if np.isfinite(days)
    ]
    print(f"naive numpy's P80 is off by {np.mean(off):.1f} days on average, {max(off):.0f} at most")


def per_state(run: Callable[[States], object], lands: Sequence[States]) -> float:
    """CPU seconds a state."""
    begun = time.process_time()
    for land in lands:
        run(land)
    return (time.process_time() - begun) / len(lands)


def row(label: str, count: int, run: Callable[[], object]) -> float:
    """Print and give the CPU seconds of a run."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"  {label:28}{wall:8.2f}{cpu:8.2f}{cpu / count * 1e6:10.1f}")
    return cpu


def repeatability(catalogue: Catalogue, states: Sequence[Written]) -> None:
    """Standard deviation of the quantiles over seeds: +-4 days is twice that at most 4."""
    project = need_class(PLANT, catalogue)
    found = []
    for seed in range(SEEDS):
        dates = Batch(catalogue, states, AS_OF, read, seed=seed).dates(project)
        found.append([[dates.prudent[name][:, at] for at in (49, 79, 89)] for name in MILESTONES])
    spread = 2 * np.array(found, dtype=float).std(axis=0, ddof=1)
    print(f"\ntwice the standard deviation over {SEEDS} seeds, {len(states)} states, days (mean, p99, max)")
    for place, name in enumerate(MILESTONES):
        told = [f"{np.mean(s):.1f} {np.quantile(s, 0.99):.1f} {s.max():.1f}" for s in spread[place]]
        print(
            f"  {name:16}"
            + "".join(f"{label} {text:18}" for label, text in zip(("P50", "P80", "P90"), told, strict=True))
        )


if __name__ == "__main__":
    main()
