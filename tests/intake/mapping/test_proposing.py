"""A mapping proposed for a planner's own headings: what is sure is proposed with why, the rest is listed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.files.table_columns import GeometryColumns
from geo.intake.layers.columns import Properties
from geo.intake.mapping.choice import Kept
from geo.intake.mapping.guesses import kind_named
from geo.intake.mapping.layer_mapping import read_mapping
from geo.intake.mapping.proposal import proposals_of
from geo.intake.mapping.proposed import SURE_ENOUGH, Proposal
from geo.intake.mapping.proposing import propose
from geo.intake.mapping.targets import targets_of, units_of
from geo.intake.mapping.text import write_proposal
from geo.intake.mapping.words import meanings, synonyms
from geo.intake.problems import Unreadable
from geo.intake.source import open_source
from geo.land.constraints import kinds
from tests.intake.written_files import collection, feature, square, write

IDS = [f"74173000AB{number:04d}" for number in range(1, 7)]
HEADINGS: dict[str, tuple[list[object], str | None, str | None]] = {
    "Nom du lot": (["Lot A", "Lot B", "Lot C"], "name", None),
    "N° de lot": (["A1", "A2", "A3"], "key", None),
    "N° lot": ([1, 2, 3], "key", None),
    "N° dossier": (["2026-1", "2026-2", "2026-3"], "key", None),
    "Réf.": (["r1", "r2", "r3"], "key", None),
    "Référence": (["r1", "r1", "r3"], None, None),
    "Surface (ha)": (["1,5", "2", "0,8"], "surface_stated_m2", "ha"),
    "SUPERFICIE m²": (["15 000", "20 000", "8000"], "surface_stated_m2", "m2"),
    "Superficie totale en ha": ([1.5, 2, 0.8], "surface_stated_m2", "ha"),
    "Prix €/m²": (["35", "40", ""], "price_eur_m2", "€/m2"),
    "Prix HT (€ / m2)": ([35, 40, None], "price_eur_m2", "€/m2"),
    "Prix de vente (k€/ha)": ([350, 400, None], "price_eur_m2", "k€/ha"),
    "Dispo": (["oui", "non", "oui"], "market", None),
    "Statut commercial": (["Sous option", "Vendu", "Disponible"], "market", None),
    "Réf. cadastrales": ([*IDS[:3]], "cadastral_ids", None),
    "Foncier": (["74173000AB0001, 74173000AB0002", IDS[2], IDS[3]], "cadastral_ids", None),
    "Code INSEE": (["74173", "74173", "74056"], "commune_insee", None),
    "Stade": (["viabilisé et aménagé", "Viabilisé non aménagé", "viabilisation en cours"], "stade_amngt", None),
    "Clé en main ?": (["oui", "non", "oui"], "cle_en_main", None),
    "Puissance élec. disponible (MW)": ([2, 5, 12], "power_mw", "mw"),
    "Acquéreur": (["SARL Exemple", None, None], "buyer", None),
    "Mise à jour": (["2026-01-02", "03/02/2026", "2026-04-05"], "observed_on", None),
    "Contact": (["contact@exemple.fr", "Service économie", None], "contact", None),
    "Référent": (["Mme Dupont", "Dupont Jean", "J. Martin"], None, None),
    "Interlocuteur": (["Mairie", "SEM Exemple", "M. Martin"], "contact", None),
    "SIREN propriétaire": (["732829320", "552100554", "542065479"], "owner_siren", None),
    "Commune": (["Megève", "Megève", "Combloux"], "commune_insee", None),
    "Prix de vente": (["45 €/m²", "40 € HT / m²", None], "price_eur_m2", "€/m2"),
    "Réf. cad.": (["AB 12, AB 13", "AB 14", "AC 7"], "cadastral_ids", None),
    # what must not be guessed
    "Nom du propriétaire": (["M. A", "Mme B", "SCI C"], None, None),
    "Nom de la zone": (["ZAE A", "ZAE B", "ZAE C"], None, None),
    "Nom du vendeur": (["M. A", "Mme B", "SCI C"], None, None),
    "REF_CAD": (["voir plan", "à préciser", "idem"], None, None),
    "Site internet": (["www.a.fr", "www.b.fr", None], None, None),
    "Surface de plancher (m²)": ([1500, 2000, 800], None, None),
    "Surface totale bâtie (m²)": ([1500, 2000, 800], None, None),
    "Surface à céder": ([1.5, 2, 0.8], None, None),
    "Surface (à bâtir)": ([1.5, 2, 0.8], None, None),
    "Prix 2024": ([35, 40, 50], None, None),
    "Prix total (€)": ([350_000, 400_000, 500_000], None, None),
    "Année": ([2019, 2020, 2021], None, None),
    "Référence cadastrale": (["voir plan", "à préciser", "idem"], None, None),
    "Site": (["ZAE Nord", "ZAE Nord", "ZAE Nord"], None, None),
    "Zone": (["UX", "1AUX", "UX"], None, None),
    "SIREN": (["732829320", "552100554", "542065479"], None, None),
    "Code postal": (["74120", "74120", "74920"], None, None),
    "Surface": ([1.5, 2, 0.8], None, None),
    "Prix": (["35", "40", "50"], None, None),
    "Remarques": (["x", "y", None], None, None),
    "Date": (["2026-01-02", "2026-01-03", None], None, None),
    "Statut": (["phase 1", "phase 2", "phase 3"], None, None),
    "Acte": (["oui", "non", "oui"], None, None),
}


def proposal_of(**columns: Sequence[object]) -> Proposal:
    length = max(map(len, columns.values()))
    rows = [{name: values[i] if i < len(values) else None for name, values in columns.items()} for i in range(length)]
    return propose("lots", list(columns), rows, layer="parcels")


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_alone(heading: str) -> None:
    values, target, unit = HEADINGS[heading]
    found = proposal_of(**{heading: values})
    assert [one.rule.target for one in found.columns] == ([] if target is None else [target])
    for one in found.columns:
        assert one.rule.unit == unit
        assert one.confidence >= SURE_ENOUGH
    assert [one.field for one in found.left] == ([heading] if target is None else [])


def test_a_planners_table_is_proposed_as_a_whole() -> None:
    names = ["Nom du lot", "Surface (ha)", "Prix €/m²", "Dispo", "Réf. cadastrales", "Commune"]
    found = proposal_of(**{name: HEADINGS[name][0] for name in names}, Vocation=["industrielle"] * 3)
    assert {one.rule.target: one.field for one in found.columns} == {
        "name": "Nom du lot",
        "commune_insee": "Commune",
        "cadastral_ids": "Réf. cadastrales",
        "surface_stated_m2": "Surface (ha)",
        "market": "Dispo",
        "price_eur_m2": "Prix €/m²",
    }
    assert {one.field: one.why for one in found.left} == {"Vocation": "nothing"}


def test_one_column_of_ours_takes_one_field_the_surest() -> None:
    found = proposal_of(**{"Parcelles": IDS[:3], "Cadastre": ["AB 1", "AB 2", "AB 3"], "Site": ["A", "B", "C"]})
    assert {one.rule.target: one.field for one in found.columns}["cadastral_ids"] == "Parcelles"
    assert "Cadastre" in {one.field for one in found.left}


def test_the_unit_is_found_from_what_is_drawn() -> None:
    rows: list[Properties] = [{"Surface": value} for value in (1.5, 2.0, 0.8, 3.0)]
    found = propose("lots", ["Surface"], rows, areas=[15_100, 19_700, 8_050, None], layer="parcels")
    assert [(one.rule.target, one.rule.unit, one.why) for one in found.columns] == [
        ("surface_stated_m2", "ha", "unit_by_area")
    ]
    assert propose("lots", ["Surface"], rows, areas=[99, 1, 50_000, None], layer="parcels").columns == ()


def test_words_of_the_market_get_their_meaning_and_others_are_asked() -> None:
    (market,) = proposal_of(Dispo=["Disponible", "VENDU", "sous compromis", "En cours"]).columns
    meanings = {"Disponible": "for_sale", "VENDU": "sold", "sous compromis": "under_promise", "En cours": ""}
    assert market.rule.values == meanings


def test_the_layer_is_the_one_most_speaks_for() -> None:
    sites: list[Properties] = [
        {"Nom de la zone": "ZAE", "Vocation": "industrielle", "EPCI": "CC Exemple", "SIREN EPCI": "200000172"}
    ]
    assert propose("zae", list(sites[0]), sites).layer == "sites"
    posts: list[Properties] = [{"Poste": "A", "Tension (kV)": 63, "Capacité disponible (MW)": 12}]
    assert propose("postes", list(posts[0]), posts).layer == "networks"
    assert propose("x", ["a"], [{"a": 1}]).layer == "parcels"
    assert propose("x", ["Type"], [{"Type": "macro-lot"}]).layer == "parcels"


def test_what_was_confirmed_before_stays_as_far_as_it_fits() -> None:
    earlier = read_mapping(
        'layer = "parcels"\n[columns]\nname = "Intitulé libre"\nbuyer = "Disparu"\nkey = "Code"', "lots"
    )
    rows: list[Properties] = [{"Intitulé libre": "A", "Code": "1", "Prix (€/m²)": 3}]
    found = propose("lots", list(rows[0]), rows, earlier=earlier)
    assert {one.rule.target: one.why for one in found.columns} == {
        "key": "kept",
        "name": "kept",
        "price_eur_m2": "unit_in_heading",
    }


_SAME = ("Foncier", "Réf. cad.", "Prix de vente", "N° lot", "N° dossier", "Réf.", "Référence", "Interlocuteur")


def test_the_toml_written_is_a_mapping_that_says_the_same() -> None:
    found = proposal_of(**{name: values for name, (values, _, _) in HEADINGS.items() if name not in _SAME})
    text = write_proposal(found, lambda one: 'why\twith "quotes"'.replace("\t", " "))
    mapping = read_mapping(text, "lots")
    assert mapping.layer == "parcels"
    assert {rule.target: (rule.fields, rule.unit, rule.values) for rule in mapping.columns} == {
        one.rule.target: (one.rule.fields, one.rule.unit, one.rule.values) for one in found.columns
    }
    for one in found.left:
        assert f'# "{one.field}": why' in text


CELL = st.one_of(st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.sampled_from(IDS))


@settings(deadline=None)  # the first example reads the lists
@given(st.dictionaries(st.text(min_size=1, max_size=20), st.lists(CELL, max_size=5), min_size=1, max_size=5))
def test_any_table_gets_a_proposal_that_is_a_mapping(columns: dict[str, list[object]]) -> None:
    found = proposal_of(**{f"{name}": [*values, None] for name, values in columns.items()})
    fields = [one.field for one in found.columns] + [one.field for one in found.left]
    assert sorted(fields) == sorted(columns)
    mapping = read_mapping(write_proposal(found, lambda _: "why"), "lots")
    assert len(mapping.columns) == len(found.columns)


def test_synonyms_name_columns_that_exist() -> None:
    for layer, columns in synonyms().items():
        assert set(columns) <= set(targets_of(layer)), layer
    assert units_of("surface_stated_m2")


def test_a_file_is_opened_and_its_drawn_areas_tell_the_unit(tmp_path: Path) -> None:
    """A square of 0.001 degrees in the Alps is 0.86 ha."""
    rows = [feature(square(6 + i / 100), **{"Nom du lot": f"Lot {i}", "Superficie": 0.86}) for i in range(4)]
    (found,) = proposals_of(write(tmp_path, collection(rows), "lots.geojson"))
    assert (found.name, found.layer) == ("lots", "parcels")
    assert {one.rule.target: one.rule.unit for one in found.columns} == {"name": None, "surface_stated_m2": "ha"}


def test_a_reference_in_two_columns_is_put_together() -> None:
    found = proposal_of(Section=["AB", "0C", "d"], Parcelle=[12, 13, 1400], Nom=["A", "B", "C"])
    (reference,) = [one for one in found.columns if one.rule.target == "cadastral_ids"]
    assert (reference.rule.fields, reference.rule.join, reference.field) == (
        ("Section", "Parcelle"),
        " ",
        "Section + Parcelle",
    )
    assert "cadastral_ids" not in {
        one.rule.target for one in proposal_of(Section=["Nord", "Sud"], Parcelle=[12, 13]).columns
    }


def constraints(drawn: str | None = None, name: str = "couche", **columns: Sequence[object]) -> Proposal:
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return propose(name, list(columns), rows, layer="constraints", drawn=drawn)


def test_french_words_name_kinds_of_constraints_and_others_are_asked() -> None:
    words = {
        "Zone humide": "wetland",
        "PPRI zone rouge": "flood_red",
        "PPRI - zone bleue": "flood_blue",
        "Espaces boisés classés": "ebc",
        "Canalisations de gaz": "pipeline",
        "Périmètre de captage": "",
        "PPRI": "risk_plan",
        "Zone": "",
    }
    (kind,) = constraints(TYPE_CONTR=list(words)).columns
    assert (kind.rule.target, kind.rule.values, kind.why) == ("kind", words, "kind_words")


def test_words_of_kinds_name_kinds_of_the_catalogue() -> None:
    for words in ("pprt rouge", "gazoduc", "zone humide", "znieff", "ebc", "captage eloigne"):
        assert kind_named(words) in kinds()
    assert set(meanings("constraint_kind").values()) <= set(kinds())
    assert kind_named("zone humide et espace boisé") == "wetland"
    assert kind_named("ebc et znieff") is None


def test_a_constraint_whose_kind_nothing_tells_is_asked_for_it() -> None:
    found = constraints(NOM=["A", "B"])
    assert [(one.field, one.why) for one in found.asked] == [("", "no_kind"), ("", "no_key")]
    assert "pipeline" in str(found.asked[0].target)
    assert "# -: why" in write_proposal(found, lambda _: "why")


@pytest.mark.parametrize(
    ("field", "values", "unit"),
    [
        ("LARGEUR", [6, 6, 10], "m"),
        ("LARG_MM", [6000, 6000, 10_000], "mm"),
        ("largeur (cm)", [600, 600, 1000], "cm"),
        ("LARGEUR", [600, 600, 1000], "cm"),
        ("LARGEUR", [2000, 3000, 4000], None),  # 20 m in cm or 2 m in mm
        ("DN", [300, 400, 900], None),
    ],
)
def test_lines_take_their_width_from_a_field_whose_unit_is_known(
    field: str, values: list[object], unit: str | None
) -> None:
    found = constraints("lines", "canalisations_gaz", **{field: values})
    assert [(one.rule.target, one.rule.unit) for one in found.reach] == ([("width_m", unit)] if unit else [])
    assert ("no_reach_lines" in {one.why for one in found.asked}) == (unit is None)
    mapping = read_mapping(write_proposal(found, lambda _: "why"), "gaz")
    assert (mapping.constant("kind"), mapping.places.width) == ("pipeline", found.reach[0].rule if unit else None)


def test_points_take_their_radius_from_a_field() -> None:
    found = constraints("points", NOM_CAPT=["A", "B"], RAYON_PPR=[150, 300])
    assert [(one.rule.target, one.rule.unit, one.why) for one in found.reach] == [("radius_m", "m", "unit_by_size")]
    assert constraints(None, RAYON=[150, 300]).reach == ()


def test_lines_are_no_parcels(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[6.6, 45.8], [6.61, 45.8]]}
    rows = [feature(line, ID_TRONC=number, Lot="A", Dispo="oui") for number in range(3)]
    (found,) = proposals_of(write(tmp_path, collection(rows), "traces.geojson"))
    assert found.layer == "constraints"


def test_people_are_no_contact_and_the_proposal_says_why() -> None:
    found = proposal_of(Référent=["Mme Dupont", "Dupont Jean", "J. Martin"])
    assert [(one.field, one.why, one.target) for one in found.left] == [("Référent", "people", "contact")]
    (contact,) = proposal_of(Contact=["Service économie", "contact@exemple.fr"]).columns
    assert contact.why == "offices_only"


def test_what_rows_are_known_again_by_is_proposed_or_asked() -> None:
    numbered: dict[str, Sequence[object]] = {"N° lot": [1, 2, 3], "Nom": ["A", "B", "C"]}
    with_key = proposal_of(**numbered)
    assert {one.rule.target: one.why for one in with_key.columns}["key"] == "identifies"
    assert with_key.asked == ()
    without = proposal_of(Nom=["A", "B", "C"])
    assert [one.why for one in without.asked] == ["no_key"]
    assert "# -: no_key" in write_proposal(without, lambda one: one.why)


def table(folder: Path, *lines: str) -> Path:
    path = folder / "lots.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_columns_of_coordinates_are_shown_and_kept_with_their_system(tmp_path: Path) -> None:
    rows = [f"Lot {n};{934_000 + 10 * n};6493000" for n in range(4)]
    (found,) = proposals_of(table(tmp_path, "Nom du lot;X_L93;Y_L93", *rows))
    written = write_proposal(found, lambda _: "why")
    places = read_mapping(written, "lots").places
    assert (places.columns, places.crs) == (GeometryColumns(x="X_L93", y="Y_L93"), "EPSG:2154")
    assert "no_place" not in {one.why for one in found.asked}
    (nowhere,) = proposals_of(table(tmp_path, "Nom du lot;Dispo", "A;oui", "B;non"))
    assert [one.why for one in nowhere.asked] == ["no_key", "no_place"]
    (known,) = proposals_of(table(tmp_path, "Nom du lot;Parcelles", *(f"L{n};{idu}" for n, idu in enumerate(IDS))))
    assert [one.why for one in known.asked] == ["no_key"]


def test_an_earlier_mapping_brings_along_what_it_said_beside_its_columns(tmp_path: Path) -> None:
    toml = """layer = "parcels"
[leave_out]
Nom = ["total*"]
Disparu = ["x"]
[columns]
name = "Nom"
origin = { value = "drawn" }
[geometry]
x = "E"
y = "N"
crs = "EPSG:27572"
"""
    kept = Kept("lots", ("Nom", "Prix"), read_mapping(toml, "lots"))
    path = table(tmp_path, "Nom;Tarif;E;N;x;y", "A;3;886000;2059000;6.6;45.8", "B;4;886100;2059000;6.61;45.8")
    (found,) = proposals_of(path, kept=[kept])
    again = read_mapping(write_proposal(found, lambda _: "why"), "lots")
    assert (again.places, again.leave_out) == (kept.mapping.places, {"Nom": ("total*",)})
    assert again.constant("origin") == "drawn"


def test_what_cannot_be_placed_is_refused_before_its_columns_are_asked_for(tmp_path: Path) -> None:
    swapped = [feature(square(45.8, 6.6), **{"Nom du lot": f"L{n}"}) for n in range(3)]
    path = write(tmp_path, collection(swapped), "lots.geojson")
    for opening in (proposals_of, open_source):
        with pytest.raises(Unreadable) as refused:
            opening(path)
        assert refused.value.code == "crs.axes_swapped"
