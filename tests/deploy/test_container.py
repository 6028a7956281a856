"""The container files, as far as no container engine is needed: lint checks their form, this what they mean."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import typer
from ruamel.yaml import YAML

from api.cli.main import app
from api.settings import Settings
from api.settings_sources import variable

REPOSITORY = Path(__file__).resolve().parents[2]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]
EXAMPLE = (REPOSITORY / "deploy" / "environment.example").read_text(encoding="utf-8")


def _instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def test_what_is_copied_is_there_and_sent_to_the_builder() -> None:
    let_through = re.findall("^!(.+)$", (REPOSITORY / ".dockerignore").read_text(), re.MULTILINE)
    sources = [word for line in _instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert sources
    for source in sources:
        assert (REPOSITORY / source).exists(), source
        assert any(fnmatch(source, pattern) or source.startswith(f"{pattern}/") for pattern in let_through), source


def test_the_image_is_built_by_the_scripts_of_the_set_up() -> None:
    build_steps = [step for step in _instructions("RUN") if "useradd" not in step and "apt-get" not in step]
    assert build_steps == [
        "scripts/make-venv --run /opt/emprise --only-locked",
        "python scripts/make_web.py",
        "scripts/make-venv --run /opt/emprise",
    ]


def test_it_does_not_run_as_root() -> None:
    user = _instructions("USER")[-1].split(":")[0]
    assert int(user) > 0


@contextmanager
def _ready_page(status: HTTPStatus) -> Iterator[int]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else HTTPStatus.NOT_FOUND)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def _health(port: int) -> int:
    """The exit code of the image's own health check, asking `port`."""
    command = json.loads(_instructions("HEALTHCHECK")[0].partition("CMD")[2])
    command = [sys.executable, *(part.replace(":8000/", f":{port}/") for part in command[1:])]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode


def test_the_health_check_tells_ready_from_not() -> None:
    with _ready_page(HTTPStatus.OK) as port:
        assert _health(port) == 0
    with _ready_page(HTTPStatus.SERVICE_UNAVAILABLE) as port:
        assert _health(port) != 0
    assert _health(port) != 0


def test_every_command_exists() -> None:
    starts = json.loads(_instructions("CMD")[-1])
    ours = [
        service["command"] for service in SERVICES.values() if "emprise" in service["image"] and "command" in service
    ]
    for words in [starts, *ours]:
        command: Any = typer.main.get_command(app)
        for word in words:
            if word.startswith("-"):
                break
            command = command.commands[word]


def test_every_setting_exists() -> None:
    known = {variable(name, field) for name, field in Settings.model_fields.items()}
    given = {name for service in ("migrate", "service", "worker") for name in SERVICES[service]["environment"]}
    assert given <= known
    in_image = set(re.findall(r"\b(EMPRISE_[A-Z_]+)=", DOCKERFILE))
    assert in_image <= known


def test_no_secret_has_a_default() -> None:
    for name, rest in re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE):
        assert rest.startswith(":?") == ("PASSWORD" in name), name
    secrets = re.findall(r"^(\w*PASSWORD\w*)=(.*)$", EXAMPLE, re.MULTILINE)
    assert secrets
    assert all(value == "" for _, value in secrets)


def test_the_example_names_every_variable() -> None:
    assert set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE)) == set(re.findall(r"\$\{(\w+)", COMPOSE))


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    # The worker sends letters; nothing listens there
    assert [name for name, service in SERVICES.items() if "outside" in service["networks"]] == ["worker", "proxy"]


def test_images_are_pinned() -> None:
    images = [service["image"] for service in SERVICES.values()] + re.findall("^FROM (\\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.search(r":(?!latest)[\w.-]+$", image) for image in images)


def test_the_schema_is_upgraded_before_anything_uses_it() -> None:
    for name in ("service", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert [name for name in SERVICES if "DATABASE_ADMIN_URL" in SERVICES[name]["environment"]] == ["migrate"]
