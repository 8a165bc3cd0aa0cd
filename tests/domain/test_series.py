"""Activities that come back: their dates, and one, the later ones or all of them changed."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.conftest import hours, later, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import calendar, dates, errors, events, holidays, places, rsvps, series
from vwg.domain.dates import Times
from vwg.domain.events import Details
from vwg.domain.rsvps import Party
from vwg.domain.series import Every, Plan, Rhythm, Scope
from vwg.formats import ical
from vwg.models import CalendarBytes, Event, EventDate, Notice, Published

WEEKLY = Rhythm()
NOTHING: frozenset[holidays.Kind] = frozenset()
PUBLIC, SCHOOL = holidays.Kind.PUBLIC, holidays.Kind.SCHOOL


def evening(day: date, start: int = 19, end: int = 21) -> Times:
    return Times(clock.at(day, start), clock.at(day, end))


def days(times: list[Times]) -> list[str]:
    return [f"{clock.local(each.starts_at):%d/%m %H:%M}" for each in times]


def stand(event: Event) -> list[str]:
    return [f"{clock.local(each.starts_at):%d/%m %H:%M}" for each in event.dates]


def table(cast: Cast, weeks: int = 6, **details: Any) -> Event:
    """The talking table, Thursdays from 5 March at seven, online."""
    plan = Plan(WEEKLY, date(2026, 3, 5) + timedelta(weeks=weeks - 1))
    times = series.dates_of(hours(5, 19, 21), plan)
    event = events.create(Details("Praattafel", place=cast.sociaal_huis, seats=12, **details), times, cast.jo, rule=WEEKLY.rule(times[0]))
    events.publish(event, cast.jo)
    return event


def read(event: Event) -> dict[str, tuple[str, bool]]:
    """What a calendar program makes of the stored bytes: each start, with its UID and whether it is cancelled."""
    from dateutil.rrule import rrulestr

    found: dict[str, tuple[str, bool]] = {}
    stored = select(CalendarBytes.bytes).join(Published, Published.id == CalendarBytes.published_id).where(CalendarBytes.language == "nl", Published.event_id == event.id, Published.removed.is_(False))
    for written in db.session.scalars(stored):
        whole = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + ical.TIME_ZONE + written + b"END:VCALENDAR\r\n")
        starts: dict[Any, Any] = {}
        for part in whole.walk("VEVENT"):
            start, cancelled = part["DTSTART"].dt, part["STATUS"] == "CANCELLED"
            if "RRULE" in part:
                rule = part["RRULE"].to_ical().decode()
                until = part["RRULE"]["UNTIL"][0]
                wall = rrulestr(";".join(each for each in rule.split(";") if "UNTIL" not in each), dtstart=start.replace(tzinfo=None))
                out = part.get("EXDATE", [])
                skipped = {each.dt for one in (out if isinstance(out, list) else [out]) for each in one.dts}
                for moment in wall.xafter(start.replace(tzinfo=None), inc=True):
                    shown = moment.replace(tzinfo=clock.ZONE)
                    if shown > until:
                        break
                    is_there = clock.local(shown.astimezone(UTC)).replace(tzinfo=None) == moment  # a time that a night skips is not (RFC 5545 3.3.10)
                    if is_there and shown not in skipped:
                        starts[shown] = (shown, cancelled)
                more = part.get("RDATE", [])
                for each in (each for one in (more if isinstance(more, list) else [more]) for each in one.dts):
                    starts[each.dt] = (each.dt, cancelled)
            elif "RECURRENCE-ID" in part:
                starts[part["RECURRENCE-ID"].dt] = (start, cancelled)
            else:
                starts[start] = (start, cancelled)
            uid = str(part["UID"])
        for start, cancelled in starts.values():
            found[f"{clock.local(start):%d/%m %H:%M}"] = (uid, cancelled)
    return dict(sorted(found.items(), key=lambda item: (item[0][3:5], item[0])))


def owed() -> list[str]:
    return sorted(db.session.scalars(select(Notice.kind)))


def amina_comes(when: EventDate, cast: Cast) -> None:
    locked(EventDate, when.id)
    rsvps.sign_up(when, Party(2), language="ar", household=cast.amina, entered_by=cast.fatma)


# ---- the dates of a rule


def test_every_other_week_over_the_night_to_summer_time_keeps_its_hour() -> None:
    found = series.dates_of(evening(date(2026, 3, 18)), Plan(Rhythm(Every.WEEK, 2), date(2026, 4, 20)))

    assert days(found) == ["18/03 19:00", "01/04 19:00", "15/04 19:00"]
    assert [each.starts_at.hour for each in found] == [18, 17, 17]


def test_the_third_thursday_and_the_last_friday() -> None:
    third = series.dates_of(evening(date(2026, 3, 19)), Plan(Rhythm(Every.MONTH), date(2026, 6, 30)))
    last = series.dates_of(evening(date(2026, 3, 27)), Plan(Rhythm(Every.MONTH_END), date(2026, 6, 30)))

    assert days(third) == ["19/03 19:00", "16/04 19:00", "21/05 19:00", "18/06 19:00"]
    assert days(last) == ["27/03 19:00", "24/04 19:00", "29/05 19:00", "26/06 19:00"]
    assert Rhythm(Every.MONTH).rule(third[0]) == "FREQ=MONTHLY;BYDAY=3TH"
    assert Rhythm(Every.MONTH_END).rule(last[0]) == "FREQ=MONTHLY;BYDAY=-1FR"


def test_a_fifth_weekday_is_the_last_of_each_month() -> None:
    found = series.dates_of(evening(date(2026, 5, 30)), Plan(Rhythm(Every.MONTH), date(2026, 7, 31)))

    assert days(found) == ["30/05 19:00", "27/06 19:00", "25/07 19:00"]


def test_the_twenty_ninth_of_february_and_the_end_of_a_year() -> None:
    leap = series.dates_of(evening(date(2028, 2, 29)), Plan(WEEKLY, date(2028, 3, 14)))
    year_end = series.dates_of(evening(date(2026, 12, 24)), Plan(WEEKLY, date(2027, 1, 8)))
    months = series.dates_of(evening(date(2026, 11, 19)), Plan(Rhythm(Every.MONTH), date(2027, 2, 28)))

    assert days(leap) == ["29/02 19:00", "07/03 19:00", "14/03 19:00"]
    assert days(year_end) == ["24/12 19:00", "31/12 19:00", "07/01 19:00"]
    assert days(months) == ["19/11 19:00", "17/12 19:00", "21/01 19:00", "18/02 19:00"]


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_an_hour_of_the_night_in_which_the_clock_changes_is_still_a_date(night: date) -> None:
    first = Times(clock.at(night - timedelta(weeks=1), 2, 30), clock.at(night - timedelta(weeks=1), 4))
    found = series.dates_of(first, Plan(WEEKLY, night + timedelta(weeks=1)))

    assert len(found) == 3
    assert all(each.ends_at > each.starts_at for each in found)
    assert [clock.local(found[0].starts_at).hour, clock.local(found[2].starts_at).hour] == [2, 2]


def test_until_the_next_school_holiday_without_public_and_school_holidays() -> None:
    until_easter = series.dates_of(evening(date(2026, 3, 5)), Plan(WEEKLY, None))
    without = series.dates_of(evening(date(2026, 4, 30)), Plan(WEEKLY, date(2026, 5, 21), frozenset({PUBLIC, SCHOOL})))

    assert days(until_easter)[-1] == "02/04 19:00"
    assert days(without) == ["30/04 19:00", "07/05 19:00", "21/05 19:00"]


@pytest.mark.parametrize(
    ("first", "plan", "refusal"),
    [
        (date(2026, 3, 5), Plan(WEEKLY, date(2026, 3, 4)), errors.UntilBeforeFirst),
        (date(2026, 3, 5), Plan(WEEKLY, date(2034, 3, 4)), errors.TooManyDates),
        (date(2026, 3, 5), Plan(Rhythm(Every.MONTH_END), date(2026, 6, 1)), errors.NotTheLast),
        (date(2026, 5, 1), Plan(WEEKLY, date(2026, 5, 2), frozenset({PUBLIC})), errors.RuleWithoutDates),
        (date(2026, 7, 2), Plan(WEEKLY, date(2026, 8, 30), frozenset({SCHOOL})), errors.RuleWithoutDates),
    ],
)
def test_rules_that_cannot_be_are_refused(first: date, plan: Plan, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        series.dates_of(evening(first), plan)


# ---- a draft comes back


def test_one_date_of_a_draft_becomes_the_first_of_a_series(town: Cast) -> None:
    draft = events.create(Details("Naaien", seats=8), [hours(5, 19, 21)], town.jo)

    series.repeat(draft, Plan(WEEKLY, date(2026, 3, 26)), town.jo)
    events.publish(draft, town.jo)

    assert (stand(draft), len(draft.series)) == (["05/03 19:00", "12/03 19:00", "19/03 19:00", "26/03 19:00"], 1)
    assert {each.seats for each in draft.dates} == {8}
    assert list(read(draft)) == stand(draft)


def test_what_is_online_gets_a_second_series_and_keeps_the_first(town: Cast) -> None:
    event = table(town, weeks=2)
    uid = event.series[0].uid

    series.repeat(event, Plan(WEEKLY, date(2026, 3, 26)), town.jo)

    assert [each[0] for each in read(event).values()] == [uid, uid, event.series[1].uid, event.series[1].uid]


def test_a_date_of_a_draft_series_is_taken_out_and_the_rest_stays_a_series(town: Cast) -> None:
    draft = events.create(Details("Naaien"), dates.every_week(hours(5, 19, 21), clock.at(date(2026, 3, 26), 23)), town.jo, weekly=True)

    series.skip(draft.dates[0], Scope.ONE, town.jo)
    series.skip(draft.dates[1], Scope.ONE, town.jo)
    events.publish(draft, town.jo)

    assert list(read(draft)) == stand(draft) == ["12/03 19:00", "26/03 19:00"]
    assert clock.local(draft.series[0].first_start).day == 12


def test_the_last_of_a_draft_series_is_a_single_date(town: Cast) -> None:
    draft = events.create(Details("Naaien"), dates.every_week(hours(5, 19, 21), clock.at(date(2026, 3, 12), 23)), town.jo, weekly=True)

    series.skip(draft.dates[0], Scope.ONE, town.jo)

    assert (draft.series, draft.dates[0].series, len(draft.dates)) == ([], None, 1)
    with pytest.raises(errors.NoDates):
        series.skip(draft.dates[0], Scope.ONE, town.jo)


# ---- one, the later ones, or all


def test_a_skipped_date_is_gone_from_the_feed_and_the_series_stays(town: Cast) -> None:
    event = table(town)
    uid = event.series[0].uid

    series.skip(locked(EventDate, event.dates[2].id), Scope.ONE, town.jo)

    assert list(read(event)) == stand(event)
    assert (len(event.dates), {each[0] for each in read(event).values()}) == (5, {uid})


def test_nobody_who_counts_on_a_date_finds_it_gone(town: Cast) -> None:
    event = table(town)
    amina_comes(event.dates[3], town)

    with pytest.raises(errors.CancelInstead):
        series.skip(locked(EventDate, event.dates[2].id), Scope.FOLLOWING, town.jo)
    assert len(event.dates) == 6


def test_skipping_the_later_ones_ends_the_series_sooner(town: Cast) -> None:
    event = table(town)

    series.skip(locked(EventDate, event.dates[3].id), Scope.FOLLOWING, town.jo)

    assert list(read(event)) == stand(event) == ["05/03 19:00", "12/03 19:00", "19/03 19:00"]
    assert clock.local(event.series[0].until).day == 19


def test_this_and_the_later_ones_on_another_day_are_a_series_of_their_own(town: Cast) -> None:
    event = table(town)
    uid = event.series[0].uid
    amina_comes(event.dates[1], town)
    amina_comes(event.dates[4], town)

    changed = series.move(locked(EventDate, event.dates[3].id), Scope.FOLLOWING, evening(date(2026, 3, 27), 20, 22), town.skala, town.jo)

    assert stand(event) == ["05/03 19:00", "12/03 19:00", "19/03 19:00", "27/03 20:00", "03/04 20:00", "10/04 20:00"]
    assert [each.place for each in event.dates] == [town.sociaal_huis] * 3 + [town.skala] * 3
    assert [each[0] == uid for each in read(event).values()] == [True] * 3 + [False] * 3
    assert list(read(event)) == stand(event)
    assert (len(changed), owed()) == (3, ["date_moved"])


def test_all_of_a_series_that_has_not_begun_keep_their_uid(town: Cast) -> None:
    event = table(town)
    uid = event.series[0].uid

    series.move(locked(EventDate, event.dates[2].id), Scope.ALL, evening(date(2026, 3, 20), 18, 20), town.sociaal_huis, town.jo)

    assert stand(event)[:3] == ["06/03 18:00", "13/03 18:00", "20/03 18:00"]
    assert {each[0] for each in read(event).values()} == {uid}
    assert list(read(event)) == stand(event)


def test_all_to_come_leave_those_behind_us_where_they_were(town: Cast) -> None:
    event = table(town)
    with later(days=8):
        series.move(locked(EventDate, event.dates[2].id), Scope.ALL, evening(date(2026, 3, 19), 20, 22), town.sociaal_huis, town.jo)

        assert stand(event)[:3] == ["05/03 19:00", "12/03 20:00", "19/03 20:00"]
        assert list(read(event)) == stand(event)


def test_a_date_moved_by_itself_stays_when_the_others_move(town: Cast) -> None:
    event = table(town)
    apart = event.dates[4]
    series.move(locked(EventDate, apart.id), Scope.ONE, evening(date(2026, 4, 4), 10, 12), town.skala, town.jo)

    series.move(locked(EventDate, event.dates[2].id), Scope.FOLLOWING, evening(date(2026, 3, 20)), town.sociaal_huis, town.jo)

    assert stand(event) == ["05/03 19:00", "12/03 19:00", "20/03 19:00", "27/03 19:00", "04/04 10:00", "10/04 19:00"]
    assert list(read(event)) == stand(event)


def test_a_cancelled_date_moves_along_unheard_and_stays_cancelled(town: Cast) -> None:
    event = table(town)
    amina_comes(event.dates[3], town)
    dates.cancel(locked(EventDate, event.dates[3].id), "Leen is weg.", town.jo)

    series.move(locked(EventDate, event.dates[2].id), Scope.FOLLOWING, evening(date(2026, 3, 20)), town.sociaal_huis, town.jo)

    assert [str(each.state) for each in event.dates] == ["on", "on", "on", "cancelled", "on", "on"]
    assert owed() == ["date_cancelled"]
    assert [cancelled for _, cancelled in read(event).values()] == [False, False, False, True, False, False]


def test_another_place_for_the_later_ones_leaves_the_series_whole(town: Cast) -> None:
    event = table(town)
    garden = places.named("Tuin van Leen")
    third = event.dates[2]

    series.move(locked(EventDate, third.id), Scope.FOLLOWING, Times(third.starts_at, third.ends_at), garden, town.jo)

    assert [each.place for each in event.dates] == [town.sociaal_huis] * 2 + [garden] * 4
    assert len(event.series) == 1


def test_what_stands_there_already_moves_nothing(town: Cast) -> None:
    event = table(town)
    third = event.dates[2]

    assert series.move(locked(EventDate, third.id), Scope.ALL, Times(third.starts_at, third.ends_at), third.place, town.jo) == []


def test_each_who_comes_on_a_moved_date_hears_each_move(town: Cast) -> None:
    event = table(town)
    fifth = event.dates[4]
    amina_comes(fifth, town)

    series.move(locked(EventDate, fifth.id), Scope.ONE, evening(date(2026, 4, 3)), town.skala, town.jo)
    series.move(locked(EventDate, fifth.id), Scope.FOLLOWING, evening(date(2026, 4, 4)), town.skala, town.jo)

    told = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(notice.kind, str(notice.state)) for notice in told] == [("date_moved", "dropped"), ("date_moved", "waiting")]


def test_the_third_thursday_moved_to_the_friday_after_is_the_third_friday(town: Cast) -> None:
    monthly = Rhythm(Every.MONTH)
    times = series.dates_of(evening(date(2026, 3, 19)), Plan(monthly, date(2026, 6, 30)))
    event = events.create(Details("Film"), times, town.jo, rule=monthly.rule(times[0]))
    events.publish(event, town.jo)

    series.move(locked(EventDate, event.dates[1].id), Scope.FOLLOWING, evening(date(2026, 4, 17)), None, town.jo)

    assert stand(event) == ["19/03 19:00", "17/04 19:00", "15/05 19:00", "19/06 19:00"]
    assert list(read(event)) == stand(event)


def test_the_later_ones_are_cancelled_with_one_reason(town: Cast) -> None:
    event = table(town)
    amina_comes(event.dates[4], town)

    series.cancel(locked(EventDate, event.dates[3].id), Scope.FOLLOWING, "Vakantie.", town.jo)

    assert [str(each.state) for each in event.dates] == ["on"] * 3 + ["cancelled"] * 3
    assert owed() == ["date_cancelled"]
    with pytest.raises(errors.DateIsCancelled):
        series.cancel(locked(EventDate, event.dates[3].id), Scope.FOLLOWING, "Vakantie.", town.jo)


def test_seats_belong_to_each_date_and_are_changed_for_the_later_ones(town: Cast) -> None:
    event = table(town)
    amina_comes(event.dates[5], town)

    series.change_seats(locked(EventDate, event.dates[3].id), Scope.FOLLOWING, 20, town.jo)

    assert [each.seats for each in event.dates] == [12, 12, 12, 20, 20, 20]
    with pytest.raises(errors.SeatsBelowTaken):
        series.change_seats(locked(EventDate, event.dates[0].id), Scope.ALL, 1, town.jo)


def test_a_single_date_that_is_online_is_cancelled_and_never_taken_out(town: Cast) -> None:
    with pytest.raises(errors.CancelInstead):
        series.skip(world_kitchen(town).dates[0], Scope.ONE, town.leen)


def test_a_moved_series_counts_its_published_changes(town: Cast) -> None:
    event = table(town)
    before = calendar.sequence_of(event)

    series.move(locked(EventDate, event.dates[3].id), Scope.FOLLOWING, evening(date(2026, 3, 27)), town.skala, town.jo)

    assert calendar.sequence_of(event) > before


@pytest.mark.parametrize(("first", "shown"), [(date(2026, 3, 15), "29/03 03:00"), (date(2026, 10, 11), "25/10 02:00")])
def test_a_night_table_over_the_change_of_the_clock_is_read_as_we_have_it(town: Cast, first: date, shown: str) -> None:
    """At two at night: an hour that 29 March has not, and that 25 October has twice."""
    pattern, rhythm = Times(clock.at(first, 2), clock.at(first, 4)), Rhythm(Every.WEEK)
    event = events.create(Details("Nachttafel"), series.dates_of(pattern, Plan(rhythm, first + timedelta(weeks=3))), town.jo, rule=rhythm.rule(pattern))
    events.publish(event, town.jo)

    assert list(read(event)) == days([Times(each.starts_at, each.ends_at) for each in event.dates])
    assert list(read(event))[2] == shown
