"""Listings, photos, what was seen in them, conversations and tasks.

Revision ID: 0001
Revises:
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from roomlens.vectors import IMAGE_DIMENSIONS, TEXT_DIMENSIONS, Vector

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    "listings",
    "images",
    "image_keys",
    "analyses",
    "text_vectors",
    "image_vectors",
    "conversations",
    "messages",
    "tasks",
    "task_steps",
]


def upgrade() -> None:
    op.execute("create extension if not exists vector")
    _listings()
    _images()
    _analyses()
    for table, dimensions in (("text_vectors", TEXT_DIMENSIONS), ("image_vectors", IMAGE_DIMENSIONS)):
        _vectors(table, dimensions)
    _conversations()
    _tasks()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _times(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False) for name in names]


def _points_to(column: str, target: str, type_: Any = sa.Integer, **options: Any) -> sa.Column[Any]:
    return sa.Column(column, type_, sa.ForeignKey(target, ondelete="CASCADE"), **options)


def _table(name: str, *columns: Any) -> None:
    op.create_table(name, *columns)


def _index(name: str, table: str, columns: list[Any], unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique)


def _listings() -> None:
    number: Callable[[str], sa.Column[Any]] = lambda name: sa.Column(name, sa.Float)  # noqa: E731
    _table(
        "listings",
        _id(),
        sa.Column("external_ref", sa.String(100)),
        sa.Column("title", sa.String(200)),
        sa.Column("address", sa.String(300)),
        *map(number, ("price", "beds", "baths", "area_sqft")),
        sa.Column("status", sa.String(20), server_default="active", nullable=False),
        *_times("created_at", "updated_at"),
        sa.UniqueConstraint("external_ref", name="uq_listings_external_ref"),
    )


def _images() -> None:
    _table(
        "images",
        _id(),
        _points_to("listing_id", "listings.id"),
        sa.Column("status", sa.String(20), server_default="queued", nullable=False),
        sa.Column("s3_key", sa.String(1024), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(100)),
        sa.Column("byte_size", sa.BigInteger),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("sha256", sa.String(64)),
        sa.Column("perceptual_hash", sa.String(16)),
        sa.Column("captured_at", sa.DateTime(timezone=True)),
        sa.Column("failure_code", sa.String(50)),
        sa.Column("failure_detail", sa.Text),
        *_times("created_at", "updated_at"),
        sa.UniqueConstraint("s3_key", name="uq_images_s3_key"),
    )
    # one row for the same bytes in the same listing; photos of no listing count as one listing of their own
    _index("uq_images_listing_sha256", "images", [sa.text("coalesce(listing_id, 0)"), "sha256"], unique=True)
    _index("ix_images_listing_id_id", "images", ["listing_id", "id"])
    _index("ix_images_status_id", "images", ["status", "id"])
    _table(
        "image_keys",
        sa.Column("s3_key", sa.String(1024), primary_key=True),
        _points_to("image_id", "images.id", nullable=False),
    )
    _index("ix_image_keys_image_id", "image_keys", ["image_id"])


def _analyses() -> None:
    _table(
        "analyses",
        _id(),
        _points_to("image_id", "images.id", nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("weights_sha256", sa.String(64), nullable=False),
        sa.Column("room_type", sa.String(40), nullable=False),
        sa.Column("room_confidence", sa.Float, nullable=False),
        sa.Column("alternatives", JSONB, nullable=False),
        sa.Column("features", JSONB, nullable=False),
        sa.Column("condition_score", sa.Float),
        sa.Column("condition_band", sa.String(2)),
        sa.Column("condition_reason", sa.String(100)),
        sa.Column("natural_light_score", sa.Float),
        sa.Column("components", JSONB, nullable=False),
        sa.Column("caption", sa.Text, nullable=False),
        sa.Column("duration_ms", sa.Float, nullable=False),
        *_times("created_at"),
        sa.UniqueConstraint("image_id", "model", "version", name="uq_analyses_image_id_model_version"),
    )


def _vectors(table: str, dimensions: int) -> None:
    _table(
        table,
        _points_to("analysis_id", "analyses.id", primary_key=True),
        _points_to("image_id", "images.id", nullable=False),
        sa.Column("listing_id", sa.Integer),
        sa.Column("room_type", sa.String(40), nullable=False),
        sa.Column("embedder", sa.String(200), nullable=False),
        sa.Column("vector", Vector(dimensions), nullable=False),
    )
    # in the row, not beside it: an exact scan reads a third of the time (docs/adr/0004)
    op.execute(f"alter table {table} alter column vector set storage plain")
    _index(f"ix_{table}_image_id", table, ["image_id"])
    _index(f"ix_{table}_embedder_listing_id", table, ["embedder", "listing_id"])
    op.execute(f"create index ix_{table}_vector on {table} using hnsw (vector halfvec_cosine_ops)")


def _conversations() -> None:
    _table(
        "conversations",
        _id(),
        _points_to("listing_id", "listings.id"),
        sa.Column("user_id", sa.String(200)),
        *_times("created_at"),
    )
    _index("ix_conversations_listing_id", "conversations", ["listing_id"])
    _table(
        "messages",
        _id(),
        _points_to("conversation_id", "conversations.id", nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("citations", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("abstained", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("model", sa.String(200)),
        *_times("created_at"),
    )
    _index("ix_messages_conversation_id_id", "messages", ["conversation_id", "id"])


def _tasks() -> None:
    _table(
        "tasks",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), server_default="queued", nullable=False),
        _points_to("image_id", "images.id"),
        sa.Column("result", JSONB),
        sa.Column("problem", JSONB),
        *_times("created_at", "updated_at"),
    )
    _index("ix_tasks_image_id", "tasks", ["image_id"])
    _index("ix_tasks_status_created_at", "tasks", ["status", "created_at"])
    _table(
        "task_steps",
        _id(),
        _points_to("task_id", "tasks.id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("duration_ms", sa.Float),
        *_times("started_at"),
        sa.UniqueConstraint("task_id", "name", "attempt", name="uq_task_steps_task_id_name_attempt"),
    )
