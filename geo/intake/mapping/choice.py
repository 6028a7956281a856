"""Which mapping a source layer is read by: the one given, one a planner confirmed before, or one shipped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from geo.intake.files.part import Part
from geo.intake.files.table_columns import GeometryColumns
from geo.intake.layers.recognise import Schema, may_be, recognise
from geo.intake.layers.records import LAYERS
from geo.intake.mapping.layer_mapping import LAYER_NAME, LayerMapping, Places, read_mapping
from geo.intake.problems import Remark, Unreadable
from geo.land.vocabulary import Origin

_LAYER_OF = {"terrains": "parcels", "friches": "parcels"}
"""What ``--as`` may say beside the names of layers."""
_USED = {"given": "mapping.given", "kept": "mapping.kept", "shipped": "mapping.shipped"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A mapping a planner confirmed for a dataset, with the fields the file had then."""

    dataset: str
    fields: tuple[str, ...]
    mapping: LayerMapping


@dataclass(frozen=True, slots=True)
class Mappings:
    """What a load may read by beside the shipped mappings: the one given, and those kept."""

    given: LayerMapping | None = None
    kept: Sequence[Kept] = ()

    def places(self, path: Path) -> Places:
        """What is known of where the rows of a file lie before it is opened."""
        stem = path.name.split(".")[0]
        kept = (one.mapping for one in self.kept if one.dataset == stem)
        known = self.given or next(kept, None)
        return Places() if known is None else known.places

    def geometry_of(self, names: Sequence[str]) -> GeometryColumns | None:
        """The columns that hold the geometry of a table with these headings, as the mapping it is read by says.

        Of those kept, that of a file which had just these headings, whatever the file is called.
        """
        if self.given is not None:
            return self.given.places.columns
        spelt = fingerprint(names)
        for one in self.kept:
            columns = one.mapping.places.columns
            if columns is not None and fingerprint({*one.fields, *columns.names}) == spelt:
                return columns
        return None

    def choose(self, part: Part, dataset: str, forced: str | None) -> tuple[LayerMapping, str] | None:
        """The mapping for a part, and how it was found: given, kept or shipped; None when it has none.

        Raises:
            Unreadable: the one given is of another layer than ``forced``; the one kept for this dataset no longer
                fits its fields.
        """
        if self.given is not None:
            _check_layer(self.given, forced)
            return (self.given, "given") if not missing(self.given, part.fields) else None
        kept = self._kept(part, dataset, forced)
        if kept is not None:
            return kept, "kept"
        for one in shipped():
            wanted = one.recognition is not None and one.recognition.fits(
                part.name, part.fields, part.sample.properties
            )
            if wanted and may_be(forced, one.layer) and (one.asks_fields or not _is_standard(part)):
                return one, "shipped"
        return None

    def _kept(self, part: Part, dataset: str, forced: str | None) -> LayerMapping | None:
        """That of the dataset when its fields are still the same, else that of any file with just these fields."""
        fields = fingerprint(part.fields)
        for one in self.kept:
            if one.dataset == dataset and forced is None:
                if fingerprint(one.fields) != fields:
                    raise _outdated(one, part, dataset)
                return one.mapping
        same = (one.mapping for one in self.kept if fields and fingerprint(one.fields) == fields and forced is None)
        return next(same, None)

    def check_used(self, name: str, parts: Sequence[Part], used: bool) -> None:
        """Refuse a given mapping that fits no part of the file, naming the fields it lacks. Raises Unreadable."""
        if self.given is not None and not used:
            lacking = missing(self.given, parts[0].fields) if parts else ()
            found = [field for part in parts for field in part.fields]
            raise Unreadable(
                "mapping.no_field", name=self.given.name, file=name, fields=list(lacking), found=found[:40]
            )


def _is_standard(part: Part) -> bool:
    """Whether the fields of a part are those of a standard: terrains in a file ``port_edouard`` stay such."""
    return recognise(part.fields, part.sample.properties, None) is not None


def keyless(mapping: LayerMapping) -> bool:
    """Whether nothing a mapping reads says which row is which: they are known again by their outline alone."""
    named = {rule.target for rule in mapping.columns if rule.fields}
    return bool(LAYERS[mapping.layer].keys) and not named & {"key", "id", "idu", "numero"}


def schema_of(mapping: LayerMapping) -> Schema:
    """The schema a mapping stands for. A planner's own never bears the name of an official one."""
    origin = mapping.constant("origin") if mapping.layer == "parcels" else None
    name = mapping.name if mapping in shipped() else f"mapping:{mapping.name}"
    return Schema(name, mapping.layer, str(origin) if origin in set(Origin) else Origin.DRAWN.value)


def missing(mapping: LayerMapping, fields: Sequence[str]) -> tuple[str, ...]:
    """The fields a mapping needs that a source layer has not."""
    needed = mapping.recognition.fields if mapping.recognition is not None else mapping.reads
    present = {name.lower() for name in fields}
    return tuple(name for name in needed if name.lower() not in present and name != LAYER_NAME)


def fingerprint(fields: Iterable[str]) -> tuple[str, ...]:
    """What two versions of a file must share to be read by one mapping: their fields, in any order."""
    return tuple(sorted(name.lower() for name in fields))


def used_remark(part: Part, mapping: LayerMapping, how: str) -> Remark:
    """What the report says of the mapping used."""
    said = {"part": part.name, "name": mapping.name, "layer": mapping.layer}
    return Remark(0, part.name, mapping.name, _USED[how], params=said)


def dataset_of(path: Path, part: Part, parts: Sequence[Part]) -> str:
    """The name under which a mapping is kept: the file's up to its first dot, and the layer's when it has several."""
    stem = path.name.split(".")[0]
    return stem if len(parts) == 1 else f"{stem}/{part.name}"


def named(name: str) -> LayerMapping:
    """The shipped mapping of this name. Raises Unreadable."""
    for one in shipped():
        if one.name == name:
            return one
    raise Unreadable("mapping.unknown_name", name=name, known=[one.name for one in shipped()])


@cache
def shipped() -> tuple[LayerMapping, ...]:
    """The mappings that come with Emprise, those that ask most of a file first."""
    folder = files("geo.intake.mapping").joinpath("shipped")
    texts = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".toml")}
    found = [read_mapping(text, name.removesuffix(".toml")) for name, text in sorted(texts.items())]
    return tuple(sorted(found, key=lambda one: -(one.recognition.weight if one.recognition else 0)))


def _check_layer(mapping: LayerMapping, forced: str | None) -> None:
    if forced is not None and _LAYER_OF.get(forced, forced) != mapping.layer:
        raise Unreadable("mapping.other_layer", name=mapping.name, layer=mapping.layer, asked=forced)


def _outdated(kept: Kept, part: Part, dataset: str) -> Unreadable:
    """What changed in a file since its mapping was confirmed."""
    before, now = {name.lower(): name for name in kept.fields}, {name.lower(): name for name in part.fields}
    gone = [name for key, name in before.items() if key not in now]
    added = [name for key, name in now.items() if key not in before]
    return Unreadable("mapping.outdated", dataset=dataset, gone=gone or ["-"], added=added or ["-"])
