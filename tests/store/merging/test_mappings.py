"""Mappings that planners confirmed: one a dataset, the newest; one nobody can read any more hinders no load."""

from geo.intake.mapping.keeping import kept
from geo.store.database import Database, Role
from geo.store.merging.mappings import keep_mapping

LOTS = 'layer = "parcels"\ncolumns.name = "Nom"'


def keep(database: Database, dataset: str, toml: str, *fields: str) -> None:
    with database.connection(Role.WORKER) as connection:
        keep_mapping(connection, dataset=dataset, layer="parcels", fields=fields, toml=toml, actor="marie")


def test_the_newest_mapping_of_a_dataset_stands(database: Database) -> None:
    keep(database, "lots", LOTS, "Nom")
    keep(database, "zae", LOTS, "Nom", "Prix")
    keep(database, "lots", LOTS.replace("Nom", "Intitulé"), "Intitulé")
    found = {one.dataset: one for one in kept(database)}
    assert found.keys() == {"lots", "zae"}
    assert found["lots"].fields == ("Intitulé",)
    assert found["lots"].mapping.reads == ("Intitulé",)


def test_a_mapping_of_an_older_version_hinders_nobody(database: Database) -> None:
    keep(database, "old", 'layer = "parcels"\ncolumns.gone = "Nom"', "Nom")
    keep(database, "lots", LOTS, "Nom")
    assert [one.dataset for one in kept(database)] == ["lots"]


def test_an_organisation_reads_by_its_own_mappings_and_by_everybodys(database: Database) -> None:
    keep(database, "lots", LOTS, "Nom")
    keep(database, "7:lots", LOTS.replace("Nom", "Intitulé"), "Intitulé")
    keep(database, "71:zae", LOTS, "Nom")
    assert [(one.dataset, one.fields) for one in kept(database, 7)] == [("lots", ("Intitulé",)), ("lots", ("Nom",))]
    assert [(one.dataset, one.fields) for one in kept(database)] == [("lots", ("Nom",))]
