"""What a listing's photos say together, and what became of a room between two of them.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "property_aggregations",
        sa.Column("id", sa.Integer, primary_key=True),
        _points_to("listing_id", "listings.id"),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("photo_count", sa.Integer, nullable=False),
        sa.Column("condition_score", sa.Float),
        sa.Column("natural_light_score", sa.Float),
        *(sa.Column(name, JSONB, nullable=False) for name in ("rooms", "tags", "gaps")),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.UniqueConstraint("listing_id", "model", name="uq_property_aggregations_listing_id_model"),
    )
    op.create_table(
        "temporal_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        _points_to("listing_id", "listings.id"),
        _points_to("before_image_id", "images.id"),
        _points_to("after_image_id", "images.id"),
        sa.Column("room_type", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100)),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.UniqueConstraint(
            "before_image_id", "after_image_id", name="uq_temporal_changes_before_image_id_after_image_id"
        ),
    )
    # the foreign keys that no constraint's own index serves
    op.create_index("ix_temporal_changes_listing_id", "temporal_changes", ["listing_id"])
    op.create_index("ix_temporal_changes_after_image_id", "temporal_changes", ["after_image_id"])


def downgrade() -> None:
    op.drop_table("temporal_changes")
    op.drop_table("property_aggregations")


def _points_to(column: str, target: str) -> sa.Column[int]:
    return sa.Column(column, sa.Integer, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False)
