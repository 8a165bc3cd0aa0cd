"""Activities that come back: their dates reckoned, and one, the later ones or all of them changed.

A series is one VEVENT with a rule (RFC 5545 3.8.5.3). Skipping a date is an EXDATE; moving or
cancelling one is an override; moving this and the later ones ends the series before them (UNTIL)
and begins a new one. The hour on the wall stays the same over clock changes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from vwg import clock
from vwg.db import db
from vwg.domain import calendar, changes, dates, errors, holidays, notices, rsvps
from vwg.domain.dates import MOST_DATES, Times
from vwg.models import DateState, Event, EventDate, Invitation, Place, Rsvp, Series, Stage, User

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_WEEKS = 12  # between two dates
LAST = -1


class Every(StrEnum):
    """How it comes back: by weeks, on the nth weekday of the month, or on the last one."""

    WEEK = "week"
    MONTH = "month"
    MONTH_END = "month_end"


class Scope(StrEnum):
    """What a change is about."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Rhythm:
    """`interval` counts weeks or months. Which weekday, and which of the month, says the first date."""

    every: Every = Every.WEEK
    interval: int = 1

    def rule(self, first: Times) -> str:
        """RFC 5545 RRULE without its end. Raises NotTheLast."""
        day = clock.local(first.starts_at).date()
        weekday = DAYS[day.weekday()]
        more = f";INTERVAL={self.interval}" if self.interval > 1 else ""
        if self.every == Every.WEEK:
            return f"FREQ=WEEKLY{more};BYDAY={weekday}"
        return f"FREQ=MONTHLY{more};BYDAY={self._nth(day)}{weekday}"

    def _nth(self, day: calendar_date) -> int:
        if self.every == Every.MONTH:
            return nth_of(day)
        if (day + timedelta(days=7)).month == day.month:
            raise errors.NotTheLast
        return LAST

    def going_to(self, day: calendar_date) -> "Rhythm":
        """The same rhythm once a date of it has moved to that day: the last Friday may become the second."""
        if self.every == Every.WEEK:
            return self
        is_last = (day + timedelta(days=7)).month != day.month
        stays = is_last and self.every == Every.MONTH_END
        return Rhythm(Every.MONTH_END if stays or nth_of(day) == LAST else Every.MONTH, self.interval)

    @classmethod
    def of(cls, rule: str) -> "Rhythm":
        """The rhythm of a rule that we wrote."""
        parts = dict(part.split("=") for part in rule.split(";"))
        interval = int(parts.get("INTERVAL", 1))
        if parts["FREQ"] == "WEEKLY":
            return cls(Every.WEEK, interval)
        return cls(Every.MONTH_END if parts["BYDAY"].startswith("-") else Every.MONTH, interval)


@dataclass(frozen=True)
class Plan:
    """Until which day, that day too; None is until the next school holiday. `without` is skipped."""

    rhythm: Rhythm
    until: calendar_date | None
    without: frozenset[holidays.Kind] = frozenset()


def dates_of(first: Times, plan: Plan) -> list[Times]:
    """All dates that the plan makes, `first` among them unless it falls on what is skipped.

    Raises UntilBeforeFirst, NotTheLast, TooManyDates, RuleWithoutDates.
    """
    begins = clock.local(first.starts_at).date()
    until = plan.until or holidays.next_school_holiday(begins).first - timedelta(days=1)
    if until < begins:
        raise errors.UntilBeforeFirst
    plan.rhythm.rule(first)
    days: list[calendar_date] = []
    while (day := _nth_day(begins, plan.rhythm, len(days), until)) is not None:
        days.append(day)
        if len(days) > MOST_DATES:
            raise errors.TooManyDates
    kept = [on_day(first, begins, day) for day in days if day >= begins and not _is_skipped(day, plan.without)]
    if not kept:
        raise errors.RuleWithoutDates
    return kept


def repeat(event: Event, plan: Plan, by: User) -> list[EventDate]:
    """Let an activity come back from its last date on, which sets weekday and hour. It must be locked.

    The only date of a draft becomes the first of the series; else the new dates are a series of
    their own beside what there is. Raises what `dates_of` raises, NoDates, TooManyDates, DateInThePast.
    """
    if not event.dates:
        raise errors.NoDates
    pattern = max(event.dates, key=lambda date: (date.starts_at, date.id))
    hours = Times(pattern.starts_at, pattern.ends_at)
    times = dates_of(hours, plan)
    joins = event.stage != Stage.PUBLISHED and len(event.dates) == 1 and times[0].starts_at == pattern.starts_at
    new = [each for each in times if each.starts_at > pattern.starts_at]
    new = [each for each in new if each.ends_at > clock.now()]
    if not new:
        raise errors.RuleWithoutDates
    if len(event.dates) + len(new) > MOST_DATES:
        raise errors.TooManyDates
    dates.check_times(new)
    first = times[0] if joins else new[0]
    series = dates.new_series(plan.rhythm.rule(hours), first, new[-1].starts_at)
    event.series.append(series)
    added = [
        EventDate(starts_at=each.starts_at, ends_at=each.ends_at, original_start=each.starts_at, place=pattern.place, seats=pattern.seats, series=series)
        for each in new
    ]  # fmt: skip
    event.dates.extend(added)
    if joins:
        if pattern.series is not None:
            event.series.remove(pattern.series)
        pattern.series, pattern.original_start, pattern.uid = series, pattern.starts_at, None
    db.session.flush()
    changes.log(event, by, "repeated", [date.public_id for date in added])
    calendar.changed(event)
    return added


def dates_in(date: EventDate, scope: Scope) -> list[EventDate]:
    """The dates to come that a step would reach, in order, locked where we write."""
    return [each for each in siblings(date, scope) if not each.is_over]


def siblings(date: EventDate, scope: Scope) -> list[EventDate]:
    if scope == Scope.ONE or date.series is None:
        return [date]
    ours = [each for each in date.event.dates if each.series_id == date.series_id]
    ours.sort(key=lambda each: (_place_in_series(each), each.id))
    return ours if scope == Scope.ALL else [each for each in ours if _place_in_series(each) >= _place_in_series(date)]


def skip(date: EventDate, scope: Scope, by: User) -> None:
    """Take dates out as if they had never been planned: an EXDATE, or an earlier end.

    Raises CancelInstead where somebody counts on one of them, or it is online by itself; NoDates
    when nothing would be left; EventIsOver.
    """
    event = date.event
    if event.stage == Stage.PUBLISHED and date.series is None:
        raise errors.CancelInstead
    gone = _to_change(date, scope)
    if _is_counted_on(gone):
        raise errors.CancelInstead
    if len(event.dates) <= len(gone):
        raise errors.NoDates
    series, ids = date.series, {each.id for each in gone}
    named = [each.public_id for each in gone]
    for each in gone:
        event.dates.remove(each)
    if series is not None:
        left = sorted((each for each in event.dates if each.series_id == series.id), key=_place_in_series)
        _end_with(event, series, left)
    db.session.flush()
    db.session.expire(event, ["dates", "series"])
    changes.log(event, by, "date removed", named)
    calendar.changed(event)
    assert not ids & {each.id for each in event.dates}


def move(date: EventDate, scope: Scope, times: Times, place: Place | None, by: User) -> list[EventDate]:
    """Another day, hour or place for this date, for this and the later ones, or for all to come.

    Each keeps its own week or month. Dates that were moved by themselves stay where they are, and
    so do those behind us. Returns what has changed; nothing, when all stands there already.
    Raises what `dates.move` raises.
    """
    if scope == Scope.ONE or date.series is None:
        return [date] if dates.move(date, times, place, by) else []
    if date.is_cancelled:
        raise errors.DateIsCancelled
    reached = _to_change(date, scope)
    series, usual = date.series, date.place
    rhythm = Rhythm.of(series.rule).going_to(clock.local(times.starts_at).date())
    old = _place_in_series(date) if _stands_apart(date) else date.starts_at
    new = {each.id: _shifted(each, old, times, rhythm) for each in reached}
    going = [each for each in reached if not each.is_cancelled and (each is date or not _stands_apart(each))]
    dates.check_times([new[each.id] for each in going])
    changed = [each for each in going if _would_change(each, new[each.id], place, usual)]
    if not changed:
        return []
    again = [each for each in changed if each.is_postponed]
    apart = {each.id for each in reached if _stands_apart(each) and each is not date}
    begins_anew = any(new[each.id].starts_at != _place_in_series(each) for each in reached) or _end_hour(series.first_end) != _end_hour(times.ends_at)
    ours = _begin_anew(date.event, series, reached, new, rhythm.rule(times)) if begins_anew else series
    rows: list[tuple[EventDate, dict[str, object]]] = []
    for each in reached:
        its = Times(each.starts_at, each.ends_at) if each.id in apart else new[each.id]
        where = (place if each is date or each.place is usual else each.place) if each in changed else each.place
        first = new[each.id].starts_at if begins_anew else each.original_start
        values = {"starts_at": its.starts_at, "ends_at": its.ends_at, "place_id": where.id if where else None, "series_id": ours.id, "original_start": first}
        rows.append((each, values | (_as_moved(each) if each in changed else _as_it_was(each))))
        set_committed_value(each, "place", where)
        set_committed_value(each, "series", ours)
    changes.log(date.event, by, "moved", [each.public_id for each in changed])
    calendar.changed(date.event, changed, rows, ended=series)
    dates.see(date.event, date.event.dates)
    notices.tell_of_dates("date_moved", changed)
    rsvps.promote_all(again)
    return changed


def cancel(date: EventDate, scope: Scope, reason: str, by: User, translations: dict[str, str] | None = None) -> list[EventDate]:
    """Those of them that are not cancelled yet. Raises what `dates.cancel` raises."""
    return dates.take_off(_to_change(date, scope), DateState.CANCELLED, reason, by, translations)


def postpone(date: EventDate, scope: Scope, reason: str, by: User, translations: dict[str, str] | None = None) -> list[EventDate]:
    """Those of them that go on. Raises what `dates.postpone` raises."""
    return dates.take_off(_to_change(date, scope), DateState.POSTPONED, reason, by, translations)


def change_seats(date: EventDate, scope: Scope, seats: int | None, by: User, may_wait: bool = False) -> None:
    """The same number for each of them. Raises EventIsOver and what `dates.set_seats` raises."""
    reached = [each for each in _to_change(date, scope) if each.seats != seats]
    if not reached:
        return
    dates.set_seats(reached, seats, may_wait)
    changes.log(date.event, by, "seats", [each.public_id for each in reached])
    calendar.changed(date.event, reached)


def on_day(pattern: Times, its_day: calendar_date, day: calendar_date) -> Times:
    """The pattern's hours on another day, the same on the wall."""
    days = (day - its_day).days
    return Times(clock.keep_local_hour(pattern.starts_at, days), clock.keep_local_hour(pattern.ends_at, days))


def nth_of(day: calendar_date) -> int:
    """Which of its weekday in the month: 1 to 4; the fifth is always the last."""
    number = (day.day - 1) // 7 + 1
    return LAST if number == 5 else number


# ---- inside


def _to_change(date: EventDate, scope: Scope) -> list[EventDate]:
    """The dates to come, locked in the order of their ids, so that two who do this never block each other."""
    if date.is_over:
        raise errors.EventIsOver
    if scope == Scope.ONE or date.series is None:
        return [date]
    dates.lock_all(date.event)
    return dates_in(date, scope)


def _nth_day(begins: calendar_date, rhythm: Rhythm, number: int, until: calendar_date) -> calendar_date | None:
    if rhythm.every == Every.WEEK:
        day = begins + timedelta(days=7 * rhythm.interval * number)
    else:
        nth = LAST if rhythm.every == Every.MONTH_END else nth_of(begins)
        day = _in_month(begins, rhythm.interval * number, nth)
    return day if day <= until else None


def _in_month(begins: calendar_date, months: int, nth: int) -> calendar_date:
    """The nth of that weekday, so many months later."""
    year, month = divmod(begins.year * 12 + begins.month - 1 + months, 12)
    first = calendar_date(year, month + 1, 1)
    if nth == LAST:
        after = calendar_date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        last = after - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - begins.weekday()) % 7)
    return first + timedelta(days=(begins.weekday() - first.weekday()) % 7 + 7 * (nth - 1))


def _is_skipped(day: calendar_date, without: Collection[holidays.Kind]) -> bool:
    if holidays.Kind.PUBLIC in without and holidays.public(day):
        return True
    return holidays.Kind.SCHOOL in without and holidays.school(day) is not None


def _place_in_series(date: EventDate) -> datetime:
    return date.original_start or date.starts_at


def _stands_apart(date: EventDate) -> bool:
    """It was moved by itself to another time."""
    return date.series is not None and date.starts_at != _place_in_series(date)


def _end_hour(ends_at: datetime) -> tuple[int, int]:
    shown = clock.local(ends_at)
    return shown.hour, shown.minute


def _shifted(date: EventDate, old: datetime, times: Times, rhythm: Rhythm) -> Times:
    """Where this date of the series comes when the chosen one moves from `old` to `times`."""
    was, becomes = clock.local(old).date(), clock.local(times.starts_at).date()
    its = clock.local(_place_in_series(date)).date()
    if rhythm.every == Every.WEEK or was == becomes:
        return on_day(times, becomes, its + (becomes - was))
    months = (its.year - was.year) * 12 + its.month - was.month
    nth = LAST if rhythm.every == Every.MONTH_END else nth_of(becomes)
    return on_day(times, becomes, _in_month(becomes, months, nth))


def _would_change(date: EventDate, times: Times, place: Place | None, usual: Place | None) -> bool:
    becomes = place if date.place is usual else date.place
    return (date.starts_at, date.ends_at, date.place, date.state) != (times.starts_at, times.ends_at, becomes, DateState.ON)


def _as_moved(date: EventDate) -> dict[str, object]:
    """It goes on with this. What people are told counts on, also where a new series counts from nought."""
    return {"moved_from": date.starts_at, "state": DateState.ON, "sequence": date.sequence + 1, "changed_at": clock.now()}


def _as_it_was(date: EventDate) -> dict[str, object]:
    return {"moved_from": date.moved_from, "state": date.state, "sequence": date.sequence, "changed_at": date.changed_at}


def _begin_anew(event: Event, series: Series, reached: Sequence[EventDate], new: dict[int, Times], rule: str) -> Series:
    """The series with the new rule: theirs alone, or one of their own, and the old one ends before them."""
    moved = {each.id for each in reached}
    left = sorted((each for each in event.dates if each.series_id == series.id and each.id not in moved), key=_place_in_series)
    first, last = new[reached[0].id], new[reached[-1].id]
    if not left:
        series.rule, series.first_start, series.first_end, series.until = rule, first.starts_at, first.ends_at, last.starts_at
        return series
    ours = dates.new_series(rule, first, last.starts_at)
    event.series.append(ours)
    db.session.flush()
    for each in reached:
        set_committed_value(each, "series", ours)
    _end_with(event, series, left)
    return ours


def _end_with(event: Event, series: Series, left: Sequence[EventDate]) -> None:
    """The series ends with the last of these. In a draft it also begins with the first, and one date is no series."""
    if not left:
        if event.stage != Stage.PUBLISHED:  # else its row stays: a number given out again would take over its UID's end
            event.series.remove(series)
        return
    series.until = max(_place_in_series(each) for each in left)
    if event.stage == Stage.PUBLISHED:
        return  # its shape is chosen: what goes before the first is an EXDATE
    if len(left) == 1:
        left[0].series, left[0].original_start = None, None
        event.series.remove(series)
        return
    days = (clock.local(_place_in_series(left[0])).date() - clock.local(series.first_start).date()).days
    series.first_start = _place_in_series(left[0])
    series.first_end = clock.keep_local_hour(series.first_end, days)


def _is_counted_on(dates: Sequence[EventDate]) -> bool:
    ids = [each.id for each in dates]
    coming = select(func.count()).where(Rsvp.date_id.in_(ids))  # who gave back was told of this date too
    asked = select(func.count()).where(Invitation.date_id.in_(ids))
    return bool(db.session.scalar(coming)) or bool(db.session.scalar(asked))
