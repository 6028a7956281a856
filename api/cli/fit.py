"""`emprise fit FILE`: does a building fit on each polygon of a file, with the placement or a proof."""

import math
from pathlib import Path
from typing import Annotated

import typer

from api.cli.usage import Misuse


def fit(
    file: Annotated[Path, typer.Argument()],
    length: Annotated[float, typer.Option(metavar="M")],
    width: Annotated[float, typer.Option(metavar="M")],
    setback: Annotated[float, typer.Option(metavar="M")] = 0.0,
    tolerance: Annotated[float, typer.Option(metavar="M")] = 0.25,
    count: Annotated[int, typer.Option(min=1, max=50)] = 1,
    gap: Annotated[float, typer.Option(metavar="M")] = 0.0,
    yard: Annotated[float, typer.Option(metavar="M")] = 0.0,
    ces: Annotated[float | None, typer.Option(metavar="0-1")] = None,
    open_ground: Annotated[float | None, typer.Option("--open-ground", metavar="0-1")] = None,
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
    for option, share in (("--ces", ces), ("--open-ground", open_ground)):
        if share is not None and not 0 <= share <= 1:
            raise Misuse("fit_share", option=option, value=f"{share:g}")
    if out is not None and out.suffix.lower() not in (".geojson", ".json"):
        raise Misuse("fit_out", value=str(out))
    from api.cli.fitting import Fitting, fit_file
    from geo.fit.asking import Question
    from geo.fit.building import Programme, Rectangle
    from geo.land.building_limits import BuildingRule

    programme = Programme((Rectangle(length, width),) * count, gap, yard)
    question = Question(programme, setback, tolerance, ground)
    shares = {BuildingRule.CES: ces, BuildingRule.OPEN_GROUND: open_ground}
    limits = {rule: share for rule, share in shares.items() if share is not None}
    raise typer.Exit(fit_file(file, question, Fitting(crs, out, as_json, limits)))


def _check(option: str, value: float, least: float) -> None:
    """Refuse a length out of range; not a number is none. Raises Misuse."""
    if not least <= value <= 100_000 or math.isnan(value):
        raise Misuse("fit_length", option=option, value=f"{value:g}", least=f"{least:g}", most=100_000)
