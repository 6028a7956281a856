"""Named areas that a file told as lists of communes."""

from sqlalchemy import Connection, text

NAME = text("""
    insert into core.named_area as a (kind, code, name, source, "import", digest)
    select distinct on (kind, code) kind, code, coalesce(name, code), source, "import", digest
    from core.area_commune where "import" = :import
    order by kind, code, insee
    on conflict (kind, code) do update set name = excluded.name, "import" = excluded."import"
        where a.name <> excluded.name
""")


def name_listed(connection: Connection, import_id: int) -> None:
    """Make known the areas that an import lists communes of; one that is drawn keeps its outline."""
    connection.execute(NAME, {"import": import_id})
