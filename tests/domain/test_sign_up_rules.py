"""What counts, who may pass, from when, and who is asked once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import later, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import errors, rsvps, sign_up_rules
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Notice, Rsvp, RsvpContact


def sign_up(date: EventDate, name: str, people: int = 1, babies: int = 0, **given: object) -> Rsvp:
    return rsvps.sign_up(locked(EventDate, date.id), Party(people - babies, babies), name=name, language="ar", **given)


def test_letting_smaller_ones_pass_lets_them_in_at_once_and_tells_them(town: Cast) -> None:
    event = world_kitchen(town, seats=3)
    sign_up(event.dates[0], "Amina", 2)
    dawit, oksana = sign_up(event.dates[0], "Dawit", 2), sign_up(event.dates[0], "Oksana", 1)

    sign_up_rules.change(event, babies_count=False, smaller_may_pass=True, by=town.leen)

    assert (dawit.is_waiting, oksana.is_waiting) == (True, False)
    assert db.session.scalars(select(Notice.subject_id).where(Notice.kind == "promoted")).all() == [oksana.id]


def test_babies_that_do_not_fit_are_not_counted_all_of_a_sudden(town: Cast) -> None:
    event = world_kitchen(town, seats=2)
    sign_up(event.dates[0], "Amina", people=3, babies=1)

    with pytest.raises(errors.BabiesDoNotFit):
        sign_up_rules.change(event, babies_count=True, smaller_may_pass=False, by=town.leen)


def test_signing_up_opens_and_closes_for_strangers_and_never_for_us(town: Cast) -> None:
    date = world_kitchen(town).dates[0]
    sign_up_rules.set_window(date, clock.now() + timedelta(days=2), clock.now() + timedelta(days=4), town.leen)

    for days, refusal in ((1, errors.SignupNotOpenYet), (3, None), (5, errors.SignupIsClosed)):
        with later(days=days):
            if refusal is None:
                assert sign_up(date, "Oksana").holds_seats
            else:
                with pytest.raises(refusal):
                    sign_up(date, "Rahim")
    with later(days=5):
        assert sign_up(date, "", household=town.amina, entered_by=town.fatma).holds_seats
    with pytest.raises(errors.ClosesBeforeOpens):
        sign_up_rules.set_window(date, clock.now() + timedelta(days=4), clock.now() + timedelta(days=2), town.leen)


def test_one_press_asks_the_unreachable_ones_of_the_last_hours_once_more(town: Cast) -> None:
    date = world_kitchen(town, seats=40).dates[0]
    sign_up(date, "Chen")
    with later(hours=20):
        sign_up(date, "Oksana", 2)
        rahim = sign_up(date, "Rahim")
        rahim.contact = RsvpContact(phone="+32470000031")
        sign_up(date, "", household=town.amina, entered_by=town.fatma)

        assert sign_up_rules.doubt(date, town.leen) == 1
        assert [rsvp.name for rsvp in sign_up_rules.to_confirm(date)] == ["Oksana"]
        assert rsvps.seats_taken(date) == 5 and sign_up_rules.doubt(date, town.leen) == 0

        sign_up_rules.confirm(sign_up_rules.to_confirm(date)[0])
        assert sign_up_rules.to_confirm(date) == []
