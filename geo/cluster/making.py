"""Make the data folder of a cluster, once, and write its configuration before each start."""

import os
import shutil
from pathlib import Path

from geo.cluster.account import name_of, run_as
from geo.cluster.binaries import Binaries
from geo.cluster.configuration import (
    SETTINGS_FILE,
    SUPERUSER,
    host_based_authentication,
    identities,
    measure,
    settings,
)
from geo.cluster.errors import ClusterError, refused
from geo.cluster.files import write_for
from geo.cluster.place import Place

INCLUDE = f"""
# Sized to the machine and written at every start; what stands after this line wins.
include = '{SETTINGS_FILE}'
"""


def major_of(data: Path) -> int | None:
    """The major version that made `data`; None when there is no cluster in it."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii").split(".")[0])
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise refused("cannot_look", problem, folder=data) from problem
    except ValueError as problem:
        raise ClusterError("no_version", data=data) from problem


def make_data(place: Place, binaries: Binaries, *, durable: bool) -> None:
    """Run initdb beside the data folder and put the result in place: half-made data is never taken for whole.

    Checksums are on, the superuser is emprise_super, text sorts by code point unless a column says otherwise.
    """
    _refuse_unknown_data(place.data)
    for abandoned in place.folder.glob("data.new.*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    draft = place.folder / f"data.new.{os.getpid()}"
    command = [binaries.program("initdb"), "-D", str(draft), "-U", SUPERUSER, "-A", "peer", "-k", "-E", "UTF8"]
    # The C locale of PostgreSQL is the same everywhere; C.UTF-8 also knows upper and lower case, where it exists.
    command += ["--locale", "C.UTF-8" if os.uname().sysname == "Linux" else "C"]
    made = run_as(place.account, command if durable else [*command, "--no-sync"])
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        reason = " ".join(made.stderr.split())
        raise ClusterError("cannot_init" if reason else "cannot_init_silent", folder=place.folder, reason=reason)
    main_file = draft / "postgresql.conf"
    write_for(place.account, main_file, main_file.read_text(encoding="utf-8") + INCLUDE)
    draft.rename(place.data)


def write_configuration(place: Place, *, durable: bool) -> bool:
    """Write the settings and the login rules; True when the login rules changed.

    The cluster's account, this process's account and root may log in.
    """
    data = place.data
    text = settings(measure(data), place.cluster_name, place.socket_dir, place.log_dir, durable=durable)
    write_for(place.account, data / SETTINGS_FILE, text)
    return write_login_rules(place)


def write_login_rules(place: Place) -> bool:
    """Write pg_hba.conf and pg_ident.conf; True when either changed."""
    accounts = (place.account.name, name_of(os.geteuid()), "root")
    changed = [
        write_for(place.account, place.data / "pg_hba.conf", host_based_authentication()),
        write_for(place.account, place.data / "pg_ident.conf", identities(accounts)),
    ]
    return any(changed)


def _refuse_unknown_data(data: Path) -> None:
    if data.exists() and any(data.iterdir()):
        raise ClusterError("foreign_files", data=data)
