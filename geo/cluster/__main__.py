"""`python -m geo.cluster` prints the folder of the PostgreSQL server that would be used; set-up asks this."""

import sys

from geo.cluster.binaries import find_binaries
from geo.cluster.errors import ClusterError


def main() -> int:
    """Print where the server is and return 0, or why there is none and return 1."""
    try:
        sys.stdout.write(f"{find_binaries().bin_dir}\n")
    except ClusterError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
