"""What has had its time goes: every night, after a start and after a restore.

Deleting a row does not erase it: its bytes stay in the write-ahead log and in the table's file.
On SQLite secure_delete overwrites the row where it stands, but not the copies that were left in
the unused part of a page when a full page was split: about one name in a thousand was still
there (measured, 1,500 sign-ups of two dates). `wipe_traces` sees to all of those.
"""

import sqlite3
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from vwg import clock, keys
from vwg.db import db, locked
from vwg.domain import rsvps
from vwg.domain.settings import group
from vwg.models import (
    Attempt,
    DateCount,
    EventDate,
    Household,
    Look,
    Notice,
    NoticeState,
    Rsvp,
    RsvpContact,
    SignIn,
    Tombstone,
    UserSession,
)

PERSONAL_TABLES = (
    "rsvp_contact", "rsvp_support", "rsvp", "household_coach", "household", "notice", "look", "sign_in", "user_session", "user", "contact",
)  # fmt: skip
DAYS_OF_A_MONTH = 30.5
KEEP_ATTEMPTS = timedelta(days=1)


def erase_what_is_due() -> None:
    """Erase all whose day has come; the days are the group's settings."""
    session, now, keep = db.session(), clock.now(), group()
    _erase_contacts(session, now - timedelta(days=keep.keep_contact_days))
    _fold_sign_ups(session, now - timedelta(days=keep.keep_name_days))
    _forget_recipients(session, now - timedelta(days=keep.keep_notice_days))
    session.execute(delete(Household).where(Household.used_at < now - timedelta(days=keep.keep_household_months * DAYS_OF_A_MONTH)))
    session.execute(delete(Look).where(Look.day < clock.local(now - timedelta(days=keep.keep_look_days)).date()))
    _forget_sign_ins(session, now)
    session.execute(delete(UserSession).where(or_(UserSession.ends_at < now, UserSession.ended_at < now)))
    session.execute(delete(Attempt).where(Attempt.at < now - KEEP_ATTEMPTS))
    session.expire_all()


def erase_own(rsvp: Rsvp, household_too: bool = False) -> None:
    """Who asks with the slip is erased now; the household behind it only if they ask that too.

    Seats of a date to come go to the next in line first; of a date that is over its numbers stay.
    The caller has locked nothing: dates are locked here, in order.
    """
    household = rsvp.household if household_too else None
    theirs = select(Rsvp.id, Rsvp.date_id).where(Rsvp.household_id == household.id if household else Rsvp.id == rsvp.id)
    for date_id, rsvp_id in sorted((date_id, rsvp_id) for rsvp_id, date_id in db.session.execute(theirs)):
        _erase_sign_up(locked(EventDate, date_id), locked(Rsvp, rsvp_id))
    if household is not None:
        _bury("household", household.id)
        db.session.delete(household)
        db.session.flush()


def _erase_sign_up(date: EventDate, rsvp: Rsvp) -> None:
    if date.is_over:
        if rsvp.holds_seats:
            _add_counts(db.session(), date.id, Counter(adults=rsvp.adults, children=rsvp.people - rsvp.adults))
    elif not rsvp.is_given_back:
        rsvps.give_back(rsvp)
    _drop_notices(db.session(), [rsvp.id])
    _bury("rsvp", rsvp.id)
    db.session.delete(rsvp)
    db.session.flush()


def _bury(kind: str, identity: int) -> None:
    """So that a backup that is put back does not bring them back."""
    db.session.add(Tombstone(hmac=keys.sealed("erased", kind, identity), at=clock.now()))


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
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        for table in PERSONAL_TABLES:
            connection.cursor().execute(f'VACUUM FULL "{table}"')
        return True
    finally:
        connection.invalidate()


def _erase_contacts(session: Session, ended_before: datetime) -> None:
    over = select(Rsvp.id).join(EventDate).where(EventDate.ends_at < ended_before)
    session.execute(delete(RsvpContact).where(RsvpContact.rsvp_id.in_(over)))


def _fold_sign_ups(session: Session, ended_before: datetime) -> None:
    """Only how many adults and children held seats stays. Day by day, so that a count is made once."""
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
        _drop_notices(session, gone)
        session.execute(delete(Rsvp).where(Rsvp.id.in_(gone)))
        session.expire(date)


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


def _forget_sign_ins(session: Session, now: datetime) -> None:
    """A request goes a day after it was made, for its wrong tries count so long; a mail that did not leave, with it."""
    old = select(SignIn.id).where(SignIn.expires_at < now, SignIn.created_at < now - KEEP_ATTEMPTS)
    session.execute(
        update(Notice)
        .where(Notice.subject_kind == "sign_in", Notice.done_at.is_(None), or_(Notice.subject_id.in_(old), Notice.subject_id.not_in(select(SignIn.id))))
        .values(state=NoticeState.DROPPED, done_at=now)
    )
    session.execute(delete(SignIn).where(SignIn.id.in_(old)))


def _forget_recipients(session: Session, done_before: datetime) -> None:
    session.execute(
        update(Notice)
        .where(Notice.done_at < done_before, Notice.recipient_id.is_not(None))
        .values(recipient_kind=None, recipient_id=None)
    )
