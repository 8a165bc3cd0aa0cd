"""Taking seats, waiting, moving up, giving back."""

import pytest
from sqlalchemy import select

from tests.conftest import later, world_kitchen
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import dates, errors, rsvps
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Notice, NoticeState, Rsvp, RsvpStatus, Signup


def sign_up(date: EventDate, name: str, people: int = 1, **given: object) -> Rsvp:
    locked(EventDate, date.id)
    return rsvps.sign_up(date, Party(people), name=name, language="ar", **given)


def test_a_party_that_does_not_fit_waits_as_a_whole(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=3).dates[0]
    sign_up(kitchen, "Amina", people=2)

    assert sign_up(kitchen, "Dawit", people=2).is_waiting
    assert rsvps.seats_taken(kitchen) == 2


def test_nobody_passes_who_was_there_first(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=3).dates[0]
    sign_up(kitchen, "Amina", people=2)
    sign_up(kitchen, "Dawit", people=2)

    assert sign_up(kitchen, "Oksana", people=1).is_waiting


def test_a_smaller_party_passes_where_the_host_chose_so(town: Cast) -> None:
    event = world_kitchen(town, seats=3)
    event.smaller_may_pass = True
    sign_up(event.dates[0], "Amina", people=2)
    sign_up(event.dates[0], "Dawit", people=2)

    assert sign_up(event.dates[0], "Oksana", people=1).holds_seats


def test_giving_back_lets_the_next_ones_in_whole_and_in_order_and_tells_them_once(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=4).dates[0]
    amina = sign_up(kitchen, "Amina", people=4)
    dawit = sign_up(kitchen, "Dawit", people=3)
    oksana = sign_up(kitchen, "Oksana", people=2)
    rahim = sign_up(kitchen, "Rahim", people=1)

    rsvps.give_back(amina)

    assert [guest.is_waiting for guest in (dawit, oksana, rahim)] == [False, True, True]
    told = list(db.session.scalars(select(Notice.subject_id).where(Notice.kind == "promoted")))
    assert told == [dawit.id]


def test_seats_kept_for_coaches_are_not_given_to_strangers(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=6, coach_seats=4).dates[0]
    sign_up(kitchen, "Oksana", people=2)

    assert sign_up(kitchen, "Rahim", people=1).is_waiting
    assert sign_up(kitchen, "", people=4, household=town.amina, entered_by=town.fatma).holds_seats


def test_seats_kept_for_coaches_are_taken_by_the_first_family_to_come(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=6, coach_seats=4).dates[0]

    assert sign_up(kitchen, "", people=5, household=town.amina).status == RsvpStatus.CONFIRMED


def test_the_same_form_sent_twice_is_one_sign_up(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]

    first = sign_up(kitchen, "Amina", people=2, form_key="k1")
    second = sign_up(kitchen, "Amina", people=2, form_key="k1")

    assert first is second
    assert rsvps.seats_taken(kitchen) == 2


def test_the_same_form_with_the_next_person_is_a_question(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]
    sign_up(kitchen, "Amina", people=2, form_key="k1")

    with pytest.raises(errors.AnotherParty):
        sign_up(kitchen, "Dawit", people=1, form_key="k1")


def test_a_code_finds_its_sign_up_in_its_own_activity_only(town: Cast) -> None:
    kitchen, other = world_kitchen(town), world_kitchen(town)
    amina = sign_up(kitchen.dates[0], "Amina")

    assert rsvps.by_code(kitchen.id, rsvps.code(amina)) is amina
    assert rsvps.by_code(other.id, rsvps.code(amina)) is None


def test_more_seats_let_the_waiting_in(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=1).dates[0]
    sign_up(kitchen, "Amina")
    dawit = sign_up(kitchen, "Dawit", people=2)

    dates.set_seats([kitchen], 3)

    assert dawit.holds_seats


def test_seats_cannot_go_below_what_is_taken(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=4).dates[0]
    sign_up(kitchen, "Amina", people=3)

    with pytest.raises(errors.SeatsBelowTaken):
        dates.set_seats([kitchen], 2)


def test_more_people_than_there_are_seats_for_keeps_the_seats_one_has(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=4).dates[0]
    amina = sign_up(kitchen, "Amina", people=3)

    with pytest.raises(errors.NotEnoughSeats):
        rsvps.change(amina, Party(5))
    assert amina.people == 3


@pytest.mark.parametrize("people", [0, 31, 999])
def test_a_party_has_at_least_one_and_at_most_thirty_people(town: Cast, people: int) -> None:
    with pytest.raises(errors.PartySize):
        sign_up(world_kitchen(town).dates[0], "Amina", people=people)


def test_a_national_register_number_is_refused_as_a_name(town: Cast) -> None:
    with pytest.raises(errors.NationalNumber):
        sign_up(world_kitchen(town).dates[0], "Amina 00.01.25-567.77")


def test_other_numbers_are_no_national_register_number() -> None:
    assert not any(rsvps.has_national_number(text) for text in ("0475250609", "9270", "0470 00 00 00"))


def test_nobody_signs_up_for_what_is_past_cancelled_put_off_or_needs_no_sign_up(town: Cast) -> None:
    cancelled, postponed = world_kitchen(town).dates[0], world_kitchen(town).dates[0]
    dates.cancel(cancelled, "storm", town.leen)
    dates.postpone(postponed, "de zaal is bezet", town.leen)

    with pytest.raises(errors.DateIsCancelled):
        sign_up(cancelled, "Amina")
    with pytest.raises(errors.DateIsPostponed):
        sign_up(postponed, "Amina")
    with pytest.raises(errors.NoSignupNeeded):
        sign_up(world_kitchen(town, signup=Signup.NONE).dates[0], "Amina")
    with pytest.raises(errors.OnlyByUs):
        sign_up(world_kitchen(town, signup=Signup.BY_US).dates[0], "Amina")
    with pytest.raises(errors.SignupIsClosed):
        sign_up(world_kitchen(town, published=False).dates[0], "Amina")
    past = world_kitchen(town).dates[0]
    with later(days=30), pytest.raises(errors.DateIsOver):
        sign_up(past, "Amina")


def test_a_household_comes_once_through_its_coaches(town: Cast) -> None:
    kitchen = world_kitchen(town).dates[0]
    sign_up(kitchen, "", household=town.amina, entered_by=town.fatma)

    with pytest.raises(errors.HouseholdComesAlready):
        sign_up(kitchen, "", household=town.amina, entered_by=town.jo)


def test_with_fewer_seats_who_came_last_waits_whole_and_hears_it(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=6).dates[0]
    amina, dawit, oksana = sign_up(kitchen, "Amina"), sign_up(kitchen, "Dawit", people=3), sign_up(kitchen, "Oksana", people=2)
    with pytest.raises(errors.SeatsBelowTaken) as refused:
        dates.set_seats([kitchen], 3)
    assert [(each.people, each.names) for each in refused.value.values["over"]] == [(5, [("Oksana", 3), ("Dawit", 2)])]  # type: ignore[attr-defined]  # what a refusal carries is of any kind

    dates.set_seats([kitchen], 3, may_wait=True)

    assert (dawit.is_waiting, oksana.is_waiting, rsvps.place_in_line(dawit)) == (True, True, 1)  # each where it came in line
    assert (amina.holds_seats, kitchen.seats, rsvps.seats_taken(kitchen)) == (True, 3, 1)
    told = db.session.scalars(select(Notice.recipient_id).where(Notice.kind == "back_in_line").order_by(Notice.recipient_id)).all()
    assert told == [dawit.id, oksana.id]


def test_seats_that_come_back_are_news_instead_of_the_waiting(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=3).dates[0]
    dawit = sign_up(kitchen, "Dawit", people=3)
    dates.set_seats([kitchen], 2, may_wait=True)
    dates.set_seats([kitchen], 4)

    assert dawit.holds_seats
    heard = db.session.execute(select(Notice.kind, Notice.state).order_by(Notice.id)).all()
    assert [tuple(each) for each in heard] == [("back_in_line", NoticeState.DROPPED), ("promoted", NoticeState.WAITING)]
