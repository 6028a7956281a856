"""Areas told as lists of communes: a row a commune, or a row an area with all its communes in one cell."""

import re
from collections.abc import Iterator, Sequence

from geo.intake.layers.columns import Properties, field_names
from geo.intake.layers.draft import Draft
from geo.intake.raw import Raw

LIST = "communes"
"""The field that holds several codes in one cell."""
_BETWEEN = re.compile(r"[\s,;|{}\[\]\"']+")


def spread(raw: Raw) -> Raw:
    """One row a commune, each under the number of the row of the file that names it."""
    written = field_names(raw.properties).get(LIST)
    if written is None:
        return raw
    places: list[int] = []
    properties: list[Properties] = []
    for place, row in enumerate(raw.properties):
        for code in _codes(row.get(written)) or [None]:
            places.append(place)
            properties.append(row | {"insee": code})
    found = raw.part(places)
    read = raw.read + len(places) - len(raw.properties)  # what is read is counted as what is written: by commune
    found.properties, found.read, found.left_out = properties, read, raw.left_out
    found.repairs, found.rejections, found.remarks = raw.repairs, raw.rejections, raw.remarks
    found.refused = raw.refused
    return found


def _codes(said: object) -> Sequence[object]:
    if isinstance(said, list):
        return list(dict.fromkeys(map(str, said)))
    return list(_split(said)) if isinstance(said, str) else [said]


def _split(said: str) -> Iterator[str]:
    yield from dict.fromkeys(code for code in _BETWEEN.split(said) if code)


def complete(draft: Draft) -> None:
    """A commune of a list is told by the area's kind and code, and its own."""
    fields = draft.fields
    if LIST in draft.present:
        draft.table.used.add(draft.present[LIST])
    for place, kind in enumerate(fields["kind"]):
        if kind is None:
            draft.table.refuse(place, "kind", None, "area.no_kind")
    draft.fill("name", lambda i: fields["code"][i])
    told = zip(fields["kind"], fields["code"], fields["insee"], strict=True)
    draft.keys = [f"{kind}/{code}/{insee}" for kind, code, insee in told]
