"""Fatma's households, and where she brings them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import hours, world_kitchen
from vwg import clock, permissions
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import errors, events, households, rsvps
from vwg.domain.households import Details
from vwg.domain.rsvps import Party
from vwg.models import Channel, EventDate, HouseholdCoach, Rsvp, Signup


def sign_up(date: EventDate, town: Cast, *chosen: object, key: str = "k1") -> list[Rsvp]:
    return households.sign_up(locked(EventDate, date.id), chosen, town.fatma, key)


def test_several_households_sign_up_in_one_go(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]

    amina, dawit = sign_up(kitchen, town, town.amina, town.dawit)

    assert [(rsvp.people, rsvp.language, rsvp.entered_by) for rsvp in (amina, dawit)] == [
        (4, "ar", town.fatma), (1, "ti", town.fatma),
    ]  # fmt: skip
    assert rsvps.seats_taken(kitchen) == 5


def test_who_does_not_fit_waits_as_a_whole_and_the_others_come(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=4).dates[0]

    amina, dawit = sign_up(kitchen, town, town.amina, town.dawit)

    assert (amina.holds_seats, dawit.is_waiting) == (True, True)


def test_one_that_comes_already_means_that_none_is_signed_up(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]
    sign_up(kitchen, town, town.dawit)
    db.session.commit()

    with pytest.raises(errors.HouseholdComesAlready):
        sign_up(kitchen, town, town.amina, town.dawit, key="k2")
    db.session.rollback()

    assert db.session.scalar(select(func.count()).select_from(Rsvp)) == 1


def test_nobody_ticked_is_a_question(town: Cast) -> None:
    with pytest.raises(errors.NobodyChosen):
        sign_up(world_kitchen(town).dates[0], town)


def test_the_same_form_sent_twice_is_one_sign_up_each(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]

    assert sign_up(kitchen, town, town.amina, town.dawit) == sign_up(kitchen, town, town.amina, town.dawit)


def test_after_giving_back_the_same_form_signs_up_anew(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]
    [first] = sign_up(kitchen, town, town.amina)
    rsvps.give_back(first)

    [second] = sign_up(kitchen, town, town.amina)

    assert (second.holds_seats, second is first) == (True, False)


def test_one_seat_less_lets_the_next_one_in(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=4).dates[0]
    amina, dawit = sign_up(kitchen, town, town.amina, town.dawit)

    households.change(amina, amina.version, Party(adults=2, band_3_5=1))

    assert (amina.people, dawit.holds_seats) == (3, True)


def test_a_change_from_an_old_page_is_refused(town: Cast) -> None:
    [amina] = sign_up(world_kitchen(town).dates[0], town, town.amina)
    seen = amina.version
    households.change(amina, seen, Party(3))

    with pytest.raises(errors.ChangedMeanwhile):
        households.change(amina, seen, Party(2))


def test_a_household_is_written_to_in_its_own_language_and_not_in_what_it_learns_here(town: Cast) -> None:
    oksana = households.add(Details("Oksana", Party(1), ["nl", "en", "uk"]), town.fatma)

    assert (oksana.languages, oksana.language) == (["uk", "en", "nl"], "uk")


def test_a_stand_in_sees_a_household_until_the_day_that_was_agreed(town: Cast) -> None:
    town.amina.coaches.append(HouseholdCoach(user=town.jo, until=clock.today()))
    town.dawit.coaches.append(HouseholdCoach(user=town.jo, until=clock.today() - timedelta(days=1)))
    db.session.flush()

    assert households.of(town.jo) == [town.amina]
    assert [permissions.can_see_household(town.jo, each) for each in (town.amina, town.dawit)] == [True, False]


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        (Details(" ", Party(1)), errors.NoNickname),
        (Details("A" * 41, Party(1)), errors.NameTooLong),
        (Details("Amina 00.01.25-567.77", Party(1)), errors.NationalNumber),
        (Details("Amina", Party(0)), errors.NobodyInHousehold),
        (Details("Amina", Party(31)), errors.NobodyInHousehold),
        (Details("Amina", Party(2, -1)), errors.NobodyInHousehold),
    ],
)
def test_what_a_household_cannot_be(town: Cast, details: Details, refusal: type[errors.RuleBroken]) -> None:
    with pytest.raises(refusal):
        households.add(details, town.fatma)


def test_what_fits_is_to_come_open_with_room_and_one_of_each_activity(town: Cast) -> None:
    table = events.create(
        events.Details("Praattafel", seats=10), [hours(5, 19, 21), hours(12, 19, 21)], town.fatma, weekly=True
    )
    events.publish(table, town.fatma)
    events.create(events.Details("Schets"), [hours(6, 19, 21)], town.fatma)  # a draft
    without = events.create(events.Details("Repair café", signup=Signup.NONE), [hours(7, 13, 17)], town.fatma)
    events.publish(without, town.fatma)
    full = world_kitchen(town, seats=4)
    sign_up(full.dates[0], town, town.amina)
    walk = events.create(events.Details("Wandeling", signup=Signup.BY_US), [hours(22, 14, 16)], town.jo)
    events.publish(walk, town.jo)

    dates = households.open_dates()

    assert [(each.date.event.title, each.free) for each in dates] == [
        ("Praattafel", 10), ("Praattafel", 10), ("Wereldkeuken", 0), ("Wandeling", None),
    ]  # fmt: skip
    assert [each.date for each in households.fitting(dates)] == [table.dates[0], walk.dates[0]]


def test_a_coach_counts_on_the_seats_that_are_kept_for_coaches(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=6, coach_seats=5).dates[0]
    locked(EventDate, kitchen.id)
    rsvps.sign_up(kitchen, Party(1), language="nl", name="Els")
    rsvps.sign_up(kitchen, Party(1), language="nl", name="Karim")  # waits: the rest is for coaches

    assert [each.free for each in households.open_dates()] == [5]


def test_what_each_goes_to_is_what_is_not_over_and_not_given_back(town: Cast) -> None:
    kitchen, other = world_kitchen(town).dates[0], world_kitchen(town).dates[0]
    [comes] = sign_up(kitchen, town, town.amina)
    [back] = sign_up(other, town, town.amina, key="k2")
    rsvps.give_back(back)

    assert households.coming([town.amina, town.dawit]) == {town.amina.id: [comes], town.dawit.id: []}


def test_editing_from_an_old_page_is_refused(town: Cast) -> None:
    with pytest.raises(errors.ChangedMeanwhile):
        households.edit(town.amina, town.amina.version - 1, Details("Amina", Party(1), [], Channel.VISIT))
