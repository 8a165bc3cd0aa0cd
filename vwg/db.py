"""The database: one base class, one time type, one lock, and who may write when.

SQLite and PostgreSQL run the same code. A writing request knows from its first line that it
writes: on SQLite its transaction begins IMMEDIATE (else two readers that both turn writer fail
at once with "database is locked", whatever the timeout), on PostgreSQL `locked` takes the row.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar, TypeVar, cast
from zlib import crc32

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Integer, MetaData, Select, Table, TypeDecorator, bindparam, event, func, inspect, select, update
from sqlalchemy import Enum as EnumType
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, defaultload, registry
from sqlalchemy.orm.attributes import set_committed_value


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite gives naive ones back, and a naive one is somebody's guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _values(kind: type[Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """Every noun. Enums are VARCHAR without CHECK: a new value needs no migration."""

    ruled_by: ClassVar[str] = ""  # the parent by whose rules a row counts: `locked` reads it afresh too

    registry = registry(
        metadata=_metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            Enum: EnumType(Enum, native_enum=False, create_constraint=False, length=32, values_callable=_values),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
        },
    )


@event.listens_for(Table, "after_parent_attach")
def _no_number_twice(table: Table, _parent: object) -> None:
    """SQLite gives the number of a deleted row to the next one; links, calendars and notices go by
    numbers, and would speak of something else then (https://sqlite.org/autoinc.html)."""
    keys = list(table.primary_key.columns)
    if len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys:
        table.dialect_options["sqlite"]["autoincrement"] = True


db = SQLAlchemy(metadata=_metadata)

PATIENCE = 60_000  # milliseconds that SQLite asks again for a lock

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that may change rows; the caller commits. What is not committed is undone."""
    session = db.session()
    session.rollback()
    before = _writing.set(True)
    try:
        yield session
    finally:
        session.rollback()
        _writing.reset(before)


def allow_writing(allowed: bool) -> None:
    """Say at a request's first line whether it writes; `i18n` and `guards` read after this."""
    _writing.set(allowed)


def is_writing() -> bool:
    return _writing.get()


class NotWriting(RuntimeError):
    """Somebody locks or commits where only looking is allowed: a mistake in our code."""


class Gone(LookupError):
    """The row that was to be locked is not there any more."""


Row = TypeVar("Row", bound=Base)


def locked(noun: type[Row], identity: int) -> Row:
    """The row, read afresh; nobody else can change it until we commit. What rules it is read afresh too.

    Raises NotWriting outside a writing request or `writing()`, Gone when the row is not there.
    """
    if not _writing.get():
        raise NotWriting(f"locked({noun.__name__}) outside a writing transaction")
    row: Row | None = db.session.scalars(_lock(noun), {"identity": identity}).one_or_none()
    if row is None:
        raise Gone(noun.__name__)
    if noun.ruled_by:
        _read_afresh(row, noun.ruled_by)
    return row


@cache
def _lock(noun: type[Base]) -> Select[Any]:
    """Built once for each noun. What rules it comes, when it is asked for, without what else hangs on that."""
    statement = select(noun).where(inspect(noun).primary_key[0] == bindparam("identity")).with_for_update(of=noun)
    if noun.ruled_by:
        statement = statement.options(defaultload(getattr(noun, noun.ruled_by)).lazyload("*"))
    return statement.execution_options(populate_existing=True)


def _read_afresh(row: Base, name: str) -> None:
    """What the session knew of `row`'s parent from before the lock may be old by now; what it did not
    know is read when it is needed. By a statement of its own: one that waited for the lock shows other
    tables as they were before (PostgreSQL, Read Committed)."""
    parent = inspect(type(row)).relationships[name].mapper
    known = db.session().identity_map.get(parent.identity_key_from_primary_key((getattr(row, f"{name}_id"),)))
    if known is not None:
        db.session.refresh(known, [column.key for column in parent.column_attrs])


def hold(noun: type[Base], identity: int) -> None:
    """Remember until this transaction ends that all that belongs to this row is locked and read afresh."""
    session = db.session()
    transaction, held = session.info.get("held", (None, set()))
    if transaction is not session.get_transaction():
        session.info["held"] = (session.get_transaction(), held := set())
    held.add((noun, identity))


def holds(noun: type[Base], identity: int) -> bool:
    """Whether `hold` was said of it in this transaction."""
    session = db.session()
    transaction, held = session.info.get("held", (None, set()))
    return transaction is not None and transaction is session.get_transaction() and (noun, identity) in held


def update_together(changes: Sequence[tuple[Base, dict[str, Any]]]) -> None:
    """Change many rows of one noun, all of them locked and each in the same columns, in one statement.

    The session sees the new values; a version counts on as if each had been saved by itself.
    """
    if not changes:
        return
    db.session.flush()
    mapper = inspect(type(changes[0][0]))
    counter = str(mapper.version_id_col.key) if mapper.version_id_col is not None else ""
    rows = []
    for row, values in changes:
        if counter:
            values = {**values, counter: getattr(row, counter) + 1}
        rows.append({f"new_{name}": value for name, value in values.items()} | {"identity": mapper.primary_key_from_instance(row)[0]})
        for name, value in values.items():
            set_committed_value(row, name, value)
    names = [name.removeprefix("new_") for name in rows[0] if name != "identity"]
    table = cast(Table, mapper.local_table)
    statement = update(table).where(table.c.id == bindparam("identity")).values({name: bindparam(f"new_{name}") for name in names})
    db.session.connection().execute(statement, rows)


def alone(with_what: str) -> None:
    """Until we commit nobody else gets past this same call: for what no row stands for yet, as "no such partner".

    On SQLite one writes at a time anyway. Raises NotWriting.
    """
    if not _writing.get():
        raise NotWriting(f"alone({with_what!r}) outside a writing transaction")
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(crc32(with_what.encode()))))


@event.listens_for(Session, "before_commit")
def _only_writers_commit(session: Session) -> None:
    if not _writing.get():
        raise NotWriting("a commit outside a writing transaction: a GET never commits")


@contextmanager
def hardly_waiting(seconds: float = 0.3) -> Iterator[Connection]:
    """A transaction apart that gives up soon when somebody else holds what it needs: for what may be left
    undone. The caller allowed writing. Raises OperationalError then; saves at the end."""
    with db.engine.connect() as connection:
        raw, milliseconds = connection.connection, int(seconds * 1000)
        is_sqlite = connection.dialect.name == "sqlite"
        try:
            if is_sqlite:
                raw.cursor().execute(f"PRAGMA busy_timeout={milliseconds}")
            with connection.begin():
                if not is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
                yield connection
        finally:
            if is_sqlite:
                raw.cursor().execute(f"PRAGMA busy_timeout={PATIENCE}")


def listen(engine: Engine) -> None:
    """Give this engine's connections their settings. Per engine, never on the class: a PRAGMA
    listener on `Engine` fires on PostgreSQL too."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin ourselves, below
    cursor = connection.cursor()
    # SQLite has no line to stand in: who waits asks again every tenth of a second and may be passed by. On a busy
    # machine with four web servers somebody was passed by for longer than twenty seconds (bench/people.py).
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA trusted_schema=OFF")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
