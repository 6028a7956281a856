"""Zones and perimeters of plans against risks, of the standard in force and of the older one (COVADIS PPR v1)."""

from pathlib import Path

import pytest

from tests.intake.mapping.test_shipped_mappings import layer
from tests.intake.written_files import feature, square

RISK = {"codeprocedure": "38DDT1", "libellezonereglement": "Zone", "obligationtravaux": None}
COVADIS = {"NOM": "Zone", "ID_GASPAR": "76DDTM20120001", "URLFIC": None}


@pytest.mark.parametrize(
    ("name", "zone", "code", "kind", "effect"),
    [
        ("pprt_x_zonereglementaireurba_s", "r2", "03", "pprt_red", "forbids"),
        ("pprt_x_zonereglementaireurba_s", "B4d", "02", "pprt_blue", "restricts"),
        ("pprt_x_zonereglementaireurba_s", "b1", "01", "pprt_light_blue", "restricts"),
        ("pprt_x_zonereglementaireurba_s", "G", "04", "pprt_grey", "forbids"),
        ("pprt_x_zonereglementaireurba_s", "De", "01", "risk_plan", "restricts"),
        ("ppri_x_zonereglementaireurba_s", "Rc", "04", "flood_red", "forbids"),
        ("PPRI_38_zonereglementaireurba_s", "Bc", "01", "flood_blue", "restricts"),
        ("pprn_x_zonereglementaireurba_s", "R", "03", "risk_forbidden", "forbids"),
        ("pprm_x_zonereglementaireurba_s", "B", "02", "risk_conditional", "restricts"),
        ("N_ZONE_REG_PPRN_20120001_S_076", "Rir", "03", "risk_forbidden", "forbids"),
        ("n_zone_reg_pprn_20120001_s_076", "Bir", "02", "risk_conditional", "restricts"),
        ("N_ZONE_REG_PPRI_S_034", "R", "04", "flood_red", "forbids"),
        ("L_ZONE_REG_PPRI_S_030", "TF-U", "01", "flood_blue", "restricts"),
        ("N_ZONE_REG_PPRT_20090005_S_038", "r2", "03", "pprt_red", "forbids"),
        ("N_ZONE_REG_PPRT_20090005_S_038", "B3", "02", "pprt_blue", "restricts"),
        ("N_ZONE_REG_PPRT_20090005_S_038", "De1", "05", "risk_plan", "forbids"),
        ("N_ZONE_REG_PPRT_20090005_S_038", "r2", "06", "pprt_red", "forbids"),
        ("N_ZONE_REG_PPRT_20090005_S_038", "V", "00", "risk_perimeter", "informs"),
    ],
)
def test_zones_of_a_risk_plan(tmp_path: Path, name: str, zone: str, code: str, kind: str, effect: str) -> None:
    older = "zone_reg" in name.lower()
    facts = (
        {**COVADIS, "ID_ZONE": "3", "CODEZONE": zone, "TYPEREG": code}
        if older
        else {**RISK, "idzonereglementaire": 3, "codezonereglement": zone, "typereglement": code}
    )
    found = layer(tmp_path, name, feature(square(), **facts))
    assert (found.column("kind"), found.column("effect"), found.rejections) == ([kind], [effect], [])
    assert found.schema.startswith("covadis_") == older
    assert found.keys == [f"{'76DDTM20120001' if older else '38DDT1'}/{name.lower()}/3"]


def test_an_unheard_of_code_of_a_risk_plan_is_told(tmp_path: Path) -> None:
    row = feature(square(), **RISK, idzonereglementaire=3, codezonereglement="R", typereglement="07")
    found = layer(tmp_path, "pprt_x_zonereglementaireurba_s", row)
    assert [one.value for one in found.row_remarks if one.code == "mapping.value_unknown"] == ["07"]


def test_perimeters_and_purchase_sectors_of_a_risk_plan_only_inform(tmp_path: Path) -> None:
    known = {"dateetat": "2017-02-08"}
    states = [
        feature(square(6 + i / 10), codeprocedure=f"p{i}", etatprocedure=state, idperimetre=i, **known)
        for i, state in enumerate(["APPROUVE", "PRESCRIT", "ABROGE"])
    ]
    found = layer(tmp_path, "pprt_x_perimetre_s", *states)
    assert (found.schema, found.column("label")) == ("cnig_risk_perimeter", ["p0", "p1"])
    assert set(found.column("effect")) == {"informs"}
    row = feature(square(), codeprocedure="p", idzonereglementaire=1, codezonereglement="Ex5", typereglement="02")
    assert layer(tmp_path, "pprt_x_zonereglementairefoncier_s", row).column("effect") == ["informs"]


def test_perimeters_of_the_older_standard_only_inform(tmp_path: Path) -> None:
    found = layer(tmp_path, "n_perimetre_pprn_20120001_s_076", feature(square(), ID_GASPAR="76DDTM20120001"))
    assert (found.schema, found.column("effect")) == ("covadis_risk_perimeter", ["informs"])
