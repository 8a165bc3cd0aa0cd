"""A feed's bytes: one look-up says whether anything moved; if not, they are still in this process.

The order of things: the feed's version (one indexed row), then what this process keeps for that
version, else the stored bytes of all that stands in the feed, joined and zipped, read in one
snapshot so that the version is that of the bytes. Should the database not answer, the last good
bytes go out: Thunderbird switches a calendar off at the first error.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import current_app
from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from vwg import addresses, clock, phrases
from vwg.db import db
from vwg.domain import calendar, programme
from vwg.domain.settings import group
from vwg.formats import ical
from vwg.models import CalendarBytes, Category, Event, FeedState, Partner, Place, Published, PublishedIn
from vwg.phrases import gettext

MOST_BYTES = 1_000_000  # Google loses what is beyond, silently
MOST_KEPT = 200  # feeds in this process's memory
MOST_RENDERED = 20_000  # things in other languages
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # "last changed" of a feed in which nothing ever stood

FILTERS = ("q", "category", "partner", "place", "for", "free", "when", "dutch", "spoken", "from", "to")


@dataclass(frozen=True)
class Feed:
    """Which one: `name` is its row of `feed_state`, `asked` the agenda's filters."""

    name: str
    language: str
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        """Its own address (RFC 7986 SOURCE)."""
        query = list(self.asked) + ([("lang", self.language)] if self.language != phrases.SOURCE else [])
        return addresses.full(f"/feeds/{self.name}.ics") + (f"?{urlencode(query)}" if query else "")


@dataclass(frozen=True)
class State:
    """A feed's version and when it last changed."""

    version: int
    changed_at: datetime


@dataclass(frozen=True)
class Answer:
    """What goes out. `mark` is the ETag without its encoding."""

    mark: str
    changed_at: datetime
    plain: bytes

    @cached_property
    def zipped(self) -> bytes:
        """Once per version, for the first who asks it so: it takes as long as all the rest."""
        return gzip.compress(self.plain, 6, mtime=0)


class NoSuchFeed(LookupError):
    """Nobody and nothing has that name."""


class NothingYet(RuntimeError):
    """The database does not answer, and this process has never read this feed."""


_STATE = select(FeedState.version, FeedState.changed_at).where(FeedState.feed == bindparam("feed"))


class Shelf:
    """What one process keeps: the last answer of each feed, and what it rendered itself."""

    def __init__(self) -> None:
        self.answers: OrderedDict[Feed, Answer] = OrderedDict()
        self.rendered: dict[tuple[int, str], tuple[datetime, str, bytes]] = {}
        self.lock = threading.Lock()

    def keep(self, feed: Feed, answer: Answer) -> Answer:
        with self.lock:
            self.answers[feed] = answer
            self.answers.move_to_end(feed)
            while len(self.answers) > MOST_KEPT:
                self.answers.popitem(last=False)
        return answer

    def render(self, row: "Row[Any]", language: str, mark: str, thing: ical.Thing) -> bytes:
        with self.lock:
            known = self.rendered.get((row.id, language))
        if known is not None and known[:2] == (row.changed_at, mark):
            return known[2]
        made = ical.vevents(thing, language, ical.Stamp(row.sequence, row.changed_at))
        with self.lock:
            if len(self.rendered) > MOST_RENDERED:
                self.rendered.clear()
            self.rendered[row.id, language] = (row.changed_at, mark, made)
        return made

    def rendered_before(self, row: "Row[Any]", language: str, mark: str) -> bytes | None:
        with self.lock:
            known = self.rendered.get((row.id, language))
        return known[2] if known is not None and known[:2] == (row.changed_at, mark) else None


def shelf() -> Shelf:
    kept: Shelf = current_app.extensions.setdefault("vwg feeds", Shelf())
    return kept


def answer(feed: Feed) -> Answer:
    """The feed as it is now, else as this process last saw it. Raises NoSuchFeed, NothingYet."""
    try:
        return _asked_for(feed) if feed.asked else _whole(feed)
    except SQLAlchemyError:
        kept = shelf().answers.get(feed)
        if kept is None:
            raise NothingYet from None
        return kept


def _whole(feed: Feed) -> Answer:
    kept = shelf().answers.get(feed)
    with db.engine.connect() as connection:
        state = _state(connection, feed)
        if kept is not None and kept.mark == _mark(state, feed.language):
            return kept
    if state.version == 0:
        _check_exists(feed)
    with _snapshot() as connection:
        state = _state(connection, feed)
        pieces = _pieces(connection, connection.execute(_rows(feed)).all(), feed.language)
        plain = ical.calendar(_head(feed), _that_fit(pieces, state.changed_at))
    return shelf().keep(feed, Answer(_mark(state, feed.language), state.changed_at, plain))


def _asked_for(feed: Feed) -> Answer:
    """With the agenda's filters. Some hang on today, so the mark is of the bytes themselves."""
    wanted = programme.wish(dict(feed.asked))
    with _snapshot() as connection:
        state = _state(connection, feed)
        rows = [] if wanted.impossible else connection.execute(_rows(feed)).all()
        fitting = programme.components(wanted) if rows else set()
        pieces = _pieces(connection, [row for row in rows if row.component in fitting], feed.language)
        plain = ical.calendar(_head(feed), _that_fit(pieces, state.changed_at))
    mark = hashlib.sha256(plain).hexdigest()[:20]
    return shelf().keep(feed, Answer(mark, state.changed_at, plain))


def _snapshot() -> Connection:
    """One moment of the database for several readings. SQLite's transactions are that already."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _state(connection: Connection, feed: Feed) -> State:
    row = connection.execute(_STATE, {"feed": feed.name}).one_or_none()
    return State(row.version, row.changed_at) if row else State(0, NEVER)


def _mark(state: State, language: str) -> str:
    """A version alone comes back after a restore, with other bytes; its time does not."""
    return f"{state.version}-{int(state.changed_at.timestamp() * 1_000_000):x}-{ical.renderer(language)}"


# ---- the bytes


def _rows(feed: Feed) -> Any:
    """All that stands in the feed, with the bytes that are ready, in the order of time."""
    ready = (CalendarBytes.published_id == Published.id) & (CalendarBytes.language == feed.language)
    return (
        select(
            Published.id, Published.component, Published.event_id, Published.sequence, Published.changed_at, Published.title,
            Published.ends_at, Published.removed, CalendarBytes.renderer, CalendarBytes.bytes,
        )
        .join(PublishedIn, PublishedIn.published_id == Published.id)
        .outerjoin(CalendarBytes, ready)
        .where(PublishedIn.feed == feed.name)
        .order_by(Published.starts_at, Published.id)
    )  # fmt: skip


def _pieces(connection: Connection, rows: Sequence["Row[Any]"], language: str) -> list[tuple[datetime, bytes]]:
    """(end, VEVENTs) of each; what is not ready or old is rendered, its activities read in one go."""
    mark = ical.renderer(language)
    ready: dict[int, bytes] = {}
    for row in rows:
        known = row.bytes if row.renderer == mark or (row.removed and row.bytes) else shelf().rendered_before(row, language, mark)
        if known is not None:
            ready[row.id] = known
    missing = [row for row in rows if row.id not in ready]
    if missing:
        with Session(connection) as session:
            things = calendar.things_behind((row.event_id for row in missing if not row.removed), session)
            for row in missing:
                if row.removed:
                    ready[row.id] = _tombstone(session, row, language)
                elif row.component in things:
                    ready[row.id] = shelf().render(row, language, mark, things[row.component][1])
    return [(row.ends_at, ready[row.id]) for row in rows if row.id in ready]


def _tombstone(session: Session, row: "Row[Any]", language: str) -> bytes:
    """In a language that the group added since."""
    kept = select(CalendarBytes.bytes).where(CalendarBytes.published_id == row.id, CalendarBytes.language == phrases.SOURCE)
    return ical.tombstone(session.scalars(kept).one(), row.title, language, ical.Stamp(row.sequence, row.changed_at))


def _that_fit(pieces: Iterable[tuple[datetime, bytes]], changed_at: datetime) -> list[bytes]:
    """At most MOST_BYTES: what is longest past goes first; with no past left, what is furthest ahead.

    Past and ahead are seen from the feed's last change, so that one version has one text.
    """
    kept = list(pieces)
    excess = sum(len(body) for _, body in kept) + 4_000 - MOST_BYTES
    past = sorted((ends, number) for number, (ends, _) in enumerate(kept) if ends <= changed_at)
    ahead = sorted(((ends, number) for number, (ends, _) in enumerate(kept) if ends > changed_at), reverse=True)
    dropped = set()
    for _, number in [*past, *ahead]:
        if excess <= 0:
            break
        excess -= len(kept[number][1])
        dropped.add(number)
    return [body for number, (_, body) in enumerate(kept) if number not in dropped]


# ---- the calendar's own words


def _check_exists(feed: Feed) -> None:
    """Raise NoSuchFeed unless it is the agenda or of something that strangers may see."""
    if feed.name != "agenda" and _about(feed) is None:
        raise NoSuchFeed


def _about(feed: Feed) -> Category | Partner | Place | Event | None:
    kind, _, name = feed.name.partition("/")
    queries: Mapping[str, Any] = {
        "categories": select(Category).where(Category.slug == name),
        "partners": Partner.listed().where(Partner.public_id == name),
        "places": select(Place).where(Place.public_id == name, Place.address_public),
        "events": Event.public().where(Event.public_id == name),
    }
    found: Category | Partner | Place | Event | None = db.session.scalars(queries[kind]).first() if kind in queries else None
    return found


def _head(feed: Feed) -> ical.Head:
    house = group()
    about = _about(feed)
    with phrases.speaking(feed.language):
        page = f"/{feed.language}/agenda/"
        name = house.name
        if isinstance(about, Event):
            name, page = about.title_in(feed.language), f"{page}{addresses.with_tail(about.public_id, about.title_in(feed.language))}"
        elif isinstance(about, Category):
            name = f"{about.name_in(feed.language)} – {house.name}"
        elif about is not None:
            name = f"{about.name} – {house.name}"
        description = gettext("What is on in %(place)s, by %(organisation)s.") % {"place": house.municipality, "organisation": house.organisation}
    return ical.Head(name, description, addresses.full(page), feed.source)



def last_modified(answer: Answer) -> datetime:
    """In whole seconds, as HTTP has them. In the second of the change itself it is the one before:
    what changes again in that same second is not taken for known."""
    changed = answer.changed_at.replace(microsecond=0)
    return changed if clock.now() - changed >= timedelta(seconds=1) else changed - timedelta(seconds=1)
