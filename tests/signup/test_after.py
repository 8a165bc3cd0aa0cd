"""After the tick: what would help, every week, a volunteer who asks again, one's own calendar."""

from collections.abc import Callable
from datetime import date as calendar_date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside
from tests.signup.conftest import Kitchen
from vwg import clock, demo
from vwg.db import db
from vwg.domain import dates, events, supports, weekly
from vwg.models import Event, EventDate, Household, Need, Rsvp, RsvpContact

FACTS = {"food": ["meal", "halal"], "company": True, "lift": True, "interpreter": ["ar"]}


def own_page(kitchen: Kitchen, amina: Visitor, language: str = "en", **filled: str) -> str:
    return str(amina.press(kitchen.page(language), {"people": "3", "name": "Mina", **filled}).request.path)


def wanted(app: Flask) -> dict[str, tuple[int, str]]:
    with inside(app):
        return {each.kind: (each.amount, each.language) for each in db.session.scalars(select(Rsvp)).one().supports}


# ---- what would help


def test_only_what_this_activity_can_give_is_asked_and_company_first(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    page = amina.get(own_page(kitchen_with(facts=FACTS), amina)).text

    offered = ["Somebody who comes with me", "A lift", "A child seat in the car", "An interpreter", "vegetarian", "halal"]
    places = [page.index(each) for each in offered]
    assert places == sorted(places)
    assert "Room for a wheelchair" not in page and "Somebody to look after the children" not in page
    assert page.count('aria-describedby="why-') == len(supports.offered(event_with(FACTS)))


def event_with(facts: dict[str, object]) -> Event:
    return Event(facts=facts, dutch_level=0)


def test_an_activity_that_gives_nothing_asks_nothing(kitchen: Kitchen, amina: Visitor) -> None:
    own = own_page(kitchen, amina)

    assert "What would help you?" not in amina.get(own).text
    page = amina.get(own).text
    token = page[page.index('name="csrf_token"') :].split('value="')[1].split('"')[0]
    answer = amina.client.post(f"{own}/support", data={"csrf_token": token, "kinds": ["lift"], "version": "1"})
    assert answer.status_code == 409


def test_each_tick_is_kept_with_how_many_it_is_for_and_unticked_it_is_gone(kitchen_with: Callable[..., Kitchen], amina: Visitor, app: Flask) -> None:
    own = own_page(kitchen_with(facts=FACTS), amina)
    amina.press(own, {"band_3_5": "1"}, action="/ages")
    amina.press(own, {"kinds": ["lift", "child_seat", "halal", "company"]}, action="/support")
    assert wanted(app) == {"company": (1, ""), "lift": (3, ""), "child_seat": (1, ""), "halal": (3, "")}

    amina.press(own, {"people": "5"}, action="/people")
    assert wanted(app)["halal"] == (5, "")
    page = amina.get(own).text
    assert 'value="halal" aria-describedby="why-no_gluten" checked' in page and page.count('id="why-no_gluten"') == 1  # said once for all food

    amina.press(own, {"kinds": []}, action="/support")
    assert wanted(app) == {}


def test_an_interpreter_who_is_not_there_becomes_an_open_need_that_names_nobody(kitchen_with: Callable[..., Kitchen], amina: Visitor, app: Flask) -> None:
    kitchen = kitchen_with(facts=FACTS)
    own = own_page(kitchen, amina)

    amina.press(own, {"kinds": ["interpreter"], "interpreter_language": "ar"}, action="/support")
    assert needs(app) == []  # somebody speaks it already
    amina.press(own, {"kinds": ["interpreter"], "interpreter_language": "ti"}, action="/support")
    assert needs(app) == [("ti", 1, 1)]
    amina.press(own, {"kinds": ["interpreter"], "interpreter_language": "ti"}, action="/support")
    assert needs(app) == [("ti", 1, 1)]
    amina.press(f"{own}/give-back")
    assert needs(app) == [("ti", 1, 0)]


def needs(app: Flask) -> list[tuple[str, int, int]]:
    with inside(app):
        found = db.session.scalars(select(Need)).all()
        assert all("Mina" not in need.what for need in found)
        return [(need.language, need.amount, need.missing) for need in found]


def test_kitchen_and_interpreters_see_how_many_and_never_who(kitchen_with: Callable[..., Kitchen], amina: Visitor, app: Flask) -> None:
    kitchen = kitchen_with(facts=FACTS)
    for name, kinds in (("Mina", ["halal", "lift"]), ("Dawit", ["halal"]), ("Rahim", [])):
        amina.press(own_page(kitchen, amina, name=name), {"kinds": kinds, "interpreter_language": "ar"}, action="/support")

    with kitchen.open() as date:
        totals = supports.totals([date])[date.id]
    assert [(total.kind.key, total.number) for total in totals] == [("lift", 3), ("halal", 6)]


# ---- every week


@pytest.fixture
def weekly_kitchen(app: Flask) -> Kitchen:
    """Every Thursday from 5 March; Easter holidays begin on Monday 6 April 2026."""
    with inside(app):
        town = demo.cast()
        thursdays = [calendar_date(2026, 3, 5 + 7 * week) if week < 4 else calendar_date(2026, 4, 2 + 7 * (week - 4)) for week in range(9)]
        times = [dates.Times(clock.at(day, 19), clock.at(day, 21)) for day in thursdays]
        event = events.create(events.Details("Praattafel", category=town.talking, place=town.skala, seats=4), times, town.leen)
        events.publish(event, town.leen)
        db.session.commit()
        return Kitchen(app, event.dates[0].public_id)


def test_every_week_means_all_dates_until_the_holiday(weekly_kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_page(weekly_kitchen, amina)
    amina.press(own, {"phone": "0470 00 00 41"}, action="let-know")
    page = amina.press(own, action="/weekly").text

    with inside(app):
        rows = db.session.scalars(select(Rsvp).join(EventDate).order_by(EventDate.starts_at)).all()
        assert [clock.local(rsvp.date.starts_at).date().isoformat() for rsvp in rows] == [
            "2026-03-05", "2026-03-12", "2026-03-19", "2026-03-26", "2026-04-02",
        ]  # fmt: skip
        assert {(rsvp.name, rsvp.people, rsvp.contact.phone if rsvp.contact else "") for rsvp in rows} == {("Mina", 3, "+32470000041")}
        assert len(weekly.together(rows[2])) == 5
    assert "4 more dates." in page and "Your dates" in page and page.count("/signup/mine/") >= 4
    assert "I come every week" not in page


def test_weeks_pressed_twice_are_taken_once_and_a_full_week_waits(weekly_kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_page(weekly_kitchen, amina)
    with inside(app):
        second = db.session.scalars(select(EventDate.public_id).order_by(EventDate.starts_at)).all()[1]
    Kitchen(app, second).taken(2, "Oksana")
    token = amina.get(own).text.split('action="' + own + '/weekly"')[1].split('value="')[1].split('"')[0]
    for _ in range(2):
        amina.client.post(f"{own}/weekly", data={"csrf_token": token})

    with inside(app):
        statuses = [str(rsvp.status) for rsvp in db.session.scalars(select(Rsvp).where(Rsvp.name == "Mina").join(EventDate).order_by(EventDate.starts_at))]
    assert statuses == ["confirmed", "waiting", "confirmed", "confirmed", "confirmed"]


def test_erasing_takes_all_the_weeks(weekly_kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_page(weekly_kitchen, amina)
    amina.press(own, action="/weekly")
    amina.press(f"{own}/erase")

    with inside(app):
        assert db.session.scalars(select(Rsvp)).all() == []


def test_an_activity_of_one_date_has_no_every_week(kitchen: Kitchen, amina: Visitor) -> None:
    own = own_page(kitchen, amina)

    assert "I come every week" not in amina.get(own).text
    page = amina.get(own).text
    token = page[page.index('name="csrf_token"') :].split('value="')[1].split('"')[0]
    assert amina.client.post(f"{own}/weekly", data={"csrf_token": token}).status_code == 409


# ---- may Leen ask you again?


def test_who_may_be_asked_again_becomes_a_household_of_the_volunteer_at_the_door(kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_page(kitchen, amina, "ar")
    amina.press(own, {"phone": "0470 00 00 41"}, action="let-know")
    assert "Leen" in amina.get(own).text
    amina.press(own, action="/ask-again")

    with inside(app):
        household = db.session.scalars(select(Household).where(Household.nickname == "Mina")).one()
        assert ([coach.user.name for coach in household.coaches], household.phone, household.languages, household.heads) == (["Leen"], "+32470000041", ["ar"], 3)
        assert db.session.scalars(select(Rsvp.household_id)).all() == [household.id]
        assert db.session.scalars(select(RsvpContact)).all() == []
    assert 'id="ask-again"' not in amina.get(own).text


def test_all_weeks_go_along_to_the_volunteer_who_asks_again(weekly_kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_page(weekly_kitchen, amina)
    amina.press(own, {"phone": "0470 00 00 41"}, action="/let-know")
    amina.press(own, action="/weekly")
    amina.press(own, action="/ask-again")

    with inside(app):
        mina = db.session.scalars(select(Household).where(Household.nickname == "Mina")).one()
        rows = db.session.scalars(select(Rsvp)).all()
        assert len(rows) == 5 and {rsvp.household_id for rsvp in rows} == {mina.id}
        assert db.session.scalars(select(RsvpContact)).all() == []


def test_without_a_name_nobody_can_be_asked_again(kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_page(kitchen, amina, name="")
    page = amina.press(own, {"nickname": " "}, action="/ask-again")

    assert page.status_code == 409 and "Give a nickname" in page.text
    with inside(app):
        assert db.session.scalars(select(Rsvp.household_id)).all() == [None]


# ---- one's own calendar, and a text for one's own volunteer


def test_the_calendar_says_what_it_is_or_nothing(kitchen: Kitchen, amina: Visitor) -> None:
    own = own_page(kitchen, amina)
    named, neutral = amina.get(f"{own}/calendar.ics"), amina.get(f"{own}/calendar.ics?title=neutral")

    assert "SUMMARY:Wereldkeuken\r\n" in named.text and "DTSTART:20260321T130000Z\r\n" in neutral.text
    assert "SUMMARY:Appointment\r\n" in neutral.text and "Wereldkeuken" not in neutral.text and "Mina" not in neutral.text
    assert (neutral.mimetype, neutral.headers["Cache-Control"]) == ("text/calendar", "no-store")
    assert all(len(line.encode()) <= 75 for line in named.text.split("\r\n"))


def test_a_ready_text_for_the_volunteer_has_the_link_and_the_dutch(kitchen: Kitchen, amina: Visitor) -> None:
    own = own_page(kitchen, amina)
    page = amina.get(own).text

    assert "https://wa.me/?text=" in page and "sms:?body=" in page
    assert "Hello, we come to Wereldkeuken." in page and f"http://localhost{own}" in page
