"""Where settings come from: variables of the environment, and for secrets the files that variables name."""

import os
from collections.abc import Mapping
from errno import errorcode
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

PREFIX = "EMPRISE_"

Complaint = tuple[str, Mapping[str, object]]
"""What is wrong with one variable: a code of the catalogues and what its sentence is filled with."""


class SettingsError(ValueError):
    """Settings cannot be used; ``complaints`` say which and why."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(f"{code} {params}" for code, params in complaints))
        self.complaints = complaints


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
