"""Writing dBase tables, as DOC_URBA comes in a plan's archive."""

import struct
from collections.abc import Sequence


def dbf(rows: Sequence[dict[str, str]], width: int = 30) -> bytes:
    """A dBase III table of text fields."""
    names = list(rows[0])
    length = 1 + width * len(names)
    head = struct.pack("<BBBBIHH20x", 3, 126, 11, 22, len(rows), 32 + 32 * len(names) + 1, length)
    fields = b"".join(struct.pack("<11sc4xB15x", name.encode(), b"C", width) for name in names)
    body = b"".join(b" " + b"".join(row[name].encode().ljust(width) for name in names) for row in rows)
    return head + fields + b"\r" + body + b"\x1a"
