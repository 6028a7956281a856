"""Who may keep an answer: anyone what the public sees, nobody between us and a reader what only they see."""

import hashlib

from fastapi import Request, Response

from geo.store.database import Role

WHO = "Authorization, Cookie, X-API-Key"
SPOKEN = f"{WHO}, Accept-Language"
NEGOTIATED = f"{WHO}, Accept"
"""What an answer depends on beside its address: who asks; and in which language, where it holds sentences;
in which format, where there are several."""


def kept_by(role: Role, varied: str = WHO) -> dict[str, str]:
    """The headers of an answer made for ``role``."""
    kept = "public, max-age=0, must-revalidate" if role is Role.PUBLIC else "private, no-cache"
    return {"Cache-Control": kept, "Vary": varied}


def tagged(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """Content with its strong tag, or 304 for a reader who has it: the tag is a hash of the content.

    ``If-None-Match`` compares weakly (RFC 9110, 13.1.2): a cache on the way may have weakened the tag.
    """
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers | {"ETag": tag})
    return Response(content, media_type=media_type, headers=headers | {"ETag": tag})
