from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from geo.match.need.need import Need
from geo.match.need.quantities import parse_surface
from geo.match.need.reading import NeedError, read_need
from geo.match.schemas.schemas import need_schema


@pytest.mark.parametrize(
    ("text", "m2"),
    [
        ("8 ha", 80_000),
        ("8ha", 80_000),
        ("1,5 ha", 15_000),
        ("12.5 HA", 125_000),
        ("0,29 ha", 2_900),
        ("0,125 ha", 1_250),
        ("3 hectares", 30_000),
        ("12 000 m²", 12_000),
        ("12\u00a0000\u202fm2", 12_000),
        ("80\u202f000", 80_000),
        ("80000", 80_000),
        (" 1 234 567,5 m² ", 1_234_567.5),
        ("800,5", 800.5),
        ("1500,125 m²", 1_500.125),
    ],
)
def test_reads_a_surface_as_people_write_it(text: str, m2: float) -> None:
    assert parse_surface(text) == m2


@pytest.mark.parametrize("text", ["12,000", "12.000 m²", "1.250 ha", "80,000 m2"])
def test_refuses_a_surface_that_means_two_things(text: str) -> None:
    with pytest.raises(ValueError, match="ambiguous"):
        parse_surface(text)


@pytest.mark.parametrize(
    "text", ["", "big", "-8 ha", "8 acres", "8 ha 50", "1e5", "12 00 m²", "NaN", "8 km²", "٨ ha x"]
)
def test_refuses_what_is_not_a_surface(text: str) -> None:
    with pytest.raises(ValueError, match="unreadable"):
        parse_surface(text)


@pytest.mark.parametrize(
    ("need", "told"),
    [
        ({"power_mw": "2,5 MW"}, lambda need: need.power_mw.at_opening == 2.5),
        ({"power_mw": {"at_opening": "800 kW"}}, lambda need: need.power_mw.at_opening == 0.8),
        ({"setback_m": "10 m"}, lambda need: need.setback_m == 10),
        ({"setback_m": {"road": "10 m", "neighbour": 5}}, lambda need: need.setbacks == (10, 5)),
        ({"height_m": "12,5 m"}, lambda need: need.height_m == 12.5),
        ({"max_km": {"substation": "800 m"}}, lambda need: need.max_km == {"substation": 0.8}),
        ({"water_m3h": "10 l/s"}, lambda need: need.water_m3h == 36),
        ({"gas_m3h": "1 200 Nm³/h"}, lambda need: need.gas_m3h == 1_200),
        ({"effluents_m3d": "50 m3/j"}, lambda need: need.effluents_m3d == 50),
        ({"slope_max_pct": "4 %"}, lambda need: need.slope_max_pct == 4),
        ({"price_max_eur_m2": "60 €/m²"}, lambda need: need.price_max_eur_m2 == 60),
        ({"labour": {"jobs": 150, "minutes": "30 min"}}, lambda need: need.labour.minutes == 30),
        ({"extension": {"land_m2": "2 ha", "within_years": "5 ans"}}, lambda need: need.extension.within_years == 5),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_every_quantity_takes_its_unit(need: dict[str, Any], told: Callable[[Need], bool]) -> None:
    document = {"land_m2": "8 ha", **need}
    assert told(read_need(document))
    Draft202012Validator(need_schema()).validate(document)


@pytest.mark.parametrize("need", [{"power_mw": "10 MVA"}, {"height_m": "12 pieds"}, {"water_m3h": "5 %"}])
def test_a_unit_of_something_else_is_refused(need: dict[str, Any]) -> None:
    with pytest.raises(NeedError, match="the number and its unit"):
        read_need({"land_m2": "8 ha", **need})
    assert not Draft202012Validator(need_schema()).is_valid({"land_m2": "8 ha", **need})
