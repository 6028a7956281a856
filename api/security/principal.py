"""Who is asking: nobody in particular, the holder of a key, or a person with a session."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.types import Scope

from api.problems import Problem
from api.security.hosts import ANY_HOST
from api.security.limits import RateLimit
from api.security.link_paths import by_token
from api.settings import Settings
from geo.store.access.keys import Admitted, Key, find_key
from geo.store.access.sessions import find_session
from geo.store.database import Actor, Database, Role

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SIGN_IN = "/session/"
"""What the paths of sign-in links begin with: they are followed whatever cookie an older session left."""
FORMS_PER_MINUTE = 6
"""Public forms of one address: each is answered by a mail to whomever it names."""
KEY_PARAMETER = "api-key"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whose eyes and hands a request has. ``lenient``: may write without If-Match, as QGIS does."""

    audience: Role = Role.PUBLIC
    organisation: int | None = None
    organisation_kind: str | None = None
    project: int | None = None
    key_id: int | None = None
    session_id: int | None = None
    link_id: int | None = None
    lenient: bool = False

    @property
    def name(self) -> str:
        """The principal in logs and in the history: an id, never a person's name."""
        if self.key_id is not None:
            return f"key:{self.key_id}"
        if self.link_id is not None:
            return f"link:{self.link_id}"
        return "public" if self.session_id is None else f"session:{self.session_id}"

    def actor(self, request_id: str | None = None, reason: str | None = None) -> Actor:
        """What the database is told of the principal in each transaction."""
        return Actor(
            organisation=self.organisation,
            organisation_kind=self.organisation_kind,
            project=self.project,
            actor=self.name,
            request=request_id,
            reason=reason,
        )


PUBLIC = Principal()


class Doorkeeper:
    """Finds the principal of each request, once."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self.posts = RateLimit(settings.anonymous_posts_per_minute, "rate.posts")
        self.forms = RateLimit(FORMS_PER_MINUTE, "rate.forms")
        self.failures = RateLimit(settings.sign_in_failures_per_minute, "rate.sign_in")

    async def identify(self, scope: Scope) -> Principal:
        """The principal of the request of ``scope``.

        Raises:
            Problem: its credentials are unknown, ended or contradictory (401), or its address has sent too many
                refused ones, or too many anonymous POST requests (429).
        """
        state = scope.setdefault("state", {})
        if "principal" not in state:
            nobody = scope["path"] in ANY_HOST or scope["path"].startswith(SIGN_IN)
            principal = PUBLIC if nobody else await self._find(scope)
            state["principal"] = principal
            state["actor"] = principal.name
        found: Principal = state["principal"]
        return found

    async def _find(self, scope: Scope) -> Principal:
        linked = by_token(scope["path"])
        keys = set() if linked else set(given_keys(scope))
        token = None if linked else session_token(scope, self._settings)
        if len(keys) > 1:
            raise self._refused(scope, "credentials.twice")
        if keys:
            return await self._of_key(scope, keys.pop())
        if token is not None:
            return await self._of_session(scope, token)
        if scope["method"] in UNSAFE:
            self.posts.take(address_of(scope))
        return PUBLIC

    async def _of_key(self, scope: Scope, text: str) -> Principal:
        key = await run_in_threadpool(self.key_of, scope, text)
        return principal_of(key.admitted, key_id=key.id, lenient=key.lenient)

    def key_of(self, scope: Scope, text: str) -> Key:
        """The valid key that a text is.

        Raises:
            Problem: it is none (401), or its address has sent too many such (429).
        """
        mark, _, rest = text.partition("_")
        prefix, _, secret = rest.partition("_")
        if mark != "emp" or not prefix or not secret or not text.isascii() or "\0" in text:
            raise self._refused(scope, "credentials.malformed")
        with self._database.connection(Role.GATE) as connection:
            key = find_key(connection, prefix, secret, datetime.now(UTC))
        if key is None:
            raise self._refused(scope, "credentials.unknown")
        return key

    async def _of_session(self, scope: Scope, token: str) -> Principal:
        principal = await run_in_threadpool(self._look_up_session, token)
        if principal is None:
            secure = "; Secure" if is_secure(scope, self._settings) else ""
            forget = f"{cookie_name(scope, self._settings)}=; Max-Age=0; Path=/{secure}"
            raise self._refused(scope, "credentials.unknown", forget)
        return principal

    def _look_up_session(self, token: str) -> Principal | None:
        with self._database.connection(Role.GATE) as connection:
            session = find_session(connection, token, datetime.now(UTC))
        return None if session is None else principal_of(session.admitted, session_id=session.id)

    def _refused(self, scope: Scope, code: str, forget: str | None = None) -> Problem:
        self.failures.take(address_of(scope))
        headers = {"WWW-Authenticate": "Bearer"} | ({"Set-Cookie": forget} if forget else {})
        return Problem("bad-credentials", code, headers=headers)


def principal_of(
    admitted: Admitted, *, key_id: int | None = None, session_id: int | None = None, lenient: bool = False
) -> Principal:
    """The principal that a key or a session admits."""
    return Principal(
        audience=Role(admitted.audience),
        organisation=admitted.organisation,
        organisation_kind=admitted.organisation_kind,
        project=admitted.project,
        key_id=key_id,
        session_id=session_id,
        lenient=lenient,
    )


async def current_principal(request: Request) -> Principal:
    """Dependency of the whole application: the principal of the request."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    return await doorkeeper.identify(request.scope)


def given_keys(scope: Scope) -> Iterator[str]:
    """The keys a request presents: Authorization, X-API-Key, ``api-key``; another Authorization scheme is no key."""
    headers = Headers(scope=scope)
    authorization = headers.get("authorization")
    if authorization is not None:
        scheme, _, credentials = authorization.partition(" ")
        yield credentials.strip() if scheme.lower() == "bearer" else ""
    if "x-api-key" in headers:
        yield headers["x-api-key"].strip()
    if KEY_PARAMETER.encode() in scope["query_string"]:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        yield from (value for name, value in query if name == KEY_PARAMETER)


def session_token(scope: Scope, settings: Settings) -> str | None:
    """The token in the session's cookie; None when there is none."""
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    return cookies.get(cookie_name(scope, settings)) or None


def cookie_name(scope: Scope, settings: Settings) -> str:
    """``__Host-emprise`` where cookies can be kept to https, else ``emprise``."""
    return "__Host-emprise" if is_secure(scope, settings) else "emprise"


def is_secure(scope: Scope, settings: Settings) -> bool:
    """Whether the user's side of the connection is https."""
    return scope["scheme"] == "https" or (settings.public_url or "").startswith("https:")


def address_of(scope: Scope) -> str:
    """The address a request comes from (the server believes X-Forwarded-For of trusted proxies only)."""
    client = scope.get("client")
    return client[0] if client else "-"
