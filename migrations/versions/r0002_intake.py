"""Intake: staging, official facts as published, plans and their documents, lineage, column mappings, uploads."""

from migrations.sql import run_folder

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_folder("intake/up")


def downgrade() -> None:
    run_folder("intake/down")
