"""Databases on the test run's server."""

from sqlalchemy import Engine, create_engine, text

from rig.postgres import Postgres
from roomlens.db import measured


def new_database(postgres: Postgres, name: str) -> Engine:
    """An empty database on the test run's server."""
    maintenance = create_engine(postgres.url(), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"create database {name}"))
    maintenance.dispose()
    return measured(create_engine(postgres.url(name)))
