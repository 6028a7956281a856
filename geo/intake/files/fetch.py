"""A land file at an https address, brought into a private folder before it is read like any other."""

import http.client
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from geo.intake.problems import Unreadable

MAX_BYTES = 8 << 30
SILENCE_SECONDS = 30.0
"""A server that neither connects nor sends for so long is given up (and asked again where it can resume)."""
MAX_SECONDS = 7_200.0
MAX_REDIRECTS = 5
MAX_RESUMES = 5
_READ = 1 << 18
_WRITTEN = "%/?:@!$&'()*+,;=~-._"
_UNSAFE = re.compile(r"[^\w.()-]+")
_CUT = (http.client.IncompleteRead, ConnectionError, TimeoutError)
_REDIRECTS = (301, 302, 303, 307, 308)
Told = Callable[[int, int], None]


def is_address(text: str) -> bool:
    """Whether a text names a place on the network rather than a file."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text))


@dataclass(slots=True)
class _Download:
    """One file on its way. ``tag`` is what the server calls this version of it, empty when it cannot resume."""

    target: Path
    told: Told | None
    deadline: float = field(default_factory=lambda: monotonic() + MAX_SECONDS)
    done: int = 0
    tag: str = ""
    name: str = ""


def fetch(address: str, folder: Path, *, told: Told | None = None) -> Path:
    """Download ``address`` into ``folder`` (private) under the name its server or its address gives the file.

    Certificates are verified against the machine's authorities (SSL_CERT_FILE names others). A connection that
    breaks is taken up where it stopped when the server can do that. ``told`` hears bytes done and in all (0: unknown).

    Raises:
        Unreadable: not https, refused by the server, too large, too slow, cut, or an untrusted certificate.
    """
    download = _Download(folder / "download", told)
    for attempt in range(MAX_RESUMES + 1):
        try:
            _follow(address, download)
            break
        except _CUT as error:
            if attempt == MAX_RESUMES or not download.tag:
                raise Unreadable("fetch.cut", done=download.done) from error
    return download.target.rename(folder / download.name)


def _follow(address: str, download: _Download) -> None:
    for _ in range(MAX_REDIRECTS + 1):
        further = _get(_checked(address), address, download)
        if further is None:
            return
        address = _joined(address, further)
    raise Unreadable("fetch.redirects", most=MAX_REDIRECTS)


def _joined(address: str, further: str) -> str:
    try:
        return urljoin(address, further)
    except ValueError as error:
        raise Unreadable("fetch.bad_address", address=further) from error


def _checked(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise Unreadable("fetch.bad_address", address=address) from error
    if parts.scheme.lower() != "https":
        raise Unreadable("fetch.not_https", scheme=parts.scheme)
    if parts.username is not None or parts.password is not None:
        raise Unreadable("fetch.password", host=parts.hostname or "")
    if not parts.hostname or not parts.hostname.isascii() or not address.isprintable() or port == 0:
        raise Unreadable("fetch.bad_address", address=address)
    return parts


def _get(parts: SplitResult, address: str, download: _Download) -> str | None:
    """Ask once: None when the file has come, else the address the server points to."""
    host, port = str(parts.hostname), parts.port or 443
    try:
        context = ssl.create_default_context()
        with closing(http.client.HTTPSConnection(host, port, timeout=SILENCE_SECONDS, context=context)) as connection:
            connection.request("GET", _path(parts), headers=_headers(download))
            with connection.getresponse() as response:
                if response.status in _REDIRECTS:
                    return response.headers.get("Location") or ""
                _receive(response, address, download)
                return None
    except ssl.SSLError as error:
        if download.done and isinstance(error, ssl.SSLEOFError):
            raise ConnectionError from error
        raise _untrusted(host, error) from error
    except (socket.gaierror, UnicodeError) as error:  # the latter for names that no name server could know
        raise Unreadable("fetch.no_host", host=host) from error
    except (http.client.IncompleteRead, http.client.RemoteDisconnected):
        raise
    except http.client.HTTPException as error:
        raise Unreadable("fetch.protocol", host=host) from error
    except OSError as error:
        if isinstance(error, _CUT) and download.done:
            raise
        raise Unreadable("fetch.unreachable", host=host, port=port) from error


def _untrusted(host: str, error: ssl.SSLError) -> Unreadable:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreadable("fetch.certificate", host=host, reason=error.verify_message)
    return Unreadable("fetch.tls", host=host)


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_WRITTEN)
    return f"{path}?{quote(parts.query, safe=_WRITTEN)}" if parts.query else path


def _headers(download: _Download) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity", "User-Agent": "emprise"}
    if download.tag and download.done:
        headers |= {"Range": f"bytes={download.done}-", "If-Range": download.tag}
    return headers


def _receive(response: http.client.HTTPResponse, address: str, download: _Download) -> None:
    resumed = response.status == 206 and (response.headers.get("Content-Range") or "").startswith(
        f"bytes {download.done}-"
    )
    if response.status != 200 and not resumed:
        raise Unreadable("fetch.status", status=response.status)
    if not resumed:
        download.done = 0
        download.tag = _tag(response.headers)
        download.name = name_of(response.headers, address)
    total = download.done + (response.length or 0)
    if total > MAX_BYTES:
        raise Unreadable("fetch.too_large", most_gib=MAX_BYTES >> 30)
    with download.target.open("ab" if resumed else "wb") as file:
        while piece := response.read1(_READ):
            download.done += len(piece)
            if download.done > MAX_BYTES:
                raise Unreadable("fetch.too_large", most_gib=MAX_BYTES >> 30)
            if monotonic() > download.deadline:
                raise Unreadable("fetch.too_slow", seconds=round(MAX_SECONDS))
            file.write(piece)
            if download.told:
                download.told(download.done, total)
    if response.length:  # what Content-Length promised and did not come
        raise http.client.IncompleteRead(b"", response.length)


def _tag(headers: Message) -> str:
    """What proves, on resuming, that the file is still the same: a strong ETag, else the date of its last change."""
    if headers.get("Accept-Ranges", "").strip().lower() != "bytes":
        return ""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def name_of(headers: Message, address: str) -> str:
    """The file's name: what Content-Disposition says, else the end of the address; safe to write."""
    said = headers.get_filename() or unquote(urlsplit(address).path)
    last = said.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _UNSAFE.sub("_", last).strip("._")[-100:]
    return name if name not in ("", "download") else "download.bin"
