"""What has had its time goes: every night, after a start and after a restore.

Deleting a row does not erase it: its bytes stay in the write-ahead log and in the table's file.
On SQLite secure_delete overwrites the row where it stands, but not the copies that were left in
the unused part of a page when a full page was split: about one name in a thousand was still
there (measured, 1,500 sign-ups of two dates). `wipe_traces` sees to all of those.

Who was erased by their slip must not come back with a backup: a tombstone, the HMAC of something
only that row had, stands in the database and in a file beside it, and is replayed after a restore.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Delete, Update, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from vwg import clock, keys
from vwg.db import db, locked
from vwg.domain import door, households, offers, proposals, rsvps, weekly, welcome_places
from vwg.domain.settings import group
from vwg.models import (
    Attempt,
    Beat,
    DateCount,
    Event,
    EventDate,
    Helper,
    Household,
    Lift,
    Look,
    Need,
    Notice,
    NoticeState,
    PasskeyQuestion,
    Rsvp,
    RsvpContact,
    SignIn,
    Tombstone,
    User,
    UserSession,
)

PERSONAL_TABLES = (
    "rsvp_contact", "rsvp_support", "own_stamp", "feed_key", "rsvp", "helper", "household_coach", "household", "notice", "look", "sign_in",
    "passkey", "user_session", "user", "contact", "invitation", "partner_note", "vouch", "lift_rider", "lift", "offer", "proposal",
    "translator", "welcome_taken",
)  # fmt: skip
KEEP_ATTEMPTS = timedelta(days=1)


WIPED = "traces wiped"  # the beat that says until when nothing is left of what was erased
TOMBSTONES = "erased.txt"  # the file beside the database: an HMAC a line, and nothing else


def erase_what_is_due() -> Counter[str]:
    """Erase all whose day has come; the days are the group's settings. How many of each kind went."""
    session, now, keep = db.session(), clock.now(), group()
    gone: Counter[str] = Counter()
    gone["contacts"] = _erase_contacts(session, now - timedelta(days=keep.keep_contact_days))
    gone["sign-ups"] = _fold_sign_ups(session, now - timedelta(days=keep.keep_name_days))
    gone["helpers' contacts"] = _forget_helpers_contacts(session, now - timedelta(days=keep.keep_contact_days))
    gone["helpers"] = _fold_helpers(session, now - timedelta(days=keep.keep_name_days))
    gone["recipients of notices"] = _forget_recipients(session, now - timedelta(days=keep.keep_notice_days))
    gone["households"] = _done(session, delete(Household).where(households.unused_at(now)))
    over = select(EventDate.id).where(EventDate.ends_at < now - timedelta(days=keep.keep_name_days))
    gone["lifts"] = _done(session, delete(Lift).where(Lift.date_id.in_(over)))
    gone["presses at the door"] = _done(session, delete(DateCount).where(DateCount.what.startswith(door.HEARD), DateCount.date_id.in_(over)))
    looks = delete(Look).where(Look.day < clock.local(now - timedelta(days=keep.keep_look_days)).date())
    gone["lines of who looked"] = _done(session, looks)
    gone["days of being away"] = _done(session, update(User).where(User.away_until < clock.today()).values(away_until=None))
    gone["sign-ins"] = _forget_sign_ins(session, now)
    gone["devices"] = _done(session, delete(UserSession).where(or_(UserSession.ends_at < now, UserSession.ended_at < now)))
    gone["senders of proposals"] = proposals.forget_senders()
    gone["offers of help"] = offers.forget_old()
    gone["takers of welcome places"] = welcome_places.forget()
    gone["wrong tries"] = _done(session, delete(Attempt).where(Attempt.at < now - KEEP_ATTEMPTS))
    session.expire_all()
    return gone


def _done(session: Session, statement: Delete | Update) -> int:
    """How many rows it took."""
    result: Any = session.execute(statement)
    return int(result.rowcount)


def erase_own(rsvp: Rsvp, household_too: bool = False) -> None:
    """Who asks with the slip is erased now, with the other weeks that were taken by it; the
    household behind it only if they ask that too.

    Seats of a date to come go to the next in line first; of a date that is over its numbers stay.
    The caller has locked nothing: dates are locked here, in order.
    """
    household = rsvp.household if household_too else None
    ids = {each.id for each in weekly.together(rsvp)}
    if household is not None:
        ids |= set(db.session.scalars(select(Rsvp.id).where(Rsvp.household_id == household.id)))
    _erase(ids, [household] if household is not None else [])


def replay(stones: Iterable[str]) -> Counter[str]:
    """After a restore: erase again whoever was erased since that copy was made. Idempotent."""
    standing = set(stones) | set(db.session.scalars(select(Tombstone.hmac)))
    ids = {rsvp.id for rsvp in db.session.scalars(select(Rsvp)) if _stone_of(rsvp) in standing}
    households = [each for each in db.session.scalars(select(Household)) if _stone_of(each) in standing]
    _erase(ids, households)
    known = set(db.session.scalars(select(Tombstone.hmac)))
    for stone in sorted(set(stones) - known):  # so that the next copy knows of them too
        db.session.add(Tombstone(hmac=stone, at=clock.now()))
    db.session.flush()
    return Counter({"sign-ups": len(ids), "households": len(households)})


def _erase(ids: set[int], households: Iterable[Household]) -> None:
    theirs = db.session.execute(select(Rsvp.date_id, Rsvp.id).where(Rsvp.id.in_(ids)))
    for date_id, rsvp_id in sorted((date_id, rsvp_id) for date_id, rsvp_id in theirs):
        _erase_sign_up(locked(EventDate, date_id), locked(Rsvp, rsvp_id))
    for household in households:
        _bury(household)
        db.session.delete(household)
    db.session.flush()


def _erase_sign_up(date: EventDate, rsvp: Rsvp) -> None:
    if date.is_over:
        if rsvp.holds_seats:
            _add_counts(db.session(), date.id, Counter(adults=rsvp.adults, children=rsvp.people - rsvp.adults))
    elif not rsvp.is_given_back:
        rsvps.give_back(rsvp)
    _drop_notices(db.session(), [rsvp.id])
    _bury(rsvp)
    db.session.delete(rsvp)
    db.session.flush()


def _bury(row: Rsvp | Household) -> None:
    """So that a backup that is put back does not bring them back."""
    db.session.add(Tombstone(hmac=_stone_of(row), at=clock.now()))


def _stone_of(row: Rsvp | Household) -> str:
    """Not of the id alone: SQLite gives the id of an erased row to the next one that comes."""
    if isinstance(row, Rsvp):
        return keys.sealed("erased", "rsvp", row.public_id)
    return keys.sealed("erased", "household", row.id, row.created_at.isoformat())


# ---- tombstones beside the database


def tombstones_in(folder: Path) -> list[str]:
    """What the file says, the oldest first; a half line of a crash is none."""
    path = folder / TOMBSTONES
    lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.is_file() else []
    return [line for line in lines if len(line) == 64]


def write_tombstones(folder: Path) -> int:
    """Append the tombstones that the file does not have yet; how many. The file outlives the database."""
    standing = db.session.scalars(select(Tombstone.hmac).order_by(Tombstone.id)).all()
    known = set(tombstones_in(folder)) if standing else set()
    new = [stone for stone in standing if stone not in known]
    if new:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / TOMBSTONES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write("\n" + "\n".join(new) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return len(new)


# ---- traces


def has_traces() -> bool:
    """Whether somebody was erased by their slip since the traces were last wiped."""
    last = db.session.scalar(select(Tombstone.at).order_by(Tombstone.id.desc()).limit(1))
    wiped = db.session.get(Beat, WIPED)
    return last is not None and (wiped is None or wiped.at <= last)


def note_wiped(at: datetime) -> None:
    """All that was erased before `at` left no trace."""
    db.session.merge(Beat(worker=WIPED, at=at))


def wipe_traces() -> bool:
    """Overwrite what deleted rows left behind; outside any transaction. False: somebody reads just now, try again."""
    connection = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "sqlite":
            cursor = connection.cursor()
            try:
                cursor.execute("VACUUM")  # every page anew, from live rows only
            except sqlite3.OperationalError:
                return False
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchall()[0][0]
            return not busy
        connection.rollback()
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]  # it is open, so it has one
        for table in PERSONAL_TABLES:
            connection.cursor().execute(f'VACUUM FULL "{table}"')
        return True
    finally:
        connection.invalidate()


def _erase_contacts(session: Session, ended_before: datetime) -> int:
    over = select(Rsvp.id).join(EventDate).where(EventDate.ends_at < ended_before)
    return _done(session, delete(RsvpContact).where(RsvpContact.rsvp_id.in_(over)))


def _helped_before(ended_before: datetime) -> list[tuple[Helper, int]]:
    """Helpers whose shift is past, each with the date it counts for."""
    last = select(Event.id).where(~Event.dates.any(EventDate.ends_at >= ended_before))
    over = select(EventDate.id).where(EventDate.ends_at < ended_before)
    past = or_(Need.date_id.in_(over), and_(Need.date_id.is_(None), Need.event_id.in_(last)))
    helpers = db.session.scalars(select(Helper).join(Need).where(past).order_by(Helper.id)).all()
    return [(helper, helper.need.date_id or (helper.need.event.dates[-1].id if helper.need.event.dates else 0)) for helper in helpers]


def _forget_helpers_contacts(session: Session, ended_before: datetime) -> int:
    known = [helper.id for helper, _ in _helped_before(ended_before) if helper.email or helper.phone]
    return _done(session, update(Helper).where(Helper.id.in_(known)).values(email="", phone=""))


def _fold_helpers(session: Session, ended_before: datetime) -> int:
    """Only how many helped stays."""
    past = _helped_before(ended_before)
    for helper, date_id in past:
        if date_id and helper.counts:
            _add_counts(session, date_id, Counter(helpers=1))
        session.execute(update(Notice).where(Notice.recipient_kind == "helper", Notice.recipient_id == helper.id).values(recipient_kind=None, recipient_id=None))
    return _done(session, delete(Helper).where(Helper.id.in_([helper.id for helper, _ in past])))


def _fold_sign_ups(session: Session, ended_before: datetime) -> int:
    """Only how many adults and children held seats stays. Day by day, so that a count is made once."""
    folded = 0
    over = session.scalars(select(Rsvp.date_id).join(EventDate).where(EventDate.ends_at < ended_before).distinct()).all()
    for date_id in sorted(over):
        date = locked(EventDate, date_id)
        counts: Counter[str] = Counter()
        for rsvp in date.rsvps:
            if rsvp.holds_seats:
                counts["adults"] += rsvp.adults
                counts["children"] += rsvp.people - rsvp.adults
        _add_counts(session, date_id, counts)
        gone = [rsvp.id for rsvp in date.rsvps]
        folded += len(gone)
        _drop_notices(session, gone)
        session.execute(delete(Rsvp).where(Rsvp.id.in_(gone)))
        session.expire(date)
    return folded


def _drop_notices(session: Session, whose: list[int]) -> None:
    """What was still to be told to them is told no more, and nothing says whom it was for."""
    theirs = and_(Notice.recipient_kind == "rsvp", Notice.recipient_id.in_(whose))
    about_them = and_(Notice.subject_kind == "rsvp", Notice.subject_id.in_(whose))
    session.execute(
        update(Notice)
        .where(or_(theirs, about_them), Notice.done_at.is_(None))
        .values(state=NoticeState.DROPPED, done_at=clock.now())
    )
    session.execute(update(Notice).where(theirs).values(recipient_kind=None, recipient_id=None))


def _add_counts(session: Session, date_id: int, counts: Counter[str]) -> None:
    kept = {row.what: row for row in session.scalars(select(DateCount).where(DateCount.date_id == date_id))}
    for what, number in counts.items():
        if what in kept:
            kept[what].number += number
        else:
            session.add(DateCount(date_id=date_id, what=what, number=number))
    session.flush()


def _forget_sign_ins(session: Session, now: datetime) -> int:
    """A request goes a day after it was made, for its wrong tries count so long; a mail that did not leave, with it."""
    old = select(SignIn.id).where(SignIn.expires_at < now, SignIn.created_at < now - KEEP_ATTEMPTS)
    session.execute(
        update(Notice)
        .where(Notice.subject_kind == "sign_in", Notice.done_at.is_(None), or_(Notice.subject_id.in_(old), Notice.subject_id.not_in(select(SignIn.id))))
        .values(state=NoticeState.DROPPED, done_at=now)
    )
    session.execute(delete(PasskeyQuestion).where(PasskeyQuestion.expires_at < now))
    return _done(session, delete(SignIn).where(SignIn.id.in_(old)))


def _forget_recipients(session: Session, done_before: datetime) -> int:
    return _done(
        session,
        update(Notice)
        .where(Notice.done_at < done_before, Notice.recipient_id.is_not(None))
        .values(recipient_kind=None, recipient_id=None),
    )
