"""The DGFiP's filiation files. No real one is at hand: these follow the published description of the format."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geo.intake.dfi import Filiation, looks_like_dfi, read
from geo.intake.problems import Rejection

SPLIT = (
    b"140;001;000;0000299;1;19900305;XXXXXREDACTEURXXXX;00001;1;A0012;\n"
    b"140;001;000;0000299;1;19900305;XXXXXREDACTEURXXXX;00001;2;A0297;A0298;\n"
)


def test_a_division() -> None:
    assert looks_like_dfi(SPLIT)
    assert list(read(SPLIT.splitlines())) == [
        Filiation(
            "14001000-0000299-00001",
            "1",
            date(1990, 3, 5),
            ("140010000A0012",),
            ("140010000A0297", "140010000A0298"),
        )
    ]


def test_land_of_the_public_domain_has_no_mother_or_no_daughter() -> None:
    lines = (
        b"2A0;004;000;0000001;5;20230102;X;00001;1;",
        b"2A0;004;000;0000001;5;20230102;X;00001;2;AB0012;",
        b"2A0;004;000;0000002;5;20230102;X;00001;1;AB0013;",
        b"2A0;004;000;0000002;5;20230102;X;00001;2;",
    )
    created, destroyed = read(lines)
    assert isinstance(created, Filiation)
    assert (created.mothers, created.daughters) == ((), ("2A004000AB0012",))
    assert isinstance(destroyed, Filiation)
    assert (destroyed.mothers, destroyed.daughters) == (("2A004000AB0013",), ())


def test_several_lots_of_one_document_stay_apart() -> None:
    lots = SPLIT + SPLIT.replace(b";00001;", b";00002;").replace(b"A0", b"B0")
    assert [lot.document for lot in read(lots.splitlines()) if isinstance(lot, Filiation)] == [
        "14001000-0000299-00001",
        "14001000-0000299-00002",
    ]


def test_a_line_that_cannot_be_read_is_told_and_the_rest_is_kept() -> None:
    lines = [
        *SPLIT.splitlines(),
        b"140;001;000;0000300;1;19909905;X;00001;1;A0012;",
        b"140;001;000",
        b"140;001;000;0000301;1;19900305;X;00001;1;A0013;",
        b"140;001;000;0000302;1;19900305;X;00001;1;A00;",
        *SPLIT.replace(b"0000299", b"0000303").splitlines(),
    ]
    found = list(read(lines))
    told = [(one.row, one.code) for one in found if isinstance(one, Rejection)]
    assert told == [(3, "dfi.date"), (4, "dfi.line"), (6, "dfi.parcel"), (5, "dfi.alone")]
    assert len([one for one in found if isinstance(one, Filiation)]) == 2


@given(st.binary(max_size=300), st.integers(0, len(SPLIT)), st.integers(0, len(SPLIT)))
def test_damage_never_ends_the_reading(noise: bytes, start: int, end: int) -> None:
    for one in read((SPLIT[:start] + noise + SPLIT[end:]).splitlines()):
        assert isinstance(one, Filiation | Rejection)
