"""How often each tenant calls.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from roomlens.isolation import policies_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_limits",
        sa.Column("tenant_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("spent_until", sa.Float, nullable=False),
        sa.Column("wait_seconds", sa.Float, nullable=False),
    )
    for statement in policies_of("rate_limits"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("rate_limits")
