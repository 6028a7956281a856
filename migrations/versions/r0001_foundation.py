"""The foundation: places, parcels, derived parts, history, private tables, access."""

from pathlib import Path

from alembic import context, op

revision = "0001"
down_revision = None

SQL = Path(__file__).parent.parent / "foundation"


def run(script: str) -> None:
    """Run a script of several statements; without parameters, a percent sign is only that."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(script)


def upgrade() -> None:
    srid = str(int(context.config.attributes["srid"]))
    for file in sorted(SQL.glob("*.sql")):
        run(file.read_text(encoding="utf-8").replace("{srid}", srid))


def downgrade() -> None:
    run("drop schema core cascade")
