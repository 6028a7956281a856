import pytest

from geo.intake.layers.recognise import FORCIBLE, Schema, recognise
from geo.intake.problems import Unreadable

ETALAB = ("id", "commune", "prefixe", "section", "numero", "contenance")
IDU = [{"id": "741730000A0012"}]


@pytest.mark.parametrize(
    ("fields", "sample", "name", "layer"),
    [
        (ETALAB, IDU, "etalab_cadastre", "cadastre"),
        (ETALAB, [], "minimal_cadastre", "cadastre"),
        (("id",), IDU, "minimal_cadastre", "cadastre"),
        (("IDU", "NUMERO"), [], "ign_cadastre", "cadastre"),
        (("LIBELLE", "TYPEZONE"), [], "cnig_zone_urba", "zones"),
        (("terr_id", "site_id"), [], "cnig_terrain", "parcels"),
        (("site_id", "site_nom", "site_vocadomi"), [], "cnig_site", "sites"),
        (("site_id", "site_nom", "site_statut"), [], "cnig_friche", "parcels"),
        (("siret", "terr_id", "epci_siren", "epci_nom"), [], "cnig_etablissement", "establishments"),
        (("pole_id", "pole_nom"), [], "cnig_pole", "poles"),
        (("pole_id", "pole_nb_etab"), [], "cnig_pole", "poles"),
        (("site_id", "reseau_gaz"), [], "cnig_site", "sites"),
        (("site_id", "bati_etat"), [], "cnig_friche", "parcels"),
        (("Id_site_eco", "surface_disponible", "SCM"), [], "foncier_plus", "parcels"),
        (("id", "statut_foncier", "ZRR"), [], "roannais", "parcels"),
        (("hauteur", "alti_sol"), [], "buildings", "buildings"),
        (("insee", "nom", "population"), [], "communes", "communes"),
        (("epci_siren", "epci_nom"), [], "epci", "areas"),
        (("departement", "nb_communes"), [], "departements", "areas"),
        (("voltage_kv",), [], "substations", "networks"),
        (("kind", "effect"), [], "constraints", "constraints"),
        (("layer", "terr_id"), [{"layer": "parcel"}, {"layer": "zone"}], "layered", ""),
        (("parcel_uid",), [], "parcels", "parcels"),
    ],
)
def test_schemas_are_known_by_their_fields(
    fields: tuple[str, ...], sample: list[dict[str, object]], name: str, layer: str
) -> None:
    found = recognise(fields, sample, None)
    assert found is not None
    assert (found.name, found.layer) == (name, layer)


@pytest.mark.parametrize(
    ("fields", "sample"),
    [
        ((), []),
        (("id", "nom"), [{"id": "7"}]),
        (("layer", "nom"), [{"layer": "roads"}]),
        (("surface", "nom"), []),
    ],
)
def test_what_nobody_knows_is_not_guessed(fields: tuple[str, ...], sample: list[dict[str, object]]) -> None:
    assert recognise(fields, sample, None) is None


@pytest.mark.parametrize(
    ("fields", "sample", "forced", "expected"),
    [
        (ETALAB, IDU, "parcels", Schema("etalab_cadastre", "parcels", "cadastre")),
        (ETALAB, IDU, "cadastre", Schema("etalab_cadastre", "cadastre")),
        (("nom",), [], "parcels", Schema("parcels", "parcels", "drawn")),
        (("nom",), [], "terrains", Schema("terrains", "parcels", "terrain")),
        (("nom",), [], "friches", Schema("friches", "parcels", "friche")),
        (("terr_id",), [], "parcels", Schema("cnig_terrain", "parcels", "terrain")),
        (("site_id", "site_statut"), [], "terrains", Schema("cnig_friche", "parcels", "terrain")),
        (("layer",), [{"layer": "zone"}], "zones", Schema("zones", "zones")),
        (("libelle", "typezone"), [], "parcels", Schema("parcels", "parcels")),
    ],
)
def test_a_schema_can_be_forced(
    fields: tuple[str, ...], sample: list[dict[str, object]], forced: str, expected: Schema
) -> None:
    found = recognise(fields, sample, forced)
    assert found is not None
    assert (found.name, found.layer, str(found.origin)) == (expected.name, expected.layer, str(expected.origin))


def test_everything_the_command_offers_is_known() -> None:
    assert "establishments" in FORCIBLE
    for forced in FORCIBLE:
        assert recognise((), [], forced) is not None
    with pytest.raises(Unreadable) as refused:
        recognise((), [], "roads")
    assert refused.value.code == "layer.unknown"
    assert "parcels" in refused.value.params["known"]  # type: ignore[operator]
