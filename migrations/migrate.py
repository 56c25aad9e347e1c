"""Brings the database's schema up to date. Safe to run twice, and by two callers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from roomlens.db import engine
from roomlens.observability import logger

# "roomlens" as bytes: any fixed number serves, as long as nothing else in the database locks the same one
LOCK = 0x726F_6F6D_6C65_6E73


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> tuple[str | None, str | None]:
    """Applies what is missing; answers with the revision before and after."""
    config = alembic_config(connection)
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    before = MigrationContext.configure(connection).get_current_revision()
    command.upgrade(config, "head")
    return before, ScriptDirectory.from_config(config).get_current_head()


def handler(event: dict[str, Any], context: object) -> dict[str, str | None]:
    with engine().begin() as connection:
        before, after = upgrade(connection)
    logger().info("schema.migrated", extra={"before": before, "after": after})
    return {"before": before, "after": after}
