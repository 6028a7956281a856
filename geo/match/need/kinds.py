"""Kinds of networks as a need names them: their codes, the words that files use for them, or any other of one's own."""

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from geo.land.place_kinds import kind_of

NETWORKS = "networks"
MOST_LETTERS = 80


def _code(said: Any) -> Any:
    """The code of a kind that is written in words; what is none stays, and is refused by its form."""
    if not isinstance(said, str) or len(said) > MOST_LETTERS:
        return said
    return kind_of(NETWORKS, said) or said


KindName = Annotated[str, BeforeValidator(_code), StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def one_each(given: Any) -> Any:
    """A kind may be written in several ways, but is asked once."""
    if not isinstance(given, dict):
        return given
    said: dict[object, object] = {}
    for name in given:
        code = _code(name)
        if code in said:
            raise PydanticCustomError(
                "kind_twice",
                "asks for {kind} twice: {first} and {second}",
                {"kind": str(code), "first": str(said[code]), "second": str(name)},
            )
        said[code] = name
    return given
