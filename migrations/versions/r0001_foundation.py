"""The foundation: places, parcels, derived parts, history, private tables, access."""

from migrations.sql import run, run_folder

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_folder("foundation")


def downgrade() -> None:
    run("drop schema core cascade")
