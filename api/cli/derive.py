"""`emprise derive`: compute what changed facts made stale."""

from typing import Annotated

import typer


def derive(
    everything: Annotated[bool, typer.Option("--all", help="Every parcel, not only those marked stale.")] = False,
) -> None:
    """Compute surface, zoning, buildable area, readiness and what is served, for parcels whose facts changed."""
    from api.cli.progress import counting
    from api.cli.session import opened
    from api.clock import today
    from api.settings import load_settings
    from geo.derive import work

    settings = load_settings()
    with opened(settings) as database, counting("derive") as progress:
        done = work.derive(database, as_of=today(settings), everything=everything, progress=progress)
    typer.echo(f"{done} parcels derived.")
