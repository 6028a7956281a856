"""Run every benchmark and write what they print to docs/benchmarks.md: ``.venv/bin/python -m bench``."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
PAGE = REPO / "docs" / "benchmarks.md"
PROGRAMS = (
    "bench.assembly",
    "bench.desktop",
    "bench.fit",
    "bench.generate",
    "bench.intake",
    "bench.nearest",
    "bench.profile",
    "bench.readiness",
    "bench.usable",
)

HEAD = """# Benchmarks

Written by `.venv/bin/python -m bench`, never by hand; each part is what its program printed, the machine named in it.
Machines are shared and noisy: ratios within one run mean more than single figures.
"""


def main() -> None:
    """Run the programs one after another and write the page."""
    parts = [HEAD, f"Run on {datetime.now(UTC):%Y-%m-%d}.\n"]
    for name in PROGRAMS:
        ended = subprocess.run([sys.executable, "-m", name], cwd=REPO, capture_output=True, text=True, check=True)
        parts.append(f"## `{name}`\n\n```text\n{ended.stdout.strip()}\n```\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(f"{PAGE} written")


if __name__ == "__main__":
    main()
