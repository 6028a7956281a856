"""What the installation could not do is told in both languages, with all that its sentence names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.catalogues import LANGUAGES, catalogue
from api.cli.session import psycopg_url, said_of
from api.settings_sources import SettingsError
from api.system_sentences import reason_of, told_cluster, told_note, told_system
from geo.cluster.errors import ClusterError, Note, refused
from tests.conftest import REPO
from tests.intake.written_files import parameters

RAISED = {"ClusterError": "cluster", "refused": "cluster", "Note": "cluster.note"}
LONG_AGO = FileNotFoundError(2, "No such file or directory", "/nowhere/file")


def raised() -> Iterator[tuple[str, set[str]]]:
    """Each code that the room says, with the parameters that go with it."""
    for path in sorted((REPO / "geo" / "cluster").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                given = {word.arg for word in node.keywords if word.arg is not None}
                given |= {"reason"} if node.func.id == "refused" else set()
                given |= {key for one in node.args[1:] if isinstance(one, ast.Dict) for key in texts(*one.keys)}
                code = node.args[0]
                for name in texts(code.body, code.orelse) if isinstance(code, ast.IfExp) else texts(code):
                    yield f"{RAISED[node.func.id]}.{name}", given


def texts(*nodes: ast.expr | None) -> list[str]:
    """Those of the expressions that are texts as they are written."""
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_every_code_of_the_room_has_a_sentence_and_what_it_names() -> None:
    found = list(raised())
    assert len({code for code, _ in found}) >= 25
    for code, given in found:
        for lang in LANGUAGES:
            assert code in catalogue(lang), code
            assert parameters(catalogue(lang)[code]) <= given, code


def test_every_sentence_of_the_room_is_said_by_it() -> None:
    assert {code for code in catalogue("fr") if code.startswith("cluster.")} == {code for code, _ in raised()}


def test_a_refusal_is_told_in_the_language_asked_for() -> None:
    error = ClusterError("foreign_files", data=Path("/srv/data"))
    assert told_cluster(error, "fr").startswith("/srv/data contient des fichiers")
    assert told_cluster(error, "en").startswith("/srv/data holds files")
    note = Note("kept_in", {"home": "/a", "folder": "/b"})
    assert told_note(note, "fr") == "La base de /a est dans /b."


def test_the_reason_of_the_system_is_told_in_words() -> None:
    error = refused("cannot_write", PermissionError(13, "Permission denied"), file="/srv/x")
    assert told_cluster(error, "fr") == "Le fichier /srv/x ne peut pas être écrit : accès refusé."
    assert told_system(LONG_AGO, "fr") == "/nowhere/file : il n'existe pas, ou pas son dossier."
    strange = OSError(71, "Protocol error", "/srv/x")
    assert reason_of(strange, "fr") == "Protocol error", "better its own words than none"
    assert told_system(OSError("just words"), "fr") == "just words"


def test_the_command_tells_each_in_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "adresse d'une base" in str(said_of(wrong_address("nonsense")))
    assert "appartient à un autre utilisateur" in str(said_of(ClusterError("not_ours", pid=7)))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert "address of a database" in str(said_of(wrong_address("postgresql://a:secret@host:port/x")))
    assert said_of(ZeroDivisionError()) is None


def wrong_address(address: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        psycopg_url(address)
    assert address not in str(caught.value)
    return caught.value
