"""Helpers: by a link and without an account they take a place in a shift, or bring something.

A need of kind people or skill is a shift, with hours; of a thing one helper may bring several.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, notices
from vwg.domain.notices import Way
from vwg.models import Event, EventDate, Helper, Need, NoticeChannel

LONGEST_NAME = 60
REMIND_BEFORE = timedelta(hours=44)  # counted in the night: what is tomorrow
REMIND_HOUR = 9
REMINDER = "shift_reminder"


def date_of(need: Need) -> EventDate | None:
    """Its own date, else the next one of the activity; None when there is none at all."""
    return need.date or need.event.next_date or (need.event.dates[-1] if need.event.dates else None)


def hours_of(need: Need) -> tuple[datetime, datetime] | None:
    """From when to when: what was said of the shift, else the whole date."""
    date = date_of(need)
    if date is None:
        return None
    return _same_hours(need, date) if need.starts_at and need.ends_at else (date.starts_at, date.ends_at)


def set_hours(need: Need, starts: time | None, ends: time | None) -> None:
    """On the day of its date; an end before its start is in the night after. Raises EndsBeforeStart
    when only one is told or both are the same, NoDates without a date."""
    if starts is None and ends is None:
        need.starts_at = need.ends_at = None
        return
    date = date_of(need)
    if date is None:
        raise errors.NoDates
    if starts is None or ends is None or starts == ends:
        raise errors.EndsBeforeStart
    day = clock.local(date.starts_at).date()
    need.starts_at = clock.at(day, starts.hour, starts.minute)
    need.ends_at = clock.at(day if ends > starts else day + timedelta(days=1), ends.hour, ends.minute)


def take(need: Need, name: str, email: str, phone: str, language: str, form_key: str | None = None, amount: int = 1) -> Helper:
    """A place in a shift, or so many of a thing; the need is locked by the caller. Sent twice it is once.

    Raises HelperWithoutName, HelperWithoutContact, ShiftIsOver, ShiftIsFull, MoreThanNeeded.
    """
    known = db.session.scalars(select(Helper).where(Helper.form_key == form_key)).first() if form_key else None
    if known is not None and known.need_id == need.id:
        return known
    if not name.strip():
        raise errors.HelperWithoutName
    if not email.strip() and not phone.strip():
        raise errors.HelperWithoutContact
    check_open(need)
    amount = 1 if need.is_shift else max(amount, 1)
    if amount > places_left(need):
        raise errors.MoreThanNeeded(left=places_left(need))
    helper = Helper(
        amount=amount, name=" ".join(name.split())[:LONGEST_NAME], email=email.strip(), phone=phone.strip(), language=language,
        form_key=None if known is not None else form_key,
    )  # fmt: skip
    need.helpers.append(helper)
    db.session.flush()
    return helper


def check_open(need: Need) -> None:
    """Raises ShiftIsOver, ShiftIsFull. Who is not known yet waits beside the count, one for each place."""
    date, hours = date_of(need), hours_of(need)
    if date is None or hours is None or hours[0] <= clock.now() or not date.is_on:
        raise errors.ShiftIsOver
    if need.enough_at or places_left(need) <= 0:
        raise errors.ShiftIsFull


def asked_of_everybody(event: Event) -> list[Need]:
    """What the activity's own page asks of whoever reads it; what is there or over asks nothing more."""
    return [need for need in event.needs if need.is_public and _is_open(need)]


def _is_open(need: Need) -> bool:
    try:
        check_open(need)
    except (errors.ShiftIsOver, errors.ShiftIsFull):
        return False
    return True


def places_left(need: Need) -> int:
    """For helpers: who offered counts here at once, known or not."""
    if need.enough_at:
        return 0
    promised = sum(pledge.amount for pledge in need.pledges if pledge.counts)
    return max(need.amount - promised - sum(helper.amount for helper in need.helpers if not helper.is_dropped), 0)


def drop(helper: Helper) -> None:
    """They cannot come; the place is free again and they hear no more of it. Twice is once."""
    if helper.dropped_at is None:
        helper.dropped_at = clock.now()
        notices.drop_for("helper", helper.id)
        db.session.flush()


def new_link(need: Need) -> None:
    """The link that went round opens nothing any more; who took a place keeps it."""
    need.generation += 1


def of_need(need: Need) -> list[Helper]:
    """Who holds a place, in the order they came."""
    return [helper for helper in need.helpers if not helper.is_dropped]


def owe_reminders() -> int:
    """Every night, for the shifts of the next day and night; who left only a telephone is not reminded. How many."""
    now, owed = clock.now(), 0
    for helper in db.session.scalars(select(Helper).where(Helper.dropped_at.is_(None), Helper.email != "").order_by(Helper.id)):
        date, hours = date_of(helper.need), hours_of(helper.need)
        if date is not None and hours is not None and date.is_on and now < hours[0] <= now + REMIND_BEFORE:
            due = max(now, clock.at(clock.local(now).date(), REMIND_HOUR))
            notices.owe(REMINDER, "need", helper.need_id, date.sequence, "helper", helper.id, helper.language, Way(NoticeChannel.MAIL), due)
            owed += 1
    return owed


def _same_hours(need: Need, date: EventDate) -> tuple[datetime, datetime]:
    """The hours on the clock that were chosen, on the day that the date has now."""
    assert need.starts_at is not None and need.ends_at is not None
    starts, ends = clock.local(need.starts_at), clock.local(need.ends_at)
    day = clock.local(date.starts_at).date()
    night = (ends.date() - starts.date()).days
    return clock.at(day, starts.hour, starts.minute), clock.at(day + timedelta(days=night), ends.hour, ends.minute)
