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
    POLES = "poles"
    FRICHES = "friches"
    ESTABLISHMENTS = "establishments"
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
    files: Annotated[
        list[str],
        typer.Argument(help="Files, folders, ARCHIVE/MEMBER or https addresses; what they hold is recognised."),
    ],
    as_: Annotated[LayerName | None, typer.Option("--as", help="Read them as this, whatever they look like.")] = None,
    commune: Annotated[str | None, typer.Option(metavar="INSEE", help="Commune of rows that name none.")] = None,
    crs: Annotated[str | None, typer.Option(metavar="EPSG:n", help="CRS of a file that does not say.")] = None,
    visibility: Annotated[Seen | None, typer.Option(help="Of parcels that state none.", show_default="agency")] = None,
    responsible: Annotated[
        str | None, typer.Option(help="Organisation the parcels belong to: name or SIREN; a territory when new.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="FILE is an edited export: merge its edits.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why the edits of --update are made; goes to the history.")] = None,
    mapping: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read by this column mapping, and keep it (docs/mapping.md).")
    ] = None,
    propose: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the mapping proposed for the file here; load nothing.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Dataset the file is a version of, when not its own name.")
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Load the good rows of a file that has bad ones (exit 3).")
    ] = False,
    no_derive: Annotated[bool, typer.Option("--no-derive", help="Only load; `emprise derive` computes later.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would change and write nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Also write the report as JSON here.")] = None,
    problems: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write refused and repaired rows here as GeoJSON, for QGIS.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on stdout.")] = False,
) -> None:
    """Read land files: what is new is added, what changed is updated, what is wrong is told row by row.

    Exit 1: a row was refused and nothing is written; 3: with --keep-going, the good rows are.
    """
    if update or reason is not None:
        if not update or not (reason or "").strip() or as_ or commune or visibility:
            raise typer.BadParameter('emprise load parcels.gpkg --update --reason "visite du 3 mars"')
        from api.cli.updating import Updating, update_files

        edited = Updating(str(reason), crs, responsible, keep_going, not no_derive, dry_run, report, as_json)
        raise typer.Exit(update_files([Path(file) for file in files], edited))
    from api.cli.loading import Loading, load_files

    code = load_files(
        files,
        Loading(
            layer=None if as_ is None else as_.value,
            commune=commune,
            crs=crs,
            visibility=None if visibility is None else visibility.value,
            responsible=responsible,
            source=source,
            mapping=mapping,
            propose=propose,
            keep_going=keep_going,
            derive=not no_derive,
            dry_run=dry_run,
            report=report,
            problems=problems,
            as_json=as_json,
        ),
    )
    raise typer.Exit(code)
