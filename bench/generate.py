"""Speed and memory of the generator of synthetic land: ``.venv/bin/python -m bench.generate [--count 1000000]``."""

import argparse
import os
import platform
import resource
import time
from pathlib import Path

from geo.generate.land import write


def main() -> None:
    """Stream the parcels to nowhere and say how fast and with how much memory."""
    parser = argparse.ArgumentParser(description="Speed of the generator.")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    begun = time.process_time()
    layers = write(Path(os.devnull), options.count, options.seed)
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{layers['parcel']:,} parcels, {sum(layers.values()):,} features in {spent:.0f} s of one core")
    print(f"{layers['parcel'] / spent:,.0f} parcels/s, {peak:.0f} MiB resident at most")


if __name__ == "__main__":
    main()
