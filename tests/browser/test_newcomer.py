"""A newcomer with a cheap phone: three touches, counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from vwg import demo
from vwg.db import db
from vwg.domain import pace
from vwg.models import Event, Rsvp
from vwg.pages import address_of

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(app: Flask) -> str:
    """The last part of the world kitchen's address."""
    with inside(app):
        address = address_of(world_kitchen(demo.cast(), seats=20, text="We koken samen.", facts={"food": ["halal"], "children": True}))
        db.session.commit()
        return address


class Finger:
    """Touches what can be seen, and counts."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.touches = 0

    def touch(self, what: Any) -> None:
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44
        what.click()
        self.touches += 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("language", ["nl", "ar", "ti"])
def test_three_touches_take_a_seat(app: Flask, kitchen: str, phone: Callable[..., Any], language: str, javascript: bool) -> None:
    page = phone(javascript=javascript)
    page.goto(f"/{language}/agenda/{kitchen}")
    finger = Finger(page)

    finger.touch(page.locator("a.btn[href*='/signup/']"))
    finger.touch(page.locator("label.tile").nth(2))
    finger.touch(page.locator("form.f button.btn"))

    page.locator("h1.yes").wait_for()
    assert finger.touches == 3
    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        assert (rsvp.people, rsvp.name, rsvp.language) == (3, "", language)


@pytest.mark.parametrize("language", ["ar", "ti"])
def test_the_same_by_keyboard_alone(app: Flask, kitchen: str, phone: Callable[..., Any], language: str) -> None:
    page = phone()
    page.goto(f"/{language}/agenda/{kitchen}")
    reach(page, "a.btn[href*='/signup/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signup/**")
    reach(page, "input[name=people]")
    page.keyboard.press("ArrowDown")  # the second tile: arrows choose inside a group, along and against the writing
    reach(page, "form.f button.btn")
    page.keyboard.press("Enter")

    page.locator("h1.yes").wait_for()
    with inside(app):
        assert db.session.scalars(select(Rsvp)).one().people == 2


def reach(page: Any, selector: str) -> None:
    """Tab until that has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_no_page_of_hers_is_wider_than_the_phone(app: Flask, kitchen: str, phone: Callable[..., Any], language: str) -> None:
    page = phone()
    page.goto(f"/{language}/agenda/{kitchen}")
    page.locator("a.btn[href*='/signup/']").click()
    sign_up = page.url
    page.locator("label.tile").first.click()
    page.locator("form.f button.btn").click()
    page.locator("h1.yes").wait_for()
    own = page.url.split("?")[0]
    paths = [f"/{language}/{path}" for path in ("agenda/", f"agenda/{kitchen}", "agenda/2026-03", "agenda/subscribe", "welcome", "privacy", "accessibility", "signup/code")]
    for path in [*paths, sign_up, own, f"{own}/known", f"{own}/erase", f"{own}/give-back", f"{own}/people", f"{own}/let-know", f"{own}/ages"]:
        page.goto(path)
        for width in (1280, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert too_wide <= 0, f"{path} at {width}: {too_wide} px too wide"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("language", ["ar", "ti"])
def test_what_would_help_is_ticked_afterwards(app: Flask, kitchen: str, phone: Callable[..., Any], language: str, javascript: bool) -> None:
    page = phone(javascript=javascript)
    page.goto(f"/{language}/agenda/{kitchen}")
    page.locator("a.btn[href*='/signup/']").click()
    page.locator("label.tile").nth(1).click()
    page.locator("form.f button.btn").click()
    page.locator("#support summary").click()
    page.locator("input[value=halal]").check()
    page.locator("#support form button.btn").click()

    page.locator("h1.yes").wait_for()
    with inside(app):
        assert [(each.kind, each.amount) for each in db.session.scalars(select(Rsvp)).one().supports] == [("halal", 2)]


def test_who_presses_faster_than_people_waits_a_moment_and_is_in(
    app: Flask, kitchen: str, phone: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With script the form waits by itself; without, one presses once more."""
    monkeypatch.setattr(pace, "QUICKEST", timedelta(seconds=3))
    page = phone()
    page.goto(f"/ar/agenda/{kitchen}")
    page.locator("a.btn[href*='/signup/']").click()
    page.locator("label.tile").first.click()
    page.locator("form.f button.btn").click()

    page.locator("h1.yes").wait_for()
    with inside(app):
        assert db.session.scalars(select(Rsvp)).one().people == 1


def test_the_next_person_by_the_back_button_is_asked_about(app: Flask, kitchen: str, phone: Callable[..., Any]) -> None:
    """Also where the browser fetches the page anew. And a double tap is one sign-up."""
    page = phone()
    page.goto(f"/ar/agenda/{kitchen}")
    page.locator("a.btn[href*='/signup/']").click()
    page.locator("label.tile").first.click()
    page.locator("form.f button.btn").evaluate("button => { button.click(); button.click() }")  # quicker than any answer
    page.locator("h1.yes").wait_for()
    page.go_back()
    page.locator("input[name=name]").fill("Saba")
    page.locator("label.tile").nth(1).click()
    page.locator("form.f button.btn").click()
    page.locator(".errors").wait_for()
    with inside(app):
        assert [rsvp.people for rsvp in db.session.scalars(select(Rsvp))] == [1]

    page.locator("form.f button.btn").click()
    page.locator("h1.yes").wait_for()
    with inside(app):
        assert [(rsvp.name, rsvp.people) for rsvp in db.session.scalars(select(Rsvp).order_by(Rsvp.id))] == [("", 1), ("Saba", 2)]


def test_giving_back_works_without_javascript(app: Flask, kitchen: str, phone: Callable[..., Any]) -> None:
    page = phone(javascript=False)
    page.goto(f"/ar/agenda/{kitchen}")
    page.locator("a.btn[href*='/signup/']").click()
    page.locator("label.tile").nth(1).click()
    page.locator("form.f button.btn").click()
    page.locator("a[href$='/give-back']").click()
    page.locator("form.f button.btn").click()

    with inside(app):
        assert db.session.scalars(select(Rsvp.status)).one() == "given_back"
        assert db.session.scalars(select(Event)).one().is_public
