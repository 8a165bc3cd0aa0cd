"""Fatma on her telephone: two families, one seat back, and whom to tell."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import dates, households
from vwg.domain.rsvps import Party
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


def come_in(page: Any) -> None:
    page.goto("/en/account/sign-in?next=/en/coaching/")
    page.locator("form[action*='/demo/fatma'] button").click()
    page.wait_for_url(lambda url: "next=" not in url)  # the page before has our address too, behind that


def fits(page: Any) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_fatma_brings_two_families_and_tells_them(app: Flask, kitchen: int, phone: Callable[..., Any], javascript: bool) -> None:
    page = phone(javascript=javascript)
    come_in(page)

    page.get_by_role("link", name="New family").click()
    expect(page.get_by_role("heading", name="New family")).to_be_visible()
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
    expect(page.get_by_role("heading", name="Something to tell")).to_be_visible()
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


def test_one_of_many_families_is_found_and_who_is_ticked_stays_in_sight(app: Flask, kitchen: int, phone: Callable[..., Any]) -> None:
    with inside(app):
        fatma = db.session.scalars(select(User).where(User.demo_name == "fatma")).one()
        for name in ("Élise", "Elias", *(f"Gezin {number}" for number in range(12))):
            households.add(households.Details(name, Party(2), ["fr"], phone="+32470000021"), fatma)
        db.session.commit()
    page = phone()
    come_in(page)
    families, ticks = page.locator("details[id^=family-]:visible"), page.locator("form .pick:has([name=households]):visible")
    expect(families).to_have_count(16)

    page.get_by_label("Search").first.fill("eli")
    expect(families).to_have_text([re.compile("Elias"), re.compile("Élise")])
    families.last.locator("summary").first.click()
    expect(families.last.get_by_role("link", name="Sign up")).to_be_visible()
    fits(page)
    ticks.filter(has_text="Amina").locator("input").check()
    page.get_by_label("Search").last.fill("elias")
    expect(ticks).to_have_text([re.compile("Amina"), re.compile("Elias")])
    page.get_by_label("Search").last.press("Enter")  # it finds, and sends nothing
    ticks.last.locator("input").check()
    page.locator(".pick", has_text="Wereldkeuken").locator("input").check()
    page.locator("form[action$='/several'] button").click()

    expect(page.get_by_text("2 sign-ups noted.")).to_be_visible()
    assert seats(app) == {"Amina": 4, "Elias": 2}


def test_her_pages_have_no_mistake_that_axe_finds(app: Flask, kitchen: int, phone: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = phone()
    come_in(page)
    with inside(app):
        date = db.session.scalars(select(EventDate.public_id)).one()
    for path in ("", "households/new", "dates?household=1", f"sign-up/{date}", "calls"):
        page.goto(f"/en/coaching/{path}")
        found = axe.Axe().run(page).response["violations"]
        assert [(violation["id"], [node["target"] for node in violation["nodes"]]) for violation in found] == [], path
