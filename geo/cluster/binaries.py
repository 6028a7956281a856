"""Find a PostgreSQL server with PostGIS on this machine."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geo.cluster.errors import ClusterError

OLDEST_MAJOR = 15
# Debian and Ubuntu, PGDG's RPMs, Homebrew on ARM and on Intel: one folder a major version in each.
VERSIONED_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NEEDED_PROGRAMS = ("postgres", "initdb")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL server found on the machine."""

    bin_dir: Path
    version: str
    has_postgis: bool

    @property
    def major(self) -> int:
        """The major version, such as 15."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """The path of one of the server's programs."""
        return str(self.bin_dir / name)


def find_binaries(major: int | None = None) -> Binaries:
    """The newest usable server, or the one of `major`; ClusterError says what to install."""
    return choose(all_binaries(), major)


def choose(found: Iterable[Binaries], major: int | None = None) -> Binaries:
    """Of `found`, the newest server that is recent enough, has PostGIS, and is of `major` when given."""
    servers = sorted(found, key=lambda server: [int(n) for n in server.version.split(".")], reverse=True)
    usable = [server for server in servers if server.major >= OLDEST_MAJOR and server.has_postgis]
    matching = [server for server in usable if major in (None, server.major)]
    if matching:
        return matching[0]
    raise _what_is_missing(servers, usable, major)


def all_binaries() -> list[Binaries]:
    """Every PostgreSQL server of the machine, of any version."""
    found = (_inspect(folder) for folder in _candidate_folders())
    return [server for server in found if server is not None]


def _candidate_folders() -> list[Path]:
    """Where a server may be: the versioned folders, what `pg_config` says, PATH."""
    folders = [path for pattern in VERSIONED_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    pg_config = shutil.which("pg_config")
    if pg_config:
        answer = _output([pg_config, "--bindir"])
        folders += [Path(answer)] if answer else []
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return list(dict.fromkeys(folders))


def _inspect(bin_dir: Path) -> Binaries | None:
    """The server in `bin_dir`, or None when it is not a whole one."""
    if not all((bin_dir / name).is_file() for name in NEEDED_PROGRAMS):
        return None
    version = re.search(r"(\d+(?:\.\d+)*)", _output([str(bin_dir / "postgres"), "--version"]))
    if version is None:
        return None
    has_postgis = any((share / "extension" / "postgis.control").is_file() for share in _share_folders(bin_dir))
    return Binaries(bin_dir, version[1], has_postgis)


def _share_folders(bin_dir: Path) -> list[Path]:
    """Where the extensions of the server in `bin_dir` are described."""
    pg_config = bin_dir / "pg_config"
    told = _output([str(pg_config), "--sharedir"]) if pg_config.is_file() else ""
    if told:
        return [Path(told)]
    share = bin_dir.parent / "share"
    return [share / "postgresql", share / "pgsql", share]


def _output(command: list[str]) -> str:
    """What a short question to a program prints, or nothing when it fails."""
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _what_is_missing(servers: list[Binaries], usable: list[Binaries], major: int | None) -> ClusterError:
    """The error for a machine on which no server will do."""
    of_major = [server for server in servers if major in (None, server.major) and server.major >= OLDEST_MAJOR]
    if of_major:
        near = of_major[0]
        return ClusterError("no_postgis", version=near.version, folder=near.bin_dir, major=near.major)
    if major is not None:
        if usable:
            return ClusterError("made_by_other", major=major, here=usable[0].version)
        return ClusterError("made_by_none_here", major=major)
    if servers:
        return ClusterError("too_old", oldest=OLDEST_MAJOR, folder=servers[0].bin_dir, version=servers[0].version)
    return ClusterError("no_server", oldest=OLDEST_MAJOR)
