"""Which dataset the rows of a file belong to: their keys mean something only within it."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert

from geo.intake import belonging
from geo.intake.layers.recognise import of_layer
from geo.intake.options import Options
from geo.store import tables
from geo.store.layers import Layer
from geo.store.merging import others

OWN_KEYS = (
    *("cnig_", "foncier_plus", "etalab_", "ign_", "minimal_", "gpu_", "natura2000", "znieff", "protected_"),
    *("nature_park", "sncf_", "aerodromes", "bdtopo_", "bd_foret", "rte_"),
)
"""Schemas whose keys are the same from file to file; another file's keys only mean something with its name."""


def is_official(schema: str, layer: Layer) -> bool:
    """Whether keys mean the same in every file of the schema, so that files of several places make up one dataset."""
    return of_layer(schema, layer.name).startswith(OWN_KEYS) or layer.name in ("communes", "areas", "area_communes")


def dataset_of(connection: Connection, schema: str, file_name: str, layer: Layer, options: Options) -> str:
    """The name that makes a row's key unique: as asked, the schema where keys are official, else the file's own.

    Names of sources and files are each organisation's own: two may send a file called ``parcelles``. Land loaded on the
    server for an organisation goes where the organisation's own upload of the file does, and both go on with a dataset
    that has no organisation in its name where that is theirs.
    """
    if options.source is None and is_official(schema, layer):
        return of_layer(schema, layer.name)
    plain = options.source or file_name.split(".")[0]
    if layer.name not in belonging.OF_ANYONE:
        return belonging.own_name(plain, options.organisation)
    owner = options.responsible if options.organisation is None else options.organisation
    own = belonging.own_name(plain, owner)
    if belonging.OWN_NAME.match(plain):
        return own
    if owner is None:
        return others.dataset_of_nobody(connection, plain)
    return others.dataset_of_land(connection, own, plain, owner)


def source_of(connection: Connection, dataset: str) -> int:
    """The number of a dataset, which is made known when it is new."""
    connection.execute(upsert(tables.source).values(dataset=dataset).on_conflict_do_nothing())
    return int(connection.execute(select(tables.source.c.id).where(tables.source.c.dataset == dataset)).scalar_one())
