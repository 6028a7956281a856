"""The link by which whoever gets a letter stops it, and the headers that show it to mail programs (RFC 8058)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.security.signed_links import link_address
from api.settings import Settings
from geo.store.desk import links
from geo.store.desk.links import Purpose

LASTS = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a person stops letters, and the headers that say so."""

    address: str
    headers: Mapping[str, str]


def stop_of(connection: Connection, settings: Settings, contact: int, organisation: int | None, now: datetime) -> Stop:
    """A new link of a person's own; the connection is the worker's, ``organisation`` keeps them."""
    token = links.issue(
        connection, Purpose.UNSUBSCRIBE, contact, organisation=organisation, expires_at=now + LASTS
    )  # fmt: skip
    address = link_address(settings, Purpose.UNSUBSCRIBE, token)
    headers = {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Stop(address, headers)
