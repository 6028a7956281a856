"""`emprise run`: a first look in one command."""

from typing import Annotated

import typer

AGENCY = "Agence exemple"


def run(port: Annotated[int | None, typer.Option(min=0, max=65535)] = None) -> None:
    """Load the sample, print the matches of the sample need and a planner's sign-in link, and serve."""
    from datetime import UTC, datetime

    from api.catalogues import sentence
    from api.cli.language import terminal_language
    from api.cli.loading import Loading, load_into
    from api.cli.progress import counting
    from api.cli.reading import read_need_file
    from api.cli.serving import check_port, serve_until_stopped, with_address
    from api.cli.session import opened
    from api.cli.table import print_answer
    from api.clock import today
    from api.security.sessions import sign_in_link
    from api.settings import CHECKOUT, load_settings
    from geo.derive import work
    from geo.match.search import search
    from geo.store.access.keys import Admitted, find_organisation
    from geo.store.access.organisations import make_organisation
    from geo.store.database import Role

    settings = with_address(load_settings(), None, port)
    check_port(settings)
    with opened(settings) as database:
        load_into(database, [CHECKOUT / "sample_parcels.geojson"], Loading(), settings.srid)
        with counting("emprise derive") as progress:
            work.derive(database, as_of=today(settings), progress=progress)
        need = read_need_file(CHECKOUT / "sample_need.json", settings)
        document = search(database, Role.ADMIN, None, need, today(settings))
        print_answer(document, terminal_language(), name=need.name)
        with database.connection(Role.GATE) as connection:
            agency = find_organisation(connection, AGENCY) or make_organisation(connection, AGENCY, "agency")
        link = sign_in_link(
            database, settings.address, Admitted(Role.PLANNER.value, agency, "agency"), datetime.now(UTC)
        )
        lang = terminal_language()
        typer.echo(f"\n{sentence('run.link', lang)}\n{link}\n")
        typer.echo(sentence("run.serving", lang, address=settings.address))
        serve_until_stopped(settings, database)
