"""Brings a database to the newest table layout. Alembic does the work; this only hands it the connection."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from bot.storage import tables  # noqa: F401  The tables must be known before they can be compared.
from bot.storage.database import Base


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Run all missing migrations, all or none of them."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def write_migration(engine: sa.Engine, number: str, message: str) -> None:
    """Write a new migration from the difference between the tables and the database (for developers)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, rev_id=number, autogenerate=True)


def find_differences(engine: sa.Engine) -> list[object]:
    """Return how the database differs from the tables; empty when the migrations are complete."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
