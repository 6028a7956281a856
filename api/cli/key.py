"""`emprise key`: the keys of GIS tools and scripts."""

from typing import Annotated

import typer

app = typer.Typer(help="API keys: shown once, stored as a digest.", no_args_is_help=True)
