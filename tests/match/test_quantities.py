import pytest

from geo.match.quantities import parse_surface


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
