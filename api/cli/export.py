"""`emprise export FILE`: a collection as a GeoJSON or GeoPackage file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

STANDARD_TAKES = "--standard takes --collection, --for, --producer, --left and --force"


class Collection(StrEnum):
    """What can be exported."""

    PARCELS = "parcels"
    CADASTRE = "cadastre"
    SITES = "sites"
    ZONES = "zones"
    CONSTRAINTS = "constraints"
    COMMUNES = "communes"
    POLES = "poles"
    ESTABLISHMENTS = "establishments"
    FRICHES = "friches"


class Standard(StrEnum):
    """Whose official files can be written."""

    CNIG = "cnig"


class Audience(StrEnum):
    """Whose view is written."""

    PUBLIC = "public"
    COMPANY = "company"
    PLANNER = "planner"
    ADMIN = "admin"


def export(
    file: Annotated[Path, typer.Argument(help="The file to make: its ending says which (.geojson, .gpkg).")],
    collection: Annotated[Collection | None, typer.Option(help="What to write.", show_default="parcels")] = None,
    crs: Annotated[
        str | None, typer.Option(metavar="EPSG:n", help="CRS of a GeoPackage.", show_default="the base's own")
    ] = None,
    as_audience: Annotated[
        Audience | None, typer.Option("--as-audience", help="Write what this audience sees.", show_default="admin")
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="ORGANISATION", help="Write what this organisation sees: name or SIREN."),
    ] = None,
    standard: Annotated[
        Standard | None, typer.Option(help="Write the standard's official files instead (.csv, .gpkg).")
    ] = None,
    producer: Annotated[
        str | None, typer.Option(metavar="NAME", help="The source of brownfields that name none (--standard).")
    ] = None,
    left: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="All that could not leave as it is (--standard).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists: edits in it are lost.")] = False,
) -> None:
    """Write a collection, with `id` and `row_version`, to edit and give back by `load FILE --update --reason TEXT`.

    The file appears whole or not at all, from one state of the base. Without --as-audience or --for it holds what an
    administrator sees: not for the outside. Exit 3: written, but some rows do not pass the official schema.
    """
    from api.cli.exporting import Exporting, export_file, export_standard

    name = None if collection is None else collection.value
    if standard is not None:
        if as_audience is not None or crs is not None:
            raise typer.BadParameter(STANDARD_TAKES, param_hint="--standard")
        raise typer.Exit(export_standard(file, Exporting(name, None, None, for_, force, producer, left)))
    if producer is not None or left is not None:
        raise typer.BadParameter("--producer and --left go with --standard cnig", param_hint="--standard")
    if as_audience is Audience.PLANNER and for_ is None:
        raise typer.BadParameter('--as-audience planner --for "CC Exemple"', param_hint="--for")
    if for_ is not None and as_audience in (Audience.PUBLIC, Audience.ADMIN):
        raise typer.BadParameter("--for is for a planner or a company", param_hint="--as-audience")
    audience = None if as_audience is None else as_audience.value
    export_file(file, Exporting(name or "parcels", crs, audience, for_, force))
