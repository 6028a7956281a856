"""What may be wrong with the mail: no server, messages that wait, whose fate is not known, or that were given up."""

from collections.abc import Iterator

from geo.store.checkup import Finding
from geo.store.database import Database, Role
from geo.store.desk import sending


def examine_mail(database: Database, *, server: bool) -> Iterator[Finding]:
    """Look at the outbox; ``server``: whether a mail server is set."""
    with database.connection(Role.WORKER) as connection:
        counts = sending.counts(connection)
    if server:
        yield Finding(counts.late == 0, "mail_waiting", str(counts.late))
    else:
        yield Finding(counts.waiting == 0, "mail_server", str(counts.waiting))
    yield Finding(counts.unsure == 0, "mail_unsure", str(counts.unsure))
    yield Finding(counts.given_up == 0, "mail_given_up", str(counts.given_up))
