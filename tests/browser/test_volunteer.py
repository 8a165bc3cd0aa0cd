"""Jo posts from the kitchen, on a telephone, with and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from vwg import clock, demo
from vwg.db import db, locked
from vwg.domain import needs, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def town(app: Flask) -> None:
    """The cast, and Leen's kitchen with somebody in it whom nobody can reach."""
    with inside(app):
        kitchen = world_kitchen(demo.cast())
        needs.add(kitchen, "stoelen", 20)
        rsvps.sign_up(locked(EventDate, kitchen.dates[0].id), Party(3), language="ar", name="Rahim")
        db.session.commit()


def signed_in(page: Any, who: str) -> Any:
    page.goto("/en/account/sign-in")
    page.locator(f"form[action*='demo/{who}'] button").click()
    return page


def fits(page: Any) -> bool:
    """Nothing sticks out at the side."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_posting_takes_one_screen_and_two_presses(app: Flask, town: None, phone: Callable[..., Any], javascript: bool) -> None:
    page = signed_in(phone(javascript=javascript), "jo")
    page.goto("/en/planning/new")
    page.fill("#title", "Samen soep koken")
    page.fill("#dates-0-day", "2026-03-28")
    page.fill("#dates-0-starts", "14:00")
    page.fill("#dates-0-ends", "17:00")
    page.locator("summary", has_text="more dates").click()
    page.locator("button[name=more]").click()
    expect(page.locator("input[type=date]")).to_have_count(7)  # six rows, and the end of a series
    assert page.input_value("#title") == "Samen soep koken"
    page.select_option("#place", label="Zaal Skala")
    page.fill("#seats", "12")
    page.fill("#line", "We koken soep.")
    page.press("#title", "Enter")  # saves, and does not add rows
    page.get_by_role("button", name="Put it online").click()

    page.get_by_text("Share in WhatsApp").wait_for()
    with inside(app):
        event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.title, event.stage, len(event.dates)) == ("Samen soep koken", Stage.PUBLISHED, 1)
        assert clock.local(event.dates[0].starts_at).isoformat() == "2026-03-28T14:00:00+01:00"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_cancelling_asks_first_and_one_press_does_it(app: Flask, town: None, phone: Callable[..., Any], javascript: bool) -> None:
    page = signed_in(phone(javascript=javascript), "leen")
    page.goto("/en/planning/activities")
    page.get_by_role("link", name="Wereldkeuken").click()
    page.locator("summary", has_text="Cancel it").click()
    page.locator("form[action$='/cancel'] input[name=reason]").fill("De zaal is niet vrij.")
    page.locator("form[action$='/cancel'] button").click()

    page.get_by_role("heading", name="Who will hear this").wait_for()
    expect(page.get_by_text("1 not reachable")).to_be_visible()
    expect(page.get_by_text("Rahim")).to_be_visible()
    with inside(app):
        assert db.session.scalars(select(EventDate)).one().is_on
    page.get_by_role("button", name="Do it and tell them").click()

    page.get_by_text("Cancelled").first.wait_for()
    with inside(app):
        assert db.session.scalars(select(EventDate)).one().is_cancelled


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_of_the_desk_sticks_out(app: Flask, town: None, phone: Callable[..., Any], width: int) -> None:
    page = signed_in(phone(width=width), "leen")
    with inside(app):
        event = db.session.scalars(select(Event)).one()
        paths = ["", "activities", "new", event.public_id, f"{event.public_id}/edit/facts", f"dates/{event.dates[0].public_id}", f"dates/{event.dates[0].public_id}/names"]
    for path in paths:
        page.goto(f"/en/planning/{path}")
        page.evaluate("document.querySelectorAll('details.more').forEach(line => { line.open = true })")
        assert fits(page), path
