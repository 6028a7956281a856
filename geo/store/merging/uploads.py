"""The content of files that people send, in pieces of the database, and what their senders see of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

PIECE_BYTES = 1 << 20

BEGIN = text("insert into delivery (file_name, options) values (:file_name, :options) returning id").bindparams(
    bindparam("options", type_=JSONB)
)
PIECE = text("insert into delivery_piece (delivery, number, content) values (:delivery, :number, :content)")
FINISH = text("""
    update core.delivery set file_sha256 = :sha256, size_bytes = :size, options = :options, file_name = :file_name,
        idempotency_key = :key, status = 'received', updated_at = clock_timestamp()
    where id = :id and status = 'receiving'
""").bindparams(bindparam("options", type_=JSONB))


def begin(connection: Connection, file_name: str, options: Mapping[str, Any]) -> int:
    """A delivery that its file is being received for; the connection is the sender's."""
    return int(connection.execute(BEGIN, {"file_name": file_name, "options": dict(options)}).scalar_one())


def add_piece(connection: Connection, delivery: int, number: int, content: bytes) -> None:
    """Keep a piece of the file; the connection is the sender's."""
    connection.execute(PIECE, {"delivery": delivery, "number": number, "content": content})


def finish(
    connection: Connection,
    delivery: int,
    *,
    file_name: str,
    sha256: bytes,
    size: int,
    options: Mapping[str, Any],
    key: str | None,
) -> bool:
    """Call the file received (as worker); False when its sender has used ``key`` for another one."""
    values = {"id": delivery, "file_name": file_name, "sha256": sha256, "size": size, "options": dict(options)}
    try:
        with connection.begin_nested():
            connection.execute(FINISH, values | {"key": key})
    except IntegrityError:
        return False
    return True


def discard(connection: Connection, delivery: int) -> None:
    """Forget a file that did not arrive whole (as worker)."""
    connection.execute(text("delete from core.delivery where id = :id and status = 'receiving'"), {"id": delivery})


def content(connection: Connection, delivery: int) -> Iterator[bytes]:
    """The pieces of a file in order, one in memory at a time (as worker)."""
    number = 0
    one = text("select content from core.delivery_piece where delivery = :delivery and number = :number")
    while (piece := connection.scalar(one, {"delivery": delivery, "number": number})) is not None:
        yield bytes(piece)
        number += 1


def drop_content(connection: Connection, delivery: int) -> None:
    """Forget the content of a delivery (as worker)."""
    connection.execute(text("delete from core.delivery_piece where delivery = :id"), {"id": delivery})


LISTED = """select id, organisation, actor, file_name, file_sha256, size_bytes, options, status, rows, share,
    error_code, error_params, created_at, updated_at, confirmed_at, confirmed_by,
    report -> 'rows' as counts, report ->> 'schema' as schema"""


def history(connection: Connection, *, before: int, limit: int) -> Sequence[Any]:
    """The deliveries that one may see, newest first, older than the id ``before`` (0: from the newest)."""
    statement = f"""{LISTED} from delivery where status <> 'receiving' and (:before = 0 or id < :before)
        order by id desc limit :limit"""
    return connection.execute(text(statement), {"before": before, "limit": limit}).all()


def find(connection: Connection, delivery: int) -> Any:
    """A delivery that one may see, with its report; None when there is none."""
    statement = f"{LISTED}, report from delivery where id = :id and status <> 'receiving'"
    return connection.execute(text(statement), {"id": delivery}).one_or_none()


def problem_rows(connection: Connection, delivery: int) -> Any:
    """The refused and repaired rows of a delivery as GeoJSON; None when there is no such delivery."""
    found = text("select problems from delivery where id = :id and status <> 'receiving'")
    return connection.scalar(found, {"id": delivery})


def sent_with(connection: Connection, actor: str, key: str) -> Any:
    """The delivery that ``actor`` sent with an idempotency key; None when there is none."""
    found = text(f"{LISTED}, report from delivery where actor = :actor and idempotency_key = :key")
    return connection.execute(found, {"actor": actor, "key": key}).one_or_none()


def under_way(connection: Connection) -> int:
    """How many files of who asks are on their way, or kept for another try: neither merged nor given up."""
    counted = text("""select count(*) from delivery d
        where status in ('receiving', 'received', 'staging', 'staged', 'merging')
           or (status in ('refused', 'failed') and exists (select from delivery_piece where delivery = d.id))""")
    return int(connection.scalar(counted) or 0)


CONFIRM = text("""
    update core.delivery set confirmed_at = clock_timestamp(), confirmed_by = :actor, request_id = :request,
        options = options || :options, updated_at = clock_timestamp()
    where id = :id and status = 'staged' and confirmed_at is null
""").bindparams(bindparam("options", type_=JSONB))
AGAIN = text("""
    update core.delivery set status = 'received', options = options || :options, request_id = :request,
        error_code = null, error_params = '{}', report = '{}', problems = '{}', rows = 0, share = 0,
        updated_at = clock_timestamp()
    where id = :id and status = 'refused' and exists (select from core.delivery_piece where delivery = :id)
""").bindparams(bindparam("options", type_=JSONB))


def confirm(connection: Connection, delivery: int, actor: str, request: str | None, options: Mapping[str, Any]) -> bool:
    """Note who wants a staged delivery merged, and what was said of it (as worker); False when it is not staged, or
    confirmed already."""
    values = {"id": delivery, "actor": actor, "request": request, "options": dict(options)}
    return connection.execute(CONFIRM, values).rowcount == 1


def take_again(connection: Connection, delivery: int, options: Mapping[str, Any], request: str | None) -> bool:
    """Read a refused file again with other options (as worker); False when its content is not there any more."""
    values = {"id": delivery, "options": dict(options), "request": request}
    return connection.execute(AGAIN, values).rowcount == 1


UNATTENDED = text("""
    select d.id, d.organisation, coalesce(d.confirmed_by, d.actor) as actor, d.request_id,
           d.status, exists (select from jobs.procrastinate_jobs j
               where (j.args ->> 'delivery')::bigint = d.id and j.status = 'failed') as given_up
    from core.delivery d
    where (d.status in ('received', 'staging', 'merging') or (d.status = 'staged' and d.confirmed_at is not null))
      and d.request_id is not null and d.updated_at < clock_timestamp() - make_interval(secs => :after)
      and not exists (select from jobs.procrastinate_jobs j
          where (j.args ->> 'delivery')::bigint = d.id and j.status in ('todo', 'doing'))
    order by d.id
""")


def unattended(connection: Connection, *, after_s: float) -> Sequence[Any]:
    """Deliveries that wait for a job and have none, untouched for a while (as worker).

    ``given_up``: the queue has given up a job of theirs, as one that failed or whose workers were killed.
    """
    return connection.execute(UNATTENDED, {"after": after_s}).all()


def drop_old_content(connection: Connection, *, days: int, receiving_s: float) -> int:
    """Forget files that never arrived whole, and the content of refused ones nobody took up (as worker)."""
    lost = text("""delete from core.delivery
        where status = 'receiving' and updated_at < now() - make_interval(secs => :receiving)""")
    connection.execute(lost, {"receiving": receiving_s})
    old = text("""
        delete from core.delivery_piece p using core.delivery d where d.id = p.delivery and (
            d.status in ('merged', 'withdrawn')
            or (d.status in ('refused', 'failed') and d.updated_at < now() - make_interval(days => :days)))""")
    return connection.execute(old, {"days": days}).rowcount
