"""Mail addresses as they are kept and written to: one address, one line, in lower case."""

import re

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]"
    r"[A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
"""What browsers accept as an address (WHATWG HTML, valid e-mail address), with a domain of two labels or more."""
LONGEST = 254
"""RFC 5321 4.5.3.1.3: a path has 256 characters with its brackets."""


class UnusableAddress(ValueError):  # noqa: N818 - it is no fault
    """What was given is no single mail address."""

    def __init__(self, given: str) -> None:
        super().__init__(given)
        self.given = given


def checked_address(given: str) -> str:
    """The address in lower case, without blanks around.

    Raises:
        UnusableAddress: it is not one address: a name beside it, a second one, a line end, no domain.
    """
    address = given.strip(" ").lower()
    if len(address) > LONGEST or ".." in address or address.startswith(".") or ".@" in address:
        raise UnusableAddress(given)
    if ADDRESS.fullmatch(address) is None:
        raise UnusableAddress(given)
    return address
