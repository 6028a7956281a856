"""Where a cluster and its socket live, and what was decided about it."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from geo.cluster.account import Account, account_for, give, obstacle
from geo.cluster.errors import ClusterError, Note, refused

PORT = 5432
# sockaddr_un holds 108 bytes, the last of them NUL (104 on macOS; the shorter private folder fits both).
LONGEST_SOCKET_PATH = 103 if os.uname().sysname == "Darwin" else 107
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
FOLDER_OF_SYSTEM = Path("/var/lib/emprise")
RECORD = "cluster-is-in"
WANTED_BY = "wanted-by"


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one cluster, the account that owns them, and remarks for whoever started it."""

    home: Path
    folder: Path
    account: Account
    notes: tuple[Note, ...] = ()

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def cluster_name(self) -> str:
        """What the titles of the server's processes begin with: one name a folder."""
        return f"emprise-{short_hash(self.folder)}"

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's socket: in the cluster's folder, or a private one when its name will not do.

        It must be short, and clients read a comma as the next host and some characters of a URL as its end.
        """
        inside = self.folder / "socket"
        path = str(inside / f".s.PGSQL.{PORT}")
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(path):
            return inside
        runtime = Path(f"/run/user/{self.account.uid}")
        tag = short_hash(self.folder)
        if _is_private(runtime, self.account.uid):
            return runtime / f"emprise-{tag}"
        return Path("/tmp") / f"emprise-{self.account.uid}-{tag}"  # noqa: S108 - made 0700 and its owner checked

    @property
    def start_log(self) -> Path:
        """What the server said before its own log began."""
        return self.folder / "start.log"

    @property
    def log_dir(self) -> Path:
        """The server's log, one file a weekday."""
        return self.folder / "log"


def find_place(home: Path) -> Place:
    """The place of the cluster wanted in `home` (the data folder of the application), writing nothing.

    As root, a folder that the server's account cannot enter is replaced by one under /var/lib/emprise, and the
    place says so in its notes; a replacement made earlier stays in force.
    """
    home = _resolved(home)
    recorded = _recorded(home)
    folder = recorded or home / "cluster"
    account = account_for(folder)
    barred_by = None if account.is_ours else obstacle(folder, account)
    if recorded is None and barred_by is not None:
        folder = FOLDER_OF_SYSTEM / short_hash(home)
        account = account_for(folder)
        return Place(home, folder, account, (_kept_elsewhere(home, folder, account, barred_by),))
    if barred_by is not None:
        raise ClusterError("barred", account=account.name, folder=barred_by, home=home)
    notes = (Note("kept_in", {"home": home, "folder": folder}),) if recorded else ()
    return Place(home, folder, account, notes)


def prepare(place: Place) -> None:
    """Make the folder of the cluster, private to its account, and record where it is. Any number may do so at once."""
    try:
        _make_enterable(place.home, place.account)
        _make_enterable(place.folder, place.account)
        if place.folder != place.home / "cluster":
            (place.home / RECORD).write_text(f"{place.folder}\n", encoding="utf-8")
            (place.folder / WANTED_BY).write_text(f"{place.home}\n", encoding="utf-8")
    except OSError as problem:
        raise refused("cannot_make", problem, folder=problem.filename or place.folder) from problem
    give(place.folder, place.account, 0o700)


def make_private(folder: Path, account: Account) -> None:
    """Make `folder` for `account` alone; one that somebody else prepared under this name is refused.

    Call it under the start lock: between making a folder and giving it away, it is ours.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(folder, account.uid, os.geteuid()):
            raise ClusterError("not_private", folder=folder, account=account.name) from None
    except OSError as problem:
        raise refused("cannot_make", problem, folder=folder) from problem
    give(folder, account, 0o700)


def short_hash(path: Path) -> str:
    """Twelve hexadecimal digits that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _resolved(home: Path) -> Path:
    try:
        return home.expanduser().resolve()
    except OSError as problem:
        raise refused("cannot_look", problem, folder=home) from problem
    except RuntimeError as problem:
        raise ClusterError("cannot_follow", home=home) from problem


def _recorded(home: Path) -> Path | None:
    """The folder an earlier start chose instead of `home`, when it is still there."""
    try:
        folder = Path((home / RECORD).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise refused("cannot_look", problem, folder=home) from problem
    return folder if folder.is_absolute() and folder.is_dir() else None


def _make_enterable(folder: Path, account: Account) -> None:
    """Make `folder` and its missing parents so that `account` can pass, whatever our umask is."""
    if folder.exists():
        return
    _make_enterable(folder.parent, account)
    folder.mkdir(exist_ok=True)
    if not account.is_ours:
        folder.chmod(0o755)


def _is_private(folder: Path, *owners: int) -> bool:
    """Whether `folder` is a real folder, no link, of one of `owners`, that nobody else can enter."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid in owners and stat.S_IMODE(status.st_mode) == 0o700


def _kept_elsewhere(home: Path, folder: Path, account: Account, barred_by: Path) -> Note:
    return Note("kept_elsewhere", {"home": home, "folder": folder, "account": account.name, "barred_by": barred_by})
