"""Hands that read, normalise and stage the chunks of a large file side by side, while another thread cuts it."""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from struct import Struct
from typing import IO, Any, Protocol

from geo.intake.chunk import Chunk
from geo.intake.problems import Unreadable
from geo.store.merging.copying import Target

LENGTH = Struct(">Q")
WORKERS = min(2, os.cpu_count() or 1)
"""More hands than this would not be faster: the server that takes their rows needs processors too."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a child must know: how to connect, where the rows go, the system they come in, and how they are read."""

    connection: Mapping[str, Any]
    targets: Mapping[str, Target]
    delivery: int
    srid: int
    read: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What a child says when it is through with a chunk: nothing, or why the whole file is refused."""

    code: str | None = None
    params: Mapping[str, Any] | None = None


class Hand(Protocol):
    """Who stages chunks, one at a time, in a thread of its own."""

    def stage(self, chunk: Chunk) -> None:
        """Read, normalise and stage a chunk."""
        ...

    def stop(self) -> None:
        """Let go of what is under way, if that can be."""
        ...

    def close(self) -> None:
        """Leave nothing behind; nothing is under way any more."""
        ...


class Crew:
    """Hand it chunks by :meth:`put`; :meth:`finish` waits for all of them. Use as a context manager."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        self._waiting: queue.Queue[Chunk | None] = queue.Queue(maxsize=1)
        self._failed: list[BaseException] = []
        self._over = threading.Event()
        self._hands = hands
        self._threads = [threading.Thread(target=self._serve, args=(hand,), daemon=True) for hand in hands]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for hand in self._hands:
            hand.stop()
        self._send_home()
        for hand in self._hands:
            hand.close()

    def put(self, chunk: Chunk) -> None:
        """Hand over a chunk as soon as a hand is free.

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
        self._send_home()
        self._check()

    def _send_home(self) -> None:
        for _ in self._threads:
            while any(thread.is_alive() for thread in self._threads):
                with suppress(queue.Full):
                    self._waiting.put(None, timeout=0.2)
                    break
        for thread in self._threads:
            thread.join()

    def _check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _serve(self, hand: Hand) -> None:
        try:
            while (chunk := self._waiting.get()) is not None and not self._over.is_set():
                hand.stage(chunk)
        except BaseException as error:
            self._failed.append(error)


class Child:
    """A process that stages; see geo.intake.crew_child."""

    def __init__(self, setup: Setup) -> None:
        self._setup: Setup | None = setup
        spare = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
        spare |= {"MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_MMAP_THRESHOLD_": "131072"}
        command = [sys.executable, "-m", "geo.intake.crew_child"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=os.environ | spare)

    def stage(self, chunk: Chunk) -> None:
        """Let the child do it.

        Raises:
            Unreadable: the whole file is to be refused.
            RuntimeError: the child ended by itself.
        """
        hear, say = self._process.stdout, self._process.stdin
        assert hear is not None and say is not None  # noqa: S101, PT018 - asked for
        try:
            if self._setup is not None:
                send(say, self._setup)
                self._setup = None
            send(say, chunk)
            ended: Ended = receive(hear)
        except (OSError, EOFError) as error:
            raise RuntimeError(f"a reading process ended by itself ({self._process.poll()})") from error
        if ended.code is not None:
            raise Unreadable(ended.code, **(ended.params or {}))

    def stop(self) -> None:
        """End the child."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Close its pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


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
