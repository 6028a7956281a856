"""The only source of chance here: everything is drawn from ``random()``, whose sequence Python promises to keep.

The other methods of Python's generator may change from one version to the next, and the sample's bytes with them.
"""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws that the same ``seed`` repeats for ever."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed).random  # noqa: S311 (land to test with, not a secret)

    def between(self, low: int, high: int) -> int:
        """An integer from ``low`` to ``high``, both included; fewer than 2**53 of them."""
        return low + int(self.random() * (high - low + 1))

    def uniform(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return low + (high - low) * self.random()

    def lognormal(self, median: float, spread: float) -> float:
        """A number whose logarithm is normal, ``spread`` its standard deviation (Box and Muller)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.random()))
        return median * math.exp(spread * radius * math.cos(2.0 * math.pi * self.random()))

    def pick(self, values: Sequence[T]) -> T:
        """One of the values."""
        return values[int(self.random() * len(values))]

    def several(self, values: Sequence[T], count: int) -> list[T]:
        """``count`` of the values (at most all), each once, in any order."""
        left = list(values)
        return [left.pop(int(self.random() * len(left))) for _ in range(count)]
