"""When an activity happens: its dates added, moved, put off, cancelled, and how many seats each has.

`events` is about what an activity is; `series` about many of its dates at once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime, time, timedelta

from dateutil.rrule import rrulestr
from sqlalchemy import ScalarSelect, delete, exists, insert, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from vwg import clock
from vwg.db import NotWriting, db, hold, holds, is_writing, locked, update_together
from vwg.domain import calendar, changes, errors, notices, rsvps
from vwg.models import Category, DateState, Event, EventDate, Place, ReasonText, Series, Stage, User

MOST_DATES = 400
MOST_SEATS = 999
FURTHEST = timedelta(days=5 * 366)  # a date beyond it is a slip in the year
MORNING = 6  # an end before this hour belongs to the evening before


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


def add(event: Event, times: Times, by: User | None) -> EventDate:
    """One more date, of its own. Raises EndsBeforeStart, DateInThePast, TooFarAway, TooManyDates."""
    check_times([times])
    if len(event.dates) >= MOST_DATES:
        raise errors.TooManyDates
    like = usual(event)
    date = EventDate(
        starts_at=times.starts_at, ends_at=times.ends_at,
        place=like.place if like else None, seats=like.seats if like else None,
    )  # fmt: skip
    event.dates.append(date)
    if event.stage == Stage.PUBLISHED:
        date.uid = new_uid()
    db.session.flush()
    changes.log(event, by, "date added", [date.public_id])
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
    was_postponed = date.is_postponed
    values: dict[str, object] = {
        "moved_from": date.starts_at, "starts_at": times.starts_at, "ends_at": times.ends_at,
        "place_id": place.id if place else None, "state": DateState.ON,
    }  # fmt: skip
    set_committed_value(date, "place", place)
    changes.log(date.event, by, "moved", [date.public_id])
    _tell(date, "date_moved", values)
    if was_postponed:
        rsvps.promote_all([date])
    return True


def put_on_again(date: EventDate, by: User | None) -> list[EventDate]:
    """It was cancelled and goes on after all, at the same time. The date must be locked. Returns it.

    Who signed up still has the seats, and is told. Raises NotCancelled, EventIsOver.
    """
    _check_not_over(date)
    if not date.is_cancelled:
        raise errors.NotCancelled
    _say_why([date], {})
    changes.log(date.event, by, "on again", [date.public_id])
    _tell(date, "date_on_again", {"state": DateState.ON, "reason": ""})
    rsvps.promote_all([date])
    return [date]


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


def postpone_all(event: Event, reason: str, by: User, translations: dict[str, str] | None = None) -> list[EventDate]:
    """All dates to come that still go on; returns them. Raises what `postpone` raises."""
    return _all_off(event, DateState.POSTPONED, reason, by, translations or {})


def cancel_all(event: Event, reason: str, by: User, translations: dict[str, str] | None = None) -> list[EventDate]:
    """All dates to come, postponed ones too; returns them. Raises what `cancel` raises."""
    return _all_off(event, DateState.CANCELLED, reason, by, translations or {})


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


def relocated(event: Event, usual: Place | None, place: Place | None) -> list[tuple[EventDate, dict[str, object]]]:
    """What becomes of the dates to come that have the usual place, for `calendar.changed` to write. They must be locked."""
    moved = [date for date in to_come(event) if date.place is usual]
    for date in moved:
        set_committed_value(date, "place", place)
    return [(date, {"moved_from": date.starts_at, "place_id": place.id if place else None}) for date in moved]


def set_seats(dates: Sequence[EventDate], seats: int | None, may_wait: bool = False) -> None:
    """More seats let waiting parties in at once. These dates must be locked.

    With fewer than are taken who came last stands in line again and hears it, if that `may_wait`
    was asked; else raises SeatsBelowTaken, which carries them as its value `over`.
    """
    standing = rsvps.standing(dates)
    full = [date for date in dates if seats is not None and standing[date.id].taken > seats]
    if seats is not None and full:
        too_many = rsvps.over(full, seats)
        if not may_wait:
            raise errors.SeatsBelowTaken(taken=standing[full[0].id].taken, over=[each.said for each in too_many])
        rsvps.wait_again(too_many)
    update_together([(date, {"seats": seats}) for date in dates])
    rsvps.promote_all([date for date in dates if date in full or standing[date.id].waiting])


def change_seats(date: EventDate, seats: int | None, by: User, may_wait: bool = False) -> None:
    """`set_seats` for one date by a volunteer: logged. Raises EventIsOver, SeatsBelowTaken."""
    _check_not_over(date)
    if date.seats == seats:
        return
    set_seats([date], seats, may_wait)
    changes.log(date.event, by, "seats", [date.public_id])
    calendar.changed(date.event, [date])


def going_on(event: Event, but: DateState = DateState.CANCELLED) -> list[EventDate]:
    """The dates to come that a step for all of them would reach: `but` is the state they would get."""
    done = {DateState.CANCELLED, but}
    return [date for date in to_come(event) if date.state not in done]


def to_come(event: Event) -> list[EventDate]:
    return [date for date in event.dates if not date.is_over]


def usual(event: Event) -> EventDate | None:
    """The date that stands for the others: the first to come, else the last."""
    return event.next_date or (event.dates[-1] if event.dates else None)


def lock_all(event: Event) -> None:
    """All its dates, in the order of their ids, so that two who do this never block each other."""
    db.session.flush()
    if not holds(Event, event.id):
        _lock(event.id)


def lock_event(public_id: str, with_itself: bool) -> Event | None:
    """All dates of an activity and, for whoever changes more of it than those, first its own row; None
    when there is no such activity."""
    if not is_writing():
        raise NotWriting("an activity is locked outside a writing transaction")
    there = select(Event.id).where(Event.public_id == public_id)
    held = _lock(there.scalar_subquery()) if not with_itself else []
    if held:
        return held[0].event
    event_id = db.session.scalar(there.with_for_update())
    if event_id is None:
        return None
    held = _lock(event_id)
    return held[0].event if held else locked(Event, event_id)


def lock_with_others(public_id: str) -> EventDate | None:
    """This date and all others of its activity, locked as `lock_all` does; None when there is no such date."""
    its = select(EventDate.event_id).where(EventDate.public_id == public_id).scalar_subquery()
    return next((date for date in _lock(its) if date.public_id == public_id), None)


def _lock(event_id: int | ScalarSelect[int]) -> Sequence[EventDate]:
    """In two queries, whatever their number, with all that a calendar shows of them: the dates, and
    once they are ours what belongs to their activity."""
    if not is_writing():
        raise NotWriting("dates are locked outside a writing transaction")
    ours = select(EventDate).where(EventDate.event_id == event_id).order_by(EventDate.id)
    dates = db.session.scalars(ours.with_for_update(of=EventDate).execution_options(populate_existing=True)).all()
    if not dates:
        return []
    whole = (
        joinedload(Event.texts), joinedload(Event.series), joinedload(Event.organisation),
        joinedload(Event.category).joinedload(Category.texts),
    )  # fmt: skip
    ids = [date.id for date in dates if date.reason]
    its = select(Event, exists().where(ReasonText.date_id.in_(ids))).where(Event.id == dates[0].event_id).options(*whole)
    event, is_translated = db.session.execute(its.execution_options(populate_existing=True)).unique().one()
    series = {each.id: each for each in event.series}
    reasons: dict[int, list[ReasonText]] = {date.id: [] for date in dates}
    if is_translated:
        theirs = select(ReasonText).where(ReasonText.date_id.in_(ids)).order_by(ReasonText.date_id, ReasonText.language)
        for reason in db.session.scalars(theirs.execution_options(populate_existing=True)):
            reasons[reason.date_id].append(reason)
    for date in dates:
        set_committed_value(date, "event", event)
        set_committed_value(date, "series", series.get(date.series_id or 0))
        set_committed_value(date, "reasons", reasons[date.id])
    see(event, dates)
    hold(Event, event.id)
    return dates


def see(event: Event, dates: Sequence[EventDate]) -> None:
    """These are all its dates, in order: nobody needs to ask the database again."""
    set_committed_value(event, "dates", sorted(dates, key=lambda date: (date.starts_at, date.id)))


def new_series(rule: str, first: Times, until: datetime) -> Series:
    """A series that is in no activity yet; `until` is its last start."""
    rrulestr(rule)  # what we write must be a rule that others can read
    return Series(uid=new_uid(), rule=rule, first_start=first.starts_at, first_end=first.ends_at, until=until)


def new_uid() -> str:
    """Random: no host name and nobody's data in it (RFC 7986 section 5.3)."""
    return str(uuid.uuid4())


# ---- inside


def _all_off(event: Event, state: DateState, reason: str, by: User, translations: dict[str, str]) -> list[EventDate]:
    lock_all(event)
    if not to_come(event):
        raise errors.EventIsOver
    return take_off(going_on(event, state), state, reason, by, translations)


def _take_off(dates: Sequence[EventDate], state: DateState, reason: str, by: User | None, translations: dict[str, str]) -> None:
    for date in dates:
        _check_can_be_off(date, reason)
    kind = "cancelled" if state == DateState.CANCELLED else "postponed"
    event = dates[0].event
    changes.log(event, by, kind, [date.public_id for date in dates])
    _say_why(dates, {code: text.strip() for code, text in translations.items() if text.strip()})
    calendar.changed(event, dates, [(date, {"state": state, "reason": reason.strip()}) for date in dates])
    if event.stage == Stage.PUBLISHED:
        notices.tell_of_dates(f"date_{kind}", dates)


def _say_why(dates: Sequence[EventDate], translations: dict[str, str]) -> None:
    """The reason in other languages, instead of what stood there; for all dates at once."""
    db.session.flush()
    if any(date.reason and date.reasons for date in dates):  # it was off before, for another reason
        db.session.execute(delete(ReasonText).where(ReasonText.date_id.in_([date.id for date in dates])))
    rows = [{"date_id": date.id, "language": code, "text": text} for date in dates for code, text in translations.items()]
    said: dict[int, list[ReasonText]] = {date.id: [] for date in dates}
    for each in db.session.scalars(insert(ReasonText).returning(ReasonText), rows) if rows else ():
        said[each.date_id].append(each)
    for date in dates:
        set_committed_value(date, "reasons", said[date.id])


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


def _tell(date: EventDate, notice: str, values: dict[str, object]) -> None:
    """Calendars and people, in the commit of the change."""
    calendar.changed(date.event, [date], [(date, values)])
    if date.event.stage == Stage.PUBLISHED:
        notices.tell_of_dates(notice, [date])
