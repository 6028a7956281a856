"""`emprise serve`: the service."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(show_default="EMPRISE_HOST")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, show_default="EMPRISE_PORT")] = None,
) -> None:
    """Serve the land over HTTP until told to stop."""
    from api.cli.serving import check_port, serve_until_stopped, with_address
    from api.cli.session import opened
    from api.settings import load_settings

    settings = with_address(load_settings(), host, port)
    check_port(settings)
    with opened(settings) as database:
        serve_until_stopped(settings, database)
