"""Links that mails carry: each opens one thing without an account, with the rights of whoever issued it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import Request

from api.problems import Problem
from api.security.link_paths import PATHS
from api.security.principal import Doorkeeper, Principal, address_of
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.desk import links
from geo.store.desk.links import Purpose, Standing

log = structlog.get_logger("emprise.links")


@dataclass(frozen=True, slots=True)
class Link:
    """A link that opens what it is about; ``principal`` acts with the rights it lends, under the name of the link."""

    id: int
    about: int
    organisation: int | None
    expires_at: datetime | None
    principal: Principal


def holder_of(request: Request, purpose: str, token: str) -> Link:
    """What the holder of a token may open; the use is noted, the token never.

    A link that takes one answer is used up by :func:`geo.store.desk.links.spend`, in the transaction of the answer:
    scanners of mail follow links before people do.

    Raises:
        Problem: the address has sent too many refused links (429); unknown or tampered (404); expired, revoked or
            used up (410).
    """
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    address = address_of(request.scope)
    doorkeeper.failures.check(address)
    database: Database = request.app.state.database
    with database.connection(Role.GATE) as connection:
        standing, found = links.look_up(connection, purpose, token, datetime.now(UTC))
    if found is None or standing is not Standing.OPEN:
        log.warning("link refused", purpose=str(purpose), standing=standing.value, link=found and found.id)
        doorkeeper.failures.take(address)
        if found is None:
            raise Problem("not-found", "link.unknown")
        raise Problem("gone", f"link.{standing.value}")
    principal = Principal(
        audience=Role.PLANNER,
        organisation=found.organisation,
        organisation_kind=found.organisation_kind,
        link_id=found.id,
    )
    request.scope["state"]["actor"] = principal.name
    return Link(found.id, found.about, found.organisation, found.expires_at, principal)


def link_address(settings: Settings, purpose: str, token: str) -> str:
    """The whole address of a link, for a mail."""
    ending = ".atom" if purpose == Purpose.FEED else ""
    return f"{settings.address}{PATHS[Purpose(purpose)]}{token}{ending}"
