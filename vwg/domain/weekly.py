"""*Ik kom elke week*: one slip, and a seat on all dates until the next holiday."""

from datetime import timedelta

from sqlalchemy import func, or_, select

from vwg import clock
from vwg.db import db, locked
from vwg.domain import errors, holidays, rsvps
from vwg.domain.rsvps import Party
from vwg.models import DateState, EventDate, Rsvp, RsvpContact

MARK = "weekly"  # the form keys of the other weeks begin with it: weekly:<public id of the first>:<date>
LONGEST_PAUSE = timedelta(days=15)  # an activity that rests longer has stopped for a while
MOST_DATES = 15  # of one term


def further(rsvp: Rsvp) -> list[EventDate]:
    """The dates after this one, until the next school holiday, in order; none where it is not
    weekly or so. Cancelled ones are left out, and do not end the row."""
    holiday = holidays.next_school_holiday(clock.local(rsvp.date.starts_at).date())
    later = db.session.scalars(
        select(EventDate)
        .where(EventDate.event_id == rsvp.date.event_id, EventDate.starts_at > rsvp.date.starts_at)
        .order_by(EventDate.starts_at, EventDate.id)
        .limit(MOST_DATES)
    ).all()
    found: list[EventDate] = []
    before = rsvp.date.starts_at
    for date in later:
        if date.starts_at - before > LONGEST_PAUSE or clock.local(date.starts_at).date() >= holiday.first:
            break
        before = date.starts_at
        if date.state == DateState.ON and not date.has_begun:
            found.append(date)
    return found


def come(rsvp: Rsvp) -> list[Rsvp]:
    """Sign up the same party for those dates too, each with seats of its own or a place in line.

    Nothing may be locked yet: dates are locked here, in order. Weeks that were taken already stay
    as they are, so pressing twice is done once. Raises NoMoreWeeks, AlreadyGivenBack.
    """
    if rsvp.is_given_back:
        raise errors.AlreadyGivenBack
    dates = further(rsvp)
    if not dates:
        raise errors.NoMoreWeeks
    taken = {each.date_id for each in together(rsvp)}
    made = []
    for date_id in sorted(date.id for date in dates if date.id not in taken):
        try:
            made.append(_sign_up(rsvp, locked(EventDate, date_id)))
        except (errors.SignupIsClosed, errors.HouseholdComesAlready):
            continue  # that week is not for them; the others are
    return made


def together(rsvp: Rsvp) -> list[Rsvp]:
    """This sign-up and those of the other weeks, by date; given back ones too."""
    first = first_of(rsvp)
    found = db.session.scalars(
        select(Rsvp)
        .join(EventDate)
        .where(or_(Rsvp.public_id == first, func.substr(Rsvp.form_key, 1, len(_key(first, ""))) == _key(first, "")))
        .order_by(EventDate.starts_at, Rsvp.id)
    ).all()
    return list(found) if rsvp in found else [rsvp, *found]


def first_of(rsvp: Rsvp) -> str:
    """The public id of the sign-up that the other weeks came from: its own, where there are none."""
    parts = (rsvp.form_key or "").split(":")
    return parts[1] if len(parts) == 3 and parts[0] == MARK else rsvp.public_id


def _sign_up(rsvp: Rsvp, date: EventDate) -> Rsvp:
    more = rsvps.sign_up(
        date, Party.of_rsvp(rsvp), language=rsvp.language, name=rsvp.name, household=rsvp.household,
        entered_by=rsvp.entered_by, form_key=_key(first_of(rsvp), str(date.id)),
    )  # fmt: skip
    if rsvp.contact is not None:
        more.contact = RsvpContact(phone=rsvp.contact.phone, email=rsvp.contact.email)
        db.session.flush()
    return more


def _key(first: str, date: str) -> str:
    return f"{MARK}:{first}:{date}"
