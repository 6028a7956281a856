"""Revisions are folders of SQL: each file of one is run in the order of its name."""

from pathlib import Path

from alembic import context, op


def run(script: str) -> None:
    """Run a script of several statements; without parameters, a percent sign is only that."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(script)


def run_folder(name: str) -> None:
    """Run the SQL files of ``migrations/<name>``; ``{srid}`` stands for the code of the territory's CRS."""
    srid = str(int(context.config.attributes["srid"]))
    for file in sorted((Path(__file__).parent / name).glob("*.sql")):
        run(file.read_text(encoding="utf-8").replace("{srid}", srid))
