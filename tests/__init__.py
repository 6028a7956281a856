"""The test suite; its folders mirror the rooms of the house.

Byte code is kept whatever the shell is set to: without it every run rewrites the asserts of all test modules (half the
time of collecting them, in each process), and each of the hundreds of commands that tests start compiles the house.
"""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
