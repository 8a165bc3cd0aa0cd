"""The bytes of what stands in a feed: from this process's memory, from the database, or written now."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, case, or_, select, type_coerce
from sqlalchemy.orm import Session

from vwg import phrases
from vwg.db import UtcDateTime
from vwg.domain import calendar
from vwg.feeds.memory import Feed, Piece, Shelf, Standing
from vwg.formats import ical
from vwg.models import CalendarBytes, Published, PublishedIn

HEAD_ROOM = 4_000  # bytes, for the calendar's own words


def all_of(connection: Connection, feed: Feed, shelf: Shelf, since: datetime) -> list[Piece]:
    """All that stands in the feed, in the order of time. The bytes of what changed after `since` come in
    the same query; of what is still not known after it in another, or they are written now."""
    mark, language = ical.renderer(feed.language), feed.language
    found: list[Piece | None] = []
    unknown: list[tuple[int, Piece]] = []
    values = {"feed": feed.name, "language": language, "mark": mark, "since": since}
    for identity, sequence, changed_at, starts_at, ends_at, ready in connection.execute(_LIST, values).all():
        token = (identity, sequence, changed_at)
        piece = shelf.pieces.get((identity, language, mark))
        if piece is None or piece.token != token:
            piece = Piece(token, bytes(ready or b""), starts_at, ends_at)
            if ready is not None:
                shelf.put(language, mark, piece)
            else:
                unknown.append((len(found), piece))
        found.append(piece)
    if unknown:
        made = _made(connection, [bare for _, bare in unknown], language, mark)
        for place, bare in unknown:
            body = made.get(bare.token[0])
            found[place] = shelf.put(language, mark, replace(bare, bytes=body)) if body else None
    return [piece for piece in found if piece is not None]


def moved(connection: Connection, feed: Feed, shelf: Shelf, standing: Standing, seen: int, count: int) -> Standing | None:
    """All that stands in the feed, of which only what moved since version `seen` is asked for: one query,
    whatever the number of the rest. None: something left the feed (`count` are there), or a thing has no bytes."""
    mark = ical.renderer(feed.language)
    values = {"feed": feed.name, "language": feed.language, "mark": mark, "seen": seen}
    found = [
        Piece((identity, sequence, changed_at), bytes(ready or b""), starts_at, ends_at)
        for identity, sequence, changed_at, starts_at, ends_at, ready in connection.execute(_MOVED, values).all()
    ]
    if len(standing.pieces) + sum(piece.token[0] not in standing.places for piece in found) != count:
        return None
    unknown = [piece for piece in found if not piece.bytes]
    made = _made(connection, unknown, feed.language, mark) if unknown else {}
    found = [piece if piece.bytes else replace(piece, bytes=made.get(piece.token[0], b"")) for piece in found]
    if not all(piece.bytes for piece in found):
        return None
    return standing.with_moved([shelf.put(feed.language, mark, piece) for piece in found])


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


def ids_of(connection: Connection, components: set[str]) -> set[int]:
    """Of published things, by what they were made from."""
    if not components:
        return set()
    return {identity for identity, component in connection.execute(select(Published.id, Published.component)) if component in components}


def that_fit(found: Sequence[Piece], changed_at: datetime, most: int) -> Sequence[Piece]:
    """At most so many bytes with the head: what is longest past goes first; with no past left, what is furthest ahead.

    Past and ahead are seen from the feed's last change, so that one version has one text.
    """
    excess = sum(len(piece.bytes) for piece in found) + HEAD_ROOM - most
    if excess <= 0:
        return found
    order = sorted(range(len(found)), key=lambda number: (found[number].ends_at, number))
    ahead_from = bisect_right(order, changed_at, key=lambda number: _moment(found[number].ends_at))
    dropped = set()
    for number in [*order[:ahead_from], *reversed(order[ahead_from:])]:
        if excess <= 0:
            break
        excess -= len(found[number].bytes)
        dropped.add(number)
    return [piece for number, piece in enumerate(found) if number not in dropped]


def _moment(raw: Any) -> datetime:
    """As the driver gives it: SQLite's text is in UTC."""
    return raw.astimezone(UTC) if isinstance(raw, datetime) else datetime.fromisoformat(raw).replace(tzinfo=UTC)
