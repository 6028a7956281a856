"""Open a cluster for as long as a process needs it; the last process to leave stops the server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from geo.cluster.binaries import find_binaries
from geo.cluster.configuration import SUPERUSER
from geo.cluster.errors import Note
from geo.cluster.locks import Use, is_used, only_one
from geo.cluster.making import major_of, make_data, write_configuration, write_login_rules
from geo.cluster.place import PORT, Place, find_place, make_private, prepare
from geo.cluster.postmaster import Postmaster, live_postmaster
from geo.cluster.server import reload_server, running_server, start_server, stop_server

# Another process may be recovering a crashed cluster: as long as a start may take, and a little more.
TURN_SECONDS = 660.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that takes connections on its socket."""

    socket_dir: Path
    port: int
    superuser: str
    folder: Path
    pid: int
    notes: tuple[Note, ...]

    def conninfo(self, role: str, database: str) -> str:
        """The libpq connection string for one of LOGIN_ROLES and a database."""
        host = str(self.socket_dir).replace("\\", "\\\\").replace("'", "\\'")
        return f"host='{host}' port={self.port} user={role} dbname={database}"


class State(StrEnum):
    """How a cluster stands."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a cluster without starting it."""

    state: State
    folder: Path
    account: str
    major: int | None
    server: Running | None
    in_use: bool
    log_dir: Path
    notes: tuple[Note, ...]


class Stopped(StrEnum):
    """What a request to stop came to."""

    STOPPED = "stopped"
    WAS_NOT_RUNNING = "was_not_running"
    IN_USE = "in_use"


@contextmanager
def open_cluster(data_dir: Path, *, durable: bool = True) -> Iterator[Running]:
    """Use the cluster kept in `data_dir`, made and started when needed; several processes may, at once.

    The last one to leave stops the server. A process that is killed leaves it running, and the next adopts it.
    `durable=False` makes a throw-away cluster that may lose data in a crash. A child made by fork shares its
    parent's use and has none of its own. Raises ClusterError.
    """
    place = find_place(data_dir)
    prepare(place)
    with _turn(place):
        use = Use(_users_lock(place), place.account.uid, place.account.gid)
        try:
            running = _ensure_running(place, durable=durable)
        except BaseException:
            _leave(place, use)
            raise
    try:
        yield running
    finally:
        if use.is_ours:
            with _turn(place):
                _leave(place, use)


def status(data_dir: Path) -> Status:
    """How the cluster kept in `data_dir` stands. Makes, starts and stops nothing; waits for a start under way."""
    place = find_place(data_dir)
    if not place.folder.is_dir():
        return _status(place, None, in_use=False)
    with _turn(place):
        return _status(place, live_postmaster(place.data), in_use=is_used(_users_lock(place)))


def stop(data_dir: Path, *, even_if_used: bool = False) -> Stopped:
    """Stop the server of `data_dir`, unless a process uses it and `even_if_used` is false."""
    place = find_place(data_dir)
    if not place.folder.is_dir():
        return Stopped.WAS_NOT_RUNNING
    with _turn(place):
        if not even_if_used and is_used(_users_lock(place)):
            return Stopped.IN_USE
        return Stopped.STOPPED if stop_server(place) else Stopped.WAS_NOT_RUNNING


def _ensure_running(place: Place, *, durable: bool) -> Running:
    adopted = running_server(place)
    if adopted is not None:
        if write_login_rules(place):
            reload_server(adopted)
        return _running(place, adopted)
    major = major_of(place.data)
    binaries = find_binaries(major)
    if major is None:
        make_data(place, binaries, durable=durable)
    for folder in (place.socket_dir, place.log_dir):
        make_private(folder, place.account)
    write_configuration(place, durable=durable)
    return _running(place, start_server(place, binaries))


def _leave(place: Place, use: Use) -> None:
    if use.leave():
        stop_server(place)


def _turn(place: Place) -> AbstractContextManager[None]:
    account = place.account
    return only_one(place.folder / "start.lock", account.uid, account.gid, timeout=TURN_SECONDS)


def _users_lock(place: Place) -> Path:
    return place.folder / "users.lock"


def _running(place: Place, server: Postmaster) -> Running:
    socket_dir = server.socket_dir or place.socket_dir
    return Running(socket_dir, PORT, SUPERUSER, place.folder, server.pid, place.notes)


def _status(place: Place, server: Postmaster | None, *, in_use: bool) -> Status:
    major = major_of(place.data) if place.folder.is_dir() else None
    running = _running(place, server) if server is not None else None
    state = State.RUNNING if running else State.ABSENT if major is None else State.STOPPED
    return Status(state, place.folder, place.account.name, major, running, in_use, place.log_dir, place.notes)
