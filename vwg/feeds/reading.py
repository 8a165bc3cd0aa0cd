"""A feed's bytes: one look-up says whether anything moved; if not, they are still in this process.

The order of things: the feed's version (one indexed row), then what this process keeps for that
version, else the list of what stands in the feed with the bytes of what it does not know yet,
read in one snapshot so that the version is that of the bytes. Should the database not answer, the
last good bytes go out: Thunderbird switches a calendar off at the first error.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, String, and_, bindparam, case, event, func, or_, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from vwg import addresses, clock, phrases
from vwg.db import UtcDateTime, allow_writing, db
from vwg.domain import calendar, phrasebook, programme
from vwg.domain.settings import Group
from vwg.feeds.memory import Answer, Eyes, Feed, Piece, Shelf, State, reader
from vwg.formats import ical
from vwg.models import CalendarBytes, Category, CategoryText, Event, EventText, FeedState, Partner, Place, Published, PublishedIn, Setting
from vwg.phrases import gettext

MOST_BYTES = 1_000_000  # Google loses what is beyond, silently
HEAD_ROOM = 4_000  # of those, for the calendar's own words
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # "last changed" of a feed in which nothing ever stood
# What was changed while somebody else's change was under way may carry a time from before it.
SURELY_SEEN = timedelta(minutes=2)
LISTED_AGAIN = timedelta(minutes=10)  # so long a process trusts its own list: a database may be put back to yesterday

FILTERS = ("q", "category", "partner", "place", "for", "free", "when", "dutch", "spoken", "from", "to")


class NoSuchFeed(LookupError):
    """Nobody and nothing has that name."""


class NothingYet(RuntimeError):
    """The database does not answer, and this process has never read this feed."""


@dataclass(frozen=True)
class Look:
    """One look at a feed, in the snapshot of its bytes: its state (as the driver has it, which is what `Eyes`
    sees), the time of it, how many things stand there, and what its head says (`_SAID_OF_US`, a title)."""

    state: State
    changed_at: datetime
    count: int
    said: Sequence[Any]


def register(app: Flask) -> None:
    """The reading connections live and die with the house's own."""
    with app.app_context():
        ours = db.engine
    engine = reader(ours.url)
    event.listen(ours, "engine_disposed", lambda _engine: engine.dispose())
    app.extensions["vwg feed eyes"] = Eyes(engine)


def shelf(app: Flask) -> Shelf:
    kept: Shelf = app.extensions.setdefault("vwg feeds", Shelf())
    return kept


def at_once(app: Flask, feed: Feed) -> Answer | None:
    """What this process keeps of a whole feed, if it is still good, or if the database does not answer.

    One look-up; nothing of Flask or the ORM, so that it can stand before both.
    """
    kept = shelf(app).answers.get(feed)
    if kept is None:
        return None
    eyes: Eyes = app.extensions["vwg feed eyes"]
    try:
        state = eyes.state(feed.name)
    except Exception:  # whatever a driver raises on a bad day
        return kept
    return kept if kept.is_good_for(state, ical.renderer(feed.language)) else None


def known(app: Flask, feed: Feed) -> Answer | None:
    """A feed that this process sent before and that moved since: read outside a request of Flask."""
    if feed not in shelf(app).answers:
        return None
    with app.app_context():
        allow_writing(False)
        try:
            return answer(feed)
        except (NoSuchFeed, NothingYet):
            return None


def answer(feed: Feed) -> Answer:
    """The feed as it is now, else as this process last saw it. Raises NoSuchFeed, NothingYet."""
    try:
        return _asked_for(feed) if feed.asked else _whole(feed)
    except SQLAlchemyError:
        kept = shelf(_app()).answers.get(feed)
        if kept is None:
            raise NothingYet from None
        return kept


def _whole(feed: Feed) -> Answer:
    kept = shelf(_app()).answers.get(feed)
    with _engine().connect() as connection, connection.begin():
        look = _look(connection, feed)
        if kept is not None and kept.is_good_for(look.state, ical.renderer(feed.language)):
            return kept
        head = _head(feed, look)
        pieces, listed_at = _moved(connection, feed, kept, look), kept.listed_at if kept else None
        if pieces is None:
            pieces, listed_at = _pieces(connection, feed, since=_surely_seen(kept, ical.renderer(feed.language))), clock.now()
    made = _written(feed, head, pieces, look)
    made.pieces, made.listed_at = pieces, listed_at
    return shelf(_app()).keep(feed, made)


def _asked_for(feed: Feed) -> Answer:
    """With the agenda's filters. Some hang on today, so the mark is of the bytes themselves."""
    wanted = programme.wish(dict(feed.asked))
    with _engine().connect() as connection, connection.begin():
        look = _look(connection, feed)
        head = _head(feed, look)
        pieces: list[Piece] = []
        if not wanted.impossible and look.count:
            fitting = _ids_of(connection, programme.components(wanted))
            whole = shelf(_app()).answers.get(Feed(feed.name, feed.language))
            since = _surely_seen(whole, ical.renderer(feed.language))
            pieces = [piece for piece in _pieces(connection, feed, since=since) if piece.token[0] in fitting]
    made = _written(feed, head, pieces, look)
    made.mark = hashlib.sha256(made.plain).hexdigest()[:20]
    return shelf(_app()).keep(feed, made)


def _written(feed: Feed, head: ical.Head, pieces: Sequence[Piece], look: Look) -> Answer:
    state, changed_at = look.state, look.changed_at
    kept = _that_fit(pieces, changed_at)
    plain = ical.calendar(head, [piece.bytes for piece in kept])
    mark = ical.renderer(feed.language)
    # A version alone comes back after a restore, with other bytes; its time does not.
    tag = f"{state[0]}-{int(changed_at.timestamp() * 1_000_000):x}-{mark}"
    return Answer(tag, changed_at, plain, state, mark, language=feed.language, sent=kept)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # it says that it is a Flask; this is the one behind it
    return app


def _engine() -> Engine:
    eyes: Eyes = current_app.extensions["vwg feed eyes"]
    return eyes.engine


def _look(connection: Connection, feed: Feed) -> Look:
    """One query. Raises NoSuchFeed of a kind that there is not."""
    kind, _, identity = feed.name.partition("/")
    values = {"feed": feed.name} if kind == "agenda" else {"feed": feed.name, "name": identity, "language": feed.language}
    if kind not in _KINDS:
        raise NoSuchFeed
    version, raw, changed_at, count, *said = connection.execute(_look_at(kind), values).one()
    return Look((version or 0, raw), changed_at or NEVER, count or 0, said)


# ---- the bytes


def _surely_seen(kept: Answer | None, mark: str) -> datetime:
    """What changed before this stands in this process's memory; the rest may not."""
    return kept.changed_at - SURELY_SEEN if kept is not None and kept.renderer == mark else NEVER - timedelta(days=36_500)


def _moved(connection: Connection, feed: Feed, kept: Answer | None, look: Look) -> list[Piece] | None:
    """All that stands in the feed, of which only what moved since `kept` is asked for: one query, whatever
    the number of the rest. None: something left the feed, or too little is known."""
    mark = ical.renderer(feed.language)
    if kept is None or kept.renderer != mark or kept.listed_at is None or not 0 < kept.state[0] < look.state[0]:
        return None
    if clock.now() - kept.listed_at > LISTED_AGAIN:
        return None
    values = {"feed": feed.name, "language": feed.language, "mark": mark, "seen": kept.state[0]}
    standing = {piece.token[0]: piece for piece in kept.pieces}
    moved = [
        Piece((identity, sequence, changed_at), bytes(ready or b""), starts_at, ends_at)
        for identity, sequence, changed_at, starts_at, ends_at, ready in connection.execute(_MOVED, values).all()
    ]
    if len(standing.keys() | {piece.token[0] for piece in moved}) != look.count:
        return None
    unknown = [piece for piece in moved if not piece.bytes]
    made = _made(connection, unknown, feed.language, mark) if unknown else {}
    for piece in moved:
        said = piece if piece.bytes else replace(piece, bytes=made.get(piece.token[0], b""))
        if not said.bytes:
            return None
        standing[piece.token[0]] = shelf(_app()).put(feed.language, mark, said)
    return sorted(standing.values(), key=lambda piece: (piece.starts_at, piece.token[0]))


def _pieces(connection: Connection, feed: Feed, since: datetime) -> list[Piece]:
    """All that stands in the feed, in the order of time. The bytes of what changed after `since` come in
    the same query; of what is still not known after it in another, or they are written now."""
    mark, language = ical.renderer(feed.language), feed.language
    known = shelf(_app()).pieces
    found: list[Piece | None] = []
    unknown: list[tuple[int, Piece]] = []
    values = {"feed": feed.name, "language": language, "mark": mark, "since": since}
    for identity, sequence, changed_at, starts_at, ends_at, ready in connection.execute(_LIST, values).all():
        token = (identity, sequence, changed_at)
        piece = known.get((identity, language, mark))
        if piece is None or piece.token != token:
            piece = Piece(token, bytes(ready or b""), starts_at, ends_at)
            if ready is not None:
                shelf(_app()).put(language, mark, piece)
            else:
                unknown.append((len(found), piece))
        found.append(piece)
    if unknown:
        made = _made(connection, [bare for _, bare in unknown], language, mark)
        for place, bare in unknown:
            body = made.get(bare.token[0])
            found[place] = shelf(_app()).put(language, mark, replace(bare, bytes=body)) if body else None
    return [piece for piece in found if piece is not None]


# (id, SEQUENCE, last change, start, end, bytes if it changed after `since` and they are ready); built once.
_READY = (
    select(CalendarBytes.bytes)
    .where(CalendarBytes.published_id == Published.id, CalendarBytes.language == bindparam("language"))
    .where(or_(CalendarBytes.renderer == bindparam("mark"), Published.removed))  # a tombstone says the same in every renderer
    .scalar_subquery()
)
_ALL: list[Any] = [Published.id, Published.sequence, *(type_coerce(each, String) for each in (Published.changed_at, Published.starts_at, Published.ends_at))]
_THERE = PublishedIn.published_id == Published.id
_LIST: Any = (
    select(*_ALL, case((Published.changed_at >= bindparam("since", type_=UtcDateTime()), _READY)))
    .join(PublishedIn, _THERE)
    .where(PublishedIn.feed == bindparam("feed"))
    .order_by(Published.starts_at, Published.id)
)
_MOVED: Any = select(*_ALL, _READY).join(PublishedIn, _THERE).where(PublishedIn.feed == bindparam("feed"), PublishedIn.version > bindparam("seen"))


def _made(connection: Connection, pieces: Sequence[Piece], language: str, mark: str) -> dict[int, bytes]:
    """By id: bytes that are stored after all, else written now, their activities read in one go."""
    ids = [piece.token[0] for piece in pieces]
    rows = [row for some in _by_hundreds(ids) for row in connection.execute(_stored(some, language))]
    made = {row.id: bytes(row.bytes) for row in rows if row.bytes is not None and (row.renderer == mark or row.removed)}
    missing = [row for row in rows if row.id not in made]
    if missing:
        with Session(connection) as session:
            things = calendar.things_behind((row.event_id for row in missing if not row.removed), session)
            for row in missing:
                stamp = ical.Stamp(row.sequence, row.changed_at)
                if row.removed:
                    made[row.id] = _tombstone(session, row.id, row.title, language, stamp)
                elif row.component in things:
                    made[row.id] = ical.vevents(things[row.component][1], language, stamp)
    return made


def _by_hundreds(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + 5_000] for start in range(0, len(ids), 5_000))


def _stored(ids: Sequence[int], language: str) -> Any:
    ready = and_(CalendarBytes.published_id == Published.id, CalendarBytes.language == language)
    return (
        select(
            Published.id, Published.component, Published.event_id, Published.sequence, Published.changed_at, Published.title,
            Published.removed, CalendarBytes.renderer, CalendarBytes.bytes,
        )
        .outerjoin(CalendarBytes, ready)
        .where(Published.id.in_(ids))
    )  # fmt: skip


def _tombstone(session: Session, identity: int, title: str, language: str, stamp: ical.Stamp) -> bytes:
    """In a language that the group added since."""
    kept = select(CalendarBytes.bytes).where(CalendarBytes.published_id == identity, CalendarBytes.language == phrases.SOURCE)
    return ical.tombstone(session.scalars(kept).one(), title, language, stamp)


def _ids_of(connection: Connection, components: set[str]) -> set[int]:
    if not components:
        return set()
    return {identity for identity, component in connection.execute(select(Published.id, Published.component)) if component in components}


def _that_fit(pieces: Sequence[Piece], changed_at: datetime) -> Sequence[Piece]:
    """At most MOST_BYTES: what is longest past goes first; with no past left, what is furthest ahead.

    Past and ahead are seen from the feed's last change, so that one version has one text.
    """
    excess = sum(len(piece.bytes) for piece in pieces) + HEAD_ROOM - MOST_BYTES
    if excess <= 0:
        return pieces
    order = sorted(range(len(pieces)), key=lambda number: (pieces[number].ends_at, number))
    ahead_from = bisect_right(order, changed_at, key=lambda number: _moment(pieces[number].ends_at))
    dropped = set()
    for number in [*order[:ahead_from], *reversed(order[ahead_from:])]:
        if excess <= 0:
            break
        excess -= len(pieces[number].bytes)
        dropped.add(number)
    return [piece for number, piece in enumerate(pieces) if number not in dropped]


def _moment(raw: Any) -> datetime:
    """As the driver gives it: SQLite's text is in UTC."""
    return raw.astimezone(UTC) if isinstance(raw, datetime) else datetime.fromisoformat(raw).replace(tzinfo=UTC)


# ---- the calendar's own words


def _head(feed: Feed, look: Look) -> ical.Head:
    """Raises NoSuchFeed of what strangers may not see and that never stood in a calendar."""
    kind, _, identity = feed.name.partition("/")
    house = Group(**{name: value for name, value in zip(_SAID_OF_US, look.said, strict=False) if value is not None})
    title = look.said[-1] if kind != "agenda" else ""
    if title is None and not look.state[0]:
        raise NoSuchFeed
    if house.phrases_read != phrasebook.times_read():  # in this process
        phrasebook.refresh()
    with phrases.speaking(feed.language):
        description = gettext("What is on in %(place)s, by %(organisation)s.") % {"place": house.municipality, "organisation": house.organisation}
    page = f"/{feed.language}/agenda/"
    name = house.name
    if title and kind == "events":
        name, page = title, f"{page}{addresses.with_tail(identity, title)}"
    elif title:
        name = f"{title} – {house.name}"
    return ical.Head(name, description, addresses.full(page), source_of(feed))


_SAID_OF_US = ("name", "organisation", "municipality", "phrases_read")


_KINDS = {"agenda", "categories", "partners", "places", "events"}


@cache
def _look_at(kind: str) -> Any:
    """Version, time (twice), number; the settings that a head names; the title of what the feed is about,
    where strangers may see it."""
    here = FeedState.feed == bindparam("feed")
    state = [select(each).where(here).scalar_subquery() for each in (FeedState.version, type_coerce(FeedState.changed_at, String), FeedState.changed_at)]
    count = select(func.count()).select_from(PublishedIn).where(PublishedIn.feed == bindparam("feed")).scalar_subquery()
    ours = [select(Setting.value).where(Setting.key == key).scalar_subquery() for key in _SAID_OF_US]
    about = [] if kind == "agenda" else [_titles()[kind].scalar_subquery()]
    return select(*state, count, *ours, *about)


def _titles() -> dict[str, Any]:
    name: Any = bindparam("name")
    spoken: Any = bindparam("language")
    category = _said(CategoryText.name, CategoryText.language, spoken).where(CategoryText.category_id == Category.id)
    event = _said(EventText.title, EventText.language, spoken).where(EventText.event_id == Event.id, EventText.title != "")
    return {
        "partners": Partner.listed().where(Partner.public_id == name).with_only_columns(Partner.name),
        "places": select(Place.name).where(Place.public_id == name, Place.address_public),
        "categories": select(func.coalesce(category.correlate(Category).scalar_subquery(), Category.slug)).where(Category.slug == name),
        "events": Event.public().where(Event.public_id == name).with_only_columns(func.coalesce(event.correlate(Event).scalar_subquery(), "")),
    }


def _said(words: Any, of_language: Any, language: Any) -> Any:
    """In that language, else in Dutch, else in whichever there is."""
    return select(words).order_by(case((of_language == language, 0), (of_language == phrases.SOURCE, 1), else_=2), of_language).limit(1)


def source_of(feed: Feed) -> str:
    """Its own address (RFC 7986 SOURCE)."""
    query = list(feed.asked) + ([("lang", feed.language)] if feed.language != phrases.SOURCE else [])
    return addresses.full(f"/feeds/{feed.name}.{feed.form}") + (f"?{urlencode(query)}" if query else "")


def last_modified(answer: Answer) -> datetime:
    """In whole seconds, as HTTP has them. In the second of the change itself it is the one before:
    what changes again in that same second is not taken for known."""
    changed = answer.changed_at.replace(microsecond=0)
    return changed if clock.now() - changed >= timedelta(seconds=1) else changed - timedelta(seconds=1)


__all__ = ["Answer", "Feed", "NoSuchFeed", "NothingYet", "answer", "at_once", "known", "last_modified", "register", "shelf"]
