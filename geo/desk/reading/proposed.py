"""A need proposed from what a mail says: nothing enters it but with the words that say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo.desk.reading.days import days
from geo.desk.reading.places import Known, places
from geo.desk.reading.plant import plant
from geo.desk.reading.said import Assumption, Said
from geo.desk.reading.surfaces import surfaces

MOST_READ = 100_000
"""Characters of a mail that are read; the rest is kept."""
MOST_TOLD = 60
LISTS = frozenset(
    f"place.{which}{field}" for which in ("", "exclude.") for field in ("named", "communes", "departments")
)
"""Fields that take every place named; any other takes what is said first."""
BUILT = ("buildings", "footprint_m2", "floor_m2")


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is said, in the order of the mail, and the document it makes."""

    said: tuple[Said, ...]
    document: dict[str, Any]

    @property
    def is_need(self) -> bool:
        """Whether it asks for land or for buildings: a need must."""
        return "land_m2" in self.document or "buildings" in self.document


def proposed(text: str, known: Sequence[Known]) -> Proposed:
    """What a text says and the need it proposes; ``known`` are the places of the base."""
    read = text[:MOST_READ]
    found = sorted((*surfaces(read), *days(read), *plant(read), *places(read, known)), key=lambda one: one.at)
    told = _settled(found[:MOST_TOLD])
    document: dict[str, Any] = {}
    for one in told:
        if one.used:
            _put(document, one)
    return Proposed(tuple(told), document)


def _settled(found: Sequence[Said]) -> list[Said]:
    """What of all that is said enters the need: the first of each field, and nothing that a need cannot ask alone."""
    first: dict[str, Said] = {}
    told: list[Said] = []
    built = any(one.field in BUILT for one in found)
    for one in found:
        if one.field == "jobs":
            kept = one.left_out("jobs_not_a_criterion")
        elif one.field == "production_by" and not built:
            kept = one.left_out("production_needs_building")
        elif one.field in LISTS:
            kept = one if all(one.value != other.value for other in told) else one.left_out("said_before")
        elif one.field == "icpe" and "icpe" in first and {**first["icpe"].value, **one.value}["regime"] == "A":
            kept = one  # Seveso and the regime it stands under
        elif one.field in first:
            same = first[one.field].value == one.value
            kept = one.left_out("said_before" if same else "said_otherwise", first=first[one.field].quote)
        else:
            kept = first[one.field] = one
        told.append(kept)
    return told


def _put(document: dict[str, Any], one: Said) -> None:
    *above, name = one.field.split(".")
    part = document
    for step in above:
        part = part.setdefault(step, {})
    if one.field == "icpe":
        part[name] = {**one.value, **part.get(name, {})}
    elif one.field in LISTS:
        part[name] = [*part.get(name, []), *one.value]
    else:
        part[name] = one.value


__all__ = ["Assumption", "Known", "Proposed", "Said", "proposed"]
