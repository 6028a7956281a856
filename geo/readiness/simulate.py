"""Longest paths over the open steps, all draws at once, in days from today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.readiness.draws import Stream, count
from geo.readiness.network import Network, Node
from geo.readiness.takes import Days, days_of

Bools = NDArray[np.bool_]
_NOBODY = -1
_FEW = 16
"""Steps whose sets are counted without sorting them."""
"""Place of what holds a step back when it can begin today."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Arrays of (nodes, draws): beginnings and ends in days, whether needed, and which node held each one back."""

    network: Network
    starts: Days
    ends: Days
    needed: Bools
    held_by: NDArray[np.int8]

    def reached(self, milestone: str) -> Days:
        """Days until a milestone, one value a draw; 0 when nothing is open, infinite when blocked."""
        gates = self.network.gates[milestone]
        if not gates:
            return np.zeros(self.ends.shape[1], np.float32)
        latest: Days = self.ends[gates[0]]
        for gate in gates[1:]:
            latest = np.maximum(latest, self.ends[gate])
        return latest

    def critical(self, milestone: str) -> Bools:
        """Which nodes are on the chain that decides a milestone, (nodes, draws)."""
        chain = np.zeros(self.ends.shape, dtype=np.bool_)
        gates = list(self.network.gates[milestone])
        if not gates:
            return chain
        if len(gates) == 1:
            chain[gates[0]] = True
        else:
            last = self.ends[gates].argmax(axis=0)
            for position, gate in enumerate(gates):
                chain[gate] = last == position
        for place in range(len(chain) - 1, -1, -1):
            waits = self.network.nodes[place].waits
            for before in waits:
                held = len(waits) == 1 and not self.network.nodes[place].running
                chain[before] |= chain[place] if held else chain[place] & (self.held_by[place] == before)
        chain &= self.needed
        chain &= self.ends > 0
        return chain


def run(network: Network, as_of: date, draws: int, seed: int) -> Run:
    """Draw every open step and follow the longest paths; ``geo.readiness.follow`` does it for many states."""
    shape = (len(network.nodes), count(draws))
    out = Run(
        network,
        np.zeros(shape, np.float32),
        np.zeros(shape, np.float32),
        np.ones(shape, np.bool_),
        np.full(shape, _NOBODY, np.int8),
    )
    for place, node in enumerate(network.nodes):
        stream = Stream(node.step.code, node.columns, draws, seed)
        takes = days_of(stream, node.step, node.status, as_of)
        if node.chance is not None:
            _draw_need(out, place, node, node.chance, stream)
            takes = np.where(out.needed[place], takes, np.float32(0.0))
        ready = _wait(out, place, node.waits)
        if node.running:
            # it has begun already, but cannot be over before what it needs
            alone = takes > ready
            out.held_by[place][alone] = _NOBODY
            out.ends[place] = np.where(alone, takes, ready)
        else:
            out.starts[place] = ready
            out.ends[place] = ready + takes
    return out


def _draw_need(out: Run, place: int, node: Node, chance: float, stream: Stream) -> None:
    needed: Bools = stream.needs() < chance
    if node.decided_by is not None:
        needed = needed & out.needed[node.decided_by]
    out.needed[place] = needed


def _wait(out: Run, place: int, waits: Sequence[int]) -> Days:
    """Day everything waited for is over; notes which wait was the last."""
    if not waits:
        return np.zeros(out.ends.shape[1], np.float32)
    ready: Days = out.ends[waits[0]].copy()
    held_by = out.held_by[place]
    held_by[:] = waits[0]
    for before in waits[1:]:
        later = out.ends[before] > ready
        ready[later] = out.ends[before][later]
        held_by[later] = before
    return ready


def most_frequent_chain(critical: Bools, codes: Sequence[str]) -> tuple[str, ...]:
    """The set of steps most often critical together, in order; empty when nothing is."""
    packed = np.zeros((8, critical.shape[1]), dtype=np.uint8)
    bits = np.packbits(critical, axis=0, bitorder="little")
    packed[: len(bits)] = bits
    words = np.ascontiguousarray(packed.T).view("<u8").ravel()
    if len(codes) <= _FEW:
        best = int(np.bincount(words.astype(np.int64)).argmax())
    else:
        values, counts = np.unique(words, return_counts=True)
        best = int(values[counts.argmax()])
    return tuple(code for place, code in enumerate(codes) if best >> place & 1)


def shares(flags: Bools, codes: Sequence[str]) -> Mapping[str, float]:
    """Share of the draws in which each node is flagged."""
    return {code: float(value) for code, value in zip(codes, flags.mean(axis=1), strict=True)}
