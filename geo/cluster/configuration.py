"""The configuration files of the cluster: who may log in, and settings sized to the machine."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SUPERUSER = "emprise_super"
# The roles a service process may log in as; the migrations make all but the first.
LOGIN_ROLES = (
    SUPERUSER,
    "emprise_owner",
    "emprise_public",
    "emprise_company",
    "emprise_planner",
    "emprise_admin",
    "emprise_worker",
    "emprise_gate",
)
IDENT_MAP = "emprise"
SETTINGS_FILE = "emprise.conf"
MB = 1024**2
GB = 1024**3
# Below this, parallel queries on PostgreSQL's default (POSIX shared memory) fail with "No space left on device".
SHARED_MEMORY_NEEDED = 256 * MB
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - only measured
CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the settings are sized to, in bytes."""

    memory: int
    disk_free: int
    shared_memory: int | None


def measure(data: Path) -> Machine:
    """This machine, and the disk that holds `data`. A container's memory limit counts when it is lower."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [limit for limit in map(_cgroup_limit, CGROUP_LIMITS) if limit is not None]
    try:
        shared_memory = shutil.disk_usage(SHARED_MEMORY).free
    except OSError:
        shared_memory = None
    return Machine(min([memory, *limits]), shutil.disk_usage(data).free, shared_memory)


def settings(machine: Machine, cluster_name: str, socket_dir: Path, log_dir: Path, *, durable: bool) -> str:
    """The text of emprise.conf. `durable=False` trades crash safety for speed: throw-away clusters only."""
    chosen = {
        "cluster_name": cluster_name,
        "listen_addresses": "",
        "unix_socket_directories": _quoted_path(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "jit": "off",
        "random_page_cost": "1.1",
        "dynamic_shared_memory_type": _shared_memory_type(machine),
        **_memory(machine, durable=durable),
        **_write_ahead_log(machine, durable=durable),
        **_logging(log_dir),
    }
    lines = (f"{name} = '{_escaped(value)}'" for name, value in chosen.items())
    heading = "# Written at every start; put your own settings at the end of postgresql.conf.\n"
    return heading + "\n".join(lines) + "\n"


def host_based_authentication() -> str:
    """The text of pg_hba.conf: the private socket, by operating-system account, and nothing else."""
    return (
        "# Written at every start.\n"
        f"local all all peer map={IDENT_MAP}\n"
        f"local replication {SUPERUSER} peer map={IDENT_MAP}\n"
    )


def identities(accounts: Iterable[str]) -> str:
    """The text of pg_ident.conf: each of `accounts` may log in as each role of LOGIN_ROLES."""
    pairs = [(account, role) for account in dict.fromkeys(accounts) for role in LOGIN_ROLES]
    lines = (f'{IDENT_MAP} "{account}" {role}\n' for account, role in pairs)
    return "# Written at every start.\n" + "".join(lines)


def _memory(machine: Machine, *, durable: bool) -> dict[str, str]:
    """A throw-away cluster is one of several at once, so it takes the least."""
    largest = 2 * GB if durable else 128 * MB
    return {
        "shared_buffers": _megabytes(machine.memory // 8, 32 * MB, largest),
        "effective_cache_size": _megabytes(machine.memory // 3, 128 * MB, 64 * GB),
        "work_mem": _megabytes(machine.memory // 512, 4 * MB, 32 * MB),
        "maintenance_work_mem": _megabytes(machine.memory // 32, 64 * MB, 512 * MB),
    }


def _write_ahead_log(machine: Machine, *, durable: bool) -> dict[str, str]:
    if not durable:
        return {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
                "max_wal_senders": "0", "max_wal_size": "512MB"}  # fmt: skip
    return {
        "fsync": "on",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "max_wal_size": _megabytes(machine.disk_free // 10, 256 * MB, 4 * GB),
    }


def _logging(log_dir: Path) -> dict[str, str]:
    """One file a weekday, written over a week later: a week is kept and no more."""
    return {
        "logging_collector": "on",
        "log_directory": str(log_dir),
        "log_filename": "postgresql-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }


def _shared_memory_type(machine: Machine) -> str:
    """POSIX where /dev/shm is large enough (a container's default is 64 MB), else files in the data folder."""
    enough = machine.shared_memory is not None and machine.shared_memory >= SHARED_MEMORY_NEEDED
    return "posix" if enough else "mmap"


def _megabytes(size: int, least: int, most: int) -> str:
    return f"{min(max(size, least), most) // MB}MB"


def _quoted_path(path: Path) -> str:
    """A folder as an item of PostgreSQL's comma-separated list."""
    return '"' + str(path).replace('"', '""') + '"'


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n")


def _cgroup_limit(file: str) -> int | None:
    try:
        return int(Path(file).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
