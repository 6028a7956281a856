"""The report of one file: what was found in it, and what the base says of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from geo.intake.problems import Rejection, Remark, Repair
from geo.intake.report.counts import Counts, Merged
from geo.intake.report.drawing import drawn
from geo.intake.report.findings import Findings
from geo.intake.report.told import Told
from geo.intake.report.weight import Routine, real, routine

OVERRIDDEN = "override.kept"
"""Code of the remark that a planner's value stays against the file's."""
STEP_KEPT = "step.kept"
"""Code of the remark that the state a planner recorded of a step stays against what the file's facts say."""
KEPT_CODES = (OVERRIDDEN, STEP_KEPT)


class Report(Findings):
    """The report of one file: feed it batches, then file remarks, then what the base says of it.

    ``written`` says whether the base was changed (set by whoever writes), ``delivery`` is where the file waits or
    what became of it, ``differences`` what is new, changed and missing in each layer
    (geo.store.merging.differences), ``plans`` the planning documents whose rows it holds.
    """

    def __init__(self, name: str, schema: str, sha256: str) -> None:
        super().__init__()
        self.name, self.schema, self.sha256 = name, schema, sha256
        self.written = False
        self.delivery: int | None = None
        self.differences: dict[str, dict[str, Any]] = {}
        self.plans: list[int] = []
        self._problem_rows: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, said: Mapping[str, Any], problem_rows: dict[str, Any]) -> "Report":
        """The report that :meth:`to_json` and :meth:`problem_rows` wrote."""
        report = cls(said["file"], said["schema"], said["sha256"])
        report.written, report.delivery, report.differences = said["written"], said["delivery"], said["differences"]
        report.absorb(said)
        report._problem_rows = problem_rows
        return report

    def twice(
        self,
        layer: str,
        *,
        identical: int,
        disputed: int,
        repaired: int,
        refused: Sequence[Told],
        said: Sequence[Told],
    ) -> None:
        """Take rows out of a layer that a file holds twice: ``identical`` ones, and ``disputed`` ones that differ.

        The first of them are told (``said``, ``refused``); ``repaired`` of both had been kept with something mended.
        """
        counts = self.layers[layer]
        counts.kept -= identical + disputed
        counts.identical += identical
        counts.rejected += disputed
        counts.repaired -= repaired
        self._rejections.add_first(refused, disputed)
        self._remarks.add_first(said, identical)

    def unplaced(self, layer: str, *, count: int, repaired: int, refused: Sequence[Told]) -> None:
        """Take ``count`` rows out of a layer that are nowhere; the first are told (``refused``)."""
        counts = self.layers[layer]
        counts.kept -= count
        counts.rejected += count
        counts.repaired -= repaired
        self._rejections.add_first(refused, count)

    def remarks(self, remarks: Iterable[Remark]) -> None:
        """Keep what is said of the whole file."""
        for remark in remarks:
            self._remarks.add(Told("", remark))

    def forget(self, codes: Iterable[str]) -> None:
        """Drop remarks that are to be made anew."""
        for code in codes:
            self._remarks.first.pop(code, None)
            self._remarks.counts.pop(code, None)

    def merged(self, layer: str, merged: Merged) -> None:
        """Fill in what the base made of a layer."""
        counts = self.layers.setdefault(layer, Counts())
        counts.new, counts.changed = merged.new, merged.changed
        counts.unchanged, counts.missing = merged.unchanged, merged.missing

    def total(self, name: str) -> int:
        """One of the counts over all layers; what is not known yet counts as none."""
        return sum(getattr(counts, name) or 0 for counts in self.layers.values())

    @property
    def read(self) -> int:
        """Rows read."""
        return self.total("read")

    @property
    def rejected(self) -> int:
        """Rows refused."""
        return self.total("rejected")

    @property
    def repaired(self) -> int:
        """Rows kept with something mended."""
        return self.total("repaired")

    def told_rejections(self) -> list[Told]:
        """The first refusals of each code, by row, with what tells the rows."""
        return self._rejections.all()

    def rejections(self) -> list[Rejection]:
        """The first refusals of each code, by row."""
        return [told.message for told in self._rejections.all() if isinstance(told.message, Rejection)]

    def repairs(self) -> list[Repair]:
        """The first repairs of each code, by row."""
        return [told.message for told in self._repairs.all() if isinstance(told.message, Repair)]

    def remarked(self) -> list[Remark]:
        """What is said of the whole file, and the first remark of each other code."""
        told = [one.message for one in self._remarks.all() if isinstance(one.message, Remark)]
        told = [remark for remark in told if remark.code not in KEPT_CODES]
        first = {one.code: one for one in reversed(told)}
        return [one for one in told if one.row == 0 or first[one.code] is one]

    def told_remarks(self) -> list[tuple[Told, int]]:
        """What :meth:`remarked` gives, with what tells the row, and how many rows the same is said of."""
        first = {id(one): one for one in self.remarked()}
        return [
            (one, self._remarks.counts[one.message.code]) for one in self._remarks.all() if id(one.message) in first
        ]

    def repairs_to_check(self) -> tuple[list[Told], int]:
        """The repairs that may change a meaning, the weightiest first, and how many there were in all."""
        return real(self._repairs.all()), self._repairs.counts.total() - sum(one.count for one in self.routine())

    def routine(self) -> list[Routine]:
        """The repairs that change no meaning, one entry a code."""
        return routine(self._repairs.all(), self._repairs.counts)

    def conflicts_found(self) -> int:
        """How many fields and steps a planner's value stays in against the file's."""
        return sum(self._remarks.counts[code] for code in KEPT_CODES)

    def conflicts(self) -> list[Remark]:
        """The first fields and steps where a planner's value stays against the file's, by row."""
        told = (one.message for one in self._remarks.all() if isinstance(one.message, Remark))
        return [remark for remark in told if remark.code in KEPT_CODES]

    def to_json(self) -> dict[str, Any]:
        """The whole report as JSON values."""
        return {
            "file": self.name,
            "schema": self.schema,
            "sha256": self.sha256,
            "delivery": self.delivery,
            "written": self.written,
            "rows": {name: self.total(name) for name in Counts.__slots__},
            "layers": {layer: asdict(counts) for layer, counts in self.layers.items()},
            "rejections": self._rejections.to_json(),
            "repairs": self._repairs.to_json(),
            "remarks": self._remarks.to_json(),
            "stated": {layer: sorted(names) for layer, names in self.stated.items()},
            "differences": self.differences,
        }

    def problem_rows(self, srid: int) -> dict[str, Any]:
        """The rows refused and repaired as a GeoJSON FeatureCollection (EPSG:4326) to look at in a GIS.

        ``srid`` is the system the batches came in. Rows that cannot be drawn have a null geometry.
        """
        if self._problem_rows is not None:
            return self._problem_rows
        told = [("rejection", one) for one in self._rejections.all()] + [("repair", one) for one in self._repairs.all()]
        return drawn(told, srid)
