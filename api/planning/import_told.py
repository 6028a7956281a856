"""An import as its sender reads it: where it is, what it would change or has changed, and what is wrong."""

from typing import Any

from api.catalogues import HTTP, sentence
from api.intake_sentences import told, told_report, told_update
from api.ogc.links import GEOJSON, JSON, link
from api.problems import Refusal

Document = dict[str, Any]

WORKING = frozenset({"received", "staging", "confirmed", "merging"})
"""States that end by themselves: worth asking again soon."""
AGAIN_S = 2
TOLD_ROWS = 20


def status_of(row: Any) -> str:
    """The state as it is told: what is confirmed waits for no one any more."""
    return "confirmed" if row.status == "staged" and row.confirmed_at is not None else str(row.status)


def told_import(row: Any, home: str, lang: str) -> Document:
    """One line of the history."""
    status = status_of(row)
    own = f"{home}/imports/{row.id}"
    links = [link(own, "self", JSON), link(f"{own}/problems", "problems", GEOJSON)]
    document: Document = {
        "id": row.id,
        "file": row.file_name,
        "size_bytes": row.size_bytes,
        "sha256": bytes(row.file_sha256).hex(),
        "status": status,
        "options": row.options.get("asked", {}),
        "progress": {"share": round(row.share, 4), "rows": row.rows},
        "schema": row.schema,
        "rows": row.counts,
        "actor": row.actor,
        "sent_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "confirmed_at": row.confirmed_at and row.confirmed_at.isoformat(),
        "confirmed_by": row.confirmed_by,
        "error": _error(row, lang),
    }
    if status == "staged":
        links.append(link(f"{own}/confirm", "confirm", JSON))
    return document | {"links": links}


def told_in_full(row: Any, home: str, lang: str) -> Document:
    """An import with its report and, where nobody recognised the file, the mappings proposed for it."""
    document = told_import(row, home, lang)
    report = row.report or {}
    proposals = [one | {"mapping": one["mapping"][lang]} for one in report.get("proposals", [])]
    told_one = None
    if "rows" in report:
        told_one = (told_update if report.get("update") else told_report)(report, lang, HTTP)
    return document | {"report": told_one, "proposals": proposals}


def refusals_of(row: Any) -> list[Refusal]:
    """The first refused rows as a problem tells them."""
    told_rows = row.report.get("rejections", [])
    first = told_rows if isinstance(told_rows, list) else told_rows.get("first", [])
    return [
        Refusal(
            f"rows[{found['row']}].{found['field']}",
            f"intake.{found['code']}",
            {"way": HTTP} | (found.get("params") or {}),
        )
        for found in first[:TOLD_ROWS]
    ]


def _error(row: Any, lang: str) -> Document | None:
    if row.error_code is None:
        return None
    detail = told(row.error_code, row.error_params, lang, file=row.file_name, way=HTTP)
    kind = "invalid" if row.status == "refused" else "fault"
    title = sentence(f"problem.{kind}", lang)
    return {"type": f"/problems/{kind}", "code": row.error_code, "title": title, "detail": detail}
