"""The text of a row as its source wrote it, known by a hash: what it says need not be read again.

The hash is of the bytes of one feature, and of all that decides what record they make: the program, the schema, the
coordinate systems and the options. It is kept only with rows nothing was said of, so that a report stays the same.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from geo.intake.batch import Batch
from geo.intake.chunk import Chunk, Plan
from geo.intake.files.geojson import Features
from geo.intake.problems import Rejection, Remark, Repair
from geo.land.vocabulary import Origin

Message = Repair | Rejection | Remark
HASH_BYTES = 16
_PROGRAM = ("geo.intake.layers", "geo.intake.files", "geo.land")
"""The rooms whose code decides what record a text makes: another word in them, and every row is read again."""
_SAID = ("layer", "crs", "commune", "visibility")
"""The options that decide what record a text makes."""


def reading(options: Mapping[str, Any], srid: int) -> str:
    """How a file is read, as far as it is the same for all its parts."""
    return repr((_program(), srid, *(options.get(name) for name in _SAID)))


@cache
def _program() -> bytes:
    """What the program is that reads: a hash of its sources."""
    read = blake2b(digest_size=HASH_BYTES)
    for room in _PROGRAM:
        for source in sorted(files(room).iterdir(), key=lambda one: one.name):
            if source.name.endswith((".py", ".toml")):
                read.update(source.read_bytes())
    return read.digest()


def salt_of(plan: Plan, read: str) -> bytes | None:
    """What the hashes of a part's rows are salted with; None where a row is more than its own text.

    A cadastral parcel is what its feature says. Other records are also made of the rows beside them.
    """
    layer, origin = plan.schema.layer, plan.schema.origin
    if plan.mapping is not None or (layer, origin) not in _OF_THEMSELVES:
        return None
    how = repr((read, plan.schema.name, layer, plan.frame.source, plan.frame.srid, plan.commune))
    return blake2b(how.encode(), digest_size=HASH_BYTES).digest()


_OF_THEMSELVES = {("cadastre", origin.value) for origin in Origin} | {("parcels", Origin.CADASTRE.value)}


def hashes(piece: Features, salt: bytes) -> list[bytes]:
    """The hash of each feature's text."""
    return hashes_of(piece.text, piece.spans, salt)


def hashes_of(text: bytes, spans: list[tuple[int, int]], salt: bytes) -> list[bytes]:
    """The hash of each stretch of a text."""
    return [blake2b(text[begin:end], digest_size=HASH_BYTES, person=salt).digest() for begin, end in spans]


def remember(chunk: Chunk, batch: Batch, read: str) -> None:
    """Give the rows of a batch the hash of their text (column ``raw``): those of which there is nothing to tell."""
    salt = salt_of(chunk.plan, read)
    if salt is None or chunk.heard.once or not isinstance(chunk.piece, Features):
        return
    messages: list[Message] = [*batch.repairs, *batch.rejections, *batch.remarks]
    told = {message.row for message in messages}
    if 0 in told:
        return
    known = dict(zip(chunk.piece.numbers, hashes(chunk.piece, salt), strict=True))
    batch.fields["raw"] = [None if row in told else known[row] for row in batch.rows]
