"""A feed's bytes: one look-up says whether anything moved; if not, they are still in this process.

The order of things: the feed's version (one indexed row), then what this process keeps for that
version, else the list of what stands in the feed with the bytes of what it does not know yet,
read in one snapshot so that the version is that of the bytes. Should the database not answer, the
last good bytes go out: Thunderbird switches a calendar off at the first error.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

from vwg import clock
from vwg.db import allow_writing, db
from vwg.domain import programme
from vwg.feeds import heads, pieces
from vwg.feeds.eyes import Eyes, reader
from vwg.feeds.heads import NEVER, Look, NoSuchFeed
from vwg.feeds.memory import Answer, Feed, Piece, Shelf, Standing
from vwg.formats import ical

MOST_BYTES = 1_000_000  # Google loses what is beyond, silently
# What was changed while somebody else's change was under way may carry a time from before it.
SURELY_SEEN = timedelta(minutes=2)
# So long a process trusts its own list. `flask restore` says itself that the house is another one; a hand in the database does not.
LISTED_AGAIN = timedelta(minutes=10)
GOOD_FOR = timedelta(minutes=5)  # as long as we tell everybody to keep it


class NothingYet(RuntimeError):
    """The database does not answer, and this process has never read this feed."""


def register(app: Flask) -> None:
    """The reading connections live and die with the house's own."""
    with app.app_context():
        ours = db.engine
    engine = reader(ours.url)
    event.listen(ours, "engine_disposed", lambda _engine: engine.dispose())
    app.extensions["vwg feed eyes"] = Eyes(engine, ours.url.database or "" if ours.dialect.name == "sqlite" else "")


def shelf(app: Flask) -> Shelf:
    kept: Shelf | None = app.extensions.get("vwg feeds")
    if kept is None:
        kept = app.extensions["vwg feeds"] = Shelf()
    return kept


def at_once(app: Flask, feed: Feed) -> Answer | None:
    """What this process keeps of a feed, if it is still good, or if the database does not answer.

    One look-up; nothing of Flask or the ORM, so that it can stand before both.
    """
    eyes: Eyes = app.extensions["vwg feed eyes"]
    if eyes.is_another_file():
        _begin_anew(app)
    kept = shelf(app).last(feed)
    if kept is None:
        return None
    try:
        state = eyes.state(feed.name)
    except Exception:  # whatever a driver raises on a bad day
        return kept
    return kept if kept.is_good_for(state, ical.renderer(feed.language)) else None


def _begin_anew(app: Flask) -> None:
    """In another house: with connections to it, and nothing remembered."""
    with app.app_context():
        db.engine.dispose()
    app.extensions.pop("vwg feeds", None)


def known(app: Flask, feed: Feed) -> Answer | None:
    """A feed that this process sent before and that moved since: read outside a request of Flask."""
    if feed.asked or shelf(app).last(feed) is None:
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
        kept = shelf(_app()).last(feed)
        if kept is None:
            raise NothingYet from None
        return kept


def _whole(feed: Feed) -> Answer:
    kept, ours, mark = shelf(_app()).last(feed), shelf(_app()), ical.renderer(feed.language)
    with _engine().connect() as connection, connection.begin():
        look = heads.look(connection, feed)
        if kept is not None and kept.is_good_for(look.state, mark):
            return kept
        head = heads.head(feed, look)
        standing = None
        if kept is not None and kept.standing is not None and _goes_on_from(kept, kept.standing, look, mark):
            standing = pieces.moved(connection, feed, ours, kept.standing, kept.state[0], look.count)
        if standing is None:
            listed = pieces.all_of(connection, feed, ours, since=_surely_seen(kept, mark))
            standing = Standing.listed(listed, clock.now(), look.house)
    made = _written(feed, head, standing.pieces, look)
    made.standing = standing
    return ours.keep(feed, made)


def _goes_on_from(kept: Answer, standing: Standing, look: Look, mark: str) -> bool:
    """Whether all that differs from `kept` moved since its version: not in another house, nor in other words."""
    is_younger = 0 < kept.state[0] < look.state[0] and standing.house == look.house
    return is_younger and kept.renderer == mark and clock.now() - standing.listed_at <= LISTED_AGAIN


def _asked_for(feed: Feed) -> Answer:
    """With the agenda's filters. What fits hangs on the day, so the mark is of the bytes themselves."""
    wanted, mark = programme.wish(dict(feed.asked)), ical.renderer(feed.language)
    with _engine().connect() as connection, connection.begin():
        look = heads.look(connection, feed)
        head = heads.head(feed, look)
        found: Sequence[Piece] = []
        if not wanted.impossible and look.count:
            fitting = pieces.ids_of(connection, programme.components(wanted))
            found = [piece for piece in _all_known(connection, feed, look, mark) if piece.token[0] in fitting]
    made = _written(feed, head, found, look)
    made.mark = hashlib.sha256(made.plain).hexdigest()[:20]
    made.until = _good_until(wanted)
    return shelf(_app()).keep(feed, made)


def _all_known(connection: Connection, feed: Feed, look: Look, mark: str) -> Sequence[Piece]:
    """Of the whole feed that this process has just sent, else listed."""
    ours = shelf(_app())
    whole = ours.last(Feed(feed.name, feed.language))
    if whole is not None and whole.standing is not None and whole.is_good_for(look.state, mark) and whole.standing.house == look.house:
        return whole.standing.pieces
    return pieces.all_of(connection, feed, ours, since=_surely_seen(whole, mark))


def _good_until(wanted: programme.Wish) -> datetime:
    """Till the village's midnight. What helps a partner, and what is over, may change without any feed moving."""
    if wanted.partner or wanted.past:
        return clock.now() + GOOD_FOR
    return clock.at(clock.today() + timedelta(days=1), 0)


def _surely_seen(kept: Answer | None, mark: str) -> datetime:
    """What changed before this stands in this process's memory; the rest may not."""
    return kept.changed_at - SURELY_SEEN if kept is not None and kept.renderer == mark else NEVER - timedelta(days=36_500)


def _written(feed: Feed, head: ical.Head, found: Sequence[Piece], look: Look) -> Answer:
    start = ical.start_of_calendar(head)
    plain = b"".join([start, *[piece.bytes for piece in found], ical.END_OF_CALENDAR])
    if len(plain) - len(start) + pieces.HEAD_ROOM > MOST_BYTES:
        found = pieces.that_fit(found, look.changed_at, MOST_BYTES)
        plain = b"".join([start, *[piece.bytes for piece in found], ical.END_OF_CALENDAR])
    mark = ical.renderer(feed.language)
    # A version alone comes back after a restore, with other bytes; its time does not.
    tag = f"{look.state[0]}-{int(look.changed_at.timestamp() * 1_000_000):x}-{mark}"
    return Answer(tag, look.changed_at, plain, look.state, mark, language=feed.language, sent=found)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # as Flask's manual gets it
    return app


def _engine() -> Engine:
    eyes: Eyes = current_app.extensions["vwg feed eyes"]
    return eyes.engine


def last_modified(answer: Answer) -> datetime:
    """In whole seconds, as HTTP has them. In the second of the change itself it is the one before:
    what changes again in that same second is not taken for known."""
    changed = answer.changed_at.replace(microsecond=0)
    return changed if clock.now() - changed >= timedelta(seconds=1) else changed - timedelta(seconds=1)


__all__ = ["Answer", "Feed", "NoSuchFeed", "NothingYet", "answer", "at_once", "known", "last_modified", "register", "shelf"]
