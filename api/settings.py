"""Every setting of the service, read once from the environment."""

import os
from collections.abc import Mapping
from email.utils import formataddr
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from api.catalogues import DEFAULT_LANGUAGE, catalogue
from api.mail.server import server_of
from api.settings_sources import PREFIX, Complaint, SecretFiles, SettingsError, variable
from geo.desk.addresses import UnusableAddress, checked_address

CHECKOUT = Path(__file__).resolve().parent.parent


def default_data_dir() -> Path:
    """``.emprise`` in the checkout when run from one, else in the working directory."""
    home = CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()
    return home / ".emprise"


EXAMPLES: Mapping[str, str] = {
    "public_url": "https://terrains.example.org",
    "data_dir": "/srv/emprise",
    "matches_at_once": "2",
    "smtp_url": "smtps://emprise:secret@smtp.example.org:465",
    "mail_from": "Emprise <emprise@example.org>",
    "basemap_url": "https://tiles.example.org/{z}/{x}/{y}.png",
    "contact": "foncier@example.org",
}
"""What is right for settings whose default shows nothing."""

IGN_PLAN = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
"""WMTS without a key or a limit of requests (IGN, Géoplateforme, limites d'usage)."""

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
    basemap_url: str | None = Field(
        IGN_PLAN,
        description="Tiles under the map of `/app/`, with {z}, {x} and {y}, fetched by browsers; `none` draws none",
        json_schema_extra={"shown": "the Plan IGN of the Géoplateforme"},
    )
    contact: str | None = Field(
        None,
        description="Where readers write about accessibility and their data: a mail address, or a page on the web",
    )
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
    pool_size: int = Field(
        5, ge=1, description="Database connections kept by each process for each audience; twice as many for the public"
    )
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
    metrics_token: SecretStr | None = Field(
        None,
        description="What `/metrics` is asked with (`Authorization: Bearer`); without it only this machine is "
        "answered, and nobody where `EMPRISE_PUBLIC_URL` is set",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server, `smtp(s)://user:password@host:port`; without it messages wait. `smtp` encrypts by "
        "STARTTLS where the server offers it, and sends no password otherwise",
    )
    mail_from: str | None = Field(
        None, validate_default=True, description="Sender of messages, an address or `Name <address>`"
    )
    digest_hour: int = Field(7, ge=0, le=23, description="Hour of the day from which daily digests are sent")
    still_available_days: int = Field(
        30,
        ge=1,
        le=3_660,
        description="Days within which nobody is asked a second time whether land is still available",
    )
    contact_years: int = Field(3, ge=1, description="Years after the last contact when a person's data are erased")

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

    @field_validator("basemap_url")
    @classmethod
    def _tiles(cls, value: str | None) -> str | None:
        if value is None or value == "none":
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not all(part in value for part in ("{z}", "{x}", "{y}")):
            raise PydanticCustomError("tiles_address", "must be an http or https address with {z}, {x} and {y}")
        return value

    @field_validator("contact")
    @classmethod
    def _reached(cls, value: str | None) -> str | None:
        if value is None or urlsplit(value).scheme in ("http", "https"):
            return cls._web_address(value)
        try:
            return checked_address(value)
        except UnusableAddress as error:
            raise PydanticCustomError("contact", "must be an address") from error

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                server_of(value.get_secret_value())
            except ValueError as error:
                raise PydanticCustomError("mail_server", "must be a mail server") from error
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            if info.data.get("smtp_url") is not None:
                raise PydanticCustomError("mail_from_missing", "must be there")
            return None
        name, bracket, address = value.removesuffix(">").rpartition("<")
        if bool(bracket) is not value.endswith(">") or not value.isprintable():
            raise PydanticCustomError("mail_from", "must be an address")
        try:
            return formataddr((name.strip(' "'), checked_address(address)))
        except UnusableAddress as error:
            raise PydanticCustomError("mail_from", "must be an address") from error

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

    @property
    def address(self) -> str:
        """Where readers reach the service: its public address, else the one it listens on."""
        return self.public_url or f"http://{self.host}:{self.port}"


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
