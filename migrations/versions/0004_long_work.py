"""Tasks with items, runs and callbacks; answers kept for who asks twice; versions of models; events in their order.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS_OF_TASKS = (
    "parent_id", "position", "listing_id", "workflow", "run", "attempts", "request", "callback_url", "callback_status",
    "reconciled_at",
)  # fmt: skip


def upgrade() -> None:
    _tasks()
    _idempotency()
    _model_versions()
    for column, length in (("sequencer", 64), ("etag", 100)):
        op.add_column("image_keys", sa.Column(column, sa.String(length)))


def downgrade() -> None:
    for column in ("sequencer", "etag"):
        op.drop_column("image_keys", column)
    for table in ("model_in_force", "model_versions", "idempotency_keys"):
        op.drop_table(table)
    op.drop_column("task_steps", "run")
    _photos_take_their_tasks_with_them("CASCADE")
    for column in _COLUMNS_OF_TASKS:
        op.drop_column("tasks", column)  # its indexes and constraints go with it


def _tasks() -> None:
    number = {"server_default": sa.text("1"), "nullable": False}
    op.add_column("tasks", sa.Column("parent_id", sa.String(80)))
    op.add_column("tasks", sa.Column("position", sa.Integer))
    op.add_column("tasks", sa.Column("listing_id", sa.Integer))
    op.add_column("tasks", sa.Column("workflow", sa.String(60)))
    op.add_column("tasks", sa.Column("run", sa.Integer, **number))
    op.add_column("tasks", sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False))
    op.add_column("tasks", sa.Column("request", JSONB, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("tasks", sa.Column("callback_url", sa.String(2000)))
    op.add_column("tasks", sa.Column("callback_status", sa.String(20)))
    op.add_column("tasks", sa.Column("reconciled_at", sa.DateTime(timezone=True)))
    op.add_column("task_steps", sa.Column("run", sa.Integer, **number))
    op.create_foreign_key("fk_tasks_parent_id_tasks", "tasks", "tasks", ["parent_id"], ["id"], ondelete="CASCADE")
    op.create_foreign_key(
        "fk_tasks_listing_id_listings", "tasks", "listings", ["listing_id"], ["id"], ondelete="SET NULL"
    )
    _photos_take_their_tasks_with_them("SET NULL")
    op.create_unique_constraint("uq_tasks_parent_id_position", "tasks", ["parent_id", "position"])
    op.create_index("ix_tasks_listing_id", "tasks", ["listing_id"])
    op.create_index("ix_tasks_parent_id_created_at_id", "tasks", ["parent_id", "created_at", "id"])
    op.create_index("ix_tasks_parent_id_status", "tasks", ["parent_id", "status"])
    # those that there were had one kind each
    op.execute("update tasks set workflow = 'analyze_photo'")


def _photos_take_their_tasks_with_them(on_delete: str) -> None:
    """What becomes of a task whose photo goes; what was done is still to be told."""
    op.drop_constraint("fk_tasks_image_id_images", "tasks")
    op.create_foreign_key("fk_tasks_image_id_images", "tasks", "images", ["image_id"], ["id"], ondelete=on_delete)


def _idempotency() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(200), primary_key=True),
        sa.Column("route", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_code", sa.Integer),
        sa.Column("headers", JSONB),
        sa.Column("body", sa.Text),
        _now("created_at"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _model_versions() -> None:
    op.create_table(
        "model_versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("embedder", sa.String(200), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("weights_sha256", sa.String(64), nullable=False),
        sa.Column("text_model", sa.String(200), nullable=False),
        sa.Column("image_model", sa.String(200), nullable=False),
        sa.Column("overlap", JSONB),
        _now("created_at"),
        sa.UniqueConstraint("embedder", name="uq_model_versions_embedder"),
    )
    op.create_table(
        "model_in_force",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version_id", sa.Integer, sa.ForeignKey("model_versions.id"), nullable=False),
        sa.Column("previous_id", sa.Integer, sa.ForeignKey("model_versions.id")),
        _now("promoted_at"),
        sa.CheckConstraint("id = 1", name="ck_model_in_force_only_one"),
    )


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
