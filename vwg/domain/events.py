"""An activity's life: written, changed, put online, and when and whether its dates go on."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dateutil.rrule import rrulestr
from sqlalchemy import select

from vwg import clock, facts
from vwg.db import db
from vwg.domain import calendar, errors, notices, rsvps
from vwg.models import Category, Change, DateState, Event, EventDate, EventText, Partner, Place, ReasonText, Series, Signup, Stage, User, Visibility

MOST_DATES = 400
LONGEST_TITLE = 90  # UiTdatabank's own limit for a name


@dataclass(frozen=True)
class Times:
    """One date: aware moments, the end after the start."""

    starts_at: datetime
    ends_at: datetime


@dataclass
class Details:
    """What a volunteer says of an activity; everything but the title has a good default."""

    title: str
    text: str = ""
    bring: str = ""
    category: Category | None = None
    place: Place | None = None
    organisation: Partner | None = None
    seats: int | None = None
    price_cents: int = 0
    signup: Signup = Signup.EVERYONE
    signup_url: str = ""
    coach_seats: int = 0
    visibility: Visibility = Visibility.PUBLIC
    dutch_level: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


def create(details: Details, times: Sequence[Times], by: User, weekly: bool = False) -> Event:
    """A draft with its dates; whoever writes it is its host.

    `weekly` keeps the dates together as one series; else each is an activity of its own in a
    calendar. Raises NoTitle, NoDates, EndsBeforeStart, DateInThePast, TooManyDates.
    """
    _check_title(details.title)
    check_times(times)
    event = Event(created_by_id=by.id)
    event.hosts.append(by)
    db.session.add(event)
    _fill(event, details)
    series = _series(times) if weekly and len(times) > 1 else None
    if series is not None:
        event.series.append(series)
    for each in times:
        date = EventDate(starts_at=each.starts_at, ends_at=each.ends_at, place=details.place, seats=details.seats)
        if series is not None:
            date.series = series
            date.original_start = each.starts_at
        event.dates.append(date)
    db.session.flush()
    _log(event, by, "created")
    return event


def every_week(first: Times, until: datetime) -> list[Times]:
    """The dates from `first` to the last that starts at or before `until`, at the same local hour."""
    days = (clock.local(until).date() - clock.local(first.starts_at).date()).days
    if days // 7 >= MOST_DATES:
        raise errors.TooManyDates
    return [
        Times(clock.keep_local_hour(first.starts_at, 7 * week), clock.keep_local_hour(first.ends_at, 7 * week))
        for week in range(days // 7 + 1)
    ]


def edit(event: Event, version: int, details: Details, by: User) -> None:
    """Change what is said of an activity. Raises ChangedMeanwhile when `version` is not the row's.

    Place and seats given here are those of all dates to come.
    """
    if event.version != version:
        raise errors.ChangedMeanwhile
    _check_title(details.title)
    _fill(event, details)
    moved = [date for date in _to_come(event) if date.place is not details.place]
    for date in _to_come(event):
        if date.seats != details.seats:
            set_seats(date, details.seats)
        date.place = details.place
    db.session.flush()
    _log(event, by, "edited")
    calendar.changed(event)
    if event.stage == Stage.PUBLISHED:
        for date in moved:
            notices.tell_of_date("date_moved", date)


def publish(event: Event, by: User) -> None:
    """Put it online now. Each published thing gets the uid that it keeps for life (RFC 5545 3.8.4.7)."""
    if event.stage == Stage.PUBLISHED:
        raise errors.AlreadyPublished
    _check_title(event.title)
    if not _to_come(event):
        raise errors.NoDates
    event.stage = Stage.PUBLISHED
    event.published_at = clock.now()
    for date in event.dates:
        _mint(date)
    db.session.flush()
    _log(event, by, "published")
    calendar.changed(event)


def add_date(event: Event, times: Times, by: User) -> EventDate:
    """One more date, of its own. Raises EndsBeforeStart, DateInThePast, TooManyDates."""
    check_times([times])
    if len(event.dates) >= MOST_DATES:
        raise errors.TooManyDates
    example = event.dates[-1] if event.dates else None
    date = EventDate(
        starts_at=times.starts_at, ends_at=times.ends_at,
        place=example.place if example else None, seats=example.seats if example else None,
    )  # fmt: skip
    event.dates.append(date)
    if event.stage == Stage.PUBLISHED:
        _mint(date)
    db.session.flush()
    _log(event, by, "date added")
    calendar.changed(event)
    return date


def move(date: EventDate, times: Times, place: Place | None, by: User) -> None:
    """Another time or place; a postponed date goes on again with this. The date must be locked.

    Everybody concerned is told. Raises EndsBeforeStart, DateInThePast, DateIsCancelled, EventIsOver.
    """
    _check_not_over(date)
    if date.is_cancelled:
        raise errors.DateIsCancelled
    check_times([times])
    if (date.starts_at, date.ends_at, date.place, date.state) == (times.starts_at, times.ends_at, place, DateState.ON):
        return
    date.moved_from = date.starts_at
    date.starts_at, date.ends_at, date.place = times.starts_at, times.ends_at, place
    date.state = DateState.ON
    _changed(date, by, "moved", "date_moved")
    rsvps.promote(date)


def postpone(date: EventDate, reason: str, by: User, translations: dict[str, str] | None = None) -> None:
    """It does not go on that day; a new one follows. The date must be locked."""
    _off(date, DateState.POSTPONED, reason, translations or {})
    _changed(date, by, "postponed", "date_postponed")


def cancel(date: EventDate, reason: str, by: User, translations: dict[str, str] | None = None) -> None:
    """It does not go on. The date must be locked. Raises NoReason, DateIsCancelled, EventIsOver."""
    _off(date, DateState.CANCELLED, reason, translations or {})
    _changed(date, by, "cancelled", "date_cancelled")


def set_seats(date: EventDate, seats: int | None) -> None:
    """More seats let waiting parties in at once. The date must be locked. Raises SeatsBelowTaken."""
    taken = rsvps.seats_taken(date)
    if seats is not None and seats < taken:
        raise errors.SeatsBelowTaken(taken=taken)
    date.seats = seats
    db.session.flush()
    rsvps.promote(date)


def become_host(event: Event, user: User) -> None:
    """Any volunteer may, by one press; it is logged and shown."""
    if user not in event.hosts:
        event.hosts.append(user)
        _log(event, user, "host")


def check_times(times: Sequence[Times]) -> None:
    if not times:
        raise errors.NoDates
    if len(times) > MOST_DATES:
        raise errors.TooManyDates
    for each in times:
        if each.ends_at <= each.starts_at:
            raise errors.EndsBeforeStart
        if each.ends_at <= clock.now():
            raise errors.DateInThePast


def to_come() -> Sequence[Event]:
    """Activities with a date that is not over, the nearest first, drafts too: the volunteers' list."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    found = db.session.scalars(select(Event).where(Event.id.in_(ahead))).all()
    return sorted(found, key=lambda event: min(d.starts_at for d in event.dates if not d.is_over))


# ---- inside


def _check_title(title: str) -> None:
    if not title.strip():
        raise errors.NoTitle


def _fill(event: Event, details: Details) -> None:
    text = event.text_in("nl")
    if text is None:
        text = EventText(language="nl", title="")
        event.texts.append(text)
    said = (details.title.strip()[:LONGEST_TITLE], details.text.strip(), details.bring.strip())
    if (text.title, text.text, text.bring) != said:
        text.title, text.text, text.bring = said
        text.version = (text.version or 0) + 1  # translations of an earlier version are stale now
    event.category = details.category
    event.organisation = details.organisation
    event.price_cents = details.price_cents
    event.signup = details.signup
    event.signup_url = details.signup_url
    event.coach_seats = details.coach_seats
    event.visibility = details.visibility
    event.dutch_level = details.dutch_level
    event.facts = facts.clean(details.facts)


def _series(times: Sequence[Times]) -> Series:
    first = times[0]
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    rule = f"FREQ=WEEKLY;BYDAY={days[clock.local(first.starts_at).weekday()]}"
    rrulestr(rule)  # what we write must be a rule that others can read
    return Series(
        uid=_new_uid(), rule=rule, first_start=first.starts_at, first_end=first.ends_at, until=times[-1].starts_at
    )


def _mint(date: EventDate) -> None:
    if date.series is None and date.uid is None:
        date.uid = _new_uid()


def _new_uid() -> str:
    """Random: no host name and nobody's data in it (RFC 7986 section 5.3)."""
    return str(uuid.uuid4())


def _to_come(event: Event) -> list[EventDate]:
    return [date for date in event.dates if not date.is_over]


def _off(date: EventDate, state: DateState, reason: str, translations: dict[str, str]) -> None:
    _check_not_over(date)
    if date.is_cancelled:
        raise errors.DateIsCancelled
    if not reason.strip():
        raise errors.NoReason
    date.state = state
    date.reason = reason.strip()
    date.reasons = [ReasonText(language=code, text=text) for code, text in translations.items() if text.strip()]


def _check_not_over(date: EventDate) -> None:
    if date.is_over:
        raise errors.EventIsOver


def _changed(date: EventDate, by: User, log: str, notice: str) -> None:
    db.session.flush()
    _log(date.event, by, log)
    calendar.changed(date.event, [date])
    if date.event.stage == Stage.PUBLISHED:
        notices.tell_of_date(notice, date)


def _log(event: Event, by: User, kind: str) -> None:
    db.session.add(Change(event_id=event.id, user_id=by.id, kind=kind))
