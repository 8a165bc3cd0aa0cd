"""An activity's life: written, changed, put online, moved, put off, cancelled."""

from dataclasses import replace
from datetime import date as calendar_date
from datetime import time

import pytest
from sqlalchemy import select

from tests.conftest import hours, later, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import dates, errors, events, needs, places, rsvps, series
from vwg.domain.dates import Times
from vwg.domain.events import Details
from vwg.domain.rsvps import Party
from vwg.domain.series import Scope
from vwg.models import Change, DateState, Event, EventDate, EventText, Notice, Place, Stage


def talking_table(cast: Cast, weeks_until: int = 26) -> Event:
    """Every Thursday from 5 March, published."""
    times = dates.every_week(hours(5, 19, 21), clock.at(calendar_date(2026, 3, weeks_until), 12))
    event = events.create(Details("Praattafel", place=cast.sociaal_huis, seats=12), times, cast.jo, weekly=True)
    events.publish(event, cast.jo)
    return event


def amina_comes(date: EventDate, cast: Cast, people: int = 1) -> None:
    locked(EventDate, date.id)
    rsvps.sign_up(date, Party(people), language="ar", household=cast.amina, entered_by=cast.fatma)


def told() -> list[str]:
    return sorted(db.session.scalars(select(Notice.kind)))


# ---- written


def test_whoever_writes_an_activity_is_its_host_and_it_is_a_draft(town: Cast) -> None:
    event = events.create(Details("Wandeling"), [hours(21, 14, 16)], town.jo)

    assert event.hosts == [town.jo]
    assert event.stage == Stage.DRAFT
    assert db.session.scalars(Event.public()).all() == []


def test_the_same_date_given_twice_is_one(town: Cast) -> None:
    event = events.create(Details("Wandeling"), [hours(28, 14, 16), hours(21, 14, 16), hours(21, 14, 16)], town.jo)

    assert [clock.local(date.starts_at).day for date in event.dates] == [21, 28]


@pytest.mark.parametrize(
    ("times", "refusal"),
    [
        ([], errors.NoDates),
        ([hours(21, 18, 14)], errors.EndsBeforeStart),
        ([hours(21, 14, 14)], errors.EndsBeforeStart),
        ([hours(1, 14, 16)], errors.DateInThePast),
        ([Times.on(calendar_date(2032, 3, 21), time(14), time(16))], errors.TooFarAway),
        ([hours(21, 14, 16)] * 401, errors.TooManyDates),
    ],
)
def test_times_that_cannot_be_are_refused(town: Cast, times: list[Times], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        events.create(Details("Wandeling"), times, town.jo)


def test_an_evening_may_end_after_midnight() -> None:
    film = Times.on(calendar_date(2026, 3, 21), time(20), time(1))

    assert clock.local(film.ends_at).isoformat() == "2026-03-22T01:00:00+01:00"


def test_an_afternoon_that_ends_before_it_begins_does_not_last_a_night(town: Cast) -> None:
    with pytest.raises(errors.EndsBeforeStart):
        dates.check_times([Times.on(calendar_date(2026, 3, 21), time(18), time(14))])


def test_every_week_keeps_its_hour_over_the_clock_change() -> None:
    weeks = dates.every_week(hours(26, 19, 21), clock.at(calendar_date(2026, 4, 9), 12))

    assert [clock.local(each.starts_at).strftime("%d/%m %H:%M") for each in weeks] == ["26/03 19:00", "02/04 19:00", "09/04 19:00"]


def test_the_last_week_is_not_before_the_first() -> None:
    with pytest.raises(errors.UntilBeforeFirst):
        dates.every_week(hours(26, 19, 21), clock.at(calendar_date(2026, 3, 19), 12))


def test_more_than_four_hundred_weeks_are_too_many() -> None:
    with pytest.raises(errors.TooManyDates):
        dates.every_week(hours(5, 19, 21), clock.at(calendar_date(2034, 3, 5), 12))


def test_a_new_place_of_a_known_name_is_the_known_place(town: Cast) -> None:
    assert places.named(" zaal  skala ") is town.skala
    assert places.named("Tuin van Leen").town == "Laarne"
    assert db.session.scalar(select(Place.id).where(Place.name == "Tuin van Leen")) is not None


# ---- online


def test_an_activity_goes_online_once_and_each_thing_gets_its_uid(town: Cast) -> None:
    kitchen, table = world_kitchen(town), talking_table(town)

    assert kitchen.dates[0].uid is not None
    assert [date.uid for date in table.dates] == [None] * 4
    assert len({kitchen.dates[0].uid, table.series[0].uid}) == 2
    with pytest.raises(errors.AlreadyPublished):
        events.publish(kitchen, town.leen)


def test_what_is_past_does_not_go_online(town: Cast) -> None:
    draft = world_kitchen(town, published=False)

    with later(days=30), pytest.raises(errors.DateInThePast):
        events.publish(draft, town.leen)


def test_a_draft_can_be_thrown_away_and_what_is_online_cannot(town: Cast) -> None:
    draft, online = world_kitchen(town, published=False), world_kitchen(town)

    events.discard(draft)

    with pytest.raises(errors.CancelInstead):
        events.discard(online)
    assert list(db.session.scalars(select(Event.id))) == [online.id]


def test_a_draft_loses_a_date_but_not_its_last(town: Cast) -> None:
    draft = events.create(Details("Wandeling"), [hours(21, 14, 16), hours(28, 14, 16)], town.jo)

    series.skip(draft.dates[0], Scope.ONE, town.jo)

    assert [clock.local(date.starts_at).day for date in draft.dates] == [28]
    with pytest.raises(errors.NoDates):
        series.skip(draft.dates[0], Scope.ONE, town.jo)


# ---- changed


def test_who_saves_second_is_told_that_somebody_else_was_first(town: Cast) -> None:
    kitchen = world_kitchen(town)
    seen = kitchen.version
    events.edit(kitchen, seen, replace(events.details_of(kitchen), title="Wereldkeuken!"), town.leen)

    with pytest.raises(errors.ChangedMeanwhile):
        events.edit(kitchen, seen, replace(events.details_of(kitchen), title="Samen koken"), town.jo)
    assert kitchen.title == "Wereldkeuken!"


def test_a_new_title_leaves_a_moved_date_in_its_own_place(town: Cast) -> None:
    table = talking_table(town)
    moved = table.dates[1]
    dates.move(locked(EventDate, moved.id), Times(moved.starts_at, moved.ends_at), town.skala, town.jo)

    events.edit(table, table.version, replace(events.details_of(table), title="Praatcafé"), town.jo)

    assert [date.place for date in table.dates] == [town.sociaal_huis, town.skala, town.sociaal_huis, town.sociaal_huis]


def test_another_usual_place_is_for_the_dates_that_have_the_usual_one(town: Cast) -> None:
    table = talking_table(town)
    garden = places.named("Tuin van Leen")
    moved = table.dates[1]
    dates.move(locked(EventDate, moved.id), Times(moved.starts_at, moved.ends_at), town.skala, town.jo)

    events.edit(table, table.version, replace(events.details_of(table), place=garden), town.jo)

    assert [date.place for date in table.dates] == [garden, town.skala, garden, garden]


def test_another_place_is_told_to_who_comes_and_another_price_to_nobody(town: Cast) -> None:
    kitchen = world_kitchen(town)
    amina_comes(kitchen.dates[0], town)

    events.edit(kitchen, kitchen.version, replace(events.details_of(kitchen), price_cents=200), town.leen)
    assert told() == []
    events.edit(kitchen, kitchen.version, replace(events.details_of(kitchen), place=town.sociaal_huis), town.leen)
    assert told() == ["date_moved"]


def test_saving_what_stands_there_already_changes_nothing(town: Cast) -> None:
    kitchen = world_kitchen(town)
    version, sequence = kitchen.version, kitchen.dates[0].sequence

    events.edit(kitchen, version, events.details_of(kitchen), town.leen)
    db.session.flush()

    assert (kitchen.version, kitchen.dates[0].sequence) == (version, sequence)


def test_more_seats_for_all_let_the_waiting_in_on_each_date(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=1)
    amina_comes(kitchen.dates[0], town, people=4)
    assert kitchen.dates[0].rsvps[0].is_waiting

    events.edit(kitchen, kitchen.version, replace(events.details_of(kitchen), seats=10), town.leen)

    assert kitchen.dates[0].rsvps[0].holds_seats


def test_fewer_seats_than_are_taken_change_nothing_at_all(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=40)
    amina_comes(kitchen.dates[0], town, people=4)

    with pytest.raises(errors.SeatsBelowTaken):
        dates.change_seats(locked(EventDate, kitchen.dates[0].id), 3, town.leen)
    assert kitchen.dates[0].seats == 40


def test_the_log_says_who_did_what_and_nothing_about_people(town: Cast) -> None:
    kitchen = world_kitchen(town)
    events.become_host(kitchen, town.jo)
    events.become_host(kitchen, town.jo)
    dates.change_seats(locked(EventDate, kitchen.dates[0].id), 50, town.jo)
    events.edit(kitchen, kitchen.version, replace(events.details_of(kitchen), price_cents=200), town.leen)
    db.session.flush()

    lines = [(change.user_id, change.kind, change.fields) for change in db.session.scalars(select(Change).order_by(Change.id))]
    assert lines == [
        (town.leen.id, "created", []),
        (town.leen.id, "published", []),
        (town.jo.id, "host", []),
        (town.jo.id, "seats", [kitchen.dates[0].public_id]),
        (town.leen.id, "edited", ["price_cents"]),
    ]


# ---- moved, put off, cancelled


def test_a_postponed_date_goes_on_again_with_its_new_time(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]
    amina_comes(kitchen, town)
    dates.postpone(locked(EventDate, kitchen.id), "De zaal is niet vrij.", town.leen)

    dates.move(locked(EventDate, kitchen.id), hours(28, 14, 18), town.skala, town.leen)

    assert (kitchen.state, clock.local(kitchen.starts_at).day) == (DateState.ON, 28)
    assert clock.local(kitchen.moved_from or clock.now()).day == 21
    assert told() == ["date_moved", "date_postponed"]


def test_steps_that_cannot_be_are_refused(town: Cast) -> None:
    draft, kitchen, past = world_kitchen(town, published=False), world_kitchen(town), world_kitchen(town)
    with pytest.raises(errors.NotPublished):
        dates.cancel(draft.dates[0], "storm", town.leen)
    with pytest.raises(errors.NoReason):
        dates.cancel(kitchen.dates[0], "   ", town.leen)
    dates.cancel(kitchen.dates[0], "storm", town.leen)
    with pytest.raises(errors.DateIsCancelled):
        dates.postpone(kitchen.dates[0], "storm", town.leen)
    with pytest.raises(errors.DateIsCancelled):
        dates.move(kitchen.dates[0], hours(28, 14, 18), town.skala, town.leen)
    with pytest.raises(errors.DateIsCancelled):
        dates.cancel_all(kitchen, "storm", town.leen)
    with later(days=30), pytest.raises(errors.EventIsOver):
        dates.cancel_all(past, "storm", town.leen)


def test_all_dates_are_cancelled_at_once_but_not_those_behind_us(town: Cast) -> None:
    table = talking_table(town)
    with later(days=7):
        dates.postpone_all(table, "Leen is ziek.", town.jo)
        assert [str(date.state) for date in table.dates] == ["on", "postponed", "postponed", "postponed"]
        dates.cancel_all(table, "Leen blijft ziek.", town.jo)

    assert [str(date.state) for date in table.dates] == ["on", "cancelled", "cancelled", "cancelled"]
    assert {date.reason for date in table.dates[1:]} == {"Leen blijft ziek."}


def test_a_household_that_comes_twice_hears_of_both_dates(town: Cast) -> None:
    table = talking_table(town)
    amina_comes(table.dates[0], town)
    amina_comes(table.dates[1], town)

    dates.cancel_all(table, "Leen is ziek.", town.jo)

    assert told() == ["date_cancelled", "date_cancelled"]


def test_each_published_change_moves_the_sequence_of_its_own_date_only(town: Cast) -> None:
    table = talking_table(town)
    before = [date.sequence for date in table.dates]

    dates.cancel(locked(EventDate, table.dates[2].id), "Vakantie.", town.jo)

    assert [date.sequence - was for date, was in zip(table.dates, before, strict=True)] == [0, 0, 1, 0]


def test_one_more_date_has_the_usual_place_and_seats(town: Cast) -> None:
    kitchen = world_kitchen(town)

    date = dates.add(kitchen, hours(28, 14, 18), town.leen)

    assert (date.place, date.seats) == (town.skala, 40)
    assert date.uid is not None and date.uid != kitchen.dates[0].uid


# ---- needs


def test_a_need_has_a_name_and_a_number(town: Cast) -> None:
    kitchen = world_kitchen(town)
    with pytest.raises(errors.NeedWithoutName):
        needs.add(kitchen, "  ", 3)
    with pytest.raises(errors.NeedAmount):
        needs.add(kitchen, "stoelen", 0)
    assert kitchen.needs == []


def test_this_will_do_closes_a_need_until_somebody_says_no(town: Cast) -> None:
    chairs = needs.add(world_kitchen(town), "stoelen", 20)

    needs.enough(chairs)
    assert chairs.missing == 0
    needs.not_enough(chairs)
    assert chairs.missing == 20


# ---- lists


def test_what_comes_is_nearest_first_and_what_is_past_latest_first(town: Cast) -> None:
    kitchen, table, walk = world_kitchen(town), talking_table(town), events.create(Details("Wandeling"), [hours(7, 14, 16)], town.jo)

    assert [event.title for event in events.to_come()] == [table.title, walk.title, kitchen.title]
    assert list(events.past()) == []
    with later(days=60):
        assert list(events.to_come()) == []
        assert [event.title for event in events.past()] == [table.title, kitchen.title, walk.title]


# ---- on again, later, and back


def test_a_cancelled_date_goes_on_again_and_who_kept_seats_hears_it(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]
    amina_comes(kitchen, town, people=3)
    dates.cancel(locked(EventDate, kitchen.id), "storm", town.leen)

    dates.put_on_again(locked(EventDate, kitchen.id), town.leen)

    assert (kitchen.state, kitchen.reason, rsvps.seats_taken(kitchen)) == (DateState.ON, "", 3)
    assert told() == ["date_cancelled", "date_on_again"]
    with pytest.raises(errors.NotCancelled):
        dates.put_on_again(kitchen, town.leen)


def test_saving_the_same_time_and_place_says_that_nothing_moved(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]

    assert not dates.move(locked(EventDate, kitchen.id), hours(21, 14, 18), town.skala, town.leen)
    assert dates.move(locked(EventDate, kitchen.id), hours(21, 15, 18), town.skala, town.leen)


def test_what_is_planned_goes_online_by_itself_at_its_moment(town: Cast) -> None:
    draft = world_kitchen(town, published=False)
    events.publish_later(draft, clock.at(calendar_date(2026, 3, 10), 8), town.leen)

    assert (draft.stage, list(events.due_to_publish()), events.publish_due(draft)) == (Stage.READY, [], False)
    with later(days=8):
        assert list(events.due_to_publish()) == [draft.id]
        assert events.publish_due(draft)
        assert (draft.stage, draft.publish_at, list(events.due_to_publish())) == (Stage.PUBLISHED, None, [])


def test_what_is_over_by_its_moment_is_a_draft_again(town: Cast) -> None:
    draft = world_kitchen(town, published=False)
    events.publish_later(draft, clock.at(calendar_date(2026, 3, 10), 8), town.leen)
    with later(days=30):
        assert not events.publish_due(draft)
    assert (draft.stage, draft.publish_at) == (Stage.DRAFT, None)
    assert db.session.scalars(select(Change.kind).order_by(Change.id.desc())).first() == "not published"


def test_stages_that_cannot_follow_are_refused(town: Cast) -> None:
    draft, online = world_kitchen(town, published=False), world_kitchen(town)
    for step in (lambda: events.back_to_draft(draft, town.leen), lambda: events.publish_later(draft, clock.now(), town.leen)):
        with pytest.raises((errors.NotReady, errors.PublishInThePast)):
            step()
    with pytest.raises(errors.PublishTooLate):
        events.publish_later(draft, clock.at(calendar_date(2026, 4, 10), 8), town.leen)
    for refused in (lambda: events.make_ready(online, town.leen), lambda: events.back_to_draft(online, town.leen)):
        with pytest.raises(errors.AlreadyPublished):
            refused()
    events.make_ready(draft, town.jo)
    events.back_to_draft(draft, town.leen)
    assert draft.stage == Stage.DRAFT


def test_the_last_change_of_words_is_undone_and_its_translation_is_true_again(town: Cast) -> None:
    kitchen = world_kitchen(town, text="We koken samen.")
    arabic = EventText(language="ar", title="مطبخ العالم", text="نطبخ معا", source_version=1)
    kitchen.texts.append(arabic)
    events.edit(kitchen, kitchen.version, replace(events.details_of(kitchen), title="Feest", text="We feesten."), town.jo)
    assert kitchen.text_in("nl").version == 2

    events.undo_words(kitchen, kitchen.version, town.leen)

    dutch = kitchen.text_in("nl")
    assert dutch is not None
    assert (dutch.title, dutch.text, arabic.source_version) == ("Wereldkeuken", "We koken samen.", dutch.version)
    events.undo_words(kitchen, kitchen.version, town.leen)
    assert (dutch.title, arabic.source_version == dutch.version) == ("Feest", False)


def test_there_is_nothing_to_undo_in_first_words(town: Cast) -> None:
    kitchen = world_kitchen(town)
    with pytest.raises(errors.NothingToUndo):
        events.undo_words(kitchen, kitchen.version, town.leen)


def test_a_number_that_was_given_out_never_comes_back(town: Cast) -> None:
    """Links, calendars and notices go by number: of a draft that was thrown away none may speak of the next one."""

    def numbers() -> set[tuple[str, int]]:
        draft = events.create(Details("Praattafel", place=town.skala), dates.every_week(hours(19, 19, 21), hours(26, 19, 21).starts_at), town.jo, weekly=True)
        need = needs.add(draft, "stoelen", 4)
        rows = [draft, *draft.dates, *draft.series, need]
        return {(type(row).__name__, row.id) for row in rows}

    first = numbers()
    events.discard(db.session.scalars(select(Event)).one())
    db.session.commit()

    assert first & numbers() == set()
