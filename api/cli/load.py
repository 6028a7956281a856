"""`emprise load FILE...`: read land files into the base."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LayerName(StrEnum):
    """What a file may be forced to be."""

    PARCELS = "parcels"
    TERRAINS = "terrains"
    CADASTRE = "cadastre"
    ZONES = "zones"
    CONSTRAINTS = "constraints"
    NETWORKS = "networks"
    SITES = "sites"
    COMMUNES = "communes"
    AREAS = "areas"
    BUILDINGS = "buildings"


class Seen(StrEnum):
    """Who may see the loaded parcels."""

    PUBLIC = "public"
    PARTNERS = "partners"
    AGENCY = "agency"
    PRIVATE = "private"


def load(
    files: Annotated[list[Path], typer.Argument(help="Files to read; what they hold is recognised.", exists=True)],
    as_: Annotated[LayerName | None, typer.Option("--as", help="Read them as this, whatever they look like.")] = None,
    commune: Annotated[str | None, typer.Option(metavar="INSEE", help="Commune of rows that name none.")] = None,
    crs: Annotated[str | None, typer.Option(metavar="EPSG:n", help="CRS of a file that does not say.")] = None,
    visibility: Annotated[Seen | None, typer.Option(help="Of parcels that state none.", show_default="agency")] = None,
    responsible: Annotated[
        str | None, typer.Option(help="Organisation the parcels belong to: name or SIREN; a territory when new.")
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Load the good rows of a file that has bad ones (exit 3).")
    ] = False,
    no_derive: Annotated[bool, typer.Option("--no-derive", help="Only load; `emprise derive` computes later.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would change and write nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Also write the report as JSON here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on stdout.")] = False,
) -> None:
    """Read land files: what is new is added, what changed is updated, what is wrong is told row by row.

    Exit 1: a row was refused and nothing is written; 3: with --keep-going, the good rows are.
    """
    from api.cli.loading import Loading, load_files

    code = load_files(
        files,
        Loading(
            layer=None if as_ is None else as_.value,
            commune=commune,
            crs=crs,
            visibility=None if visibility is None else visibility.value,
            responsible=responsible,
            keep_going=keep_going,
            derive=not no_derive,
            dry_run=dry_run,
            report=report,
            as_json=as_json,
        ),
    )
    raise typer.Exit(code)
