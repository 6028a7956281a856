"""A way to the database that passes everything on but some words to end a statement: those nobody answers."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from sqlalchemy import URL

CANCEL = 80_877_102
"""What the first message of a connection says that is only to end a statement, after its length."""


@contextmanager
def relayed(address: URL, folder: Path, unheard: int) -> Iterator[URL]:
    """Another address of the same database; the first ``unheard`` words to end are kept waiting for their answer."""
    name = f".s.PGSQL.{address.query['port']}"
    server, kept = socket.socket(socket.AF_UNIX), list[socket.socket]()
    server.bind(str(folder / name))
    server.listen()
    Thread(target=_serve, args=(server, Path(str(address.query["host"])) / name, unheard, kept), daemon=True).start()
    try:
        yield address.update_query_dict({"host": str(folder)})
    finally:
        server.shutdown(socket.SHUT_RDWR)
        for one in (server, *kept):
            one.close()


def _serve(server: socket.socket, there: Path, unheard: int, kept: list[socket.socket]) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:  # closed
            return
        kept.append(client)
        first = client.recv(8)
        if len(first) == 8 and struct.unpack("!ii", first)[1] == CANCEL and unheard:
            unheard -= 1
            continue
        base = socket.socket(socket.AF_UNIX)
        kept.append(base)
        base.connect(str(there))
        base.sendall(first)
        for ends in ((client, base), (base, client)):
            Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
