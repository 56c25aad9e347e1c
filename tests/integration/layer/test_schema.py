"""The schema's history and the tables that the code knows are one."""

from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from migrations.migrate import alembic_config, upgrade
from rig.database_server import DatabaseServer
from roomlens.models import Base

pytestmark = pytest.mark.postgres


def differences(connection: Connection) -> list[Any]:
    """What the database lacks, or has too much, for the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found: list[Any] = compare_metadata(context, Base.metadata)
    return found


def test_the_history_ends_where_the_models_are(database: Engine) -> None:
    with database.connect() as connection:
        assert differences(connection) == []


@pytest.mark.parametrize(
    "change",
    [
        "alter table listings alter column status set default 'sold'",
        "alter table temporal_changes alter column verdict type varchar(21)",
        "alter table property_aggregations alter column gaps drop not null",
        "drop index ix_temporal_changes_after_image_id",
        "drop index ix_text_vectors_vector",
        "alter table temporal_changes drop constraint uq_temporal_changes_before_image_id_after_image_id_model",
        "alter table temporal_changes drop constraint fk_temporal_changes_listing_id_listings",
    ],
)
def test_a_history_that_ends_elsewhere_is_noticed(database: Engine, change: str) -> None:
    with database.connect() as connection:
        connection.execute(text(change))
        assert len(differences(connection)) == 1
        connection.rollback()


def test_vectors_lie_in_the_row_as_halves_with_their_index(database: Engine) -> None:
    with database.connect() as connection:
        columns = connection.execute(
            text(
                "select attrelid::regclass::text, format_type(atttypid, atttypmod), attstorage::text"
                " from pg_attribute join pg_class on pg_class.oid = attrelid"
                " where attname = 'vector' and relkind = 'r' and relname in ('text_vectors', 'image_vectors')"
                " order by 1"
            )
        ).all()
        indexes = connection.execute(
            text("select indexdef from pg_indexes where indexname like 'ix_%_vectors_vector'")
        ).all()
    assert columns == [("image_vectors", "halfvec(768)", "p"), ("text_vectors", "halfvec(1536)", "p")]
    assert len(indexes) == 2
    assert all("USING hnsw (vector halfvec_cosine_ops)" in definition for (definition,) in indexes)


def test_migrating_twice_changes_nothing_and_the_way_back_is_clean(postgres: DatabaseServer) -> None:
    engine = create_engine(postgres.new(f"history_{uuid4().hex[:8]}"))
    with engine.begin() as connection:
        before, after = upgrade(connection)
    assert before is None
    with engine.begin() as connection:
        assert upgrade(connection) == (after, after)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
