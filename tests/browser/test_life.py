"""An activity's life from a telephone: posted in two minutes, weekly, moved, cancelled with thirty people in it, and the door."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import insert, select

from tests.browser.test_volunteer import fits, signed_in
from tests.conftest import inside, world_kitchen
from tests.post_office import open_post_office
from vwg import clock, demo, keys, mail
from vwg.db import db, locked
from vwg.domain import dates, door, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, Notice, NoticeChannel, Rsvp, RsvpContact

pytestmark = pytest.mark.browser


@pytest.fixture
def town(app: Flask) -> None:
    """The cast, and Leen's kitchen, which was here before."""
    with inside(app):
        world_kitchen(demo.cast())
        db.session.commit()


class Fingers:
    """Somebody who counts every press and every field that is filled in."""

    def __init__(self, page: Any) -> None:
        self.page, self.presses, self.fields = page, 0, 0

    def press(self, role: str, name: str) -> None:
        self.presses += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def fill(self, field: str, value: str) -> None:
        self.fields += 1
        self.page.fill(field, value)

    def choose(self, field: str, label: str) -> None:
        self.fields += 1
        self.page.select_option(field, label=label)


def whatsapp_text(page: Any) -> list[str]:
    """What the button sends on, line by line."""
    address = page.locator("a[href^='https://wa.me/']").first.get_attribute("href")
    return parse_qs(urlsplit(address).query)["text"][0].split("\n")


def test_five_fields_and_three_presses_are_in_the_agenda_and_ready_for_whatsapp(app: Flask, town: None, phone: Callable[..., Any]) -> None:
    page = signed_in(phone(), "jo")
    page.goto("/nl/planning/")
    jo = Fingers(page)
    jo.press("link", "Nieuwe activiteit")
    jo.fill("#title", "Samen soep koken")
    for field, value in (("day", "2026-03-28"), ("starts", "14:00"), ("ends", "17:00")):  # one question: when?
        jo.fill(f"#dates-0-{field}", value)
    jo.choose("#place", "Zaal Skala")
    jo.fill("#seats", "12")
    jo.fill("#line", "We koken soep.")
    jo.press("button", "Bewaar")
    jo.press("button", "Zet online")
    page.locator("a[href^='https://wa.me/']").first.wait_for()

    assert (jo.presses, jo.fields) == (3, 7)
    said = whatsapp_text(page)
    assert (said[0], "28 maart 2026" in said[1] and "14:00" in said[1], "Zaal Skala" in said[2]) == ("Samen soep koken", True, True)
    assert "/agenda/" in said[-1]  # where people sign up
    assert page.goto(urlsplit(said[-1]).path).ok


def test_like_last_time_is_three_presses_and_nothing_typed(app: Flask, town: None, phone: Callable[..., Any]) -> None:
    page = signed_in(phone(javascript=False), "jo")
    page.goto("/nl/planning/")
    jo = Fingers(page)
    jo.press("link", "Nieuwe activiteit")
    expect(page.get_by_role("heading", name="Zoals vorige keer")).to_be_visible()
    jo.press("button", "Wereldkeuken")
    jo.press("button", "Zet online")
    page.locator("a[href^='https://wa.me/']").first.wait_for()

    assert (jo.presses, jo.fields) == (3, 0)
    assert whatsapp_text(page)[0] == "Wereldkeuken"
    with inside(app):
        first, again = db.session.scalars(select(Event).order_by(Event.id)).all()
        assert clock.local(again.dates[0].starts_at).weekday() == clock.local(first.dates[0].starts_at).weekday()


def test_a_weekly_table_with_one_date_moved_and_one_cancelled(app: Flask, town: None, phone: Callable[..., Any]) -> None:
    page = signed_in(phone(javascript=False), "jo")
    page.goto("/en/planning/new")
    for field, value in (("#title", "Praattafel"), ("#dates-0-day", "2026-03-12"), ("#dates-0-starts", "19:00"), ("#dates-0-ends", "21:00")):
        page.fill(field, value)
    page.locator("summary", has_text="+ repeat").click()
    page.fill("#until", "2026-04-09")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("button", name="Put it online").click()
    page.get_by_text("Share in WhatsApp").wait_for()
    table, (_, second, third, *_rest) = page.url, _dates(app, "Praattafel")

    page.goto(f"/en/planning/dates/{second}")
    page.locator("summary", has_text="Another time or place").click()
    page.locator("form[action$='/move'] input[name=day]").fill("2026-03-20")
    page.locator("form[action$='/move'] button").click()
    expect(page.get_by_text("It becomes: Friday 20 March 2026")).to_be_visible()
    page.get_by_role("button", name="Do it and tell them").click()
    page.get_by_role("heading", name="Friday 20 March 2026").wait_for()
    page.goto(f"/en/planning/dates/{third}")
    page.locator("summary", has_text="Cancel it").click()
    page.locator("form[action$='/cancel'] input[name=reason]").fill("De zaal is dicht.")
    page.locator("form[action$='/cancel'] button").click()
    page.get_by_role("button", name="Do it and tell them").click()
    page.get_by_text("Does it go on after all?").wait_for()

    page.goto(table)
    assert fits(page) and page.get_by_text("Cancelled").first.is_visible()
    page.goto(table.replace("/planning/", "/agenda/"))
    assert page.get_by_text("De zaal is dicht.").first.is_visible()
    with inside(app):
        these = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert these is not None
        assert [(f"{clock.local(date.starts_at):%d/%m %H:%M}", str(date.state)) for date in these.dates] == [
            ("12/03 19:00", "on"), ("20/03 19:00", "on"), ("26/03 19:00", "cancelled"), ("02/04 19:00", "on"), ("09/04 19:00", "on"),
        ]  # fmt: skip


def _dates(app: Flask, title: str) -> list[str]:
    with inside(app):
        event = next(event for event in db.session.scalars(select(Event)) if event.title == title)
        return [date.public_id for date in event.dates]


def test_thirty_people_hear_once_that_it_is_off(app: Flask, town: None, phone: Callable[..., Any]) -> None:
    """Twenty left their mail, seven a telephone, three nothing: 27 hear it, and a note on the door is for the rest."""
    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        rows = [{"public_id": keys.public_id("r"), "date_id": date.id, "number": number + 1, "name": f"Gast {number + 1}", "language": "nl"} for number in range(30)]
        db.session.execute(insert(Rsvp), rows)
        ids = db.session.scalars(select(Rsvp.id).order_by(Rsvp.id)).all()
        left = [{"rsvp_id": identity, "email": f"gast{number}@example.org", "phone": ""} for number, identity in enumerate(ids[:20])]
        left += [{"rsvp_id": identity, "email": "", "phone": f"+3247000000{number}"} for number, identity in enumerate(ids[20:27])]
        db.session.execute(insert(RsvpContact), left)
        db.session.commit()
        path = f"/en/planning/dates/{date.public_id}"
    page = signed_in(phone(), "leen")
    page.goto(path)
    page.locator("summary", has_text="Cancel it").click()
    page.locator("form[action$='/cancel'] input[name=reason]").fill("De zaal is niet vrij.")
    page.locator("form[action$='/cancel'] button").click()

    for words in ("20 mails", "7 calls", "3 not reachable", "Put a note on the door."):
        expect(page.get_by_text(words)).to_be_visible()
    page.get_by_role("button", name="Do it and tell them").click()
    page.get_by_text("Done. Who must be called stands on the call list.").wait_for()

    with open_post_office(app) as office:
        for _ in range(4):  # the worker comes by again and again
            with app.app_context():
                mail.deliver(10)
        assert sorted(address for letter in office.envelopes for address in letter[1]) == sorted(f"gast{number}@example.org" for number in range(20))
        assert all("De zaal is niet vrij." in str(letter.get_body(("plain",)).get_content()) for letter in office.letters)  # type: ignore[union-attr]  # each has a plain body
    page.goto("/en/coaching/calls")
    assert page.locator("h2", has_text="Gast ").count() == 7
    with inside(app):
        told = db.session.scalars(select(Notice.recipient_id).where(Notice.channel == NoticeChannel.SHOW)).all()
        assert sorted(told) == sorted(ids[27:])  # type: ignore[type-var]  # each notice has somebody
        assert len(db.session.scalars(select(Notice)).all()) == 30


def door_of(app: Flask) -> str:
    """The door of Leen's kitchen, where Rahim signed up with three."""
    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        rsvps.sign_up(locked(EventDate, date.id), Party(3), language="ar", name="Rahim")
        db.session.commit()
        return f"/nl/planning/dates/{date.public_id}/door"


def press(page: Any, what: str, by: int) -> None:
    page.locator(f"#now-{what} button[value='{by}']").click()


def counted(app: Flask) -> tuple[int, int]:
    with inside(app):
        numbers = door.counts(db.session.scalars(select(EventDate)).one())
        return numbers["there_adults"], numbers["there_children"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_the_door_is_two_big_buttons_and_no_names(app: Flask, town: None, phone: Callable[..., Any], javascript: bool) -> None:
    path = door_of(app)
    page = signed_in(phone(javascript=javascript), "leen")
    page.goto(path)
    for what, by, stands in (("there_adults", 1, "1"), ("there_adults", 1, "2"), ("there_children", 1, "1"), ("there_adults", 1, "3"), ("there_adults", -1, "2")):
        press(page, what, by)
        expect(page.locator(f"#now-{what} .code")).to_have_text(stands)

    assert fits(page) and "Rahim" not in page.content()
    buttons = [page.locator(f"#now-{what} button[value='1']").bounding_box() for what in ("there_adults", "there_children")]
    assert all(box["height"] >= 48 and box["width"] >= 120 for box in buttons)
    page.reload()
    expect(page.locator("#now-there_adults .code")).to_have_text("2")
    names = page.goto(f"{path}/names")
    assert "Rahim" in page.content()
    assert names.headers["refresh"].startswith("60;")  # dark after a minute, also without script


def test_at_two_doors_without_a_connection_each_press_counts_once(app: Flask, town: None, phone: Callable[..., Any]) -> None:
    """Leen presses ten times as fast as she can while nothing gets through, the page is opened anew, and the answer to
    one press is lost on the way; Jo counts at the other door."""
    path = door_of(app)
    leens, jos = signed_in(phone(), "leen"), signed_in(phone(), "jo")
    leens.goto(path)
    jos.goto(path)
    leens.context.set_offline(True)
    leens.evaluate("for (let press = 0; press < 10; press += 1) document.querySelector('#now-there_adults button[value=\"1\"]').click()")
    press(leens, "there_children", 1)
    expect(leens.locator("#now-there_adults .code")).to_have_text("10")
    expect(leens.locator("[data-there]")).to_have_text("11")
    expect(leens.locator("[data-waits]")).to_be_visible()
    press(jos, "there_adults", 1)
    expect(jos.locator("[data-door]")).to_have_attribute("data-waiting", "0")
    assert counted(app) == (1, 0)

    lost: list[str] = []

    def lose_the_first_answer(route: Any) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.text())
            route.abort()

    device = leens.context
    leens.close()
    device.route("**/door/count", lose_the_first_answer)
    device.set_offline(False)
    leens = device.new_page()
    leens.goto(path)  # sends what waited
    press(leens, "there_adults", 1)
    expect(leens.locator("[data-door]")).to_have_attribute("data-waiting", "0")
    expect(leens.locator("[data-waits]")).to_be_hidden()
    expect(leens.locator("#now-there_adults .code")).to_have_text("12")
    assert leens.locator("#there_adults").input_value() == "12"  # the number to be saved afterwards says the same

    assert len(lost) == 1 and counted(app) == (12, 1)


def test_a_date_that_goes_on_again_is_told_to_whoever_kept_seats(app: Flask, town: None, phone: Callable[..., Any]) -> None:
    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        rsvps.sign_up(locked(EventDate, date.id), Party(3), language="ar", name="Rahim")
        dates.cancel(locked(EventDate, date.id), "Ziek.", None)
        db.session.commit()
        path = f"/en/planning/dates/{date.public_id}"
    page = signed_in(phone(), "leen")
    page.goto(path)
    page.get_by_role("button", name="See who hears it").click()
    expect(page.get_by_text("1 not reachable")).to_be_visible()
    page.get_by_role("button", name="Do it and tell them").click()

    page.get_by_text("Change this date").wait_for()
    with inside(app):
        assert db.session.scalars(select(EventDate)).one().is_on
