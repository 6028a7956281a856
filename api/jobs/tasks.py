"""What jobs do. Each carries the ids it needs and who asked; the database of the worker is in its context."""

from procrastinate import App, JobContext
from procrastinate.jobs import Status

from api.jobs.queue import unconnected

app = App(connector=unconnected())

ATTEMPTS = 3
"""A job whose worker was killed this often is given up: it may be what kills it."""


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="retry_stalled")
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Queue again what a worker left undone when it was killed."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.id is None:
            continue
        if job.attempts >= ATTEMPTS:
            await manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
