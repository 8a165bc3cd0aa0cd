"""How signing up goes for one activity: who counts, who may pass, from when, and who is asked once more."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db, locked
from vwg.domain import changes, errors, notices, rsvps
from vwg.models import Event, EventDate, NoticeChannel, Rsvp, RsvpStatus, User

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
    return list(db.session.scalars(select(Rsvp).where(Rsvp.date_id == date.id, Rsvp.status == RsvpStatus.TO_CONFIRM).order_by(Rsvp.id)))


def confirm(rsvp: Rsvp) -> None:
    """They come after all. Pressed twice it is done once; the date must be locked."""
    if rsvp.status == RsvpStatus.TO_CONFIRM:
        rsvp.status = RsvpStatus.CONFIRMED
        db.session.flush()
