"""What a process that reads a stranger's file can no longer do, tried in such a process."""

import io
import json
import struct
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from geo.intake.files import confined, gdal
from geo.intake.files.confined import MEMORY_BYTES, RefusedError
from geo.intake.files.formats import Format
from geo.intake.problems import Unreadable
from tests.intake.files.containers import boxes, write_ogr
from tests.intake.files.tables import powers
from tests.intake.written_files import write

PROBE = """
import ctypes, json, os, signal, socket, subprocess, sys, threading
from geo.intake.files import confined
source, target = sys.argv[1:]
confined.limit()
found = {"confined": confined.confine()}
def attempt(name, action):
    try:
        action()
        found[name] = "done"
    except OSError as error:
        found[name] = type(error).__name__
def fork():
    if not os.fork():
        os._exit(0)
def x32():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(0x40000000 + 41, 2, 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "x32")
def thread():
    one = threading.Thread(target=lambda: None)
    one.start()
    one.join()
attempt("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("program", lambda: subprocess.run(["/bin/true"]))
attempt("fork", fork)
attempt("kill", lambda: os.kill(os.getppid(), 0))
attempt("write", lambda: open(target, "w").close())
attempt("append", lambda: open(source, "a").close())
attempt("truncate", lambda: os.truncate(source, 0))
attempt("remove", lambda: os.remove(source))
attempt("rename", lambda: os.rename(source, target))
attempt("link", lambda: os.symlink(source, target))
attempt("folder", lambda: os.mkdir(target))
attempt("rights", lambda: os.chmod(source, 0o777))
attempt("other numbers", x32)
attempt("read", lambda: open(source).read())
attempt("thread", thread)
print(json.dumps(found))
"""
NEEDED = {"read", "thread"}


def test_network_programs_and_changing_files_are_given_up_and_reading_is_not(tmp_path: Path) -> None:
    source, target = write(tmp_path, b"text", "source"), tmp_path / "made"
    command = [sys.executable, "-I", "-c", PROBE, str(source), str(target)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(ended.stdout)
    if not found.pop("confined"):
        pytest.skip("this kernel or machine has no filter for system calls")
    assert {name for name, outcome in found.items() if outcome == "done"} == NEEDED
    assert {outcome for name, outcome in found.items() if name not in NEEDED} == {"PermissionError"}
    assert source.read_bytes() == b"text"
    assert not target.exists()


def test_gdal_is_confined_while_it_reads(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(300), parcel_uid=[f"p{n}" for n in range(300)])
    found = powers(gdal.read(path, Format.GEOPACKAGE, "a", 1))
    assert (found["Seccomp"], found["NoNewPrivs"]) == ("2", "1")
    assert (found["Max file size"], found["Max address space"]) == ("0", str(MEMORY_BYTES))


def test_the_filter_holds_together_on_every_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    for calls in confined._CALLS.values():
        program = confined._filter(calls)
        steps = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
        assert steps[1][3] == calls.audit
        assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)
        refused = {*calls.network, *calls.programs, *calls.files}
        assert {step[3] for step in steps if step[0] == 0x15} >= refused | {calls.clone, calls.clone3}
        for place, (kind, yes, no, _) in enumerate(steps):
            if kind in (0x15, 0x35, 0x45):
                assert place + 1 + max(yes, no) < len(steps), "a jump out of the program"
    monkeypatch.setattr("platform.machine", lambda: "sparc")
    assert confined.confine() is False


@pytest.mark.parametrize(
    ("error", "frame"),
    [
        (RefusedError("sheet.damaged", name="a"), {"error": "sheet.damaged", "params": {"name": "a"}}),
        (MemoryError(), {"error": "gdal.memory", "params": {}}),
        (ValueError("root:x:0:0"), {"error": "gdal.failed", "params": {"error": "ValueError"}}),
    ],
)
def test_a_failure_is_one_frame_that_names_it_and_quotes_nothing(error: Exception, frame: object) -> None:
    sink = io.BytesIO()
    with confined.frames(sink, "gdal.failed"):
        raise error
    head, body = struct.unpack_from(">IQ", sink.getvalue())
    assert (orjson.loads(sink.getvalue()[12:]), head + 12, body) == (frame, len(sink.getvalue()), 0)


def test_a_request_may_be_longer_than_a_command_line(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.fgb", boxes(1), parcel_uid=["a"])
    with pytest.raises(Unreadable) as refused:
        list(gdal.read(path, Format.FLATGEOBUF, "x" * 300_000, 1))
    assert refused.value.code == "gdal.failed"
