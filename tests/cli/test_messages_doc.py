"""docs/messages.md, line by line: commands with a real mail server, requests on the service over the same base."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

from api.app import create_app
from api.cli.session import embedded_url
from geo.cluster import open_cluster
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.serving import serving
from tests.cli.conftest import Command, environment
from tests.cli.forked import Forked
from tests.conftest import REPO
from tests.mail.servers import mail_server

DOCUMENT = (REPO / "docs" / "messages.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.splitlines()]
HERE = "http://127.0.0.1:8000"


def test_every_line_of_the_page_does_what_it_says(data_dir: Path, forked: Forked) -> None:
    told: dict[str, str] = {}
    with mail_server() as taken, open_cluster(data_dir, durable=False) as running:
        mail = {"EMPRISE_SMTP_URL": f"smtp://127.0.0.1:{taken.port}", "EMPRISE_MAIL_FROM": "foncier@example.org"}
        database = Database(embedded_url(running), pool_size=2)
        with serving(create_app(quick_settings(), database), quick_settings()) as served:
            for line in LINES:
                if line.startswith("curl"):
                    told[line.split(HERE)[1].split()[0] + (" -X DELETE" if "DELETE" in line else "")] = requested(
                        line.replace(HERE, f"http://127.0.0.1:{served.port}"), told["key create"].strip()
                    )
                    continue
                program, *arguments = shlex.split(line)
                assert program == ".venv/bin/emprise"
                ended = forked.run(arguments, environment(data_dir) | mail, timeout=60)
                assert ended.returncode == 0, ended.stdout + ended.stderr
                told[" ".join(arguments[:2])] = ended.stdout
        database.close()
    (arrived,) = taken.read()
    assert (arrived["Subject"], arrived["To"]) == ("Essai d'Emprise", "claire@exemple.fr")
    assert told["mail list"].strip() == "Aucun message n'attend."
    assert "On sait de chaque message s'il est parti (0)." in told["doctor"]
    assert "Abonnement 1 : claire@exemple.fr est prévenu de Plus de 5 ha" in told["subscription list"]
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/feeds/[\w-]{43}\.atom\n", told["subscription feed"])
    assert json.loads(told["/subscriptions"])["name"] == "En vente"
    assert json.loads(told["/contacts/2/data"])["held"].keys() == {"contact", "subscription"}
    assert json.loads(told["/contacts/2 -X DELETE"])["erased"]["contact"] == 2
    held = json.loads(told["contact export"])["held"]
    assert held.keys() == {"contact", "subscription"}
    assert "Effacé : 1 contact," in told["contact erase"]
    assert "reste" not in told["contact erase"]


def test_what_is_refused_says_what_to_do(emprise: Command) -> None:
    nobody = emprise("contact", "export", "nobody@exemple.fr", code=1).stderr
    assert "rien n'est gardé au sujet de nobody@exemple.fr" in nobody
    assert "EMPRISE_SMTP_URL" in emprise("mail", "test", "x@exemple.fr", code=1).stderr
    assert "n'est pas une adresse" in emprise("contact", "erase", "x", code=1).stderr
    assert "mail list" in emprise("mail", "release", "99", code=1).stderr


def requested(line: str, key: str) -> str:
    """What a request of the page is answered."""
    surroundings = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | {"KEY": key}
    said = {"env": surroundings, "capture_output": True, "text": True, "check": True, "timeout": 60}
    answer = subprocess.run(["bash", "-c", line], **said).stdout  # type: ignore[call-overload]
    assert "/problems/" not in answer
    return str(answer)
