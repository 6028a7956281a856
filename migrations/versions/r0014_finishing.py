"""What the desk, matching, serving and the page still lacked."""

from migrations.sql import run_folder

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_folder("finishing/up")


def downgrade() -> None:
    run_folder("finishing/down")
