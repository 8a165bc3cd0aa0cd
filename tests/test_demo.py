"""The demo town is true at any hour of any day."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import inside
from vwg import clock, demo, opening
from vwg.db import db
from vwg.domain import calls, rsvps
from vwg.domain.settings import group
from vwg.models import (
    Category,
    Contact,
    Event,
    EventDate,
    Household,
    Invitation,
    Need,
    Partner,
    PartnerKind,
    PartStat,
    Rsvp,
    Signup,
    Stage,
    User,
)

MOMENTS = [
    "2026-03-01T23:50+01:00",  # a Sunday night
    "2026-03-28T23:50+01:00",  # the night to summer time
    "2026-10-24T12:00+02:00",  # the eve of winter time
    "2026-10-25T02:30+01:00",  # in the hour that comes twice
    "2026-12-31T23:59+01:00",
]


def everything(noun: type) -> list:
    return list(db.session.scalars(select(noun).order_by(noun.id)))


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_loads_at_any_moment_with_all_dates_ahead_and_by_day(app: Flask, moment: str) -> None:
    with time_machine.travel(datetime.fromisoformat(moment), tick=True), inside(app):
        began = time.process_time()  # ours alone: the machine may be busy with others
        demo.load()
        db.session.commit()
        seconds = time.process_time() - began

        dates = everything(EventDate)
        assert [date for date in dates if date.starts_at <= clock.now() or date.starts_at > clock.now() + timedelta(days=100)] == []
        starts, ends = ([clock.local(getattr(date, side)).hour for date in dates] for side in ("starts_at", "ends_at"))
        assert (min(starts) >= 9, max(ends) <= 22) == (True, True)
        assert calls.to_make(db.session.scalars(select(User).where(User.demo_name == "fatma")).one()) != []
        assert seconds < 3


@pytest.fixture
def loaded(app: Flask):
    with inside(app):
        demo.load()
        db.session.commit()
        yield


def test_everybody_of_the_contract_has_a_button(loaded: None) -> None:
    people = {user.demo_name: user for user in everything(User)}

    assert sorted(people) == ["bert", "chen", "fatma", "jo", "leen"]
    assert [people[who].is_volunteer for who in ("leen", "jo", "fatma", "bert", "chen")] == [True, True, True, False, False]
    assert people["leen"].is_administrator
    contacts = {contact.user.demo_name: contact.partner.name for contact in everything(Contact) if contact.user}
    assert contacts == {"bert": "De Brug", "chen": "Bakkerij Chen"}
    assert group().is_demo


def test_partners_of_every_kind_are_there_and_some_are_not_listed(loaded: None) -> None:
    partners = everything(Partner)

    assert len(partners) == 9
    assert {partner.kind for partner in partners} == {
        PartnerKind.ASSOCIATION, PartnerKind.MERCHANT, PartnerKind.PUBLIC_BODY, PartnerKind.SCHOOL, PartnerKind.CARE,
    }  # fmt: skip
    assert [partner.name for partner in partners if not partner.is_listed] == ["Woonzorgcentrum Het Hof", "Kruidenier Salam"]


def test_there_are_twelve_activities_in_every_state(loaded: None) -> None:
    events = {event.title: event for event in everything(Event)}

    assert len(events) == 12
    assert [title for title, event in events.items() if event.stage == Stage.DRAFT] == ["Buurtfeest op het Kerkplein"]
    assert {event.signup for event in events.values()} == {Signup.EVERYONE, Signup.BY_US, Signup.NONE}
    assert len(events["Praattafel"].dates) == 12 and len(events["Praattafel"].series) == 1
    assert events["Uitstap naar zee"].dates[0].is_cancelled
    assert events["Voorleesnamiddag"].dates[0].is_postponed
    assert events["Repair café"].signup == Signup.NONE


def test_the_full_one_has_a_waiting_list(loaded: None) -> None:
    sewing = next(event for event in everything(Event) if event.title == "Naaiatelier").dates[0]

    assert rsvps.seats_taken(sewing) <= sewing.seats
    assert rsvps.standing([sewing])[sewing.id].free == 0
    assert [rsvp.name for rsvp in sewing.rsvps if rsvp.is_waiting] == ["Karim"]


def test_partners_answered_in_every_way_one_of_them_by_mouth(loaded: None) -> None:
    invitations = everything(Invitation)

    assert {invitation.partstat for invitation in invitations} == set(PartStat)
    assert [invitation.partner.name for invitation in invitations if invitation.noted_by] == ["Kruidenier Salam"]
    assert {pledge.consent_to_name for event in everything(Event) for pledge in event.pledges} == {True, False}
    assert any(need.missing for need in everything(Need)) and any(need.pledged for need in everything(Need))


def test_fatma_has_people_to_tell_and_one_of_them_hears_two_things(loaded: None) -> None:
    fatma = db.session.scalars(select(User).where(User.demo_name == "fatma")).one()

    told = {call.household.nickname: len(call.notices) for call in calls.to_make(fatma) if call.household}

    assert told == {"Amina": 2, "Dawit": 1, "Oksana": 1, "Rahim": 1}


def test_people_come_by_coach_and_alone(loaded: None) -> None:
    ways = Counter("coach" if rsvp.household else "alone" for rsvp in everything(Rsvp))

    assert len(everything(Household)) == 5
    assert min(ways["coach"], ways["alone"]) >= 8


def test_every_fact_that_was_written_is_one_the_house_knows(loaded: None) -> None:
    said = {key for event in everything(Event) for key in event.facts}

    assert {"food", "children", "childcare", "interpreter", "women_only", "wheelchair", "lift", "no_photos"} <= said
    assert all(category.name_in(language) != category.slug for category in everything(Category) for language in ("nl", "en", "ar"))


def test_two_that_open_an_empty_house_at_once_make_one_town(app: Flask) -> None:
    def open_it(_: int) -> bool:
        with app.app_context():
            return opening.load_demo()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(open_it, range(2))) == [False, True]
