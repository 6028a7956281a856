"""`emprise export FILE`: a collection as a file, in the format its name asks for."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.usage import Misuse


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
    file: Annotated[Path, typer.Argument()],
    collection: Annotated[Collection | None, typer.Option(show_default="parcels")] = None,
    filter_: Annotated[str | None, typer.Option("--filter", metavar="CQL2")] = None,
    crs: Annotated[str | None, typer.Option(metavar="EPSG:n", show_default="base")] = None,
    as_audience: Annotated[Audience | None, typer.Option("--as-audience", show_default="admin")] = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="ORGANISATION"),
    ] = None,
    standard: Annotated[Standard | None, typer.Option()] = None,
    producer: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    left: Annotated[Path | None, typer.Option(metavar="FILE.csv")] = None,
    ready: Annotated[Path | None, typer.Option(metavar="FILE.csv")] = None,
    force: Annotated[bool, typer.Option("--force")] = False,
) -> None:
    """Write a collection, with `id` and `row_version`, to edit and give back by `load FILE --update --reason TEXT`.

    The file appears whole or not at all, from one state of the base. Without --as-audience or --for it holds what an
    administrator sees: not for the outside. Exit 3: written, but some rows do not pass the official schema.
    """
    from api.cli.exporting import Exporting, export_file, export_standard

    name = None if collection is None else collection.value
    only_standard = {"--producer": producer, "--left": left, "--ready": ready}
    only_ours = {"--as-audience": as_audience, "--crs": crs, "--filter": filter_}
    _check(standard, only_ours, only_standard, as_audience, for_)
    if standard is not None:
        raise typer.Exit(export_standard(file, Exporting(name, None, None, for_, force, producer, left, ready)))
    audience = None if as_audience is None else as_audience.value
    export_file(file, Exporting(name or "parcels", crs, audience, for_, force, chosen=filter_))


def _check(
    standard: Standard | None,
    not_standard: Mapping[str, object],
    only_standard: Mapping[str, object],
    audience: Audience | None,
    organisation: str | None,
) -> None:
    """See that the options go together. Raises Misuse."""
    code, wrong = ("with_standard", only_standard) if standard is None else ("standard_takes", not_standard)
    for option, said in wrong.items():
        if said is not None:
            raise Misuse(code, option=option)
    if audience is Audience.PLANNER and organisation is None:
        raise Misuse("planner_of_whom")
    if organisation is not None and audience in (Audience.PUBLIC, Audience.ADMIN):
        raise Misuse("for_whom", audience=audience.value)
