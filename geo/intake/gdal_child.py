"""The confined process that reads one container with GDAL. Run by path with ``python -IB``; imports nothing of ours.

``argv[1]`` is a JSON request {path, driver, task: describe | read, layer, rows, first}; answers go to standard
output in frames: two big-endian lengths (header 4 bytes, body 8 bytes), a JSON header, a body of joined WKB. Before
any byte of the file is looked at, the process gives up: other drivers, time, memory, writing, sockets, new programs.
"""

import ctypes
import os
import platform
import resource
import sqlite3
import struct
import sys
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import quote

CPU_SECONDS = 1_800
MEMORY_BYTES = 3 << 30
OPEN_FILES = 64
ALLOWED = ("GPKG", "FlatGeobuf", "ESRI Shapefile")
_SAMPLE = 200


class RefusedError(ValueError):
    """The file is not to be read; ``args`` are the code and the message."""


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


# One row an architecture: its audit number, the calls refused, open (path, flags) when it exists, openat.
# Refused: socket, connect, bind, sendto, sendmsg, fork, vfork, execve, ptrace, execveat, creat, openat2, io_uring_setup
_SYSCALLS: dict[str, tuple[int, tuple[int, ...], int | None, int]] = {
    "x86_64": (0xC000003E, (41, 42, 49, 44, 46, 57, 58, 59, 101, 322, 85, 437, 425), 2, 257),
    "aarch64": (0xC00000B7, (198, 203, 200, 206, 211, 221, 117, 281, 437, 425), None, 56),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine() -> bool:
    """Refuse sockets, new programs and opening files for writing, by a kernel filter; False where it has none."""
    known = _SYSCALLS.get(platform.machine())
    if known is None or not sys.platform.startswith("linux"):
        return False
    code = _filter(*known)
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(code) // 8, code)
    no_new_privileges, set_seccomp, by_filter = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_seccomp, by_filter, ctypes.byref(program), 0, 0) == 0)


def _filter(audit: int, refused: tuple[int, ...], opening: int | None, opening_at: int) -> bytes:
    """A classic BPF program over (call number, architecture, arguments): allow, or fail with EPERM."""
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    allow, refuse = 0x7FFF0000, 0x00050001
    steps = [(load, 0, 0, 4), (equal, 1, 0, audit), (give, 0, 0, refuse), (load, 0, 0, 0)]
    for number in refused:
        steps += [(equal, 0, 1, number), (give, 0, 0, refuse)]
    for call, argument in ((opening, 1), (opening_at, 2)):
        if call is not None:
            flags = 16 + 8 * argument
            steps += [(equal, 0, 4, call), (load, 0, 0, flags), (any_bit, 0, 1, _WRITING)]
            steps += [(give, 0, 0, refuse), (give, 0, 0, allow)]
    steps.append((give, 0, 0, allow))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def load_gdal() -> Any:
    """Import pyogrio without its heavy companions, and make sure only the allowed drivers are there."""
    for companion in ("pandas", "geopandas", "pyarrow"):
        sys.modules[companion] = None  # type: ignore[assignment]
    import pyogrio
    import pyogrio.raw

    extra = set(pyogrio.list_drivers()) - set(ALLOWED)
    if extra:
        raise RefusedError("gdal.drivers", f"GDAL offers drivers it must not: {', '.join(sorted(extra))}")
    return pyogrio


def tables(path: str) -> set[str]:
    """The names of the plain tables of a GeoPackage: views and virtual tables could run code of the file's author."""
    address = f"file:{quote(path)}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    try:
        connection.execute("pragma trusted_schema = off")
        rows = connection.execute("select name, sql from sqlite_master where type = 'table'").fetchall()
    except sqlite3.DatabaseError as error:
        raise RefusedError("gdal.damaged", "the GeoPackage is damaged or incomplete") from error
    finally:
        connection.close()
    return {name for name, sql in rows if not str(sql).upper().lstrip().startswith("CREATE VIRTUAL")}


def options(driver: str) -> dict[str, str]:
    """How a driver must open the file: SQLite leaves no -wal or -shm file beside an immutable one."""
    return {"IMMUTABLE": "YES"} if driver == "GPKG" else {}


def describe(gdal: Any, path: str, driver: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """One frame a layer: its name, coordinate system, fields, feature count and first rows."""
    plain = tables(path) if driver == "GPKG" else None
    for name, kind in gdal.list_layers(path):
        header: dict[str, Any] = {"layer": name, "skipped": None}
        if plain is not None and name not in plain:
            header["skipped"] = "view"
        elif kind is None:
            header["skipped"] = "no geometry"
        if header["skipped"]:
            yield header, b""
            continue
        info = gdal.read_info(path, layer=name, **options(driver))
        for sample, body in batches(gdal, path, driver, name, _SAMPLE, 0):
            header |= sample | {"crs": info["crs"], "features": int(info["features"])}
            yield header, body
            break
        else:
            nothing = {"fields": {str(name): [] for name in info["fields"]}, "lengths": []}
            yield header | nothing | {"crs": info["crs"], "features": int(info["features"])}, b""


def batches(
    gdal: Any, path: str, driver: str, layer: str, rows: int, first: int
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Frames of at most ``rows`` features from the feature at ``first`` on."""
    while True:
        meta, geometry, data = _read(gdal, path, driver, layer, rows, first)
        if len(geometry) == 0:
            return
        fields = {str(n): column.tolist() for n, column in zip(meta["fields"], data, strict=True) if _plain(column)}
        shapes = [b"" if wkb is None else bytes(wkb) for wkb in geometry]
        yield {"fields": fields, "lengths": [len(wkb) for wkb in shapes]}, b"".join(shapes)
        first += len(shapes)
        if len(shapes) < rows:
            return


def _plain(column: Any) -> bool:
    """Binary fields are left out."""
    return not any(isinstance(value, bytes) for value in column[:100])


def _read(gdal: Any, path: str, driver: str, layer: str, rows: int, first: int) -> tuple[Any, Any, Any]:
    chosen: dict[str, Any] = options(driver)
    for encoding in (None, "cp1252"):
        try:
            meta, _, geometry, data = gdal.raw.read(
                path,
                layer=layer,
                skip_features=first,
                max_features=rows,
                encoding=encoding,
                datetime_as_string=True,
                **chosen,
            )
        except UnicodeDecodeError:
            if driver != "ESRI Shapefile":
                raise RefusedError("text.encoding", "the text of the file is not UTF-8") from None
            continue
        return meta, geometry, data
    raise RefusedError("text.encoding", "the text of the file is neither UTF-8 nor Windows-1252")


def answer(request: dict[str, Any], sink: IO[bytes]) -> None:
    """Do what is asked and write the frames."""
    import orjson

    def send(header: dict[str, Any], body: bytes = b"") -> None:
        raw = orjson.dumps(header, default=lambda value: None)
        sink.write(struct.pack(">IQ", len(raw), len(body)) + raw + body)
        sink.flush()

    try:
        gdal = load_gdal()
        confined = confine()
        path, driver = request["path"], request["driver"]
        if request["task"] == "describe":
            for header, body in describe(gdal, path, driver):
                send(header, body)
        else:
            for header, body in batches(gdal, path, driver, request["layer"], request["rows"], request["first"]):
                send(header, body)
        send({"end": True, "confined": confined})
    except RefusedError as error:
        send({"error": error.args[0], "message": error.args[1]})
    except MemoryError:
        send({"error": "gdal.memory", "message": "the file needs more memory than it may use"})
    except Exception as error:  # whatever GDAL raises ends here, named and cut short
        send({"error": "gdal.failed", "message": f"GDAL cannot read it ({type(error).__name__})"})


def main() -> None:
    """Keep standard output for the frames alone, give up powers, answer."""
    import json

    sink = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    limit()
    answer(json.loads(sys.argv[1]), sink)


if __name__ == "__main__":
    main()
