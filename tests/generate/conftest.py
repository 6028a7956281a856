"""The sample, read once."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.generate.ground import Layer, layers

SAMPLE = Path(__file__).resolve().parents[2] / "sample_parcels.geojson"


@pytest.fixture(scope="session")
def sample() -> dict[str, Layer]:
    """The committed sample by layer."""
    collection: dict[str, Any] = orjson.loads(SAMPLE.read_bytes())
    return layers(collection["features"])
