"""Asks a server over some connections for some seconds and tells how it answered, by wrk (Debian's package ``wrk``).

The one who asks has the same two cores as who answers: a client in Python took as long for a request as a service, and
narrowed every ratio. wrk reads an answer's head, counts its bytes and asks on.
"""

import json
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; ``times``: in ms, what each hundredth of the requests took at most; ``own_cpu``: wrk's, in s."""

    requests: int
    errors: int
    bytes: int
    seconds: float
    own_cpu: float
    times: tuple[float, ...]

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    def time(self, share: float) -> float:
        """The time that this share of the requests took at most."""
        return self.times[max(1, ceil(share * 100)) - 1]


def asked(port: int, paths: Sequence[str], *, connections: int, seconds: float) -> Outcome:
    """The outcome of asking for these paths in turn, for at least a second."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    before = _cpu()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(paths) + "\n")
        listed.flush()
        many = ["-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--timeout", "60s"]
        command = ["wrk", *many, "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", listed.name]
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(ended.stdout.splitlines()[-1])
    return Outcome(**{**told, "times": tuple(told["times"])}, own_cpu=_cpu() - before)


def _cpu() -> float:
    """Seconds of CPU of the processes that this one started and that ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
