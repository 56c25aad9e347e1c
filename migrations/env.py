"""Alembic's entry: it runs on the connection, and in the transaction, that `migrate.upgrade` opened."""

from alembic import context

from roomlens.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
