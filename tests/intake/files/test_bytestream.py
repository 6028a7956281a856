import gzip
from pathlib import Path

import pytest

from geo.intake.files import bytestream
from geo.intake.files.bytestream import ByteStream, head_of
from geo.intake.files.formats import HEAD_BYTES
from geo.intake.problems import Unreadable
from tests.intake.written_files import write


def unfold(path: Path) -> bytes:
    with ByteStream(path, gzipped=True) as stream:
        return b"".join(stream.pieces())


def test_plain_bytes_come_as_they_are_and_position_follows(tmp_path: Path) -> None:
    content = bytes(range(256)) * 3_000
    path = write(tmp_path, content)
    with ByteStream(path, gzipped=False) as stream:
        pieces = stream.pieces()
        first = next(pieces)
        assert stream.position == len(first) < len(content)
        assert first + b"".join(pieces) == content
        assert stream.position == len(content)


def test_gzip_unfolds_in_bounded_pieces(tmp_path: Path) -> None:
    content = b"abcdefgh" * 500_000
    path = write(tmp_path, gzip.compress(content))
    with ByteStream(path, gzipped=True) as stream:
        pieces = list(stream.pieces())
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 1 << 20


def test_gzip_of_several_members_and_padding_is_one_text(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"one ") + gzip.compress(b"two") + b"\x00" * 20)
    assert unfold(path) == b"one two"


@pytest.mark.parametrize("cut", [1, 8, 30])
def test_a_truncated_gzip_is_refused(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path, gzip.compress(bytes(range(256)) * 100)[:-cut])
    with pytest.raises(Unreadable) as refused:
        unfold(path)
    assert refused.value.code == "gzip.truncated"


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(bytes(range(256)) * 100))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(Unreadable) as refused:
        unfold(write(tmp_path, bytes(packed)))
    assert refused.value.code in ("gzip.damaged", "gzip.truncated")


def test_garbage_after_the_gzip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        unfold(write(tmp_path, gzip.compress(b"x") + b"garbage"))
    assert refused.value.code == "gzip.damaged"


def test_a_bomb_is_refused_before_it_is_unfolded(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(bytes(300 << 20), 9))
    unfolded: list[int] = []
    with ByteStream(path, gzipped=True) as stream, pytest.raises(Unreadable) as refused:
        unfolded.extend(map(len, stream.pieces()))
    assert refused.value.code == "gzip.bomb"
    assert sum(unfolded) < 100 << 20


def test_head_of_reads_only_the_first_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"{" * 9_000))
    assert head_of(path, gzipped=True) == b"{" * HEAD_BYTES
    assert head_of(write(tmp_path, b"short", "b"), gzipped=False) == b"short"


def test_no_packed_file_unfolds_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytestream, "MAX_UNFOLDED", 100)
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(range(101))))
    with ByteStream(path, gzipped=True) as stream, pytest.raises(Unreadable, match=r"gzip\.bomb"):
        list(stream.pieces())
