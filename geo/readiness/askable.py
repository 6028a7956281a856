"""Who can say where a step stands, when nobody has said it yet."""

from collections.abc import Mapping

RESPONSIBLE = "responsible"
"""The organisation that answers for the parcel; of a step that an edited catalogue adds, too."""

_STEPS = {
    "owner": ("LAND_PRIV",),
    "planning_authority": (
        *("DPU", "PLU_MOD", "PLU_REV", "DP_MEC", "PINM", "ZAN", "ZAC", "PA", "APPEAL_PA", "PC", "APPEAL", "LITIG"),
    ),
    "environment_authority": (
        *("CASE_BY_CASE", "FLORA4", "DEP", "CASE_PROJECT", "AE", "E_REG", "D_DEC", "SOIL_DIAG"),
        *("DEPOL_0", "DEPOL_1", "DEPOL_2", "DEPOL_3"),
    ),
    "land_authority": ("AGRI", "IOTA_OP_D", "IOTA_OP_A", "IOTA_D", "IOTA_A", "CLEAR"),
    "archaeology_service": ("ARCH_P", "ARCH_D", "ARCH_F"),
    "prefecture": ("DUP",),
    "grid_operator": ("EL_OFFER", "EL_BT", "EL_HTA", "EL_SRC", "EL_HTB", "EL_400", "GAS", "WATER"),
    "rail_manager": ("RAIL_EX", "RAIL_NEW"),
}
WHO: Mapping[str, str] = {code: who for who, codes in _STEPS.items() for code in codes}


def who_knows(code: str) -> str:
    """A code of who can answer for a step: owner, planning_authority... (sentences ``who.*``)."""
    return WHO.get(code, RESPONSIBLE)
