"""Every row belongs to a tenant, and row-level security shows nobody the rows of another.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from roomlens.isolation import APP_ROLE, MINE, OPERATOR_ROLE, SEARCHABLE, policies_of
from roomlens.settings import tenant_settings

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OWNED = (
    "alterations", "analyses", "conversations", "corrections", "idempotency_keys", "image_keys", "image_vectors",
    "images", "listings", "message_feedback", "messages", "object_removals", "property_aggregations", "task_steps",
    "tasks", "temporal_changes", "text_vectors",
)  # fmt: skip
_SEARCHED = ("image_vectors", "listings", "text_vectors")
_FILTERED = ("listing_id", "room_type", "condition_score", "natural_light_score", "captured_at")
_CALLS = ["caller", "route", "key"]


def upgrade() -> None:
    for table in _OWNED:
        _add_tenant(table)
    _indexes_by_tenant()
    _roles()
    for table in _OWNED:
        for statement in policies_of(table):
            op.execute(statement)
    _views()


def downgrade() -> None:
    op.execute(f"drop schema {SEARCHABLE} cascade")
    for table in _OWNED:
        op.execute(f"drop policy tenant on {table}")
        op.execute(f"drop policy everywhere on {table}")
        op.execute(f"alter table {table} disable row level security")
    _revoke()
    _indexes_for_all()
    for table in _OWNED:
        op.drop_column(table, "tenant_id")


def _add_tenant(table: str) -> None:
    """Rows that are there are the one tenant's of this stack. A default that is gone again writes none of them anew."""
    mine = tenant_settings().tenant or "local"
    op.add_column(table, sa.Column("tenant_id", sa.String(64), server_default=mine, nullable=False))
    op.alter_column(table, "tenant_id", server_default=None)


def _indexes_by_tenant() -> None:
    op.drop_index("uq_images_listing_sha256", "images")
    of_listing = sa.text("coalesce(listing_id, 0)")
    op.create_index("uq_images_listing_sha256", "images", ["tenant_id", of_listing, "sha256"], unique=True)
    op.drop_index("ix_images_status_id", "images")
    op.drop_index("ix_tasks_parent_id_created_at_id", "tasks")
    for table, columns in _LISTS.items():
        for some in columns:
            op.create_index(f"ix_{table}_{'_'.join(some)}", table, list(some))
    op.drop_constraint("uq_listings_external_ref", "listings")
    op.create_unique_constraint("uq_listings_tenant_id_external_ref", "listings", ["tenant_id", "external_ref"])
    op.drop_constraint("pk_idempotency_keys", "idempotency_keys")
    op.create_primary_key("pk_idempotency_keys", "idempotency_keys", ["tenant_id", *_CALLS])
    for table in ("text_vectors", "image_vectors"):
        for column in _FILTERED:
            op.drop_index(f"ix_{table}_embedder_{column}", table)
            op.create_index(f"ix_{table}_tenant_id_embedder_{column}", table, ["tenant_id", "embedder", column])


_LISTS = {
    "images": [("tenant_id", "id"), ("tenant_id", "status", "id")],
    "listings": [("tenant_id", "id")],
    "conversations": [("tenant_id", "id")],
    "tasks": [("tenant_id", "parent_id", "created_at", "id")],
}


def _indexes_for_all() -> None:
    for table in ("text_vectors", "image_vectors"):
        for column in _FILTERED:
            op.drop_index(f"ix_{table}_tenant_id_embedder_{column}", table)
            op.create_index(f"ix_{table}_embedder_{column}", table, ["embedder", column])
    op.drop_constraint("pk_idempotency_keys", "idempotency_keys")
    op.create_primary_key("pk_idempotency_keys", "idempotency_keys", _CALLS)
    op.drop_constraint("uq_listings_tenant_id_external_ref", "listings")
    op.create_unique_constraint("uq_listings_external_ref", "listings", ["external_ref"])
    for table, columns in _LISTS.items():
        for some in columns:
            op.drop_index(f"ix_{table}_{'_'.join(some)}", table)
    op.create_index("ix_tasks_parent_id_created_at_id", "tasks", ["parent_id", "created_at", "id"])
    op.create_index("ix_images_status_id", "images", ["status", "id"])
    op.drop_index("uq_images_listing_sha256", "images")
    of_listing = sa.text("coalesce(listing_id, 0)")
    op.create_index("uq_images_listing_sha256", "images", [of_listing, "sha256"], unique=True)


def _roles() -> None:
    """Roles belong to the whole server: another database may have made them, or be about to."""
    for role in (APP_ROLE, OPERATOR_ROLE):
        op.execute(
            f"do $$ begin create role {role} nologin;"
            " exception when duplicate_object or unique_violation then null; end $$"
        )
        op.execute(f"grant {role} to current_user")  # whoever owns the tables works as either
        op.execute(f"grant usage on schema public to {role}")
        op.execute(f"grant select, insert, update, delete on all tables in schema public to {role}")
        op.execute(f"grant usage on all sequences in schema public to {role}")
        op.execute(f"revoke all on alembic_version from {role}")
        op.execute(f"alter default privileges grant select, insert, update, delete on tables to {role}")
        op.execute(f"alter default privileges grant usage on sequences to {role}")
    # who logs in as the operator works for single tenants, too, and is held to them then; never the other way round
    op.execute(f"grant {APP_ROLE} to {OPERATOR_ROLE}")


def _revoke() -> None:
    for role in (APP_ROLE, OPERATOR_ROLE):
        op.execute(f"alter default privileges revoke all on tables from {role}")
        op.execute(f"alter default privileges revoke all on sequences from {role}")
        op.execute(f"revoke all on all tables in schema public from {role}")
        op.execute(f"revoke all on all sequences in schema public from {role}")
        op.execute(f"revoke all on schema public from {role}")


def _views() -> None:
    """What search reads: the owner of the tables sees all rows, and so no policy stands before the views' condition."""
    op.execute(f"create schema {SEARCHABLE}")
    op.execute(f"grant usage on schema {SEARCHABLE} to {APP_ROLE}, {OPERATOR_ROLE}")
    for table in _SEARCHED:
        op.execute(f"create view {SEARCHABLE}.{table} as select * from {table} where {MINE}")
        op.execute(f"grant select on {SEARCHABLE}.{table} to {APP_ROLE}, {OPERATOR_ROLE}")
