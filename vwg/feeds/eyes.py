"""The connections that feeds are read with: they only read, and hardly wait."""

import os
import sqlite3
import threading
import time
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from vwg.feeds.memory import State

SECONDS_TO_WAIT = 0.3  # for a locked database; a calendar program gets the last good bytes instead
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 2, 4  # for a server of PostgreSQL
SECONDS_UNSEEN = 1.0  # so often, at most, it is asked whether the database is still the same file
READING = 8  # connections: as many as the web server has threads


def reader(url: URL) -> Engine:
    """Connections that only read and hardly wait: a locked database is found out in a moment."""
    if url.get_backend_name() != "sqlite":
        limits = f"-c statement_timeout={SECONDS_TO_ANSWER * 1000} -c lock_timeout=1000 -c default_transaction_read_only=on"
        return create_engine(
            url, pool_size=READING, max_overflow=READING, isolation_level="REPEATABLE READ", hide_parameters=True,
            connect_args={"connect_timeout": SECONDS_TO_CONNECT, "options": limits},
        )  # fmt: skip
    path = url.database or ""

    def connect() -> sqlite3.Connection:
        # mode=rw: a database that is gone is not made anew, empty
        return sqlite3.connect(f"file:{quote(path)}?mode=rw", uri=True, timeout=SECONDS_TO_WAIT, check_same_thread=False, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=READING, max_overflow=READING, hide_parameters=True)
    event.listen(engine, "connect", _only_look)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _only_look(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.execute("PRAGMA trusted_schema=OFF")
    cursor.close()


class Own:
    """A thread's connection, which ends with the thread."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Eyes:
    """One look at a feed's version: one indexed row, by a connection of each thread's own, without a
    pool, a transaction or anything of SQLAlchemy around it."""

    def __init__(self, engine: Engine, path: str = "") -> None:
        self.engine, self.path, self.seen_at = engine, path, 0.0
        self.file: tuple[int, int] | None = None  # that the first of the connections opened
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        self.question = f"SELECT version, changed_at FROM feed_state WHERE feed = {mark}"
        self.here = threading.local()
        self.opened: WeakSet[Own] = WeakSet()
        event.listen(engine, "connect", self._remember)
        event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def state(self, feed: str) -> State:
        """(0, None) of a feed in which nothing ever stood. Raises what the driver raises."""
        own: Own = getattr(self.here, "own", None) or self._open()
        try:
            row = own.connection.execute(self.question, (feed,)).fetchone()
        except Exception:  # after a mistake nobody knows what it is good for
            self.here.own = None
            raise
        return (row[0], row[1]) if row else (0, None)

    def is_another_file(self) -> bool:
        """Whether somebody put another file where the database stood: whoever has the old one open goes on
        reading it, and would for years. Asked of the disk at most once a second."""
        now = time.monotonic()
        if self.file is None or now - self.seen_at < SECONDS_UNSEEN:
            return False
        self.seen_at, found = now, self._file()
        return found is not None and found != self.file  # nothing there is a bad day, not another house

    def _remember(self, _connection: object, _record: object) -> None:
        self.file = self.file or self._file()

    def _file(self) -> tuple[int, int] | None:
        """(device, inode) of an SQLite database."""
        try:
            found = os.stat(self.path)
        except OSError:  # no path at all: another engine, or one in memory
            return None
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """All of them, whichever thread opened them; the next look opens a new one."""
        self.here, self.file = threading.local(), None
        for own in list(self.opened):
            own.connection.close()

    def _open(self) -> Own:
        pooled = self.engine.raw_connection()
        pooled.detach()
        connection = pooled.dbapi_connection
        if self.engine.dialect.name != "sqlite":  # there each statement stands alone already
            connection.autocommit = True  # type: ignore[union-attr]  # psycopg's own
        own = Own(connection)
        self.opened.add(own)
        self.here.own = own
        return own
