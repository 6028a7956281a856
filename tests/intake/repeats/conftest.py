"""A file of a few dozen parcels that is cut like one of a department, and what loads pass over of it."""

import pytest

from geo.intake import repeating, skimming
from geo.intake.files import bytestream, featurestream
from geo.intake.skimming import Skimmer


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a few dozen parcels is cut like one of a department."""
    monkeypatch.setattr(featurestream, "PIECE_BYTES", 2_000)
    monkeypatch.setattr(bytestream, "_READ", 1_000)
    monkeypatch.setattr(skimming, "WORTH_BYTES", 1_500)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each staged file was found to repeat."""
    found: list[int] = []
    kept = repeating.Repeats.keep

    def keep(self: repeating.Repeats, skimmer: Skimmer) -> None:
        kept(self, skimmer)
        found.append(skimmer.known.repeated[0])

    monkeypatch.setattr(repeating.Repeats, "keep", keep)
    return found
