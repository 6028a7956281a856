"""Settings come from the environment, once, and say what is wrong with them."""

from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from api.catalogues import sentence
from api.settings import (
    CHECKOUT,
    EXAMPLES,
    Settings,
    default_data_dir,
    load_settings,
)
from api.settings_sources import SettingsError
from api.settings_table import settings_table


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", "EMPRISE_PORT", "EMPRISE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_those_of_the_design() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.srid) == ("127.0.0.1", 8000, 2154)
    assert settings.timezone == "Europe/Paris"
    assert settings.database_url is None
    assert settings.data_dir == CHECKOUT / ".emprise"


def test_data_dir_is_in_the_working_directory_outside_a_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("api.settings.CHECKOUT", tmp_path / "site-packages")
    monkeypatch.chdir(tmp_path)
    assert default_data_dir() == tmp_path / ".emprise"


def test_variables_are_read_with_their_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPRISE_PORT", "8123")
    monkeypatch.setenv("EMPRISE_CORS_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/land")
    settings = load_settings()
    assert settings.port == 8123
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://somewhere/land"


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPRISE_PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().port == 8000
    assert load_settings().database_url is None


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://emprise:hunter2@somewhere/land")
    assert "hunter2" not in repr(load_settings())


def test_a_secret_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://file/land\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = load_settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://file/land"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://file/land")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://other/land")
    with pytest.raises(SettingsError, match=r"^setting.twice .*DATABASE_URL"):
        load_settings()


def test_a_secret_file_of_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(SettingsError, match=r"^setting.secret_bytes .*url"):
        load_settings()


def test_a_secret_file_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match=r"^setting.secret_file .*absent.*ENOENT"):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("EMPRISE_PORT", "99999", "65535 au plus, et non « 99999 ». Exemple : EMPRISE_PORT=8000"),
        ("EMPRISE_PORT", "huit", "un nombre entier est attendu, « huit » n'en est pas un"),
        ("EMPRISE_HEAD_TIMEOUT_S", "vite", "un nombre est attendu, « vite » n'en est pas un"),
        ("EMPRISE_HEAD_TIMEOUT_S", "0", "plus de 0, et non « 0 »"),
        ("EMPRISE_TIMEZONE", "Europe/Atlantis", "fuseau horaire. Exemple : EMPRISE_TIMEZONE=Europe/Paris"),
        ("EMPRISE_TIMEZONE", "../../etc/passwd", "fuseau horaire"),
        ("EMPRISE_PUBLIC_URL", "terrains.example.org", "Exemple : EMPRISE_PUBLIC_URL=https://terrains.example.org"),
        ("EMPRISE_PUBLIC_URL", "https://terrains.example.org/?a=b", "sans ? ni #"),
        ("EMPRISE_LOG_LEVEL", "loud", "attendu : debug, info, warning, error. Exemple : EMPRISE_LOG_LEVEL=info"),
        ("EMPRISE_MAX_BODY_BYTES", "0", "1024 au moins"),
        ("EMPRISE_MATCHES_AT_ONCE", "0", "Exemple : EMPRISE_MATCHES_AT_ONCE="),
    ],
)
def test_a_wrong_value_is_told_with_its_variable_and_an_example(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    ((code, params),) = caught.value.complaints
    said = sentence(code, "fr", **params)
    assert said.startswith(variable)
    assert value in said
    assert told in said
    assert "None" not in said


def test_every_wrong_value_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPRISE_PORT", "x")
    monkeypatch.setenv("EMPRISE_SRID", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [params["variable"] for _, params in caught.value.complaints] == ["EMPRISE_PORT", "EMPRISE_SRID"]


def test_every_setting_that_can_be_wrong_has_an_example_of_right() -> None:
    """Texts, files and lists of words are never wrong."""
    free = {"database_url", "database_admin_url", "catalogue", "trusted_hosts", "trusted_proxies", "cors_origins"}
    free |= {"metrics_token"}
    bare = {name for name, field in Settings.model_fields.items() if field.default in (None, PydanticUndefined)}
    assert bare - free <= set(EXAMPLES)


def test_public_url_has_no_slash_at_its_end() -> None:
    assert Settings(public_url="https://terrains.example.org/").public_url == "https://terrains.example.org"


def test_the_table_has_a_line_for_each_setting_with_its_meaning() -> None:
    lines = settings_table().splitlines()
    assert len(lines) == 2 + len(Settings.model_fields)
    assert "| `EMPRISE_PORT` | `8000` | Port to listen on; 0 takes a free one |" in lines
    assert any(line.startswith("| `DATABASE_URL` |  |") and "`DATABASE_URL_FILE`" in line for line in lines)
    assert all(line.rstrip(" |").split(" | ")[-1] for line in lines[2:])


@pytest.mark.parametrize(
    ("said", "name", "address"),
    [
        ("Emprise@exemple.fr", "", "emprise@exemple.fr"),
        ("Agence, service <a@b.fr>", "Agence, service", "a@b.fr"),
        ('"Île-de-France" <a@b.fr>', "Île-de-France", "a@b.fr"),
    ],
)
def test_the_sender_of_messages(monkeypatch: pytest.MonkeyPatch, said: str, name: str, address: str) -> None:
    monkeypatch.setenv("EMPRISE_MAIL_FROM", said)
    written, found = parseaddr(load_settings().mail_from or "")
    assert (str(make_header(decode_header(written))), found) == (name, address)


@pytest.mark.parametrize("said", ["Emprise", "a@b.fr, c@d.fr", "<a@b.fr", "a@b.fr>", "x <a@b>"])
def test_a_sender_that_is_none(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("EMPRISE_MAIL_FROM", said)
    with pytest.raises(SettingsError, match=r"setting\.mail_from"):
        load_settings()


def test_a_mail_server_needs_a_sender_and_its_password_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPRISE_SMTP_URL", "smtp://u:hush@relay")
    with pytest.raises(SettingsError, match=r"setting\.mail_from_missing"):
        load_settings()
    monkeypatch.setenv("EMPRISE_MAIL_FROM", "a@b.fr")
    assert "hush" not in repr(load_settings())
    monkeypatch.setenv("EMPRISE_SMTP_URL", "smtp://u:hush@relay/path")
    with pytest.raises(SettingsError) as wrong:
        load_settings()
    ((code, params),) = wrong.value.complaints
    assert code == "setting.mail_server"
    assert "hush" not in sentence(code, "fr", **params)
