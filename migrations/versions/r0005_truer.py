"""Truer facts: records kept of every layer, marks that do not miss."""

from migrations.sql import run_folder

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_folder("truer/up")


def downgrade() -> None:
    run_folder("truer/down")
