"""The settings, sized to machines small and large, and the login rules."""

import re
from pathlib import Path

import pytest

from geo.cluster.configuration import (
    GB,
    LOGIN_ROLES,
    MB,
    Machine,
    host_based_authentication,
    identities,
    measure,
    settings,
)
from geo.store.database import Role


def _settings(memory: int, disk: int = 100 * GB, shared: int | None = GB, *, durable: bool = True) -> dict[str, str]:
    text = settings(Machine(memory, disk, shared), "emprise-1", Path("/s"), Path("/l"), durable=durable)
    return dict(re.findall(r"^(\w+) = '(.*)'$", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("memory", "buffers", "work", "maintenance"),
    [
        (256 * MB, "32MB", "4MB", "64MB"),
        (4 * GB, "512MB", "8MB", "128MB"),
        (24 * GB, "2048MB", "32MB", "512MB"),
        (512 * GB, "2048MB", "32MB", "512MB"),
    ],
)
def test_memory_follows_the_machine(memory: int, buffers: str, work: str, maintenance: str) -> None:
    chosen = _settings(memory)
    assert (chosen["shared_buffers"], chosen["work_mem"], chosen["maintenance_work_mem"]) == (
        buffers,
        work,
        maintenance,
    )


@pytest.mark.parametrize(("free", "wal"), [(1 * GB, "256MB"), (20 * GB, "2048MB"), (900 * GB, "4096MB")])
def test_the_log_leaves_room_on_the_disk(free: int, wal: str) -> None:
    assert _settings(4 * GB, disk=free)["max_wal_size"] == wal


@pytest.mark.parametrize(("shared", "kind"), [(None, "mmap"), (64 * MB, "mmap"), (256 * MB, "posix")])
def test_parallel_queries_do_not_depend_on_a_small_dev_shm(shared: int | None, kind: str) -> None:
    assert _settings(4 * GB, shared=shared)["dynamic_shared_memory_type"] == kind


def test_only_a_throw_away_cluster_does_not_sync() -> None:
    assert _settings(4 * GB)["fsync"] == "on"
    assert _settings(4 * GB, durable=False)["fsync"] == "off"
    assert _settings(24 * GB, durable=False)["shared_buffers"] == "128MB"


def test_this_machine_is_measured() -> None:
    machine = measure(Path("/"))
    assert machine.memory >= 64 * MB
    assert machine.disk_free > 0


def test_a_container_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "limit").write_text(f"{96 * MB}\n")
    (tmp_path / "none").write_text("max\n")
    files = (str(tmp_path / "limit"), str(tmp_path / "none"), str(tmp_path / "absent"))
    monkeypatch.setattr("geo.cluster.configuration.CGROUP_LIMITS", files)
    assert measure(tmp_path).memory == 96 * MB


def test_without_dev_shm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.cluster.configuration.SHARED_MEMORY", str(tmp_path / "absent"))
    assert measure(tmp_path).shared_memory is None


def test_nobody_logs_in_over_a_network_or_by_password() -> None:
    rules = [line.split() for line in host_based_authentication().splitlines() if not line.startswith("#")]
    assert rules
    assert all(rule[0] == "local" and rule[3:] == ["peer", "map=emprise"] for rule in rules)


def test_every_role_of_the_service_may_log_in() -> None:
    assert {role.login for role in Role} <= set(LOGIN_ROLES)


def test_each_account_gets_each_role_once() -> None:
    lines = [line for line in identities(["postgres", "root", "root"]).splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines)) == 2 * len(LOGIN_ROLES)
    assert 'emprise "postgres" emprise_public' in lines
