from datetime import date

import pytest

from geo.intake.layers.record import Layer
from geo.intake.layers.records import LAYERS
from geo.store.layers import LAYERS as STORED


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.name)
def test_columns_are_named_once_and_typed(layer: Layer) -> None:
    names = [column.name for column in layer.columns]
    assert len(set(names)) == len(names)
    assert all(column.holds in (str, float, int, bool, date, list, dict) for column in layer.columns)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.name)
def test_source_fields_are_lower_case_and_not_repeated(layer: Layer) -> None:
    for column in layer.columns:
        names = [column.name, *column.names, *column.other]
        assert all(name == name.lower() for name in names)
        assert len(set(names)) == len(names), column.name


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_records_are_what_the_base_takes(name: str) -> None:
    """Intake and base must agree: a column only one of them knows would be lost or stay empty."""
    taken = set(STORED[name].staged) - {"digest", "raw", "key"}
    given = {column.name for column in LAYERS[name].columns}
    if name == "sites":
        taken -= {"name"} - given
    if name == "prescriptions":
        given.remove("valid_on")  # the day of its plan, told there
    assert given == taken
