"""What every process that reads a stranger's file has: powers given up first, frames out, faults named and cut short.

Such a process (gdal_child, sheet_child, parquet_child) is run by path with ``python -IB``. It takes a JSON request
from standard input and answers on standard output in frames: two big-endian lengths (header 4 bytes, body 8 bytes), a
JSON header, a body. Before any byte of the file is looked at it gives up time, memory, writing, sockets, programs.
"""

import ctypes
import json
import os
import platform
import resource
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Protocol

import orjson

CPU_SECONDS = 1_800
MEMORY_BYTES = 3 << 30
OPEN_FILES = 64


class RefusedError(ValueError):
    """The file is not to be read: the code, and what its sentence is filled with."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Send(Protocol):
    """Writes one frame."""

    def __call__(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Write it."""
        ...


def limit() -> None:
    """Bound what this process may use; it may write no file at all."""
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


@dataclass(frozen=True, slots=True)
class _Calls:
    """The numbers of the kernel's calls on one architecture, and its audit number.

    ``network``: socket, connect, bind, sendto, sendmsg, sendmmsg. ``programs``: (fork, vfork,) execve, execveat,
    ptrace, kill, process_vm_readv, process_vm_writev, pidfd_getfd, io_uring_setup. ``files``: (creat, unlink, rename,
    link, symlink, mkdir, rmdir, chmod, chown, lchown, mknod and) their namesakes with -at, renameat2, truncate,
    fchmod, fchown, openat2, open_by_handle_at.
    """

    audit: int
    network: tuple[int, ...]
    programs: tuple[int, ...]
    files: tuple[int, ...]
    opening: tuple[tuple[int, int], ...]
    """The calls that open a file, and the place of the flags among their arguments."""
    clone: int
    clone3: int = 435


_CALLS = {
    "x86_64": _Calls(
        0xC000003E,
        network=(41, 42, 49, 44, 46, 307),
        programs=(57, 58, 59, 322, 101, 62, 310, 311, 438, 425),
        files=(
            *(85, 87, 82, 86, 88, 83, 84, 90, 92, 94, 133, 263, 264, 265, 266, 258, 268, 260, 259),
            *(316, 76, 91, 93, 437, 304),
        ),
        opening=((2, 1), (257, 2)),
        clone=56,
    ),
    "aarch64": _Calls(
        0xC00000B7,
        network=(198, 203, 200, 206, 211, 269),
        programs=(221, 281, 117, 129, 270, 271, 438, 425),
        files=(35, 38, 37, 36, 34, 53, 54, 33, 276, 45, 52, 55, 437, 265),
        opening=((56, 2),),
        clone=220,
    ),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_THREAD = 0x10000
_OTHER_ABI = 0x40000000
"""From this number on x86_64 kernels may take calls of x32, which do the same under other numbers."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine() -> bool:
    """Refuse sockets, new programs and changing files, by a kernel filter; False where the system has none."""
    calls = _CALLS.get(platform.machine())
    if calls is None or not sys.platform.startswith("linux"):
        return False
    code = _filter(calls)
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(code) // 8, code)
    no_new_privileges, set_seccomp, by_filter = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_seccomp, by_filter, ctypes.byref(program), 0, 0) == 0)


def _filter(calls: _Calls) -> bytes:
    """A classic BPF program over (call number, architecture, arguments): allow, or fail with EPERM."""
    load, equal, from_on, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, unknown = 0x7FFF0000, 0x00050001, 0x00050026  # errno 1 EPERM, 38 ENOSYS
    steps = [(load, 0, 0, 4), (equal, 1, 0, calls.audit), (give, 0, 0, refuse), (load, 0, 0, 0)]
    steps += [(from_on, 0, 1, _OTHER_ABI), (give, 0, 0, refuse)]
    for number in (*calls.network, *calls.programs, *calls.files):
        steps += [(equal, 0, 1, number), (give, 0, 0, refuse)]
    # its flags are out of a filter's reach; told that there is none, the C library takes clone
    steps += [(equal, 0, 1, calls.clone3), (give, 0, 0, unknown)]
    for number, argument in calls.opening:
        steps += [(equal, 0, 4, number), (load, 0, 0, 16 + 8 * argument), (any_bit, 0, 1, _WRITING)]
        steps += [(give, 0, 0, refuse), (give, 0, 0, allow)]
    steps += [(equal, 0, 3, calls.clone), (load, 0, 0, 16), (any_bit, 1, 0, _THREAD), (give, 0, 0, refuse)]
    steps.append((give, 0, 0, allow))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


@contextmanager
def frames(sink: IO[bytes], failure: str) -> Iterator[Send]:
    """Send frames; whatever goes wrong ends as one that names it.

    ``failure`` is the code of what the library raises; what it says is not repeated.
    """

    def send(header: dict[str, Any], body: bytes = b"") -> None:
        raw = orjson.dumps(header, default=lambda value: None)
        sink.write(struct.pack(">IQ", len(raw), len(body)) + raw + body)
        sink.flush()

    try:
        yield send
        send({"end": True})
    except RefusedError as error:
        send({"error": error.code, "params": error.params})
    except MemoryError:
        send({"error": "gdal.memory", "params": {}})
    except Exception as error:
        send({"error": failure, "params": {"error": type(error).__name__}})


def serve(answer: Callable[[dict[str, Any], IO[bytes]], None]) -> None:
    """Keep standard output for the frames alone, bound this process, answer the request on standard input."""
    sink = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limit()
    answer(json.load(sys.stdin.buffer), sink)
