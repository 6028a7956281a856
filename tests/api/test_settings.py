"""Settings come from the environment, once, and say what is wrong with them."""

from pathlib import Path

import pytest

from api.settings import CHECKOUT, Settings, SettingsError, default_data_dir, load_settings, settings_table


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
    with pytest.raises(SettingsError, match="DATABASE_URL and DATABASE_URL_FILE are both set"):
        load_settings()


def test_a_secret_file_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match=r"DATABASE_URL_FILE names .*absent"):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EMPRISE_PORT", "99999"),
        ("EMPRISE_PORT", "eight thousand"),
        ("EMPRISE_TIMEZONE", "Europe/Atlantis"),
        ("EMPRISE_TIMEZONE", "../../etc/passwd"),
        ("EMPRISE_PUBLIC_URL", "terrains.example.org"),
        ("EMPRISE_PUBLIC_URL", "https://terrains.example.org/?a=b"),
        ("EMPRISE_LOG_LEVEL", "loud"),
        ("EMPRISE_MAX_BODY_BYTES", "0"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert variable in str(caught.value)
    assert value in str(caught.value)


def test_public_url_has_no_slash_at_its_end() -> None:
    assert Settings(public_url="https://terrains.example.org/").public_url == "https://terrains.example.org"


def test_the_table_has_a_line_for_each_setting_with_its_meaning() -> None:
    lines = settings_table().splitlines()
    assert len(lines) == 2 + len(Settings.model_fields)
    assert "| `EMPRISE_PORT` | `8000` | Port to listen on; 0 takes a free one |" in lines
    assert any(line.startswith("| `DATABASE_URL` |  |") and "`DATABASE_URL_FILE`" in line for line in lines)
    assert all(line.rstrip(" |").split(" | ")[-1] for line in lines[2:])
