"""Reading what kind of network object or of area a row is."""

from geo.intake.layers.values import Reader, Value, text
from geo.land.place_kinds import kind_of


def place_kind(layer: str) -> Reader:
    """A reader of the kinds of network objects (``networks``) or of areas (``areas``)."""

    def read(raw: object) -> Value:
        said, code = text(raw)
        return (None, code) if said is None else (kind_of(layer, str(said)), code)

    return read
