"""Establishments and poles of the CNIG standard Sites économiques."""

from geo.intake.layers import cnig_points, cnig_published
from geo.intake.layers.cnig_values import identifier
from geo.intake.layers.draft import Draft
from geo.intake.problems import Remark


def establishments(draft: Draft) -> None:
    """An establishment's key is its SIRET; the terrains it stands on are among its published facts (``terr_id``), and
    its points where it has several."""
    cnig_published.keep(draft)
    cnig_published.add(draft, "etab_geompoint", cnig_points.several(draft))
    draft.keys = [None if siret is None else str(siret) for siret in draft.fields["siret"]]
    for place, siret in enumerate(draft.fields["siret"]):
        siren = draft.fields["published"][place].get("SIREN")  # type: ignore[attr-defined]
        if siret is not None and siren is not None and not str(siret).startswith(str(siren)):
            said = {"siren": siren, "siret": siret}
            remark = Remark(draft.table.rows[place], "SIREN", siren, "establishment.other_siren", params=said)
            draft.table.remarks.append(remark)


def poles(draft: Draft) -> None:
    """A pole's key is its CNIG identifier."""
    cnig_published.keep(draft)
    draft.keys = draft.keys_or_geometry(draft.read("pole_id", read=identifier))
