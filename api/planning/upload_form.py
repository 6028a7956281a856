"""Files as forms send them (multipart/form-data): one file, passed on as it arrives, and short fields beside it."""

from collections.abc import Callable

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.problems import Problem

FILE = "file"
MOST_PARTS = 20
FIELD_BYTES = 200_000
"""Of all fields together: a mapping is the only long one."""


class UploadForm:
    """Reads a form piece by piece: hands the file's bytes to ``take`` and keeps the ``fields``.

    ``name`` is what the form calls its file.

    Raises (from any method):
        Problem: the form is malformed (400), holds too much (413), no file or more than one (422).
    """

    def __init__(self, content_type: str, take: Callable[[bytes], None]) -> None:
        self.fields: dict[str, str] = {}
        self.name: str | None = None
        self._take = take
        self._header, self._value = b"", b""
        self._field: str | None = None
        self._disposition = b""
        self._content = bytearray()
        self._parts = self._size = self._files = 0
        self._ended = False
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_part_data": self._data,
                    "on_part_end": self._part_ends,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_end": self._ends,
                },
            )
        except FormParserError:
            raise Problem("bad-request", "upload.form") from None

    def feed(self, data: bytes) -> None:
        """Take the next piece of the body."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise Problem("bad-request", "upload.form") from None

    def end(self) -> None:
        """See that the form came to its end and had a file."""
        if not self._ended:
            raise Problem("bad-request", "upload.form")
        if self._files != 1:
            raise Problem("invalid", "upload.one_file", field=FILE)

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Problem("too-large", "upload.parts", limit=MOST_PARTS)
        self._header, self._value, self._disposition, self._field = b"", b"", b"", None
        self._content.clear()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _headers_end(self) -> None:
        said = parse_options_header(self._disposition)[1]
        self._field = _text(said.get(b"name", b""))
        if self._field == FILE:
            self._files += 1
            if self._files > 1:
                raise Problem("invalid", "upload.one_file", field=FILE)
            self.name = _text(said.get(b"filename", b""))
        elif self._field in self.fields:
            raise Problem("bad-parameter", "parameter.twice", name=self._field)

    def _data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._field == FILE:
            self._take(piece)
            return
        self._size += len(piece)
        if self._size > FIELD_BYTES:
            raise Problem("too-large", "upload.fields", limit=FIELD_BYTES)
        self._content += piece

    def _part_ends(self) -> None:
        if self._field is not None and self._field != FILE:
            self.fields[self._field] = _text(bytes(self._content))

    def _ends(self) -> None:
        self._ended = True


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Problem("bad-request", "text.utf8", part=raw[:80].decode("latin-1")) from None
