"""Rows remember the bytes they were read from: a reload passes over what did not change."""

from migrations.sql import run_folder

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_folder("raw_rows/up")


def downgrade() -> None:
    run_folder("raw_rows/down")
