"""Serving: collections, edits and tiles for GIS tools."""

from migrations.sql import run_folder

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_folder("serving/up")


def downgrade() -> None:
    run_folder("serving/down")
