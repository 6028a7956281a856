"""One address, one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.desk.addresses import UnusableAddress, checked_address


def test_an_address_is_kept_in_lower_case() -> None:
    assert checked_address(" Claire.Martin+terrains@Exemple.FR ") == "claire.martin+terrains@exemple.fr"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "claire",
        "claire@exemple",
        "@exemple.fr",
        "claire@exemple.fr, paul@exemple.fr",
        "Claire <claire@exemple.fr>",
        "claire@exemple.fr\nBcc: all@exemple.fr",
        "claire@exemple.fr\r\n",
        "claire@exem ple.fr",
        "claire..martin@exemple.fr",
        ".claire@exemple.fr",
        "claire.@exemple.fr",
        "claire@-exemple.fr",
        "clairé@exemple.fr",
        "claire@exemple.fr\0",
        "c" * 65 + "@exemple.fr",
        "c@" + "exemple." * 32 + "fr",
    ],
)
def test_what_is_no_single_address_is_refused(given: str) -> None:
    with pytest.raises(UnusableAddress):
        checked_address(given)


@given(st.text(max_size=40))
def test_whatever_is_taken_is_one_printable_line(given: str) -> None:
    try:
        address = checked_address(given)
    except UnusableAddress:
        return
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' ,;<>()[]"\\')
    assert checked_address(address) == address
