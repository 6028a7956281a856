"""`emprise generate`: synthetic land, flagged as such."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.help import App
from api.cli.usage import Misuse

app = App(no_args_is_help=True)


@app.callback()
def generate() -> None:
    """Synthetic land for tests and benchmarks."""


@app.command()
def land(
    count: Annotated[int, typer.Option(min=1)],
    out: Annotated[Path, typer.Option()],
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Write an invented territory: every feature has a "layer" and says "synthetic": true."""
    from api.cli.progress import counting
    from geo.generate.land import LARGEST, write

    if count > LARGEST:
        raise Misuse("most_generated", most=LARGEST)
    with counting("generate") as progress:
        written = write(out, count, seed, lambda done: progress(done, count))
    typer.echo(f"{out}: " + ", ".join(f"{number} {layer}" for layer, number in written.items()))
