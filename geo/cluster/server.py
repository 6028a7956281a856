"""Start, adopt and stop the server of a place. Call these under the start lock."""

import os
import re
import signal
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from geo.cluster.account import run_as
from geo.cluster.binaries import Binaries
from geo.cluster.errors import ClusterError
from geo.cluster.files import last_lines
from geo.cluster.place import PORT, Place
from geo.cluster.postmaster import Postmaster, exists, is_alive, live_postmaster, orphans, read_postmaster

POLL_SECONDS = 0.01
# Crash recovery after a large load may take minutes; a server that died is noticed at once.
START_SECONDS = 600
STOP_SECONDS = 120
ORPHAN_SECONDS = 10
LINE_PREFIX = re.compile(r"^\S+ \S+ \S+ \[\d+\] (?:\S*@\S* )?(?:LOG: +)?")
LOG_BEGINS = re.compile("redirecting log output|Future log output")
COMPLAINT = re.compile("FATAL:|PANIC:|ERROR:|HINT:|DETAIL:")
ANSWER_SECONDS = 5
# Length 8 and the code of SSLRequest; the answer is one letter, yes or no.
REQUEST_FOR_ENCRYPTION = struct.pack(">II", 8, 80877103)


def running_server(place: Place) -> Postmaster | None:
    """The server of this place when it can be adopted: waits while one starts or stops.

    A server whose socket is gone (a cleaned /tmp) is stopped, since nobody can reach it. One that answers without
    being in our process table runs in another container on the same disk: it is adopted like any other.
    """
    found = live_postmaster(place.data)
    if found is not None:
        found = _settled(place, found.pid)
        if found is not None and not answers(found):
            stop_server(place)
            return None
        return found
    left = read_postmaster(place.data)
    return left if left is not None and answers(left) else None


def answers(server: Postmaster) -> bool:
    """Whether a server answers on the socket that its pid file names.

    Asked with the protocol's request for encryption, which needs no login: a listening socket alone is not enough,
    since a killed server's outlives it for a moment.
    """
    if server.socket_dir is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(ANSWER_SECONDS)
        try:
            probe.connect(str(server.socket_dir / f".s.PGSQL.{PORT}"))
            probe.sendall(REQUEST_FOR_ENCRYPTION)
            return probe.recv(1) in (b"N", b"S")
        except OSError:
            return False


def start_server(place: Place, binaries: Binaries) -> Postmaster:
    """Start the server and wait until it takes connections. Raises ClusterError with the reason in its log."""
    _clear_remains(place)
    # Through a shell that leaves at once, so that the server is no child of ours: a dead child stays in the process
    # table until its parent looks, and PostgreSQL would take it for alive. (pg_ctl would expand $ in a folder's name.)
    launch = '"$@" </dev/null >"$0" 2>&1 & echo $!'
    server = [binaries.program("postgres"), "-D", str(place.data)]
    launched = run_as(place.account, ["/bin/sh", "-c", launch, str(place.start_log), *server])
    pid = int(launched.stdout or 0)
    _wait(lambda: _is_up(place, pid) or not is_alive(pid), START_SECONDS)
    started = live_postmaster(place.data)
    if started is None or not started.is_ready:
        reason = _reason(place, pid)
        raise ClusterError(
            "does_not_start" if reason else "does_not_start_silent", data=place.data, reason=reason, log=place.log_dir
        )
    return started


def stop_server(place: Place) -> bool:
    """Stop the server if it runs, rolling back what is open; False when there was none."""
    found = live_postmaster(place.data)
    if found is None:
        return False
    # Fast first; immediate, which the next start repairs from the log, only when that takes too long.
    for how in (signal.SIGINT, signal.SIGQUIT):
        _send(found.pid, how)
        if _wait(lambda: live_postmaster(place.data) is None, STOP_SECONDS):
            _remove_socket_folder(place)
            return True
    raise ClusterError("does_not_stop", folder=place.folder, pid=found.pid, log=place.log_dir)


def reload_server(server: Postmaster) -> None:
    """Have the server read its login rules again."""
    _send(server.pid, signal.SIGHUP)


def _settled(place: Place, pid: int) -> Postmaster | None:
    """Wait while the server `pid` starts or stops; the ready server, or None when it is gone."""

    def decided() -> bool:
        now = live_postmaster(place.data)
        return now is None or now.pid != pid or now.is_ready

    if not _wait(decided, START_SECONDS):
        raise ClusterError("never_ready", folder=place.folder, pid=pid, seconds=START_SECONDS, log=place.log_dir)
    return live_postmaster(place.data)


def _is_up(place: Place, pid: int) -> bool:
    now = live_postmaster(place.data)
    return now is not None and now.pid == pid and now.is_ready


def _clear_remains(place: Place) -> None:
    """Deal with what a killed server leaves: its processes, and lock files whose number another process took.

    PostgreSQL itself removes such a file when the number is free, and refuses to start when it is not, so that two
    servers never share a data folder. The start lock and the titles of all processes have made sure of that here.
    """
    name = place.cluster_name
    if not _wait(lambda: not orphans(name), ORPHAN_SECONDS):
        for pid in orphans(name):
            _send(pid, signal.SIGKILL)
        _wait(lambda: not orphans(name), ORPHAN_SECONDS)
    left = read_postmaster(place.data)
    if left is not None and exists(left.pid):
        (place.data / "postmaster.pid").unlink(missing_ok=True)
    for socket_file in place.socket_dir.glob(".s.PGSQL.*"):
        socket_file.unlink(missing_ok=True)


def _remove_socket_folder(place: Place) -> None:
    """Leave no empty folder in a place that is not ours; the next start makes it again."""
    if place.socket_dir.parent != place.folder:
        with suppress(OSError):
            place.socket_dir.rmdir()


def _reason(place: Place, pid: int) -> str:
    """What the server `pid` wrote of its failure, if anything: to its first log, and then to the daily one."""
    first = [line for line in last_lines(place.start_log, 20) if not LOG_BEGINS.search(line)]
    daily = sorted(place.log_dir.glob("*.log"), key=_changed)[-1:]
    own = [line for file in daily for line in last_lines(file, 50) if f"[{pid}]" in line and COMPLAINT.search(line)]
    return "; ".join(LINE_PREFIX.sub("", line).strip() for line in first + own)


def _changed(file: Path) -> float:
    return file.stat().st_mtime


def _send(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return
    except PermissionError as problem:
        raise ClusterError("not_ours", pid=pid) from problem


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask `condition` again and again; False when it stays false for `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
