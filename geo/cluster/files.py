"""Writing files into the cluster's folders on behalf of its account."""

import os
from pathlib import Path

from geo.cluster.account import Account
from geo.cluster.errors import refused


def write_for(account: Account, file: Path, text: str) -> bool:
    """Put `text` into `file`, whole or not at all, owned by `account`; False when it was so already."""
    try:
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            return False
        _replace(account, file, text)
    except OSError as problem:
        raise refused("cannot_write", problem, file=file) from problem
    return True


def _replace(account: Account, file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as stream:
        os.fchown(fd, account.uid, account.gid)
        stream.write(text)
    draft.replace(file)


def last_lines(file: Path, count: int) -> list[str]:
    """The last lines of a log, none when it cannot be read; at most its last 64 kB are looked at."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 65536))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return lines[-count:]
