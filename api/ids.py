"""Whole numbers in addresses: plain digits, as the database has them."""

import re
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

WHOLE = re.compile("-?[0-9]+")


def plain_digits(text: object) -> object:
    """The text of a number. Spaces, underscores and digits of other scripts are refused, which ``int`` would read."""
    if isinstance(text, str) and not WHOLE.fullmatch(text):
        raise PydanticCustomError("int_parsing", "Input should be a valid integer")
    return text


PlainDigits = BeforeValidator(plain_digits)
RowId = Annotated[int, PlainDigits, Path(ge=1, lt=2**63)]
"""The id of a row in a path; anything else is an address that does not exist (404)."""
