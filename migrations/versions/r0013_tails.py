"""What serving and matching still lacked."""

from migrations.sql import run_folder

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_folder("tails/up")


def downgrade() -> None:
    run_folder("tails/down")
