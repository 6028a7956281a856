"""`emprise worker`: jobs that requests leave behind, and what edits and loads leave stale, beside the service."""

from typing import Annotated

import typer


def worker(
    once: Annotated[bool, typer.Option("--once")] = False,
    until_input_ends: Annotated[bool, typer.Option("--until-input-ends", hidden=True)] = False,
) -> None:
    """Do jobs and derive stale parcels as they come, until told to stop; any number of workers share the work."""
    import threading

    from api.catalogues import number, sentence
    from api.cli.language import terminal_language
    from api.cli.session import opened
    from api.cli.working import derive_as_they_come, end_with_input, end_with_signals
    from api.clock import today
    from api.jobs.running import work_off
    from api.logs import configure_logs
    from api.settings import load_settings
    from geo.derive import work

    settings = load_settings()
    configure_logs(settings.log_level)
    over = threading.Event()
    end_with_signals(over)
    if until_input_ends:
        end_with_input(over)
    with opened(settings) as database:
        if once:
            work_off(database, settings, over, wait=False)
            lang, done = terminal_language(), work.derive(database, as_of=today(settings))
            typer.echo(sentence("derive.done", lang, count=number(done, lang)))
            return
        with derive_as_they_come(database, settings, over):
            work_off(database, settings, over)
