"""`python -m api.cli.find_postgresql` prints the folder of the PostgreSQL server that would be used.

Set-up asks this before anything is installed: it needs nothing but Python.
"""

import sys

from api.system_sentences import told_cluster
from geo.cluster.binaries import find_binaries
from geo.cluster.errors import ClusterError

SETUP_LANGUAGE = "en"
"""What the scripts of the set-up speak."""


def main() -> int:
    """Print where the server is and return 0, or why there is none and return 1."""
    try:
        sys.stdout.write(f"{find_binaries().bin_dir}\n")
    except ClusterError as problem:
        sys.stderr.write(f"{told_cluster(problem, SETUP_LANGUAGE)}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
