"""A worker of the queue: one job at a time, until it is told to stop."""

import asyncio
import threading

from api.jobs.queue import connector
from api.jobs.tasks import app
from api.settings import Settings
from geo.store.database import Database

GRACE_S = 20.0
"""How long a job under way may go on when the worker is told to stop; then it is queued again elsewhere."""


def work_off(database: Database, settings: Settings, over: threading.Event, *, wait: bool = True) -> None:
    """Do jobs as they come until ``over``; without ``wait`` only those that are there."""
    asyncio.run(_work_off(database, settings, over, wait))


async def _work_off(database: Database, settings: Settings, over: threading.Event, wait: bool) -> None:
    with app.replace_connector(connector(database)):
        async with app.open_async():
            await _until(database, settings, over, wait)


async def _until(database: Database, settings: Settings, over: threading.Event, wait: bool) -> None:
    work = app.run_worker_async(
        wait=wait,
        install_signal_handlers=False,
        listen_notify=wait,
        shutdown_graceful_timeout=GRACE_S,
        delete_jobs="successful",
        additional_context={"database": database, "settings": settings},
    )
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(asyncio.to_thread(over.wait))
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    working.cancel()
    over.set()
    await asyncio.wait({working, stopping})
    if not working.cancelled():
        working.result()
