"""Changes say what they knew: the version of an enquiry or a project, as a tag."""

from fastapi import Request

from api.ogc.edit.rules import versions_of
from api.problems import Problem
from api.security.principal import Principal


def tag(version: int) -> str:
    """The tag of a version, for ETag and If-Match."""
    return f'"v{version}"'


def check_known(request: Request, principal: Principal, current: int) -> None:
    """See that a change was written from what stands; a lenient key need not say.

    Raises:
        Problem: 428 without If-Match, 412 where another change came first, 400 where it cannot be read.
    """
    try:
        known = versions_of(request)
    except KeyError:
        if principal.lenient:
            return
        raise Problem("precondition-required", "desk.no_if_match", tag=tag(current)) from None
    if known is not None and current not in known:
        raise Problem("precondition-failed", "desk.moved_on", tag=tag(current))
