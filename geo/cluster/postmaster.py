"""What postmaster.pid and the process table say of the server of a data folder."""

import os
from dataclasses import dataclass
from pathlib import Path

# Lines of postmaster.pid (PostgreSQL's miscadmin.h): process id, data folder, start time, port, socket folder,
# listen address, shared memory key, state.
LINE_OF_PID, LINE_OF_SOCKET_DIR, LINE_OF_STATE = 0, 4, 7
SERVER_PROGRAMS = ("postgres", "postmaster")
PROC = Path("/proc")
# States of proc(5): a zombie, and one that is being taken away.
DEAD = (b"Z", b"X", b"x", b"")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server that wrote a postmaster.pid: it may be long gone."""

    pid: int
    socket_dir: Path | None
    state: str

    @property
    def is_ready(self) -> bool:
        """Whether it takes connections, as far as it says itself."""
        return self.state == "ready"


def read_postmaster(data: Path) -> Postmaster | None:
    """The contents of postmaster.pid in `data`; None when there is none or it is still being written."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        pid = abs(int(lines[LINE_OF_PID]))
    except (OSError, ValueError, IndexError):
        return None
    fields = [line.strip() for line in lines] + [""] * (LINE_OF_STATE + 1 - len(lines))
    socket_dir = Path(fields[LINE_OF_SOCKET_DIR]) if fields[LINE_OF_SOCKET_DIR] else None
    return Postmaster(pid, socket_dir, fields[LINE_OF_STATE])


def live_postmaster(data: Path) -> Postmaster | None:
    """The server that runs on `data` now, or None. A number taken over by another process is not one."""
    found = read_postmaster(data)
    return found if found is not None and serves(found.pid, data) else None


def serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is alive and, as far as its command line tells, the server of `data`.

    The command line is read because it is open to all; the working folder is not, even to root in a container.
    Without /proc the process id alone has to do.
    """
    if not (PROC / "self").exists():
        return exists(pid)
    words = _command_line(pid)
    if not words or Path(words[0]).name not in SERVER_PROGRAMS:
        return False
    return "-D" not in words[:-1] or Path(words[words.index("-D") + 1]) == data


def is_alive(pid: int) -> bool:
    """Whether process `pid` runs: one that is dead and only waits for its parent does not.

    Its state says so; its command line is empty for a moment while it becomes another program.
    """
    if not (PROC / "self").exists():
        return exists(pid)
    try:
        status = (PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return False
    return status.rpartition(b") ")[2][:1] not in DEAD


def orphans(cluster_name: str) -> list[int]:
    """The processes that bear `cluster_name` in their title: after their server's death, what is left of it."""
    if not (PROC / "self").exists():
        return []
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    title = f"postgres: {cluster_name}: "
    return [pid for pid in pids if " ".join(_command_line(pid)).startswith(title)]


def _command_line(pid: int) -> list[str]:
    """The words of a process's command line: none when it is gone, dead, or not ours to see."""
    try:
        line = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return os.fsdecode(line).split("\0") if line else []


def exists(pid: int) -> bool:
    """Whether the number is taken, be it by a process that is dead and not yet looked after."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
