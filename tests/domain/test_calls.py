"""The call list: one line a household, nobody twice, nobody forgotten."""

from datetime import date

import pytest
import time_machine

from tests.conftest import hours, later, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import calls, dates, errors, households, invitations, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Contact, EventDate, HouseholdCoach, Notice, NoticeState, RsvpContact


def cancelled(town: Cast, day: int = 21) -> EventDate:
    """A kitchen with Amina and Dawit, that does not go on."""
    event = world_kitchen(town)
    kitchen = locked(EventDate, event.dates[0].id)
    if day != 21:
        dates.move(kitchen, hours(day, 14, 18), town.skala, town.leen)
    households.sign_up(kitchen, [town.amina, town.dawit], town.fatma, f"key {event.id}")
    dates.cancel(kitchen, "De kok is ziek.", town.leen)
    db.session.commit()
    return kitchen


def names(lines: list[calls.Call]) -> list[str]:
    return [call.household.nickname if call.household else "" for call in lines]


def test_a_household_is_one_line_with_all_its_news(town: Cast) -> None:
    cancelled(town)
    cancelled(town, day=22)

    lines = calls.to_make(town.fatma)

    assert names(lines) == ["Amina", "Dawit"]
    assert [len(call.notices) for call in lines] == [2, 2]


def test_each_coach_has_her_own_list_and_a_stand_in_goes_first(town: Cast) -> None:
    town.amina.coaches.append(HouseholdCoach(user=town.jo, until=clock.today()))
    cancelled(town)

    assert [names(calls.to_make(user)) for user in (town.fatma, town.jo, town.leen)] == [["Dawit"], ["Amina"], []]


def test_a_household_without_a_coach_stands_on_the_hosts_list(town: Cast) -> None:
    town.amina.coaches.clear()
    cancelled(town)

    assert names(calls.to_make(town.leen)) == ["Amina"]


def test_who_left_a_number_and_has_no_coach_is_called_by_the_host(town: Cast) -> None:
    kitchen = locked(EventDate, world_kitchen(town).dates[0].id)
    oksana = rsvps.sign_up(kitchen, Party(2), language="uk", name="Oksana")
    oksana.contact = RsvpContact(phone="+32470000031")
    dates.cancel(kitchen, "De kok is ziek.", town.leen)

    [call] = calls.to_make(town.leen)

    assert (call.rsvp, call.phone, call.language) == (oksana, "+32470000031", "uk")


def test_told_is_told_once_and_the_second_volunteer_hears_it(town: Cast) -> None:
    cancelled(town)
    [amina, _dawit] = calls.to_make(town.fatma)
    numbers = [notice.id for notice in amina.notices]

    calls.told(calls.chosen(town.fatma, numbers))

    assert names(calls.to_make(town.fatma)) == ["Dawit"]
    with pytest.raises(errors.AlreadyTold):
        calls.told(calls.chosen(town.fatma, numbers))
    with pytest.raises(errors.AlreadyTold):
        calls.not_yet(calls.chosen(town.fatma, numbers))


def test_not_yet_keeps_the_line_counted_and_behind_the_others(town: Cast) -> None:
    cancelled(town)
    [amina, _dawit] = calls.to_make(town.fatma)

    with later(minutes=1):
        calls.not_yet(amina.notices)

        lines = calls.to_make(town.fatma)
        assert names(lines) == ["Dawit", "Amina"]
        assert [notice.tries for notice in lines[1].notices] == [1]


def test_news_that_came_after_the_page_is_not_crossed_off_with_it(town: Cast) -> None:
    cancelled(town)
    seen = [notice.id for notice in calls.to_make(town.fatma)[0].notices]
    cancelled(town, day=22)

    calls.told(calls.chosen(town.fatma, seen))

    assert sorted(names(calls.to_make(town.fatma))) == ["Amina", "Dawit"]


def test_news_that_is_not_true_any_more_is_not_crossed_off_as_told(town: Cast) -> None:
    kitchen = locked(EventDate, world_kitchen(town).dates[0].id)
    households.sign_up(kitchen, [town.amina], town.fatma, "k1")
    dates.postpone(kitchen, "De kok is ziek.", town.leen)
    seen = [notice.id for notice in calls.to_make(town.fatma)[0].notices]
    dates.move(kitchen, hours(28, 14, 18), town.skala, town.leen)

    with pytest.raises(errors.OtherNews):
        calls.told(calls.chosen(town.fatma, seen))
    assert [notice.kind for notice in calls.to_make(town.fatma)[0].notices] == ["date_moved"]


def test_who_moved_up_hears_only_that_it_does_not_go_on(town: Cast) -> None:
    kitchen = locked(EventDate, world_kitchen(town, seats=4).dates[0].id)
    amina, _dawit = households.sign_up(kitchen, [town.amina, town.dawit], town.fatma, "k1")
    rsvps.give_back(amina)
    assert [notice.kind for notice in calls.to_make(town.fatma)[0].notices] == ["promoted"]

    dates.cancel(kitchen, "De kok is ziek.", town.leen)

    assert [notice.kind for notice in calls.to_make(town.fatma)[0].notices] == ["date_cancelled"]


def test_somebody_alone_who_signed_up_for_three_dates_is_one_line(town: Cast) -> None:
    for day in (21, 22, 28):
        kitchen = locked(EventDate, world_kitchen(town).dates[0].id)
        if day != 21:
            dates.move(kitchen, hours(day, 14, 18), town.skala, town.leen)
        rsvps.sign_up(kitchen, Party(2), language="uk", name="Oksana").contact = RsvpContact(phone="+32470000031")
        dates.cancel(kitchen, "De kok is ziek.", town.leen)

    [call] = calls.to_make(town.leen)
    assert (len(call.notices), calls.number(town.leen)) == (3, 1)
    starts = [rsvp.date.starts_at for notice in call.notices for rsvp in call.about if rsvp.id == notice.recipient_id]
    assert starts == sorted(starts)  # the nearest date is spoken of first


def test_leftovers_of_an_activity_without_a_host_stand_on_everybodys_list(town: Cast) -> None:
    kitchen = cancelled(town)
    kitchen.event.hosts = []
    with later(days=19):
        calls.hand_leftovers_to_hosts()
        assert [names(calls.to_make(user)) for user in (town.fatma, town.jo)] == [["Amina", "Dawit"]] * 2


def test_somebody_elses_line_cannot_be_crossed_off(town: Cast) -> None:
    cancelled(town)
    numbers = [notice.id for call in calls.to_make(town.fatma) for notice in call.notices]

    assert calls.chosen(town.jo, numbers) == []
    assert {notice.state for notice in db.session.query(Notice)} == {NoticeState.WAITING}


def test_what_is_over_or_given_back_needs_no_call(town: Cast) -> None:
    kitchen = cancelled(town)
    amina = next(rsvp for rsvp in kitchen.rsvps if rsvp.household is town.amina)
    rsvps.give_back(amina)
    assert names(calls.to_make(town.fatma)) == ["Dawit"]

    with later(days=30):
        assert calls.to_make(town.fatma) == []


def test_a_partner_without_mail_is_a_call_for_who_asked(town: Cast) -> None:
    salam = Contact(name="Salam", phone="+32470000016")
    town.bakery.contacts = [salam]
    event = world_kitchen(town)
    asked = invitations.invite(event, town.bakery, salam, "Mogen we rijst halen?", town.jo)

    [call] = calls.to_make(town.jo)

    assert (call.invitation, call.phone, calls.to_make(town.fatma)) == (asked, "+32470000016", [])


def test_the_number_of_lines_is_counted_without_making_them(town: Cast) -> None:
    cancelled(town)
    cancelled(town, day=22)
    kitchen = world_kitchen(town)
    town.bakery.contacts = [Contact(name="Salam", phone="+32470000016")]
    invitations.invite(kitchen, town.bakery, town.bakery.contacts[0], "Mogen we rijst halen?", town.fatma)
    for name in ("Oksana", "Karim"):
        rsvps.sign_up(locked(EventDate, kitchen.dates[0].id), Party(1), language="uk", name=name).contact = RsvpContact(phone="+32470000031")
    dates.cancel(locked(EventDate, kitchen.dates[0].id), "De kok is ziek.", town.leen)

    assert [(calls.number(user), len(calls.to_make(user))) for user in (town.fatma, town.leen, town.jo)] == [(3, 3), (2, 2), (0, 0)]
    with later(days=30):
        assert (calls.number(town.fatma), len(calls.to_make(town.fatma))) == (0, 0)


@pytest.mark.parametrize(("hour", "minute", "quiet"), [(7, 59, True), (8, 0, False), (19, 59, False), (20, 0, True), (23, 50, True)])
def test_between_eight_in_the_evening_and_eight_in_the_morning_nobody_is_called(hour: int, minute: int, quiet: bool) -> None:
    with time_machine.travel(clock.at(date(2026, 3, 28), hour, minute)):
        assert calls.is_quiet_now() == quiet
