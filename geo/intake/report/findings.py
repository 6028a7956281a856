"""What was found in the rows of a file, as they are read."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from geo.intake.batch import Batch
from geo.intake.problems import Rejection, Remark, Repair
from geo.intake.report.counts import Counts
from geo.intake.report.messages import Messages
from geo.intake.report.told import Told


class Findings:
    """What was found in some of a file's rows, or in all: counts by layer and the first messages of each code.

    ``stated`` is what the file says anything of, layer by layer (see Batch).
    """

    def __init__(self) -> None:
        self.layers: dict[str, Counts] = {}
        self.stated: dict[str, set[str]] = {}
        self._repairs, self._rejections, self._remarks = Messages(Repair), Messages(Rejection), Messages(Remark)

    def add(self, batch: Batch) -> None:
        """Count a batch and keep its messages."""
        counts = self.layers.setdefault(batch.layer, Counts())
        self.stated.setdefault(batch.layer, set()).update(batch.stated)
        refused = {rejection.row for rejection in batch.rejections}
        counts.read += batch.read
        counts.kept += len(batch.rows)
        counts.rejected += len(refused)
        counts.left_out += batch.left_out
        counts.repaired += len({repair.row for repair in batch.repairs} - refused)
        for kept, messages in (
            (self._repairs, batch.repairs),
            (self._rejections, batch.rejections),
            (self._remarks, batch.remarks),
        ):
            for message in messages:
                key, name = batch.labels.get(message.row, (None, None))
                kept.add(Told(batch.layer, message, key, name, batch.outlines.get(message.row)))

    def count(self, layer: str, rows: int) -> None:
        """Count rows that are kept, and of which there is nothing to say."""
        counts = self.layers.setdefault(layer, Counts())
        counts.read += rows
        counts.kept += rows

    def dump(self) -> dict[str, Any]:
        """All of it as JSON values, to be taken up again by :meth:`absorb`."""
        return {
            "layers": {layer: asdict(counts) for layer, counts in self.layers.items()},
            "stated": {layer: sorted(names) for layer, names in self.stated.items()},
            "rejections": self._rejections.dump(),
            "repairs": self._repairs.dump(),
            "remarks": self._remarks.dump(),
        }

    def absorb(self, dumped: Mapping[str, Any]) -> None:
        """Add what was found in other rows; taken in the order of the file, the first messages are the file's first."""
        for layer, facts in dumped["layers"].items():
            counts = self.layers.setdefault(layer, Counts())
            for name, value in facts.items():
                if value is not None:
                    setattr(counts, name, (getattr(counts, name) or 0) + value)
        for layer, names in dumped.get("stated", {}).items():
            self.stated.setdefault(layer, set()).update(names)
        self._rejections.absorb(dumped["rejections"])
        self._repairs.absorb(dumped["repairs"])
        self._remarks.absorb(dumped["remarks"])
