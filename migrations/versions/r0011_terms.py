"""Terms: building rules, history and dates."""

from migrations.sql import run_folder

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_folder("terms/up")


def downgrade() -> None:
    run_folder("terms/down")
