"""What is declared is proved, and what is proved is declared."""

from importlib import import_module
from pathlib import Path

import httpx
import pytest

from tests.conformance.proving import PROOFS
from tests.conformance.reading import read

ALSO = ("tests.api.test_edit", "tests.api.test_edit_rules")
"""They need a base that is edited."""

for _path in sorted(Path(__file__).parent.glob("test_*.py")):
    if _path.stem != Path(__file__).stem:
        import_module(f"tests.conformance.{_path.stem}")
for _module in ALSO:
    import_module(_module)


def test_the_declared_classes_are_those_that_are_proved(client: httpx.Client) -> None:
    declared = read(client, "/conformance")["conformsTo"]
    assert set(declared) == set(PROOFS)


@pytest.mark.parametrize("needed", ["filter", "features-filter", "cql2-text", "basic-cql2", "basic-spatial-operators"])
def test_qgis_finds_the_classes_without_which_it_pushes_no_filter(client: httpx.Client, needed: str) -> None:
    assert any(uri.endswith(f"/conf/{needed}") for uri in read(client, "/conformance")["conformsTo"])
