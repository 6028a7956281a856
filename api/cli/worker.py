"""`emprise worker`: compute what edits and loads leave stale, beside the service."""

import typer


def worker(once: bool = typer.Option(False, help="Do what is there and end.")) -> None:
    """Derive stale parcels as they come, until told to stop; any number of workers share the work."""
    import signal
    import threading

    from api.cli.session import opened
    from api.clock import today
    from api.logs import configure_logs
    from api.settings import load_settings
    from geo.derive import work

    settings = load_settings()
    configure_logs(settings.log_level)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with opened(settings) as database:
        while not over.is_set():
            done = work.derive(database, as_of=today(settings))
            if once:
                typer.echo(f"{done} parcels derived.")
                return
            over.wait(0 if done else 2)
