"""Who may keep an answer: anyone what the public sees, nobody between us and a reader what only they see."""

from geo.store.database import Role

WHO = "Authorization, Cookie, X-API-Key"
SPOKEN = f"{WHO}, Accept-Language"
NEGOTIATED = f"{WHO}, Accept"
"""What an answer depends on beside its address: who asks; and in which language, where it holds sentences;
in which format, where there are several."""

FIXED = {"Cache-Control": "public, max-age=3600"}
"""The headers of an answer that is the same for all and changes with the software only."""


def kept_by(role: Role, varied: str = WHO) -> dict[str, str]:
    """The headers of an answer made for ``role``."""
    kept = "public, max-age=0, must-revalidate" if role is Role.PUBLIC else "private, no-cache"
    return {"Cache-Control": kept, "Vary": varied}
