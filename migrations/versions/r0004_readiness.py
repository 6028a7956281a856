"""Readiness: dates of every state for a need, states that expire and are attested again."""

from migrations.sql import run_folder

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_folder("readiness/up")


def downgrade() -> None:
    run_folder("readiness/down")
