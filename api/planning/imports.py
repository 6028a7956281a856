"""Files that planners send: received, tried, told what they would change, loaded once confirmed (docs/imports.md)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.catalogues import HTTP
from api.deps import CurrentSession, CurrentSettings, Language, PageLimit, Session, only
from api.ids import RowId
from api.intake_sentences import told_rows
from api.jobs.imports import Asking, put_merge, put_stage
from api.jobs.tasks import app as jobs
from api.ogc.items import GeoJson
from api.ogc.links import JSON, base, link, own
from api.ogc.paging import cursor, place
from api.planning.import_options import ImportOptions
from api.planning.import_told import AGAIN_S, WORKING, refusals_of, status_of, told_import, told_in_full
from api.planning.uploading import Received, forget, receive
from api.problems import Problem
from api.security.body import optional_body
from api.security.principal import Principal
from geo.intake.load import withdraw
from geo.intake.problems import Unreadable
from geo.store.access.keys import find_organisation
from geo.store.database import Role
from geo.store.items.hits import After
from geo.store.merging import uploads

router = APIRouter(tags=["imports"])

PLANNERS = (Role.PLANNER, Role.ADMIN)
CurrentPlanner = Annotated[Principal, Depends(only(*PLANNERS))]
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, X-API-Key, Accept-Language"}


class Confirmation(BaseModel):
    """What is said with a confirmation."""

    model_config = ConfigDict(extra="forbid")

    keep_going: bool = Field(False, description="Load the good rows although others were refused", examples=[True])
    mapping: str | None = Field(
        None,
        max_length=200_000,
        description="Of a file that nobody recognised: the column mapping (TOML) to read it by; it is then tried again",
        examples=['layer = "parcels"\nname = "parcelles"\n\n[columns]\nname = "NOM"\n'],
    )


@router.post("/imports", status_code=202, summary="Send a file of land")
async def send(
    request: Request,
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    lang: Language,
    options: Annotated[ImportOptions, Query()],
) -> Response:
    """Take in a file, as a form (field `file`, options as fields or parameters) or as the body itself with `name`.

    It is then read and compared: follow `Location` until it is `staged`, and confirm it. Nothing changes before.
    """
    if planner.audience is Role.PLANNER and planner.organisation is None:
        raise Problem("forbidden", "upload.no_organisation")
    received = await receive(request, session, settings, options)
    key = request.headers.get("idempotency-key")
    row, repeated = await run_in_threadpool(_keep, session, received, key)
    document = told_in_full(row, base(request), lang)
    headers = PRIVATE | {"Location": document["links"][0]["href"], "Retry-After": str(AGAIN_S)}
    return JSONResponse(document, 202, headers | ({"Idempotency-Replayed": "true"} if repeated else {}))


def _keep(session: Session, received: Received, key: str | None) -> tuple[Any, bool]:
    """Queue a file that arrived; the row it stands in, and whether it had been sent before with the same key."""
    asked = received.options.asked()
    _check_responsible(session, received)
    with session.database.connection(Role.WORKER) as connection:
        new = uploads.finish(
            connection,
            received.delivery,
            file_name=received.name,
            sha256=received.sha256,
            size=received.size,
            options={"asked": asked},
            key=key,
        )
        if new:
            put_stage(connection, jobs, received.delivery, _asking(session, received.organisation))
    if new or key is None:
        return _found(session, received.delivery), False
    forget(session, received.delivery)
    with session.begin() as connection:
        row = uploads.sent_with(connection, session.principal.name, key)
    same = row is not None and bytes(row.file_sha256) == received.sha256 and row.file_name == received.name
    if not same or row.options.get("asked") != asked:
        raise Problem("key-reused", "idempotency.other_body")
    return row, True


def _check_responsible(session: Session, received: Received) -> None:
    """See that only an administrator sends for another organisation, and for one that is known."""
    named = received.options.responsible
    if named is None:
        return
    with session.database.connection(Role.WORKER) as connection:
        found = find_organisation(connection, named)
    if found is not None and received.organisation in (None, found):
        return
    forget(session, received.delivery)
    if received.organisation is not None:
        raise Problem("forbidden", "upload.not_for_others", name=named)
    raise Problem("invalid", "upload.unknown_organisation", name=named)


@router.get("/imports", summary="Files sent")
def history(
    request: Request,
    planner: CurrentPlanner,
    session: CurrentSession,
    lang: Language,
    limit: PageLimit,
    next_: Annotated[
        str | None, Query(alias="next", description="Where a page begins, from its link", max_length=200)
    ] = None,
) -> Response:
    """The files of one's organisation (of all, for an administrator), the newest first."""
    question = ("imports", planner.audience, planner.organisation)
    before = 0 if next_ is None else int(place(next_, (), question).id)
    with session.begin() as connection:
        rows = uploads.history(connection, before=before, limit=limit + 1)
    links = [link(own(request), "self", JSON)]
    if len(rows) > limit:
        links.append(link(own(request, next=cursor(After(rows[limit - 1].id), question)), "next", JSON))
    listed = [told_import(row, base(request), lang) for row in rows[:limit]]
    return JSONResponse({"imports": listed, "links": links}, headers=PRIVATE)


@router.get("/imports/{import_id}", summary="One file: state and report")
def one(
    request: Request, planner: CurrentPlanner, session: CurrentSession, lang: Language, import_id: RowId
) -> Response:
    """Where the file is, and the report of what loading it would change or has changed.

    While work goes on the answer has `Retry-After`; with `If-None-Match` it comes only when something is new.
    """
    row = _found(session, import_id)
    tag = f'W/"{row.updated_at.timestamp():.6f}.{lang}"'
    headers = PRIVATE | {"ETag": tag} | ({"Retry-After": str(AGAIN_S)} if status_of(row) in WORKING else {})
    if tag in (part.strip() for part in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return JSONResponse(told_in_full(row, base(request), lang), headers=headers)


@router.get("/imports/{import_id}/problems", summary="Its refused and repaired rows", response_class=GeoJson)
def problems(planner: CurrentPlanner, session: CurrentSession, lang: Language, import_id: RowId) -> Response:
    """The rows that were refused or repaired, drawn where they can be, each with what is wrong."""
    with session.begin() as connection:
        found = uploads.problem_rows(connection, import_id)
    if found is None:
        raise Problem("not-found", "import.unknown", id=import_id)
    collection = found or {"type": "FeatureCollection", "features": []}
    body = JSONResponse(told_rows(collection, lang, HTTP)).body
    return GeoJson(body, headers=PRIVATE)


@router.post("/imports/{import_id}/confirm", status_code=202, summary="Load it")
def confirm(
    request: Request,
    planner: CurrentPlanner,
    session: CurrentSession,
    lang: Language,
    import_id: RowId,
    said: Annotated[Confirmation, optional_body(Confirmation)],
) -> Response:
    """Load a file that is `staged`; with `mapping`, read again one that nobody recognised.

    A file with refused rows is only loaded with `keep_going`, then without them. Confirmed already: the state it is in.
    """
    row = _found(session, import_id)
    if said.mapping is not None:
        _read_again(session, row, said)
    elif status_of(row) not in ("confirmed", "merging"):
        _confirm(session, row, said.keep_going)
    document = told_in_full(_found(session, import_id), base(request), lang)
    headers = PRIVATE | {"Location": document["links"][0]["href"], "Retry-After": str(AGAIN_S)}
    return JSONResponse(document, 202, headers)


@router.delete("/imports/{import_id}", status_code=204, summary="Withdraw it")
def give_up(planner: CurrentPlanner, session: CurrentSession, import_id: RowId) -> Response:
    """Give up a file that is not loaded: what was received and staged of it is forgotten, its line stays."""
    row = _found(session, import_id)
    try:
        withdraw(session.database, row.id)
    except Unreadable as refusal:
        if refusal.code == "delivery.busy":
            raise Problem("busy", "import.busy", id=row.id) from None
        raise Problem("conflict", "import.not_open", status=status_of(row)) from None
    with session.database.connection(Role.WORKER) as connection:
        uploads.drop_content(connection, row.id)
    return Response(status_code=204)


def _found(session: Session, import_id: int) -> Any:
    """The import as its sender sees it: another organisation's is not there."""
    with session.begin() as connection:
        row = uploads.find(connection, import_id)
    if row is None:
        raise Problem("not-found", "import.unknown", id=import_id)
    return row


def _asking(session: Session, organisation: int | None) -> Asking:
    """On whose behalf a job works: who asks now, within the rights of the organisation that sent the file."""
    return Asking(organisation, session.principal.name, session.request_id)


def _confirm(session: Session, row: Any, keep_going: bool) -> None:
    if row.status != "staged":
        raise Problem("conflict", "import.not_staged", status=status_of(row))
    asked = row.options.get("asked", {})
    refused = (row.counts or {}).get("rejected", 0) + (row.counts or {}).get("conflicting", 0)
    if refused and not (keep_going or asked.get("keep_going")):
        raise Problem("invalid", "import.rows_refused", errors=refusals_of(row), count=refused, id=row.id)
    with session.database.connection(Role.WORKER) as connection:
        principal, request_id = session.principal.name, session.request_id
        if uploads.confirm(connection, row.id, principal, request_id, {"keep_going_confirmed": keep_going}):
            put_merge(connection, jobs, row.id, _asking(session, row.organisation))


def _read_again(session: Session, row: Any, said: Confirmation) -> None:
    asked = row.options.get("asked", {}) | said.model_dump(include={"mapping", "keep_going"}, exclude_unset=True)
    with session.database.connection(Role.WORKER) as connection:
        if not uploads.take_again(connection, row.id, {"asked": asked}, session.request_id):
            raise Problem("conflict", "import.not_mappable", status=status_of(row))
        put_stage(connection, jobs, row.id, _asking(session, row.organisation))
