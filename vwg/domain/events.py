"""An activity's life: written, changed, put online, and when and whether its dates go on."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import date as calendar_date
from datetime import datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.sql.base import ExecutableOption

from vwg import clock, facts
from vwg.db import db, update_together
from vwg.domain import calendar, errors, notices, rsvps
from vwg.models import Category, Change, DateState, Event, EventDate, EventText, Partner, Place, ReasonText, Series, Signup, Stage, User, Visibility
from vwg.phrases import SOURCE

MOST_DATES = 400
MOST_SEATS = 999
FURTHEST = timedelta(days=5 * 366)  # a date beyond it is a slip in the year
MORNING = 6  # an end before this hour belongs to the evening before
LONGEST_TITLE = 90  # UiTdatabank's own limit for a name


@dataclass(frozen=True)
class Times:
    """One date: aware moments, the end after the start."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def on(cls, day: calendar_date, starts: time, ends: time) -> "Times":
        """Those hours of the village's clock; an evening may end after midnight, before six."""
        past_midnight = ends <= starts and ends.hour < MORNING and starts.hour >= 12
        last = day + timedelta(days=1) if past_midnight else day
        return cls(clock.at(day, starts.hour, starts.minute), clock.at(last, ends.hour, ends.minute))


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
    address_after_signup: bool = False


def create(details: Details, times: Sequence[Times], by: User | None, weekly: bool = False, rule: str = "") -> Event:
    """A draft with its dates; whoever writes it is its host. `by` None: a partner's own, which has no host of ours.

    `weekly`, or another `rule` (RFC 5545, without its end), keeps the dates together as one series;
    else each is an activity of its own in a calendar. The same date given twice is one.
    Raises NoTitle, NoDates, EndsBeforeStart, DateInThePast, TooFarAway, TooManyDates.
    """
    _check_title(details.title)
    check_times(times)
    times = sorted(set(times), key=lambda each: each.starts_at)
    event = Event(created_by_id=by.id if by else None)
    if by is not None:
        event.hosts.append(by)
    db.session.add(event)
    _fill(event, details)
    rule = rule or (_weekly(times[0]) if weekly else "")
    series = new_series(rule, times[0], times[-1].starts_at) if rule and len(times) > 1 else None
    if series is not None:
        event.series.append(series)
    for each in times:
        date = EventDate(starts_at=each.starts_at, ends_at=each.ends_at, place=details.place, seats=details.seats)
        if series is not None:
            date.series = series
            date.original_start = each.starts_at
        event.dates.append(date)
    db.session.flush()
    log(event, by, "created")
    return event


def every_week(first: Times, until: datetime) -> list[Times]:
    """The dates from `first` to the last that starts at or before `until`, at the same local hour.

    Raises UntilBeforeFirst, TooManyDates.
    """
    days = (clock.local(until).date() - clock.local(first.starts_at).date()).days
    if days < 0:
        raise errors.UntilBeforeFirst
    if days // 7 >= MOST_DATES:
        raise errors.TooManyDates
    return [
        Times(clock.keep_local_hour(first.starts_at, 7 * week), clock.keep_local_hour(first.ends_at, 7 * week))
        for week in range(days // 7 + 1)
    ]


def details_of(event: Event) -> Details:
    """What is said of it now. Place and seats are those of its next date: the usual ones."""
    text, usual = event.text, _usual(event)
    return Details(
        title=event.title, text=text.text if text else "", bring=text.bring if text else "",
        category=event.category, place=usual.place if usual else None, organisation=event.organisation,
        seats=usual.seats if usual else None, price_cents=event.price_cents, signup=event.signup,
        signup_url=event.signup_url, coach_seats=event.coach_seats, visibility=event.visibility,
        dutch_level=event.dutch_level, facts=facts.clean(event.facts), address_after_signup=event.address_after_signup,
    )  # fmt: skip


def edit(event: Event, version: int, details: Details, by: User | None) -> None:
    """Change what is said of an activity, which must be locked.

    Another place or number of seats is for all dates to come that have the usual one: a date that
    was given its own keeps it. Raises ChangedMeanwhile, NoTitle, SeatsBelowTaken.
    """
    check_version(event, version)
    _check_title(details.title)
    before = details_of(event)
    changed = [each.name for each in fields_of(Details) if getattr(before, each.name) != getattr(details, each.name)]
    if not changed:
        return
    dates = _locked_dates(event)
    _fill(event, details)
    flag_modified(event, "stage")  # a new version, also when only its words changed
    moved = _relocate(dates, before.place, details.place) if "place" in changed else []
    if "seats" in changed:
        for date in dates:
            if date.seats == before.seats:
                set_seats(date, details.seats)
    db.session.flush()
    log(event, by, "edited", changed)
    calendar.changed(event)
    if event.stage == Stage.PUBLISHED:
        notices.tell_of_dates("date_moved", moved)


def undo_words(event: Event, version: int, by: User) -> None:
    """Title and text as they were before their last change; done twice, as they are now.

    The activity must be locked. Translations of the words that come back are true again.
    Raises ChangedMeanwhile, NothingToUndo.
    """
    check_version(event, version)
    text = event.text_in(SOURCE)
    if text is None or not text.earlier:
        raise errors.NothingToUndo
    back = text.earlier
    _write(text, (back["title"], back["text"], back["bring"]))
    for other in event.texts:
        if other is not text and other.source_version == back["version"]:
            other.source_version = text.version
    flag_modified(event, "stage")
    db.session.flush()
    log(event, by, "words undone")
    calendar.changed(event)


def make_ready(event: Event, by: User) -> None:
    """Whoever wrote it is done: somebody else looks it over. Raises AlreadyPublished, NoTitle, NoDates, DateInThePast."""
    _check_publishable(event)
    event.stage, event.publish_at = Stage.READY, None
    db.session.flush()
    log(event, by, "ready")


def publish_later(event: Event, moment: datetime, by: User) -> None:
    """Put it online by itself at that moment. Raises what `make_ready` raises, PublishInThePast, PublishTooLate."""
    _check_publishable(event)
    if moment <= clock.now():
        raise errors.PublishInThePast
    if all(date.ends_at <= moment for date in event.dates):
        raise errors.PublishTooLate
    event.stage, event.publish_at = Stage.READY, moment
    db.session.flush()
    log(event, by, "publish later")


def back_to_draft(event: Event, by: User) -> None:
    """Not ready after all; it does not go online by itself any more. Raises AlreadyPublished, NotReady."""
    if event.stage == Stage.PUBLISHED:
        raise errors.AlreadyPublished
    if event.stage != Stage.READY:
        raise errors.NotReady
    event.stage, event.publish_at = Stage.DRAFT, None
    db.session.flush()
    log(event, by, "draft again")


def due_to_publish() -> Sequence[int]:
    """The ids of what is to go online by itself and has not yet."""
    due = select(Event.id).where(Event.stage == Stage.READY, Event.publish_at <= clock.now()).order_by(Event.id)
    return db.session.scalars(due).all()


def publish_due(event: Event) -> bool:
    """What was planned happens; the activity must be locked. What cannot go online is a draft again, and stands on Today."""
    if event.stage != Stage.READY or event.publish_at is None or event.publish_at > clock.now():
        return False
    try:
        publish(event, None)
    except errors.RuleBroken:
        event.stage, event.publish_at = Stage.DRAFT, None
        db.session.flush()
        log(event, None, "not published")
        return False
    return True


def publish(event: Event, by: User | None) -> None:
    """Put it online now. Each published thing gets the uid that it keeps for life (RFC 5545 3.8.4.7).

    Raises AlreadyPublished, NoTitle, NoDates, DateInThePast.
    """
    _check_publishable(event)
    event.stage, event.publish_at = Stage.PUBLISHED, None
    event.published_at = clock.now()
    for date in event.dates:
        _mint(date)
    db.session.flush()
    log(event, by, "published")
    calendar.changed(event)
    for invitation in event.invitations:  # who said yes to the draft
        notices.owe_calendar_file(invitation)


def discard(event: Event) -> None:
    """Throw a draft away; what was online or asked of partners is cancelled instead, for people read it.

    Raises CancelInstead.
    """
    if event.stage == Stage.PUBLISHED or event.invitations:
        raise errors.CancelInstead
    db.session.delete(event)
    db.session.flush()


def add_date(event: Event, times: Times, by: User | None) -> EventDate:
    """One more date, of its own. Raises EndsBeforeStart, DateInThePast, TooFarAway, TooManyDates."""
    check_times([times])
    if len(event.dates) >= MOST_DATES:
        raise errors.TooManyDates
    usual = _usual(event)
    date = EventDate(
        starts_at=times.starts_at, ends_at=times.ends_at,
        place=usual.place if usual else None, seats=usual.seats if usual else None,
    )  # fmt: skip
    event.dates.append(date)
    if event.stage == Stage.PUBLISHED:
        _mint(date)
    db.session.flush()
    log(event, by, "date added", [date.public_id])
    calendar.changed(event, [date])
    return date


def move(date: EventDate, times: Times, place: Place | None, by: User | None) -> bool:
    """Another time or place; a postponed date goes on again with this. The date must be locked.

    Everybody concerned is told. False when it stands there already.
    Raises EndsBeforeStart, DateInThePast, TooFarAway, DateIsCancelled, EventIsOver.
    """
    _check_not_over(date)
    if date.is_cancelled:
        raise errors.DateIsCancelled
    check_times([times])
    if (date.starts_at, date.ends_at, date.place, date.state) == (times.starts_at, times.ends_at, place, DateState.ON):
        return False
    date.moved_from = date.starts_at
    date.starts_at, date.ends_at, date.place = times.starts_at, times.ends_at, place
    date.state = DateState.ON
    log(date.event, by, "moved", [date.public_id])
    _tell(date, "date_moved")
    rsvps.promote(date)
    return True


def put_on_again(date: EventDate, by: User | None) -> None:
    """It was cancelled and goes on after all, at the same time. The date must be locked.

    Who signed up still has the seats, and is told. Raises NotCancelled, EventIsOver.
    """
    _check_not_over(date)
    if not date.is_cancelled:
        raise errors.NotCancelled
    date.state, date.reason, date.reasons = DateState.ON, "", []
    log(date.event, by, "on again", [date.public_id])
    _tell(date, "date_on_again")
    rsvps.promote(date)


def postpone(date: EventDate, reason: str, by: User, translations: dict[str, str] | None = None) -> None:
    """It does not go on that day; a new one follows. The date must be locked.

    Raises NoReason, NotPublished, DateIsCancelled, EventIsOver.
    """
    _take_off([date], DateState.POSTPONED, reason, by, translations or {})


def cancel(date: EventDate, reason: str, by: User | None, translations: dict[str, str] | None = None) -> None:
    """It does not go on. The date must be locked.

    Raises NoReason, NotPublished, DateIsCancelled, EventIsOver.
    """
    _take_off([date], DateState.CANCELLED, reason, by, translations or {})


def postpone_all(event: Event, reason: str, by: User, translations: dict[str, str] | None = None) -> None:
    """All dates to come that still go on. Raises what `postpone` raises."""
    _all_off(event, DateState.POSTPONED, reason, by, translations or {})


def cancel_all(event: Event, reason: str, by: User, translations: dict[str, str] | None = None) -> None:
    """All dates to come, postponed ones too. Raises what `cancel` raises."""
    _all_off(event, DateState.CANCELLED, reason, by, translations or {})


def dates_going_on(event: Event, but: DateState = DateState.CANCELLED) -> list[EventDate]:
    """The dates to come that a step for all of them would reach: `but` is the state they would get."""
    done = {DateState.CANCELLED, but}
    return [date for date in _to_come(event) if date.state not in done]


def take_off(
    dates: Sequence[EventDate], state: DateState, reason: str, by: User, translations: dict[str, str] | None = None
) -> list[EventDate]:
    """Put off or cancel these dates of one activity, all locked; those that are already so stay as they are.

    Returns which. Raises what `cancel` raises.
    """
    reached = [date for date in dates if date.state not in {DateState.CANCELLED, state}]
    if not reached:
        raise errors.DateIsCancelled
    _take_off(reached, state, reason, by, translations or {})
    return reached


def set_seats(date: EventDate, seats: int | None) -> None:
    """More seats let waiting parties in at once. The date must be locked. Raises SeatsBelowTaken."""
    taken = rsvps.seats_taken(date)
    if seats is not None and seats < taken:
        raise errors.SeatsBelowTaken(taken=taken)
    date.seats = seats
    db.session.flush()
    rsvps.promote(date)


def change_seats(date: EventDate, seats: int | None, by: User) -> None:
    """`set_seats` for one date by a volunteer: logged. Raises EventIsOver, SeatsBelowTaken."""
    _check_not_over(date)
    if date.seats == seats:
        return
    set_seats(date, seats)
    log(date.event, by, "seats", [date.public_id])
    calendar.changed(date.event, [date])


def lock_dates(event: Event) -> None:
    """All its dates, in the order of their ids, so that two who do this never block each other."""
    db.session.flush()
    assert event.dates is not None  # in hand, or the rows that are read below are forgotten at once
    ours = select(EventDate).where(EventDate.event_id == event.id).order_by(EventDate.id)
    ours = ours.options(selectinload(EventDate.reasons))
    db.session.scalars(ours.with_for_update(of=EventDate).execution_options(populate_existing=True)).all()


def become_host(event: Event, user: User) -> None:
    """Any volunteer may, by one press; it is logged and shown."""
    if user not in event.hosts:
        event.hosts.append(user)
        log(event, user, "host")


def check_version(row: Event | EventDate, version: int) -> None:
    """Raise ChangedMeanwhile when somebody saved since the form was filled. `row` must be locked."""
    if row.version != version:
        raise errors.ChangedMeanwhile


def check_times(times: Sequence[Times]) -> None:
    """A refusal carries the time that is wrong as its value `at`."""
    if not times:
        raise errors.NoDates
    if len(times) > MOST_DATES:
        raise errors.TooManyDates
    now = clock.now()
    for each in times:
        if each.ends_at <= each.starts_at:
            raise errors.EndsBeforeStart(at=each)
        if each.ends_at <= now:
            raise errors.DateInThePast(at=each)
        if each.starts_at > now + FURTHEST:
            raise errors.TooFarAway(at=each)


def to_come(*also: ExecutableOption) -> Sequence[Event]:
    """Activities with a date that is not over, the nearest first, drafts too: the volunteers' list.

    `also` says what else to load with them.
    """
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    found = db.session.scalars(_listed().where(Event.id.in_(ahead)).options(*also)).all()
    return sorted(found, key=lambda event: min(d.starts_at for d in event.dates if not d.is_over))


def past(most: int = 50) -> Sequence[Event]:
    """Activities whose dates are all over, the latest first."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    latest = (
        select(EventDate.event_id, func.max(EventDate.starts_at).label("last")).group_by(EventDate.event_id).subquery()
    )
    return db.session.scalars(
        _listed()
        .outerjoin(latest, latest.c.event_id == Event.id)
        .where(Event.id.not_in(ahead))
        .order_by(latest.c.last.desc(), Event.id.desc())
        .limit(most)
    ).all()


def changes_of(event: Event, most: int = 30) -> Sequence[Change]:
    """Who changed what, the latest first."""
    return db.session.scalars(
        select(Change)
        .where(Change.event_id == event.id)
        .options(joinedload(Change.user).lazyload(User.roles))
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(most)
    ).all()


def log(event: Event, by: User | None, kind: str, fields: Sequence[str] = ()) -> None:
    """One line in the activity's log: names of fields or ids of dates, never anybody's data."""
    db.session.add(Change(event_id=event.id, user_id=by.id if by else None, kind=kind, fields=list(fields)))


# ---- inside


def _check_title(title: str) -> None:
    if not title.strip():
        raise errors.NoTitle


def _check_publishable(event: Event) -> None:
    if event.stage == Stage.PUBLISHED:
        raise errors.AlreadyPublished
    _check_title(event.title)
    if not _to_come(event):
        raise errors.DateInThePast if event.dates else errors.NoDates


def _fill(event: Event, details: Details) -> None:
    text = event.text_in(SOURCE)
    if text is None:
        text = EventText(language=SOURCE, title="", text="", bring="")
        event.texts.append(text)
    _write(text, (details.title.strip()[:LONGEST_TITLE], details.text.strip(), details.bring.strip()))
    event.category = details.category
    event.organisation = details.organisation
    event.price_cents = details.price_cents
    event.signup = details.signup
    event.signup_url = details.signup_url
    event.coach_seats = details.coach_seats
    event.visibility = details.visibility
    event.dutch_level = details.dutch_level
    event.facts = facts.clean(details.facts)
    event.address_after_signup = details.address_after_signup


def _write(text: EventText, said: tuple[str, str, str]) -> None:
    """Other words; those that stood there are kept, to go back to."""
    stood = (text.title, text.text, text.bring)
    if stood == said:
        return
    text.earlier = {"title": stood[0], "text": stood[1], "bring": stood[2], "version": text.version} if stood[0] else {}
    text.title, text.text, text.bring = said
    text.version = (text.version or 0) + 1  # translations of an earlier version are stale now


def _weekly(first: Times) -> str:
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    return f"FREQ=WEEKLY;BYDAY={days[clock.local(first.starts_at).weekday()]}"


def new_series(rule: str, first: Times, until: datetime) -> Series:
    """A series that is in no activity yet; `until` is its last start."""
    rrulestr(rule)  # what we write must be a rule that others can read
    return Series(uid=_new_uid(), rule=rule, first_start=first.starts_at, first_end=first.ends_at, until=until)


def _mint(date: EventDate) -> None:
    if date.series is None and date.uid is None:
        date.uid = _new_uid()


def _new_uid() -> str:
    """Random: no host name and nobody's data in it (RFC 7986 section 5.3)."""
    return str(uuid.uuid4())


def _listed() -> "Select[Event]":
    """What a list shows, without a query per activity."""
    return select(Event).options(selectinload(Event.dates), joinedload(Event.category))


def _to_come(event: Event) -> list[EventDate]:
    return [date for date in event.dates if not date.is_over]


def _usual(event: Event) -> EventDate | None:
    """The date that stands for the others: the first to come, else the last."""
    return event.next_date or (event.dates[-1] if event.dates else None)


def _locked_dates(event: Event) -> list[EventDate]:
    lock_dates(event)
    return _to_come(event)


def _relocate(dates: Sequence[EventDate], usual: Place | None, place: Place | None) -> list[EventDate]:
    moved = [date for date in dates if date.place is usual]
    for date in moved:
        date.moved_from = date.starts_at
        date.place = place
    return [date for date in moved if not date.is_cancelled]


def _all_off(event: Event, state: DateState, reason: str, by: User, translations: dict[str, str]) -> None:
    _locked_dates(event)
    if not _to_come(event):
        raise errors.EventIsOver
    take_off(dates_going_on(event, state), state, reason, by, translations)


def _take_off(dates: Sequence[EventDate], state: DateState, reason: str, by: User | None, translations: dict[str, str]) -> None:
    for date in dates:
        _check_can_be_off(date, reason)
    kind = "cancelled" if state == DateState.CANCELLED else "postponed"
    update_together([(date, {"state": state, "reason": reason.strip()}) for date in dates])
    for date in dates:
        date.reasons = [ReasonText(language=code, text=text) for code, text in translations.items() if text.strip()]
    event = dates[0].event
    log(event, by, kind, [date.public_id for date in dates])
    db.session.flush()
    calendar.changed(event, dates)
    if event.stage == Stage.PUBLISHED:
        notices.tell_of_dates(f"date_{kind}", dates)


def _check_can_be_off(date: EventDate, reason: str) -> None:
    if date.event.stage != Stage.PUBLISHED:
        raise errors.NotPublished
    _check_not_over(date)
    if date.is_cancelled:
        raise errors.DateIsCancelled
    if not reason.strip():
        raise errors.NoReason


def _check_not_over(date: EventDate) -> None:
    if date.is_over:
        raise errors.EventIsOver


def _tell(date: EventDate, notice: str) -> None:
    """Calendars and people, in the commit of the change."""
    db.session.flush()
    calendar.changed(date.event, [date])
    if date.event.stage == Stage.PUBLISHED:
        notices.tell_of_date(notice, date)
