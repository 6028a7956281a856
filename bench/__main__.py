"""Run benchmarks and write what they print to docs/benchmarks.md.

``.venv/bin/python -m bench`` runs all but the longest, ``.venv/bin/python -m bench fit intake`` some: each stands on
the page when it ends, with its day, and the parts of the others stay.
"""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
PAGE = REPO / "docs" / "benchmarks.md"
PROGRAMS = (
    "assembly",
    "desktop",
    "fit",
    "generate",
    "intake",
    "nearest",
    "profile",
    "readiness",
    "usable",
)
ALONE = ("export", "match", "page", "serving", "serving_load")
"""Only by name: they take hours, or many minutes to make their base."""
PART = re.compile(r"^## `bench\.(\w+)`.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)

HEAD = """# Benchmarks

Written by `.venv/bin/python -m bench`, never by hand; each part is what its program printed, the machine named in it.
Machines are shared and noisy: ratios within one run mean more than single figures.

"""


def main() -> None:
    """Run the programs named, or all but those alone, one after another."""
    if unknown := set(sys.argv[1:]) - {*PROGRAMS, *ALONE}:
        sys.exit(f"bench: no such program: {', '.join(sorted(unknown))}; there are {', '.join((*PROGRAMS, *ALONE))}")
    for name in sys.argv[1:] or PROGRAMS:
        command = [sys.executable, "-m", f"bench.{name}"]
        ended = subprocess.run(command, cwd=REPO, stdout=subprocess.PIPE, text=True, check=True)
        told = f"## `bench.{name}`\n\nRun on {datetime.now(UTC):%Y-%m-%d}.\n\n```text\n{ended.stdout.strip()}\n```\n\n"
        parts = {found[1]: found[0] for found in PART.finditer(PAGE.read_text(encoding="utf-8"))} | {name: told}
        kept = "".join(parts[known] for known in sorted((*PROGRAMS, *ALONE)) if known in parts)
        PAGE.write_text(HEAD + kept.rstrip() + "\n", encoding="utf-8")
        print(f"bench.{name} is on {PAGE}", flush=True)


if __name__ == "__main__":
    main()
