"""Desk: enquiries, projects, commitments, links, messages, dossiers."""

from migrations.sql import run_folder

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_folder("desk/up")


def downgrade() -> None:
    run_folder("desk/down")
