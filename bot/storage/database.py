"""The connection to the database: engines for SQLite and PostgreSQL, and the base class of all tables."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def by_value(enum: type[StrEnum]) -> sa.Enum:
    """Return a column type that stores an enum by its value, checked by us and not by the database,
    so that a new member needs no migration."""
    return sa.Enum(
        enum, values_callable=lambda members: [member.value for member in members], native_enum=False, length=40
    )


class Base(DeclarativeBase):
    """Base of all tables. Constraint names are fixed so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, str: sa.String, dict[str, Any]: sa.JSON(none_as_null=True)}  # noqa: RUF012


def is_due(column: Any, now: datetime, horizon: timedelta) -> sa.ColumnElement[bool]:
    """Return the condition that something's time has come. Nothing is ever put off by more than `horizon`; what seems
    to be was put off before the clock was set back, so it is due as well."""
    return sa.or_(column <= now, column > now + horizon)


def insert_new(session: Session, table: type[Base], values: dict[str, Any], key: str) -> None:
    """Insert a row, unless there is one with this key already, which then stays as it is."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(insert(table).values(values).on_conflict_do_nothing(index_elements=[key]))


def upsert(session: Session, table: type[Base], rows: list[dict[str, Any]], key: tuple[str, str]) -> set[Any]:
    """Insert rows, or bring those up to date that are there; return the keys of those that were new or other. A key
    must not come twice."""
    if not rows:
        return set()
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = insert(table)
    columns = table.__table__.c
    others = [name for name in rows[0] if name not in key]
    changed = statement.on_conflict_do_update(
        index_elements=key,
        set_={name: statement.excluded[name] for name in others},
        where=sa.or_(*(columns[name].is_distinct_from(statement.excluded[name]) for name in others)),
    )
    found = session.execute(changed.returning(*(columns[name] for name in key)), rows)
    return {tuple(one) for one in found}


def is_one_of(session: Session, column: Any, values: Collection[int] | Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of these values, handed over as one: thousands of them as parameters
    of their own take longer to write into a statement than to look up."""
    if session.get_bind().dialect.name == "postgresql":
        among: sa.ColumnElement[bool] = column == sa.any_(sa.literal(list(values), postgresql.ARRAY(column.type)))
        return among
    listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
    found: sa.ColumnElement[bool] = column.in_(sa.select(listed.c.value))
    return found


def is_conflict(error: Exception) -> bool:
    """Tell whether somebody else stored the same thing at the same moment, so that trying again finds it there."""
    return isinstance(error, sa.exc.IntegrityError)


def is_passing(error: Exception) -> bool:
    """Tell whether an error is one of a database that is away, locked or full, so that the same may succeed later."""
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError)


def connect_workflows(database_url: str) -> sa.Engine:
    """Open what the engine of outreach keeps of its own work: beside the embedded database in a file of its own, so
    that neither waits for the other's writing, or in the same PostgreSQL database. It may be lost: whatever is claimed
    and not begun is begun anew."""
    if not database_url.startswith("sqlite"):
        return sa.create_engine(database_url, pool_pre_ping=True, hide_parameters=True)
    engine = sa.create_engine(database_url.removesuffix(".db") + ".engine.db", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def connect(url: str) -> sa.Engine:
    """Open the database at `url`. For SQLite the folder is made, writers wait for each other up to ten
    seconds, and a transaction that may write takes its lock at the beginning, so that it never fails half-way.
    Errors do not show the parameters of their statement, which hold what customers wrote."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
    database = sa.make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        connect_args={"timeout": 10, "check_same_thread": False},
        # As many as threads may ask at once; one beyond it would be opened and prepared anew each time.
        pool_size=32,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # SQLAlchemy begins transactions itself below; the driver's own habit of beginning them late is off.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
