"""How signing up goes for one activity: who counts, who may pass, from when, and who is asked once more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db, locked
from vwg.domain import changes, errors, notices, rsvps
from vwg.models import Event, EventDate, Notice, NoticeChannel, Rsvp, RsvpStatus, User
from vwg.models.event import EventHost

LAST_HOURS = 12  # what one press sets to "to confirm" when nobody says how many


def change(event: Event, *, babies_count: bool, smaller_may_pass: bool, by: User) -> None:
    """Whether babies on a lap take a seat, and whether a smaller party may pass a larger one that
    waits; both may let people in at once. The event must be locked. Raises BabiesDoNotFit.
    """
    if (event.babies_count, event.smaller_may_pass) == (babies_count, smaller_may_pass):
        return
    event.babies_count, event.smaller_may_pass = babies_count, smaller_may_pass
    db.session.flush()
    ahead = select(EventDate.id).where(EventDate.event_id == event.id, EventDate.ends_at > clock.now()).order_by(EventDate.id)
    for date_id in db.session.scalars(ahead).all():
        date = locked(EventDate, date_id)
        if date.seats is not None and rsvps.seats_taken(date) > date.seats:
            raise errors.BabiesDoNotFit
        rsvps.promote(date)
    changes.log(event, by, "sign-up rules", ["babies_count", "smaller_may_pass"])


def set_window(date: EventDate, opens: datetime | None, closes: datetime | None, by: User) -> None:
    """From when until when strangers may sign up for this date; None: always, and until it begins.
    Volunteers may sign people up all the time. The date must be locked. Raises ClosesBeforeOpens.
    """
    if opens is not None and closes is not None and closes <= opens:
        raise errors.ClosesBeforeOpens
    if (date.signup_opens, date.signup_closes) != (opens, closes):
        date.signup_opens, date.signup_closes = opens, closes
        db.session.flush()
        changes.log(date.event, by, "sign-up window", [date.public_id])


def doubtful(date: EventDate, hours: int = LAST_HOURS) -> list[Rsvp]:
    """Sign-ups of the last hours whom nobody can reach: made by strangers, with no number and no coach."""
    fresh = db.session.scalars(
        select(Rsvp)
        .where(Rsvp.date_id == date.id, Rsvp.status == RsvpStatus.CONFIRMED, Rsvp.created_at > clock.now() - timedelta(hours=hours))
        .options(joinedload(Rsvp.contact), joinedload(Rsvp.household))
        .order_by(Rsvp.id)
    )
    return [rsvp for rsvp in fresh if rsvp.entered_by_id is None and notices.way_to_rsvp(rsvp).channel == NoticeChannel.SHOW]


def doubt(date: EventDate, by: User, hours: int = LAST_HOURS) -> int:
    """One press: those are to be confirmed, how many. They keep their seats meanwhile, and their
    own page says that a volunteer looks at it. The date must be locked."""
    found = doubtful(date, hours)
    for rsvp in found:
        rsvp.status = RsvpStatus.TO_CONFIRM
    db.session.flush()
    if found:
        changes.log(date.event, by, "to confirm", [date.public_id])
    return len(found)


def to_confirm(date: EventDate) -> list[Rsvp]:
    """Set so by a press; and who moved up while their mail came back, so that perhaps nobody sits there."""
    return list(db.session.scalars(select(Rsvp).where(Rsvp.date_id == date.id, _unsure()).order_by(Rsvp.id)))


def number_to_confirm(host: User) -> dict[int, int]:
    """How many those are for each date to come of this host's activities, by date id."""
    rows = db.session.execute(_unsure_for(host, Rsvp.date_id, func.count()).group_by(Rsvp.date_id))
    return {date_id: number for date_id, number in rows}


def number_of_unsure(host: User) -> "ScalarSelect[int]":
    """The same for all dates together; for a question that asks more."""
    return _unsure_for(host, func.count(Rsvp.id)).scalar_subquery()


def confirm(rsvp: Rsvp) -> None:
    """They come after all. Pressed twice it is done once; the date must be locked."""
    if rsvp.status == RsvpStatus.TO_CONFIRM:
        rsvp.status = RsvpStatus.CONFIRMED
    notices.seen(rsvp)
    db.session.flush()


# ---- inside


def _unsure_for(host: User, *columns: Any) -> "Select[*tuple[Any, ...]]":
    hosted = select(*columns).select_from(Rsvp).join(EventDate).join(EventHost, EventHost.event_id == EventDate.event_id)
    return hosted.where(EventHost.user_id == host.id, EventDate.ends_at > clock.now(), _unsure())


def _unsure() -> ColumnElement[bool]:
    """Who left no number was told to look at the page; who left an address counts on a mail."""
    came_back = select(Notice.recipient_id).where(*notices.ONLY_SHOWN, Notice.kind == "promoted", Notice.tries > 0)
    return or_(Rsvp.status == RsvpStatus.TO_CONFIRM, and_(Rsvp.status == RsvpStatus.CONFIRMED, Rsvp.id.in_(came_back)))
