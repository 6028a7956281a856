"""Fit: profiles, frontages and adjacency, kept beside the land they are derived from."""

from migrations.sql import run_folder

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_folder("fit/up")


def downgrade() -> None:
    run_folder("fit/down")
