"""Children that read, normalise and stage the chunks of a large file side by side, while the parent cuts it."""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from struct import Struct
from typing import IO, Any

from geo.intake.chunk import Chunk
from geo.intake.problems import Unreadable
from geo.store.copying import Target

LENGTH = Struct(">Q")
WORKERS = min(2, os.cpu_count() or 1)
"""More children than this would not be faster: the server that takes their rows needs processors too."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a child must know: how to connect, where the rows go, and the system they come in."""

    connection: Mapping[str, Any]
    targets: Mapping[str, Target]
    delivery: int
    srid: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What a child says when it is through with a chunk: nothing, or why the whole file is refused."""

    code: str | None = None
    params: Mapping[str, Any] | None = None


class Crew:
    """Hand it chunks by :meth:`put`; :meth:`finish` waits for all of them. Use as a context manager."""

    def __init__(self, setup: Setup, workers: int = WORKERS) -> None:
        self._waiting: queue.Queue[Chunk | None] = queue.Queue(maxsize=1)
        self._failed: list[BaseException] = []
        self._children = [_start() for _ in range(workers)]
        self._threads = [threading.Thread(target=self._serve, args=(one, setup), daemon=True) for one in self._children]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def put(self, chunk: Chunk) -> None:
        """Hand over a chunk as soon as a child is free.

        Raises:
            Unreadable: an earlier chunk shows that the whole file is to be refused.
            RuntimeError: a child ended by itself.
        """
        while True:
            self._check()
            with suppress(queue.Full):
                self._waiting.put(chunk, timeout=0.2)
                return

    def finish(self) -> None:
        """Wait until every chunk is staged; raises like :meth:`put`."""
        for _ in self._threads:
            while any(thread.is_alive() for thread in self._threads):
                with suppress(queue.Full):
                    self._waiting.put(None, timeout=0.2)
                    break
        for thread in self._threads:
            thread.join()
        self._check()

    def _check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _serve(self, child: "subprocess.Popen[bytes]", setup: Setup) -> None:
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - asked for
        try:
            send(child.stdin, setup)
            while (chunk := self._waiting.get()) is not None:
                send(child.stdin, chunk)
                ended = receive(child.stdout)
                if ended.code is not None:
                    raise Unreadable(ended.code, **ended.params)
        except (OSError, EOFError) as error:
            self._failed.append(RuntimeError(f"a reading process ended by itself ({child.poll()})"))
            self._failed[-1].__cause__ = error
        except BaseException as error:
            self._failed.append(error)


def _start() -> "subprocess.Popen[bytes]":
    spare = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    spare |= {"MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}
    command = [sys.executable, "-m", "geo.intake.crew_child"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | spare)


def send(pipe: IO[bytes], value: object) -> None:
    """One object down a pipe between our own processes."""
    body = pickle.dumps(value, protocol=5)
    pipe.write(LENGTH.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next object of a pipe. Raises EOFError when the other side is gone."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (size,) = LENGTH.unpack(head)
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - from the process we started, or the one that started us
