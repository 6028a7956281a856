"""Networks and places: what a company must be near, named areas, and how far each parcel is."""

from migrations.sql import run_folder

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_folder("networks/up")


def downgrade() -> None:
    run_folder("networks/down")
