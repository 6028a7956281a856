"""The settings as the README tells them."""

from pydantic.fields import FieldInfo

from api.settings import Settings
from api.settings_sources import is_secret, variable


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
