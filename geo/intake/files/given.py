"""What a user names to be loaded - a file, a folder, a place inside an archive, an https address - as files to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.intake.files.fetch import Told, fetch, is_address
from geo.intake.files.places import files_of, split
from geo.intake.files.private_folder import PrivateFolder


@dataclass(frozen=True, slots=True)
class Given:
    """The files to read one after another, and those of a folder that are left aside."""

    files: list[Path]
    left: list[Path]


@contextmanager
def given(text: str, *, told: Told | None = None) -> Iterator[Given]:
    """The files ``text`` means; what had to be downloaded is there as long as the context lasts.

    ``told`` is for addresses, see :func:`geo.intake.files.fetch.fetch`. They are whoever runs the command's to choose:
    nothing over HTTP takes an address.

    Raises:
        Unreadable: there is no such file, nothing to load in the folder, or the download failed.
    """
    if is_address(text):
        with PrivateFolder() as folder:
            yield Given([fetch(text, folder, told=told)], [])
        return
    path = Path(text)
    if path.is_dir():
        yield Given(*files_of(path))
        return
    split(path)  # refuses what is not there
    yield Given([path], [])
