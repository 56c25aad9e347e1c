"""Aggregations and changes by version, altered photos, orders of photos, feedback, summaries, objects to be removed.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BY_MODEL = "uq_temporal_changes_before_image_id_after_image_id_model"
_ONE_FOR_ALL = "uq_temporal_changes_before_image_id_after_image_id"


def upgrade() -> None:
    op.add_column("listings", sa.Column("photo_order", JSONB))
    _aggregations_and_changes()
    op.add_column("conversations", sa.Column("summary", sa.Text, server_default="", nullable=False))
    op.add_column("conversations", sa.Column("summarized_id", sa.Integer, server_default=sa.text("0"), nullable=False))
    _message_feedback()
    _alterations()
    op.create_table(
        "object_removals",
        sa.Column("s3_key", sa.String(1024), primary_key=True),
        sa.Column("etag", sa.String(100)),
        _now("created_at"),
    )


def downgrade() -> None:
    for table in ("object_removals", "alterations", "message_feedback"):
        op.drop_table(table)
    for column in ("summarized_id", "summary"):
        op.drop_column("conversations", column)
    op.execute("delete from temporal_changes")  # there may be several of one pair; they are made anew
    op.drop_constraint(_BY_MODEL, "temporal_changes")
    for column in ("instance", "asked", "model"):
        op.drop_column("temporal_changes", column)
    op.create_unique_constraint(_ONE_FOR_ALL, "temporal_changes", ["before_image_id", "after_image_id"])
    for column in ("scores", "fingerprint"):
        op.drop_column("property_aggregations", column)
    op.drop_column("listings", "photo_order")


def _aggregations_and_changes() -> None:
    """Nothing filled these tables so far; what is there is made anew."""
    op.add_column("property_aggregations", sa.Column("fingerprint", sa.String(64), server_default="", nullable=False))
    op.add_column("property_aggregations", sa.Column("scores", JSONB, server_default=sa.text("'{}'"), nullable=False))
    op.execute("delete from temporal_changes")
    op.add_column("temporal_changes", sa.Column("model", sa.String(200), nullable=False))
    op.add_column("temporal_changes", sa.Column("asked", sa.Boolean, server_default=sa.text("false"), nullable=False))
    op.add_column("temporal_changes", sa.Column("instance", sa.String(60)))
    op.drop_constraint(_ONE_FOR_ALL, "temporal_changes")
    op.create_unique_constraint(_BY_MODEL, "temporal_changes", ["before_image_id", "after_image_id", "model"])


def _message_feedback() -> None:
    op.create_table(
        "message_feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Integer, sa.ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
        sa.Column("rating", sa.String(10), nullable=False),
        sa.Column("category", sa.String(40)),
        sa.Column("comment", sa.Text),
        sa.Column("user_id", sa.String(200)),
        _now("created_at"),
    )
    op.create_index("ix_message_feedback_message_id", "message_feedback", ["message_id"])


def _alterations() -> None:
    op.create_table(
        "alterations",
        sa.Column(
            "image_id",
            sa.Integer,
            sa.ForeignKey("images.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("original_image_id", sa.Integer, sa.ForeignKey("images.id", ondelete="SET NULL")),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("disclosure", sa.Text, nullable=False),
        sa.Column("declared_by", sa.String(200)),
        _now("created_at"),
        _now("updated_at"),
    )
    op.create_index("ix_alterations_original_image_id", "alterations", ["original_image_id"])


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
