"""What one process of the web server remembers of the feeds, and the eyes it reads them with.

A change touches one thing of a thousand. So the bytes of each thing are kept by its own mark, the
zipped bytes of some thirty things together by theirs, and the whole feed by its version: after a
change only what changed is read and zipped anew, and all the rest is joined.
"""

import sqlite3
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from struct import pack
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from vwg import phrases

MOST_KEPT = 64_000_000  # bytes of whole feeds
MOST_PIECES = 60_000  # things of one language each, half a kilobyte or so
MOST_BLOCKS = 4_000  # zipped, some ten kilobytes each
SECONDS_TO_WAIT = 0.3  # for a locked database; a calendar program gets the last good bytes instead
READING = 8  # connections: as many as the web server has threads


@dataclass(frozen=True)
class Feed:
    """Which one: `name` is its row of `feed_state`, `asked` the agenda's filters, `form` how it is written."""

    name: str
    language: str
    asked: tuple[tuple[str, str], ...] = ()
    form: str = "ics"


Token = tuple[int, int, Any]  # a thing's id, SEQUENCE and last change: another token is other bytes
State = tuple[int, Any]  # a feed's version and the time of its last change, as the driver gives it


@dataclass(frozen=True)
class Piece:
    """The VEVENTs of one thing, as they go out."""

    token: Token
    bytes: bytes
    starts_at: Any = None  # these two as the driver gives them, which is good enough to sort by
    ends_at: Any = None


@dataclass
class Answer:
    """What goes out. `mark` is the ETag without its encoding; `state` and `renderer` say how long it is good."""

    mark: str
    changed_at: datetime
    plain: bytes
    state: State = (0, None)
    renderer: str = ""
    content_type: str = "text/calendar; charset=utf-8"
    language: str = ""
    sent: Sequence[Piece] = field(default=(), repr=False)  # the things in `plain`, in order
    kept: "Zipped | None" = field(default=None, repr=False)
    pieces: Sequence[Piece] = field(default=(), repr=False)  # all that stands in it, also what was too much to send
    listed_at: datetime | None = None  # when all of them were asked for

    @cached_property
    def zipped(self) -> bytes:
        """Once per version, for the first who asks it so; of the blocks that are new alone."""
        deflated = [self.kept.block(key, body) if self.kept and key else _deflated(body) for key, body in self._blocks()]
        # RFC 1952: one member; each block ends at a whole octet (Z_FULL_FLUSH), so that they can be joined.
        return b"".join([_GZIP, *deflated, _LAST, pack("<II", zlib.crc32(self.plain), len(self.plain) & 0xFFFFFFFF)])

    def _blocks(self) -> Iterator[tuple[Any, bytes]]:
        """The same bytes in some pieces, each with a key for what it says."""
        if not self.sent:
            return iter([(None, self.plain)])
        first, last = self.plain.index(self.sent[0].bytes), self.plain.rindex(b"END:VCALENDAR")
        return chain([(None, self.plain[:first])], in_blocks(self.sent, self.language), [(None, self.plain[last:])])

    def is_good_for(self, state: State, renderer: str) -> bool:
        return self.state == state and self.renderer == renderer


_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST = b"\x03\x00"  # an empty last block


def _deflated(body: bytes) -> bytes:
    press = zlib.compressobj(6, zlib.DEFLATED, -15)
    return press.compress(body) + press.flush(zlib.Z_FULL_FLUSH)


def in_blocks(pieces: Sequence[Piece], language: str) -> Iterator[tuple[Any, bytes]]:
    """Some thirty pieces each. A block ends where a piece's own number says so, never by counting:
    a thing that comes or goes changes one block, not all that follow."""
    block: list[Piece] = []
    for piece in pieces:
        block.append(piece)
        if (piece.token[0] * 2_654_435_761 & 0xFFFFFFFF) < 0x8000000:
            yield _block(block, language)
            block = []
    if block:
        yield _block(block, language)


def _block(pieces: Sequence[Piece], language: str) -> tuple[Any, bytes]:
    return (language, *(piece.token for piece in pieces)), b"".join(piece.bytes for piece in pieces)


class Zipped:
    """Zipped blocks, the oldest forgotten first."""

    def __init__(self) -> None:
        self.known: OrderedDict[Any, bytes] = OrderedDict()
        self.lock = threading.Lock()

    def block(self, key: Any, body: bytes) -> bytes:
        with self.lock:
            if (found := self.known.get(key)) is not None:
                self.known.move_to_end(key)
                return found
        made = _deflated(body)
        with self.lock:
            self.known[key] = made
            while len(self.known) > MOST_BLOCKS:
                self.known.popitem(last=False)
        return made


class Shelf:
    """What one process keeps: the last answer of each feed, and the bytes of each thing."""

    def __init__(self) -> None:
        self.answers: OrderedDict[Feed, Answer] = OrderedDict()
        self.pieces: dict[tuple[int, str, str], Piece] = {}  # by id, language and renderer
        self.zipped = Zipped()
        self.size = 0
        self.lock = threading.Lock()

    def keep(self, feed: Feed, answer: Answer) -> Answer:
        answer.kept = self.zipped
        with self.lock:
            before = self.answers.pop(feed, None)
            self.size += len(answer.plain) - (len(before.plain) if before else 0)
            self.answers[feed] = answer
            while self.size > MOST_KEPT and len(self.answers) > 1:
                _, oldest = self.answers.popitem(last=False)
                self.size -= len(oldest.plain)
        return answer

    def put(self, language: str, renderer: str, piece: Piece) -> Piece:
        with self.lock:
            if len(self.pieces) >= MOST_PIECES:
                self.pieces.clear()
            self.pieces[piece.token[0], language, renderer] = piece
        return piece


# ---- the eyes


def reader(url: URL) -> Engine:
    """Connections that only read and hardly wait: a locked database is found out in a moment."""
    if url.get_backend_name() != "sqlite":
        limits = "-c statement_timeout=4000 -c lock_timeout=1000 -c default_transaction_read_only=on"
        return create_engine(
            url, pool_size=READING, max_overflow=READING, isolation_level="REPEATABLE READ", hide_parameters=True,
            connect_args={"connect_timeout": 2, "options": limits},
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


class Eyes:
    """One look at a feed's version: one indexed row, without SQLAlchemy's own work around it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        self.question = f"SELECT version, changed_at FROM feed_state WHERE feed = {mark}"

    def state(self, feed: str) -> State:
        """(0, None) of a feed in which nothing ever stood. Raises what the driver raises."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self.question, (feed,))
            row = cursor.fetchone()
            cursor.close()
        except Exception:
            connection.invalidate()
            raise
        finally:
            connection.close()
        return (row[0], row[1]) if row else (0, None)


def language_known(code: str) -> str:
    """An unknown one is Dutch."""
    return code if code in phrases.KNOWN else phrases.SOURCE
