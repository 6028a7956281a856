"""Commands in processes of their own, forked from one that has imported what they need.

A command is over in a fraction of the second and a half that its imports take. What is seen from outside is the same:
its arguments, folder, environment, output and exit code. ``python -m tests.cli.forked FD`` serves the socket FD.
"""

import atexit
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

HEAVY = ("geo.intake.load", "geo.intake.update.update", "geo.derive.work", "geo.export.export", "geo.match.search")
"""What commands import when they run."""


class Forked:
    """A process that forks commands; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._socket, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.cli.forked", str(theirs.fileno())]
        environment = os.environ | {"LANG": "C.UTF-8"}
        self._process = subprocess.Popen(command, cwd=folder, env=environment, pass_fds=[theirs.fileno()])
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
        self._process.wait(timeout=30)

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], timeout: float
    ) -> "subprocess.CompletedProcess[str]":
        """As subprocess.run with captured text."""
        with TemporaryFile() as out, TemporaryFile() as err:
            asked = json.dumps({"arguments": list(arguments), "environment": dict(environment)}).encode()
            self._socket.settimeout(timeout)
            socket.send_fds(self._socket, [len(asked).to_bytes(8)], [out.fileno(), err.fileno()])
            self._socket.sendall(asked)
            code = int.from_bytes(_exactly(self._socket, 4), signed=True)
            return subprocess.CompletedProcess(list(arguments), code, _all_of(out), _all_of(err))


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _exactly(connection: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = connection.recv(size - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read


def _serve(connection: socket.socket) -> None:
    while True:
        head, (out, err), _, _ = socket.recv_fds(connection, 8, 2)
        asked = json.loads(_exactly(connection, int.from_bytes(head)))
        child = os.fork()
        if not child:
            connection.close()
            _become(asked, out, err)
        os.close(out)
        os.close(err)
        _, status = os.waitpid(child, 0)
        connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, signed=True))


def _become(asked: Mapping[str, Any], out: int, err: int) -> None:
    """Be the command; never comes back."""
    for descriptor, own in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(descriptor, own)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["emprise", *asked["arguments"]]
    code = _run()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    from api.cli.main import main

    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            sys.stderr.write(f"{ended.code}\n")
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def _date_once() -> None:
    """Have the kernels of dates loaded: the third of a second that it takes would be every command's."""
    from geo.readiness.batch import Batch
    from geo.readiness.catalogue_file import default
    from geo.readiness.compute import compute
    from geo.readiness.distinct import read

    day = date(2026, 1, 1)
    Batch(default(), [{"VRD": "to_do"}], day, read, draws=16).dates(None)
    compute(default(), {}, None, day, draws=16)


def _main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(connection.fileno(), False)
    import api.cli
    from tests.compiling import take_turns

    take_turns()
    for name in (*(f"api.cli.{one.name}" for one in pkgutil.iter_modules(api.cli.__path__)), *HEAVY):
        if name != "api.cli.__main__":
            importlib.import_module(name)
    _date_once()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _serve(connection)
    except (EOFError, ValueError):  # who asked is gone
        os._exit(0)


if __name__ == "__main__":
    _main()
