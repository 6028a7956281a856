"""The confined process that reads one workbook (XLSX). Run by path with ``python -IB``, see confined.

A request is {path, task: describe | read, sheet, rows}; frames have no body. Only values are
read: macros are not looked at, and of a formula the value that was saved with it.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from geo.intake.files.confined import RefusedError, confine, frames, serve
from geo.intake.files.table_child import frames_of, plain

MAX_UNFOLDED = 1 << 30
MAX_RATIO = 250
_RATIO_FROM = 16 << 20
_SAMPLE = 30
_LOOKED_AT = 256 << 20
_WITHOUT_VALUE = re.compile(rb"<f[^<>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
_ERROR = re.compile(rb"<c [^<>]*t=[\"']e[\"']")


def check(path: str) -> dict[str, int]:
    """Refuse a workbook that unfolds beyond reason; count the formulas without their value, and the values in error."""
    try:
        with zipfile.ZipFile(path) as book:
            infos = book.infolist()
            if sum(info.file_size for info in infos) > MAX_UNFOLDED:
                raise RefusedError("archive.too_large", most_gib=MAX_UNFOLDED >> 30)
            for info in infos:
                if info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
                    raise RefusedError("archive.bomb", name=info.filename, ratio=MAX_RATIO)
            sheets = [info for info in infos if info.filename.startswith("xl/worksheets/")]
            return _odd(book.read(one) for one in sheets if one.file_size < _LOOKED_AT)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise RefusedError("sheet.damaged") from error


def _odd(sheets: Iterable[bytes]) -> dict[str, int]:
    """How many cells will be read as empty though something stands in them."""
    found = {"formulas": 0, "errors": 0}
    for sheet in sheets:
        found["formulas"] += len(_WITHOUT_VALUE.findall(sheet))
        found["errors"] += len(_ERROR.findall(sheet))
    return found


def describe(book: Any, odd: dict[str, int]) -> Iterator[dict[str, Any]]:
    """One header a sheet: its name, how many rows it has, its first rows, whether it is hidden."""
    for meta in book.sheets_metadata:
        header = {"sheet": meta.name, "height": 0, "rows": [], "hidden": not str(meta.visible).endswith(".Visible")}
        if "WorkSheet" in str(meta.typ):
            sheet = book.get_sheet_by_name(meta.name)
            header["height"] = sheet.total_height
            header["rows"] = [list(map(plain, row)) for row in islice(sheet.iter_rows(), _SAMPLE)]
        yield header | odd


def read(book: Any, name: str, rows: int) -> Iterator[dict[str, Any]]:
    """The rows of one sheet, at most ``rows`` a header, the first row of the sheet first."""
    yield from frames_of((list(map(plain, row)) for row in book.get_sheet_by_name(name).iter_rows()), rows)


def answer(request: dict[str, Any], sink: IO[bytes]) -> None:
    """Do what is asked and write the frames."""
    with frames(sink, "sheet.failed") as send:
        import python_calamine

        confine()
        path = request["path"]
        odd = check(path) if request["task"] == "describe" else {}
        try:
            book = python_calamine.CalamineWorkbook.from_path(path)
        except python_calamine.PasswordError as error:
            raise RefusedError("sheet.password") from error
        if request["task"] == "describe":
            for header in describe(book, odd):
                send(header)
        else:
            for header in read(book, request["sheet"], request["rows"]):
                send(header)


if __name__ == "__main__":
    serve(answer)
