"""The database's shape: how migrations are written and run, on both engines.

A migration is one transaction, so one that fails leaves nothing half done (SQLite can do that
too; Alembic only has to be told).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask_migrate import Migrate
from sqlalchemy import JSON, Connection, Enum, String, inspect, text

from vwg.db import UtcDateTime, allow_writing, db
from vwg.domain.erasure import PERSONAL_TABLES

migrate = Migrate(db=db, directory=Path(__file__).with_name("migrations"))


def run() -> None:
    """Called by migrations/env.py: run what the command asks for on the house's own database."""
    allow_writing(True)
    if db.engine.dialect.name == "sqlite" and db.engine.url.database:
        file = Path(db.engine.url.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # it names people; what SQLite puts beside it follows its mode
    with db.engine.connect() as connection, constraints_off(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,  # SQLite alters a table by making it anew
            render_item=_render,
            compare_type=_types_differ,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            _check_references(connection)
            _take_no_samples(connection)


@contextmanager
def constraints_off(connection: Connection) -> Iterator[None]:
    """A table that is made anew is dropped first, and with foreign keys on SQLite then deletes
    every row that hangs from it (ON DELETE CASCADE). Only outside a transaction can they be
    switched, so before it begins."""
    if connection.dialect.name != "sqlite":
        yield
        return
    bare = connection.connection.dbapi_connection
    assert bare is not None
    bare.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        bare.cursor().execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    """What the switched-off constraints would have said."""
    if connection.dialect.name == "sqlite":
        lost = connection.execute(text("PRAGMA foreign_key_check")).all()
        if lost:
            raise RuntimeError(f"this migration leaves rows without their parent in {sorted({row[0] for row in lost})}")


def _take_no_samples(connection: Connection) -> None:
    """PostgreSQL's planner keeps samples of what stands in a column (pg_statistic), and would keep a
    name long after its row is erased: of what people told it takes none."""
    if connection.dialect.name != "postgresql":
        return
    there = set(inspect(connection).get_table_names()) & set(PERSONAL_TABLES)
    for table in (db.metadata.tables[name] for name in sorted(there)):
        for column in table.columns:
            if isinstance(column.type, (String, JSON)) and not isinstance(column.type, Enum):
                connection.execute(text(f'ALTER TABLE "{table.name}" ALTER COLUMN "{column.name}" SET STATISTICS 0'))


def _render(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """A migration names plain types: it must read the same when our own types are long gone."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def _types_differ(_context: object, _there: object, _column: object, _found: object, ours: object) -> bool | None:
    """A new value of an enum is no change of the table; else Alembic judges."""
    return False if isinstance(ours, Enum) else None
