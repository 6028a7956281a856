"""Answers: indexes and tables that let items and matches be asked by date."""

from migrations.sql import run_folder

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_folder("answers/up")


def downgrade() -> None:
    run_folder("answers/down")
