"""What jobs do. Each carries the ids it needs and who asked; the database of the worker is in its context."""

from collections.abc import Callable

from procrastinate import App, JobContext, RetryStrategy
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from api.clock import today
from api.jobs import digest, imports, mail, market, privacy, project_answers
from api.jobs.imports import Asking
from api.jobs.queue import unconnected
from api.settings import Settings
from geo.store.database import Database

app = App(connector=unconnected())

ATTEMPTS = 3
"""A job that failed, or whose worker was killed, this often is given up: it may be what kills it."""
AGAIN = RetryStrategy(max_attempts=ATTEMPTS - 1, wait=5)
UNATTENDED_S = 60.0
"""A file that waits this long without a job has lost it."""


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="retry_stalled")
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Queue again what a worker left undone when it was killed."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.id is None:
            continue
        try:
            if job.attempts < ATTEMPTS - 1:
                await manager.retry_job(job)
            else:
                await manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=False)
        except UniqueViolation:  # the same work waits already: this job is one too many
            await manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=True)


@app.task(name=imports.STAGE, pass_context=True, retry=AGAIN)
def stage_import(context: JobContext, delivery: int, organisation: int | None, actor: str, request: str | None) -> None:
    """Read a file that was sent, and say what loading it would change."""
    _work(context, imports.stage_delivery, delivery, Asking(organisation, actor, request))


@app.task(name=imports.MERGE, pass_context=True, retry=AGAIN)
def merge_import(context: JobContext, delivery: int, organisation: int | None, actor: str, request: str | None) -> None:
    """Load a file that was staged and confirmed; what that makes stale is derived by whoever derives beside."""
    _work(context, imports.merge_delivery, delivery, Asking(organisation, actor, request))


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="attend_imports")
def attend_imports(context: JobContext, timestamp: int) -> None:
    """See that no file waits for a job it has lost."""
    imports.attend(context.additional_context["database"], app, after_s=UNATTENDED_S)


@app.periodic(cron="17 * * * *")
@app.task(pass_context=True, queueing_lock="sweep_imports")
def sweep_imports(context: JobContext, timestamp: int) -> None:
    """Give up the files that nobody confirmed; by the hour, for a machine that sleeps at night."""
    settings: Settings = context.additional_context["settings"]
    database: Database = context.additional_context["database"]
    imports.sweep(database, days=settings.import_days, upload_s=settings.upload_timeout_s)


@app.periodic(cron="7 * * * *")
@app.task(pass_context=True, queueing_lock="look_round")
def look_round(context: JobContext, timestamp: int) -> None:
    """Look at what somebody follows, for the feeds."""
    digest.look_round(context.additional_context["database"], context.additional_context["settings"])


@app.periodic(cron="*/10 * * * *")
@app.task(pass_context=True, queueing_lock="tell_round")
def tell_round(context: JobContext, timestamp: int) -> None:
    """Make the digests of the day; by ten minutes, for a machine that sleeps at night."""
    digest.tell_round(context.additional_context["database"], context.additional_context["settings"])


@app.periodic(cron="41 * * * *")
@app.task(pass_context=True, queueing_lock="purge_people")
def purge_people(context: JobContext, timestamp: int) -> None:
    """Erase who was not heard of for years, and empty what is old."""
    privacy.purge(context.additional_context["database"], context.additional_context["settings"])


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="send_mail")
def send_mail(context: JobContext, timestamp: int) -> None:
    """Send what is in the outbox."""
    mail.send_due(context.additional_context["database"], context.additional_context["settings"])


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="follow_market")
def follow_market(context: JobContext, timestamp: int) -> None:
    """Turn the market to today, and tell of what opened and of terms that end."""
    settings: Settings = context.additional_context["settings"]
    market.follow(context.additional_context["database"], settings, today(settings))


@app.periodic(cron="29 * * * *")
@app.task(pass_context=True, queueing_lock="keep_answers")
def keep_answers(context: JobContext, timestamp: int) -> None:
    """Keep the day's answer of every open project; by the hour, for a machine that sleeps at night."""
    project_answers.keep_of_today(context.additional_context["database"], today(context.additional_context["settings"]))


def _work(
    context: JobContext,
    work: Callable[[Database, Settings, int, Asking], None],
    delivery: int,
    asking: Asking,
) -> None:
    database: Database = context.additional_context["database"]
    try:
        work(database, context.additional_context["settings"], delivery, asking)
    except Exception:
        if context.job.attempts >= ATTEMPTS - 1:
            imports.give_up(database, delivery)
        raise
