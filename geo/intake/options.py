"""What a person says of a file that is to be loaded."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file: forced layer, CRS (``EPSG:n``), commune (INSEE) and visibility of rows that state none.

    ``responsible`` is the organisation that new parcels belong to, ``organisation`` the one that sends the file.
    ``source`` names the dataset the file is a version of, where its own name does not. ``mapping`` is the TOML of the
    mapping to read it by (docs/mapping.md), ``mapping_name`` what that is called when it does not say.
    """

    layer: str | None = None
    crs: str | None = None
    commune: str | None = None
    visibility: str | None = None
    responsible: int | None = None
    source: str | None = None
    mapping: str | None = None
    mapping_name: str | None = None
    keep_going: bool = False
    dry_run: bool = False
    actor: str = "cli"
    organisation: int | None = None

    def to_json(self) -> dict[str, Any]:
        """What decides how a file is staged and merged, as JSON values; a dry run stages alike."""
        facts = asdict(self)
        return {name: facts[name] for name in facts if name not in ("dry_run", "actor", "organisation")}
