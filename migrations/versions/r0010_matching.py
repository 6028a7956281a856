"""Match: what needs ask of the base beyond what it held."""

from migrations.sql import run_folder

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_folder("matching/up")


def downgrade() -> None:
    run_folder("matching/down")
