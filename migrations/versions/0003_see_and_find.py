"""Scenes, reasons and flags of photos, people's corrections, and all that a search filters by beside its vectors.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SPACES = ("text_vectors", "image_vectors")
# The words of a listing, without signs; the model says the same.
_LISTING_DOCUMENT = (
    "to_tsvector('english', regexp_replace(coalesce(title, '') || ' ' || coalesce(address, '') || ' ' ||"
    r" coalesce(external_ref, ''), '[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+', ' ', 'g'))"
)


def upgrade() -> None:
    _analyses()
    _corrections()
    op.execute("alter table text_vectors add column text_model varchar(200), add column own_vector halfvec(1536)")
    for table in _SPACES:
        _filtered_columns(table)
    _documents()
    op.create_index("ix_images_sha256", "images", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_images_sha256", "images")
    for table in ("listings", "text_vectors"):
        op.drop_column(table, "document")  # its index goes with it
    for table in _SPACES:
        op.drop_index(f"ix_{table}_embedder_room_type", table)  # the others go with their columns
        for column in ("tags", "condition_score", "natural_light_score", "captured_at"):
            op.drop_column(table, column)
    for column in ("text_model", "own_vector"):
        op.drop_column("text_vectors", column)
    op.drop_table("corrections")
    for column in ("scene", "reasons", "quality_flags", "compliance"):
        op.drop_column("analyses", column)


def _analyses() -> None:
    """Old analyses knew the room alone, and of nine rooms: each has one scene."""
    op.add_column("analyses", sa.Column("scene", sa.String(20)))
    op.execute(
        "update analyses set scene = case when room_type in ('exterior', 'floor_plan', 'other') then room_type"
        " else 'interior' end"
    )
    op.alter_column("analyses", "scene", nullable=False)
    op.add_column("analyses", sa.Column("reasons", JSONB, server_default=sa.text("'{}'"), nullable=False))
    for column in ("quality_flags", "compliance"):
        op.add_column("analyses", _list(column))


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("image_id", sa.Integer, sa.ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("room_type", sa.String(40)),
        _list("tags_added"),
        _list("tags_removed"),
        sa.Column("caption", sa.Text),
        sa.Column("condition_score", sa.Float),
        sa.Column("captured_at", sa.DateTime(timezone=True)),
        sa.Column("corrected_by", sa.String(200)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def _filtered_columns(table: str) -> None:
    op.add_column(table, _list("tags"))
    _keep_in_the_row(table, "tags")
    for column in ("condition_score", "natural_light_score"):
        op.add_column(table, sa.Column(column, sa.Float))
    op.add_column(table, sa.Column("captured_at", sa.DateTime(timezone=True)))
    op.execute(
        f"update {table} v set condition_score = a.condition_score, natural_light_score = a.natural_light_score,"
        " captured_at = i.captured_at, tags = jsonb_path_query_array(a.features, '$[*].tag')"
        " from analyses a join images i on i.id = a.image_id where a.id = v.analysis_id"
    )
    for column in ("room_type", "condition_score", "natural_light_score", "captured_at"):
        op.create_index(f"ix_{table}_embedder_{column}", table, ["embedder", column])
    op.create_index(f"ix_{table}_tags", table, ["tags"], postgresql_using="gin")


def _documents() -> None:
    op.add_column("text_vectors", sa.Column("document", TSVECTOR, server_default="", nullable=False))
    _keep_in_the_row("text_vectors", "document")
    op.execute(
        "update text_vectors v set document = to_tsvector('english', regexp_replace(concat_ws(' ', a.caption,"
        " a.room_type, jsonb_path_query_array(a.features, '$[*].tag')::text),"
        r" '[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+', ' ', 'g'))"
        " from analyses a where a.id = v.analysis_id"
    )
    op.create_index("ix_text_vectors_document", "text_vectors", ["document"], postgresql_using="gin")
    op.add_column("listings", sa.Column("document", TSVECTOR, sa.Computed(_LISTING_DOCUMENT, persisted=True)))
    op.create_index("ix_listings_document", "listings", ["document"], postgresql_using="gin")


def _keep_in_the_row(table: str, column: str) -> None:
    """A row with a plain vector is so wide that PostgreSQL would put whatever else is long beside the table: to look at
    a document would read three pages more (measured: docs/adr/0014-search.md)."""
    op.execute(f"alter table {table} alter column {column} set storage main")


def _list(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, JSONB, server_default=sa.text("'[]'"), nullable=False)
