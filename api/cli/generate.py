"""`emprise generate`: synthetic land, flagged as such."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Synthetic land for tests and benchmarks.", no_args_is_help=True)


@app.callback()
def generate() -> None:
    """Synthetic land for tests and benchmarks."""


@app.command()
def land(
    count: Annotated[int, typer.Option(min=1, help="How many parcels.")],
    out: Annotated[Path, typer.Option(help="File to write: .geojson, or .geojsonl for one feature a line.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same file.")] = 1,
) -> None:
    """Write an invented territory: every feature has a "layer" and says "synthetic": true."""
    from api.cli.progress import counting
    from geo.generate.land import LARGEST, write

    if count > LARGEST:
        raise typer.BadParameter(f"at most {LARGEST:,}", param_hint="--count")
    with counting("generate") as progress:
        written = write(out, count, seed, lambda done: progress(done, count))
    typer.echo(f"{out}: " + ", ".join(f"{number} {layer}" for layer, number in written.items()))
