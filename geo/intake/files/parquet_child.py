"""The confined process that reads one (Geo)Parquet file. Run by path with ``python -IB``, see confined.

A request is {path, task: describe | read, columns, rows}; frames have no body. Binary columns
come as hexadecimal text; the geometry in them is not looked at here.
"""

import os
import sys
from collections.abc import Iterator
from typing import IO, Any

from geo.intake.files.confined import RefusedError, confine, frames, serve
from geo.intake.files.table_child import frames_of, plain

MAX_ROW_GROUP = 1 << 30
MAX_COLUMNS = 2_000
MANY_ROWS = 1_000_000
"""From here on a row takes a byte at least: what says nothing, row after row, takes none."""
_SAMPLE = 200


def load_arrow() -> Any:
    """Import pyarrow with one thread and the system's allocator: its own reserve more room than there may be.

    Without numpy, which nothing here uses, it is there in two thirds of the time [measured].
    """
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    sys.modules["numpy"] = None  # type: ignore[assignment]
    import pyarrow
    import pyarrow.parquet

    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    return pyarrow


def check(file: Any, size: int) -> None:
    """Refuse what would not fit into memory or never end, by what a file of ``size`` bytes says of itself."""
    meta = file.metadata
    if meta.num_rows > max(MANY_ROWS, size):
        raise RefusedError("parquet.bomb", count=meta.num_rows, size=size)
    if meta.num_columns > MAX_COLUMNS:
        raise RefusedError("parquet.too_many_columns", found=meta.num_columns, most=MAX_COLUMNS)
    for place in range(meta.num_row_groups):
        group = meta.row_group(place).total_byte_size
        if group > MAX_ROW_GROUP:
            raise RefusedError("parquet.row_group", found_mib=group >> 20, most_mib=MAX_ROW_GROUP >> 20)


def describe(arrow: Any, file: Any) -> dict[str, Any]:
    """The columns that can be kept, those left out, how many rows there are, the ``geo`` metadata, the first rows."""
    kept = [field.name for field in file.schema_arrow if _is_kept(arrow.types, field, file)]
    if len(set(file.schema_arrow.names)) != len(file.schema_arrow.names):
        raise RefusedError("parquet.repeated_columns")
    found = (file.metadata.metadata or {}).get(b"geo")
    header = {
        "columns": kept,
        "skipped": [name for name in file.schema_arrow.names if name not in kept],
        "count": file.metadata.num_rows,
        "geo": None if found is None else found.decode("utf-8", "replace"),
    }
    return header | next(read(file, kept, _SAMPLE), {"rows": []})


def _is_kept(types: Any, field: Any, file: Any) -> bool:
    """Whether a column holds one value a row, a list of texts, or what may be a geometry: pictures are left out."""
    kind = field.type
    if types.is_list(kind) or types.is_large_list(kind):
        return bool(types.is_string(kind.value_type) or types.is_large_string(kind.value_type))
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        first = next(file.iter_batches(batch_size=_SAMPLE, columns=[field.name], use_threads=False), None)
        values = [] if first is None else [value for value in first.column(0).to_pylist() if value is not None]
        return all(value[:1] in (b"\x00", b"\x01") for value in values)
    return not types.is_nested(kind)


def read(file: Any, columns: list[str], rows: int) -> Iterator[dict[str, Any]]:
    """The rows of the columns asked for, at most ``rows`` a header."""
    if not columns:
        return
    for batch in file.iter_batches(batch_size=rows, columns=columns, use_threads=False):
        named = dict(zip(batch.schema.names, batch.columns, strict=True))
        values = [list(map(_value, named[name].to_pylist())) for name in columns]
        yield from frames_of(map(list, zip(*values, strict=True)), rows)


def _value(cell: object) -> object:
    return cell.hex() if isinstance(cell, bytes) else plain(cell)


def answer(request: dict[str, Any], sink: IO[bytes]) -> None:
    """Do what is asked and write the frames."""
    with frames(sink, "parquet.failed") as send:
        arrow = load_arrow()
        confine()
        try:
            file = arrow.parquet.ParquetFile(request["path"], memory_map=False, pre_buffer=False, buffer_size=1 << 20)
            if request["task"] == "describe":
                check(file, os.path.getsize(request["path"]))
                send(describe(arrow, file))
            else:
                for header in read(file, request["columns"], request["rows"]):
                    send(header)
        except UnicodeDecodeError as error:
            raise RefusedError("text.not_utf8") from error
        except (arrow.ArrowMemoryError, MemoryError) as error:
            raise RefusedError("gdal.memory") from error


if __name__ == "__main__":
    serve(answer)
