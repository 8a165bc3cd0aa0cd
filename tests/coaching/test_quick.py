"""From paper: name, number, Enter. And several families for several activities in one go."""

from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside
from vwg.db import db
from vwg.domain import events
from vwg.models import EventDate, Household, Rsvp, User


def kitchens(app: Flask, *days: int, seats: int = 10) -> list[str]:
    """Leen's kitchens on these days of March; their public ids."""
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = events.create(events.Details("Wereldkeuken", seats=seats), [hours(day, 14, 18) for day in days], leen)
        events.publish(event, leen)
        db.session.commit()
        return [date.public_id for date in event.dates]


def listed(app: Flask) -> list[tuple[str, int, str, str]]:
    with inside(app):
        return [
            (rsvp.household.nickname if rsvp.household else rsvp.name, rsvp.people, rsvp.language, rsvp.status.value)
            for rsvp in db.session.scalars(select(Rsvp).join(EventDate).order_by(EventDate.starts_at, Rsvp.id))
        ]


def test_a_paper_list_is_typed_line_by_line_and_the_language_stays(app: Flask, visitor: Visitor) -> None:
    (date,) = kitchens(app, 21)
    jo = visitor.signed_in_as("jo")

    jo.press(f"/en/coaching/quick/{date}", {"name": "Rahim", "people": "٣", "language": "fa-AF"})
    page = jo.press(f"/en/coaching/quick/{date}?language=fa-AF", {"name": "", "people": "8"}).text

    assert listed(app) == [("Rahim", 3, "fa-AF", "confirmed"), ("", 8, "fa-AF", "waiting")]
    assert "There is no room for this group yet" in page and "Guest 2" in page and "You typed these (2)" in page


def test_enter_pressed_twice_is_one_group_and_the_next_line_on_an_old_page_is_another(app: Flask, visitor: Visitor) -> None:
    import re

    (date,) = kitchens(app, 21)
    jo = visitor.signed_in_as("jo")
    page = jo.get(f"/en/coaching/quick/{date}").text
    hidden = {name: re.search(f'name="{name}"[^>]*value="([^"]+)"', page).group(1) for name in ("csrf_token", "form_key")}

    for name in ("Rahim", "Rahim", "Oksana"):
        sent = jo.client.post(f"/en/coaching/quick/{date}", data={**hidden, "name": name, "people": "2", "language": "nl"})
        assert sent.status_code == 302

    assert [line[0] for line in listed(app)] == ["Rahim", "Oksana"]


def test_what_cannot_be_comes_back_with_a_sentence(app: Flask, visitor: Visitor) -> None:
    (date,) = kitchens(app, 21)
    jo = visitor.signed_in_as("jo")

    answers = [jo.press(f"/en/coaching/quick/{date}", {"name": name, "people": people}) for name, people in (("Rahim", "0"), ("Rahim", ""), ("R" * 41, "1"), ("00.01.25-567.77", "1"))]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 409]
    assert listed(app) == []


def test_a_line_is_taken_away_by_who_typed_it_or_a_host_and_by_nobody_else(app: Flask, visitor: Visitor) -> None:
    (date,) = kitchens(app, 21)
    jo = visitor.signed_in_as("jo")
    jo.press(f"/en/coaching/quick/{date}", {"name": "Rahim", "people": "2"})
    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one().public_id
    fatma = Visitor(app).signed_in_as("fatma")
    token = fatma.get(f"/en/coaching/quick/{date}").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    assert "Rahim" not in fatma.get(f"/en/coaching/quick/{date}").text
    assert fatma.client.post(f"/en/coaching/quick/{date}/{rsvp}/away", data={"csrf_token": token}).status_code == 404
    jo.press(f"/en/coaching/quick/{date}", action="/away")

    assert [line[3] for line in listed(app)] == ["given_back"]


def test_two_families_for_two_dates_is_four_sign_ups_in_one_press(app: Flask, visitor: Visitor) -> None:
    dates = kitchens(app, 14, 21)
    fatma = visitor.signed_in_as("fatma")
    with inside(app):
        families = list(db.session.scalars(select(Household.id).order_by(Household.id)))

    page = fatma.press("/en/coaching/several", {"households": families, "dates": dates})

    assert (page.status_code, "4 sign-ups noted." in page.text) == (200, True)
    assert [line[0] for line in listed(app)] == ["Amina", "Dawit", "Amina", "Dawit"]
    again = fatma.press("/en/coaching/several", {"households": families, "dates": dates})
    assert "They were all on these lists already." in again.text and len(listed(app)) == 4


def test_several_without_a_family_or_without_a_date_says_so(app: Flask, visitor: Visitor) -> None:
    dates = kitchens(app, 14)
    fatma = visitor.signed_in_as("fatma")
    with inside(app):
        families = list(db.session.scalars(select(Household.id)))

    nobody, nowhere = fatma.press("/en/coaching/several", {"dates": dates}), fatma.press("/en/coaching/several", {"households": families})

    assert (nobody.status_code, "Tick who comes along." in nobody.text) == (409, True)
    assert (nowhere.status_code, "Tick the activities they come to." in nowhere.text) == (409, True)
    assert listed(app) == []
