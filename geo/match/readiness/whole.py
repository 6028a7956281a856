"""The whole readiness of parcels that are shown, as it is published: made once for all that are alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from geo.derive.dates import Written
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.availability import said_of
from geo.match.readiness.document import document
from geo.readiness.catalogue import Catalogue
from geo.readiness.compute import compute, merged
from geo.readiness.distinct import read as read_status
from geo.readiness.needclass import NeedClass
from geo.readiness.result import Readiness
from geo.readiness.status import StepStatus
from geo.readiness.vocabularies import Declared, vocabularies

Land = Mapping[str, StepStatus]


def counting(catalogue: Catalogue, land: Land, project: NeedClass | None) -> Land:
    """States of the steps that count: those of the owner's side, or of both for a need."""
    if project is not None:
        return merged(catalogue, land, project)
    return {
        code: one for code, one in land.items() if code in catalogue.steps and catalogue.steps[code].side == "owner"
    }


@dataclass(frozen=True, slots=True)
class Situation:
    """What a readiness is computed from; the state is ``written`` as ``readiness_state`` has it."""

    catalogue: Catalogue
    written: Written
    project: NeedClass | None
    as_of: date

    @property
    def states(self) -> Land:
        """What dates depend on, of the states of the steps."""
        return {code: read_status(status) for code, status in self.written.items()}

    def document(self, land: Land, candidate: Candidate) -> dict[str, object]:
        """The readiness of design §8, its steps told as ``land`` has them, with what each vocabulary says."""
        bare = tuple((code, s.state, s.since, s.units, s.expires_on, s.stale) for code, s in land.items())
        asked = _Computed(self.catalogue, land, self.catalogue.version, bare, self.project, self.as_of)
        owner = asked if self.project is None else replace(asked, project=None)
        said = land if self.project is None else merged(self.catalogue, land, self.project)
        found = _told(asked)
        steps: Iterable[Mapping[str, str]] = found["steps"]  # type: ignore[assignment] # a document of ours
        return {
            **found,
            "steps": [{**step, "source": said[step["code"]].source} for step in steps],
            "vocabularies": _vocabularies(owner, *said_of(candidate)),
        }


@dataclass(frozen=True, slots=True)
class _Computed:
    """What a whole readiness depends on: many parcels that are shown are alike, but for who said so (``bare``)."""

    catalogue: Catalogue = field(compare=False)
    land: Land = field(compare=False)
    version: str
    bare: tuple[tuple[object, ...], ...]
    project: NeedClass | None
    as_of: date


@lru_cache(maxsize=250)
def _whole(asked: _Computed) -> Readiness:
    """Few are held: some tens of kilobytes each, of which the two below keep what is told."""
    ready = None if asked.project is None else _whole(replace(asked, project=None)).ready_class
    return compute(asked.catalogue, asked.land, asked.project, asked.as_of, ready_class=ready, paths=False)


@lru_cache(maxsize=1_000)
def _told(asked: _Computed) -> dict[str, object]:
    """As it is published, whoever said so; changed by nobody."""
    return document(_whole(asked), asked.catalogue, "owner" if asked.project is None else "need")


@lru_cache(maxsize=2_000)
def _vocabularies(owner: _Computed, market: str | None, declared: Declared) -> dict[str, object]:
    """What each vocabulary says; changed by nobody."""
    return vocabularies(_whole(owner), market, declared)
