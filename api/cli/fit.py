"""`emprise fit FILE`: does a building fit on each polygon of a file, with the placement or a proof."""

import math
from pathlib import Path
from typing import Annotated

import typer

from api.cli.quantity import metres, share
from api.cli.usage import Misuse

Metres = Annotated[float, typer.Option(metavar="M", parser=metres)]
Share = Annotated[float | None, typer.Option(metavar="0-1", parser=share)]


def fit(
    file: Annotated[Path, typer.Argument()],
    length: Metres,
    width: Metres,
    setback: Metres = 0.0,
    tolerance: Metres = 0.25,
    count: Annotated[int, typer.Option(min=1, max=50)] = 1,
    gap: Metres = 0.0,
    yard: Metres = 0.0,
    ces: Share = None,
    open_ground: Share = None,
    ground: Annotated[bool, typer.Option("--ground")] = False,
    crs: Annotated[str | None, typer.Option(metavar="EPSG:n")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.geojson")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say of each polygon whether the building fits on it, at any angle, with its place or proved impossible.

    Needs no database. Exit 1: a row is no usable polygon; the others are answered.
    """
    for option, value in (("--length", length), ("--width", width)):
        _check(option, value, 0.01)
    for option, value in (("--setback", setback), ("--gap", gap), ("--yard", yard)):
        _check(option, value, 0.0)
    _check("--tolerance", tolerance, 0.001)
    if gap and count == 1:
        raise Misuse("fit_gap", value=f"{gap:g}")
    for option, part in (("--ces", ces), ("--open-ground", open_ground)):
        if part is not None and not 0 <= part <= 1:
            raise Misuse("fit_share", option=option, value=f"{part:g}")
    if out is not None and out.suffix.lower() not in (".geojson", ".json"):
        raise Misuse("fit_out", value=str(out))
    from api.cli.fitting import Fitting, fit_file
    from geo.fit.asking import Question
    from geo.fit.building import Programme, Rectangle
    from geo.land.building_limits import BuildingRule

    programme = Programme((Rectangle(length, width),) * count, gap, yard)
    question = Question(programme, setback, tolerance, ground)
    shares = {BuildingRule.CES: ces, BuildingRule.OPEN_GROUND: open_ground}
    limits = {rule: part for rule, part in shares.items() if part is not None}
    raise typer.Exit(fit_file(file, question, Fitting(crs, out, as_json, limits)))


def _check(option: str, value: float, least: float) -> None:
    """Refuse a length out of range; not a number is none. Raises Misuse."""
    if not least <= value <= 100_000 or math.isnan(value):
        raise Misuse("fit_length", option=option, value=f"{value:g}", least=f"{least:g}", most=100_000)
