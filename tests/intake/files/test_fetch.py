"""Files at https addresses, from a real TLS server on loopback."""

import hashlib
import socket
import time
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from geo.intake.files import fetch
from geo.intake.files.given import given
from geo.intake.problems import Unreadable
from tests.intake.files import tls_server
from tests.intake.files.tls_server import Handler, Site, breaking, content, pointing
from tests.intake.written_files import collection, explained, read, squares

pytestmark = pytest.mark.skipif(not tls_server.needed, reason="openssl is absent: no certificate can be made")
LAND = collection(squares(3))


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tls_server.certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def site(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem.with_name("cert.pem")))
    with tls_server.site(pem) as found:
        yield found


def refusal(address: str, folder: Path, **options: bool) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        fetch.fetch(address, folder, **options)  # type: ignore[arg-type]
    assert explained(refused.value)
    return refused.value


def test_a_file_is_fetched_and_read_like_any_other(site: Site) -> None:
    site.answers["/data/land.geojson"] = content(LAND)
    with given(site.address("/data/land.geojson")) as found:
        (path,) = found.files
        assert path.name == "land.geojson"
        assert path.parent.stat().st_mode & 0o077 == 0, "nobody else may look"
        result = read(path)
        assert len(result.keys) == 3
        assert result.sha256 == hashlib.sha256(LAND).hexdigest()
    assert not path.exists()


def test_a_download_tells_how_far_it_is(site: Site, tmp_path: Path) -> None:
    body = bytes(2_000_000)
    site.answers["/a.gpkg"] = content(body)
    heard: list[tuple[int, int]] = []
    fetch.fetch(site.address("/a.gpkg"), tmp_path, told=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (len(body), len(body))
    assert len(heard) > 2


@pytest.mark.parametrize(
    ("said", "address", "name"),
    [
        (None, "https://a.fr/b/cadastre-74173-parcelles.json.gz?x=1", "cadastre-74173-parcelles.json.gz"),
        (None, "https://a.fr/donn%C3%A9es%20brutes.zip", "données_brutes.zip"),
        (None, "https://a.fr/", "download.bin"),
        (None, "https://a.fr/..%2f..%2fetc/passwd", "passwd"),
        (None, "https://a.fr/%2e%2e", "download.bin"),
        ('attachment; filename="plu.zip"', "https://a.fr/get?id=1", "plu.zip"),
        ("attachment; filename*=UTF-8''z%C3%B4nes.zip", "https://a.fr/get", "zônes.zip"),
        ('attachment; filename="../../../etc/cron.d/x"', "https://a.fr/get", "x"),
        ('attachment; filename="..\\\\..\\\\x.shp"', "https://a.fr/get", "x.shp"),
        ('attachment; filename=".bashrc"', "https://a.fr/get", "bashrc"),
        ('attachment; filename="a\x00b.zip"', "https://a.fr/get", "a_b.zip"),
    ],
)
def test_the_name_comes_from_the_server_or_the_address(said: str | None, address: str, name: str) -> None:
    headers = Message()
    if said is not None:
        headers["Content-Disposition"] = said
    assert fetch.name_of(headers, address) == name


def test_a_broken_download_is_resumed_where_it_stopped(site: Site, tmp_path: Path) -> None:
    body = bytes(range(256)) * 4_000
    site.answers["/a.bin"] = breaking(body, 300_000, ['"v1"'], times=3)
    path = fetch.fetch(site.address("/a.bin"), tmp_path)
    assert path.read_bytes() == body
    ranges = [headers.get("Range") for _, headers in site.asked]
    assert ranges == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]
    assert [headers.get("If-Range") for _, headers in site.asked[1:]] == ['"v1"'] * 3


def test_a_file_that_changed_meanwhile_is_fetched_again_from_the_start(site: Site, tmp_path: Path) -> None:
    body = bytes(range(256)) * 4_000
    site.answers["/a.bin"] = breaking(body, 300_000, ['"v1"', '"v2"'])
    assert fetch.fetch(site.address("/a.bin"), tmp_path).read_bytes() == body


def test_a_download_that_cannot_be_resumed_is_refused_when_it_breaks(site: Site, tmp_path: Path) -> None:
    site.answers["/a.bin"] = content(b"x" * 1_000, Content_Length="2000")
    refused = refusal(site.address("/a.bin"), tmp_path)
    assert (refused.code, refused.params["done"]) == ("fetch.cut", 1_000)
    site.answers["/b.bin"] = breaking(bytes(100_000), 100, ['"v1"'], times=99)
    assert refusal(site.address("/b.bin"), tmp_path).code == "fetch.cut"
    assert len(site.asked) == 2 + fetch.MAX_RESUMES


def test_redirects_are_followed_to_https_only(site: Site, tmp_path: Path) -> None:
    site.answers["/final.geojson"] = content(LAND)
    site.answers["/latest"] = pointing("/next")
    site.answers["/next"] = pointing(site.address("/final.geojson"), 307)
    assert fetch.fetch(site.address("/latest"), tmp_path).name == "final.geojson"
    site.answers["/down"] = pointing(f"http://localhost:{site.port}/final.geojson")
    refused = refusal(site.address("/down"), tmp_path)
    assert (refused.code, refused.params["scheme"]) == ("fetch.not_https", "http")
    site.answers["/file"] = pointing("file:///etc/passwd")
    assert refusal(site.address("/file"), tmp_path).code == "fetch.not_https"
    site.answers["/broken"] = pointing("https://[")
    assert refusal(site.address("/broken"), tmp_path).code == "fetch.bad_address"
    site.answers["/loop"] = pointing("/loop")
    assert refusal(site.address("/loop"), tmp_path).code == "fetch.redirects"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://localhost/a.geojson", "fetch.not_https"),
        ("ftp://localhost/a.geojson", "fetch.not_https"),
        ("file:///etc/passwd", "fetch.not_https"),
        ("https://me:secret@localhost/a.geojson", "fetch.password"),
        ("https://", "fetch.bad_address"),
        ("https://localhost:99999/a", "fetch.bad_address"),
        ("https://[::1/a", "fetch.bad_address"),
        ("https://localhost/a\r\nX-Evil: 1", "fetch.bad_address"),
        ("https://no-such-host.invalid/a", "fetch.no_host"),
        (f"https://{'a' * 64}.fr/a", "fetch.no_host"),
        ("https://a..fr/a", "fetch.no_host"),
    ],
)
def test_other_addresses_are_refused(tmp_path: Path, address: str, code: str) -> None:
    refused = refusal(address, tmp_path)
    assert refused.code == code
    assert "secret" not in str(refused)


def test_a_server_that_says_no_is_told(site: Site, tmp_path: Path) -> None:
    refused = refusal(site.address("/absent"), tmp_path)
    assert (refused.code, refused.params["status"]) == ("fetch.status", 404)


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert refusal(f"https://127.0.0.1:{free.getsockname()[1]}/a", tmp_path).code == "fetch.unreachable"


def test_an_untrusted_certificate_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pem: Path
) -> None:
    site.answers["/a"] = content(LAND)
    assert refusal(site.address("/a", "127.0.0.3"), tmp_path).code == "fetch.certificate", "not its name"
    monkeypatch.delenv("SSL_CERT_FILE")
    assert refusal(site.address("/a"), tmp_path).code == "fetch.certificate"
    assert site.asked == []


def test_a_server_without_tls_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        plain.settimeout(5)
        import threading

        def babble() -> None:
            peer, _ = plain.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n" * 10)

        thread = threading.Thread(target=babble)
        thread.start()
        code = refusal(f"https://127.0.0.1:{plain.getsockname()[1]}/a", tmp_path).code
        thread.join()
    assert code in ("fetch.tls", "fetch.unreachable")


def test_too_large_is_refused_by_what_is_said_and_by_what_comes(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 1_000_000)
    site.answers["/said"] = content(b"x", Content_Length="2000000")
    assert refusal(site.address("/said"), tmp_path).code == "fetch.too_large"

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    site.answers["/comes"] = endless
    assert refusal(site.address("/comes"), tmp_path).code == "fetch.too_large"
    assert (tmp_path / "download").stat().st_size <= 1_000_000


def test_a_silent_and_a_dripping_server_are_given_up(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        time.sleep(1.5)

    def dripping(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    site.answers |= {"/silent": silent, "/dripping": dripping}
    monkeypatch.setattr(fetch, "SILENCE_SECONDS", 0.3)
    started = time.monotonic()
    assert refusal(site.address("/silent"), tmp_path).code in ("fetch.unreachable", "fetch.cut")
    monkeypatch.setattr(fetch, "MAX_SECONDS", 0.5)
    assert refusal(site.address("/dripping"), tmp_path).code == "fetch.too_slow"
    assert time.monotonic() - started < 4
