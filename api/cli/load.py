"""`emprise load FILE...`: read land files into the base."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.usage import Misuse


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
    TRAVEL_TIMES = "travel_times"
    BUILDINGS = "buildings"


class Seen(StrEnum):
    """Who may see the loaded parcels."""

    PUBLIC = "public"
    PARTNERS = "partners"
    AGENCY = "agency"
    PRIVATE = "private"


def _check_update(update: bool, reason: str | None, others: dict[str, object]) -> None:
    """See that the options of an edited export go together. Raises Misuse."""
    if not update:
        raise Misuse("reason_alone")
    if not (reason or "").strip():
        raise Misuse("update_reason")
    for option, said in others.items():
        if said is not None:
            raise Misuse("update_alone", option=option)


def load(
    files: Annotated[
        list[str],
        typer.Argument(),
    ],
    as_: Annotated[LayerName | None, typer.Option("--as")] = None,
    commune: Annotated[str | None, typer.Option(metavar="INSEE")] = None,
    crs: Annotated[str | None, typer.Option(metavar="EPSG:n")] = None,
    visibility: Annotated[Seen | None, typer.Option(show_default="agency")] = None,
    responsible: Annotated[str | None, typer.Option()] = None,
    update: Annotated[bool, typer.Option("--update")] = False,
    reason: Annotated[str | None, typer.Option()] = None,
    mapping: Annotated[str | None, typer.Option(metavar="FILE")] = None,
    propose: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    keep_going: Annotated[bool, typer.Option("--keep-going")] = False,
    no_derive: Annotated[bool, typer.Option("--no-derive")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    report: Annotated[Path | None, typer.Option()] = None,
    problems: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Read land files: what is new is added, what changed is updated, what is wrong is told row by row.

    Exit 1: a row was refused and nothing is written; 3: with --keep-going, the good rows are.
    """
    if update or reason is not None:
        fixed = {"--as": as_, "--commune": commune, "--visibility": visibility, "--source": source}
        _check_update(update, reason, fixed | {"--mapping": mapping, "--propose": propose, "--problems": problems})
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
