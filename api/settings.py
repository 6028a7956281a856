"""Every setting of the service, read once from the environment."""

import os
from collections.abc import Mapping
from errno import errorcode
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from api.catalogues import DEFAULT_LANGUAGE, catalogue

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX = "EMPRISE_"


Complaint = tuple[str, Mapping[str, object]]
"""What is wrong with one variable: a code of the catalogues and what its sentence is filled with."""


class SettingsError(ValueError):
    """Settings cannot be used; ``complaints`` say which and why."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(f"{code} {params}" for code, params in complaints))
        self.complaints = complaints


def default_data_dir() -> Path:
    """``.emprise`` in the checkout when run from one, else in the working directory."""
    home = CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()
    return home / ".emprise"


EXAMPLES: Mapping[str, str] = {
    "public_url": "https://terrains.example.org",
    "data_dir": "/srv/emprise",
    "matches_at_once": "2",
}
"""What is right for settings whose default shows nothing."""

Words = Annotated[tuple[str, ...], NoDecode]
"""Several values in one variable, separated by commas."""


class Settings(BaseSettings):
    """The one place where the environment is read; built at start, then passed on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of the embedded database and of caches",
        json_schema_extra={"shown": "`.emprise` in the checkout"},
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL server to use instead of the embedded database, for the service's own roles",
    )
    database_admin_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_ADMIN_URL",
        description="The same database as its administrator; used by upgrades only",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on; 0 takes a free one")
    public_url: str | None = Field(
        None, description="Address under which users reach the service; links are built on it"
    )
    trusted_hosts: Words = Field(
        (),
        description="Host names answered besides localhost and the one of `EMPRISE_PUBLIC_URL`, "
        "separated by commas; `*` answers any",
    )
    trusted_proxies: Words = Field(
        (), description="Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    cors_origins: Words = Field((), description="Web origins whose pages may write; any page may read what is public")
    srid: int = Field(2154, ge=1, le=999_999, description="EPSG code of stored geometry; fixed at the first upgrade")
    timezone: str = Field("Europe/Paris", description="Time zone that decides what day it is")
    catalogue: Path | None = Field(
        None, description="Catalogue of procedures to compute with instead of the one shipped (docs/catalogue.md)"
    )
    log_level: str = Field(
        "info",
        pattern="^(debug|info|warning|error)$",
        description="Least severe message logged: debug, info, warning or error",
    )
    statement_timeout_ms: int = Field(5_000, ge=1, description="Longest a statement of a request may run (ms)")
    lock_timeout_ms: int = Field(2_000, ge=1, description="Longest a statement waits for a lock (ms)")
    idle_timeout_ms: int = Field(30_000, ge=1, description="Longest a transaction of a request may stay idle (ms)")
    pool_size: int = Field(5, ge=1, description="Database connections kept by each process for each audience")
    head_timeout_s: float = Field(10.0, gt=0, description="Longest wait for the head of a request (s)")
    body_timeout_s: float = Field(20.0, gt=0, description="Longest wait for the body of a request (s)")
    max_head_bytes: int = Field(65_536, ge=1_024, description="Largest address and headers of a request")
    max_body_bytes: int = Field(1_000_000, ge=1_024, description="Largest body of a request")
    max_upload_bytes: int = Field(200_000_000, ge=1_024, description="Largest file sent to `/imports`")
    upload_timeout_s: float = Field(600.0, gt=0, description="Longest wait for a file sent to `/imports` (s)")
    imports_under_way: int = Field(
        20, ge=1, description="Files an organisation may have sent that are neither loaded nor withdrawn"
    )
    import_days: int = Field(14, ge=1, description="Days after which a file that nobody confirms is withdrawn")
    max_vertices: int = Field(10_000, ge=4, description="Most vertices in the geometries of a body")
    max_json_depth: int = Field(32, ge=4, description="Deepest nesting of a JSON body")
    page_limit: int = Field(100, ge=1, description="Rows in a page when `limit` is not given")
    page_limit_max: int = Field(1_000, ge=1, description="Most rows in a page, whatever `limit` asks")
    anonymous_posts_per_minute: int = Field(
        60, ge=1, description="POST requests one address may make in a minute without signing in"
    )
    sign_in_failures_per_minute: int = Field(
        10, ge=1, description="Refused keys, sessions and links of one address in a minute"
    )
    matches_at_once: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Needs answered at the same time; others wait two seconds, then are told to come back",
        json_schema_extra={"shown": "the number of processors"},
    )
    session_hours: int = Field(12, ge=1, description="Hours a session lasts")

    @field_validator("trusted_hosts", "trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(word for word in value.replace(",", " ").split() if word)
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise PydanticCustomError("web_address", "must be an http or https address")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise PydanticCustomError("timezone", "must be a time zone") from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the files that ``..._FILE`` variables name."""
        return init_settings, env_settings, SecretFiles(settings_cls)


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets handed over as files: ``DATABASE_URL_FILE`` names the file that holds ``DATABASE_URL``."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret of one field, from the file its variable names; None when there is none.

        Raises:
            SettingsError: the file cannot be read, or the secret is given twice.
        """
        name = variable(field_name, field)
        path = os.environ.get(f"{name}_FILE")
        if not is_secret(field) or not path:
            return None, field_name, False
        if os.environ.get(name):
            raise SettingsError(("setting.twice", {"variable": name}))
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except UnicodeDecodeError as error:
            raise SettingsError(("setting.secret_bytes", {"variable": name, "path": path})) from error
        except OSError as error:
            why = {"errno": errorcode.get(error.errno or 0, ""), "reason": error.strerror or str(error)}
            raise SettingsError(("setting.secret_file", {"variable": name, "path": path, **why})) from error

    def __call__(self) -> dict[str, Any]:
        """Every secret given as a file, by field name."""
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value:
                values[key] = value
        return values


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable of a field."""
    return field.validation_alias if isinstance(field.validation_alias, str) else PREFIX + name.upper()


def is_secret(field: FieldInfo) -> bool:
    """Whether the field may also be given as a file."""
    return "SecretStr" in str(field.annotation)


def settings_table() -> str:
    """The settings as a Markdown table: variable, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        also = f" (or a file: `{variable(name, field)}_FILE`)" if is_secret(field) else ""
        lines.append(f"| `{variable(name, field)}` | {shown_default(field)} | {field.description}{also} |")
    return "\n".join(lines) + "\n"


def shown_default(field: FieldInfo) -> str:
    """A default as the table shows it."""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "shown" in extra:
        return str(extra["shown"])
    if field.default in (None, ()):
        return ""
    return f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`"


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: one complaint for each variable that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(*map(_complaint, error.errors())) from None


def _complaint(entry: ErrorDetails) -> Complaint:
    name, code, limits = str(entry["loc"][0]), f"setting.{entry['type']}", entry.get("ctx", {})
    return code if code in catalogue(DEFAULT_LANGUAGE) else "setting.other", {
        **limits,
        "variable": variable(name, Settings.model_fields[name]),
        "value": str(entry["input"])[:80],
        "expected": str(limits.get("pattern", "")).strip("^()$").replace("|", ", "),
        "example": EXAMPLES.get(name, Settings.model_fields[name].default),
    }
