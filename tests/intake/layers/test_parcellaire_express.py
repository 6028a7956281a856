"""IGN's Parcellaire Express. No real delivery is at hand: layers and fields are those of IGN's published description
("Parcellaire Express (PCI), descriptif de contenu", v1): this is proved on files built from that list."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geo.intake.files.given import given
from tests.intake.files.containers import boxes, write_ogr, zipped
from tests.intake.written_files import Read, read

IDUS = ["741730000A0001", "741730000A0002", "74173000AB0012"]
PARCELLE: dict[str, Sequence[object]] = {
    "idu": IDUS,
    "numero": ["0001", "0002", "0012"],
    "feuille": [1, 1, 1],
    "section": ["0A", "0A", "AB"],
    "code_dep": ["74"] * 3,
    "nom_com": ["Megève"] * 3,
    "code_com": ["173"] * 3,
    "com_abs": ["000"] * 3,
    "code_arr": ["000"] * 3,
}
FEUILLE: dict[str, Sequence[object]] = {
    name: PARCELLE[name][:2] for name in ("feuille", "section", "code_dep", "nom_com", "code_com", "com_abs")
}
CONTENANCE: dict[str, Sequence[object]] = {"contenance": [2500, 2500, 2400]}


def delivery(folder: Path, suffix: str) -> list[Path]:
    """PARCELLE, LOCALISANT (a point for each number), FEUILLE and BATIMENT, one file or one layer each."""
    centres = [shapely.centroid(box) for box in boxes(3)]
    layers: list[tuple[str, Sequence[BaseGeometry], str, dict[str, Sequence[object]]]] = [
        ("parcelle", boxes(3), "Polygon", PARCELLE | CONTENANCE),
        ("localisant", centres, "Point", PARCELLE),
        ("feuille", boxes(2), "Polygon", FEUILLE | {"echelle": [1000, 2000], "edition": [1, 1]}),
        ("batiment", boxes(1), "Polygon", {"type": ["Bâtiment en dur"]}),
    ]
    paths = []
    for name, shapes, kind, fields in layers:
        single = suffix == ".gpkg"
        path = folder / (f"parcellaire_express{suffix}" if single else f"{name.upper()}{suffix}")
        write_ogr(path, shapes, kind=kind, layer=name if single else None, append=path.exists(), **fields)  # type: ignore[arg-type]
        paths.append(path)
    return sorted(set(paths))


def check(found: Read) -> None:
    assert (found.schema, found.layers) == ("ign_cadastre", ("cadastre",))
    assert (sorted(found.keys), found.rejections) == (sorted(IDUS), [])
    assert sorted(found.column("contenance_m2")) == [2400.0, 2500.0, 2500.0]  # type: ignore[type-var]
    left = {remark.field.lower() for remark in found.remarks if remark.code == "part.not_recognised"}
    assert left == {"localisant", "feuille", "batiment"}


def test_a_geopackage_of_all_layers_gives_the_parcels(tmp_path: Path) -> None:
    (path,) = delivery(tmp_path, ".gpkg")
    check(read(path))


def test_a_zip_of_all_shapefiles_gives_the_parcels(tmp_path: Path) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    delivery(folder, ".shp")
    files = sorted(folder.iterdir())
    names = [f"PARCELLAIRE_EXPRESS/1_DONNEES_LIVRAISON/PEPCI_D074/{path.name}" for path in files]
    check(read(zipped(tmp_path / "delivery.zip", *files, names=names)))


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_an_unpacked_delivery_is_a_folder(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "PARCELLAIRE_EXPRESS" / "1_DONNEES_LIVRAISON"
    folder.mkdir(parents=True)
    paths = delivery(folder, suffix)
    with given(str(tmp_path)) as found:
        assert found.files == paths
