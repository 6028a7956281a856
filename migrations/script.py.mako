"""${message}

Expand first, contract in a later release: the version before this one must still run on the result.
No statement may hold a lock longer than the lock time-out; build indexes concurrently on big tables.
"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    ${downgrades if downgrades else "raise NotImplementedError"}
