"""Fatma on her telephone: two families, one seat back, and whom to tell."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import dates
from vwg.models import EventDate, Rsvp, User

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(app: Flask) -> int:
    """The id of the world kitchen's date, in a house with the cast in it."""
    with inside(app):
        event = world_kitchen(demo.cast(), seats=20)
        db.session.commit()
        return event.dates[0].id


def seats(app: Flask) -> dict[str, int]:
    with inside(app):
        return {rsvp.household.nickname: rsvp.people for rsvp in db.session.scalars(select(Rsvp)) if rsvp.household}


def fits(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_fatma_brings_two_families_and_tells_them(app: Flask, kitchen: int, phone: Callable[..., Any], javascript: bool) -> None:
    page = phone(javascript=javascript)
    page.set_default_timeout(15_000)
    page.goto("/en/account/sign-in?next=/en/coaching/")
    page.locator("form[action*='/demo/fatma'] button").click()
    page.goto("/en/coaching/")

    page.get_by_role("link", name="New family").click()
    fits(page)
    page.get_by_label("What do you call them?").fill("Oksana")
    if javascript:
        for _ in range(2):
            page.get_by_role("button", name="One more: Children 6–11 years").click()
    else:
        page.get_by_label("Children 6–11 years").fill("2")
    page.get_by_label("Українська").check()
    page.get_by_label("Text message").check()
    page.get_by_label("Their number").fill("0470 00 00 23")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Where does Oksana go?").wait_for()
    fits(page)

    page.goto("/en/coaching/")
    fits(page)
    for name in ("Amina", "Oksana"):
        page.locator("form .pick", has_text=name).click()
    page.locator("li.card", has_text="Wereldkeuken").get_by_role("button", name="Sign up").click()
    page.get_by_text("2 families signed up.").wait_for()
    fits(page)
    assert seats(app) == {"Amina": 4, "Oksana": 3}

    page.locator(".todo li", has_text="Amina").get_by_role("link", name="Change").click()
    if javascript:
        page.get_by_role("button", name="One less: Children 6–11 years").click()
    else:
        page.get_by_label("Children 6–11 years").fill("0")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Changed.").wait_for()
    fits(page)
    assert seats(app) == {"Amina": 3, "Oksana": 3}

    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        dates.cancel(locked(EventDate, kitchen), "De kok is ziek.", leen)
        db.session.commit()
    page.goto("/en/coaching/")
    page.get_by_role("link", name="Tell them").click()
    fits(page)
    theirs = page.locator(".theirs")
    assert [theirs.nth(place).get_attribute("dir") for place in range(2)] == ["rtl", "ltr"]
    assert page.locator("a.btn[href^='tel:+3247']").count() == page.locator("a.btn[href^='https://wa.me/3247']").count() == 2

    page.get_by_role("button", name="Yes, told").first.click()
    page.get_by_role("heading", name="Oksana").wait_for()
    page.get_by_role("button", name="Not yet").click()
    page.get_by_text("Tried 1 time").wait_for()
    page.get_by_role("button", name="Yes, told").click()
    page.get_by_role("heading", name="Nobody to tell").wait_for()
    fits(page)


def test_her_pages_have_no_mistake_that_axe_finds(app: Flask, kitchen: int, phone: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = phone()
    page.goto("/en/account/sign-in")
    page.locator("form[action*='/demo/fatma'] button").click()
    with inside(app):
        date = db.session.scalars(select(EventDate.public_id)).one()
    for path in ("", "households/new", "dates?household=1", f"sign-up/{date}", "calls"):
        page.goto(f"/en/coaching/{path}")
        found = axe.Axe().run(page).response["violations"]
        assert [(violation["id"], [node["target"] for node in violation["nodes"]]) for violation in found] == [], path
