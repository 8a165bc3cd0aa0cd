"""Leen's telephone makes a passkey and shows it: Chromium with a virtual authenticator of its own."""

from typing import Any

import pytest
from flask import Flask

from tests.conftest import inside, world_kitchen
from vwg import addresses, demo
from vwg.db import db

pytestmark = pytest.mark.browser


@pytest.fixture
def house(app: Flask, live: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The house under its own name: browsers know no passkeys of an address in numbers."""
    url = live.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(addresses, "_base", url)
    with inside(app):
        world_kitchen(demo.cast())
        db.session.commit()
    return url


def with_authenticator(page: Any, **options: Any) -> Any:
    """The telephone has one, and its owner holds a finger on it."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    given = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**given, **options}})
    return device


def sign_in(page: Any, house: str) -> None:
    page.goto(f"{house}/en/account/sign-in")
    page.locator("form[action*='demo/leen'] button").click()


def make_one(page: Any, house: str) -> None:
    page.goto(f"{house}/en/account/devices")
    page.fill("#name", "my phone")
    page.get_by_role("button", name="Make a passkey").click()


def test_leen_makes_a_passkey_is_asked_for_it_and_comes_in_by_it(house: str, page: Any) -> None:
    with_authenticator(page)
    sign_in(page, house)
    make_one(page, house)
    page.get_by_text("Your passkey is there.").wait_for()
    page.get_by_role("button", name="Sign out, Leen").click()

    sign_in(page, house)  # as the demo lets in, or a mail would
    page.goto(f"{house}/en/admin/settings")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(f"{house}/en/admin/settings")  # not the page before, whose address ends so too

    page.get_by_role("button", name="Sign out, Leen").click()
    page.goto(f"{house}/en/account/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{house}/en/planning/")
    assert page.goto(f"{house}/en/admin/volunteers").url.endswith("/admin/volunteers")  # who came by it is asked nothing more


def test_a_telephone_that_knows_no_finger_makes_none(house: str, page: Any) -> None:
    with_authenticator(page, isUserVerified=False)
    sign_in(page, house)
    make_one(page, house)

    page.get_by_text("No passkey was made.").wait_for()
    assert page.locator("text=Remove").count() == 0


def test_without_javascript_the_other_way_stands_there(house: str, browser: Any) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, house)
    page.goto(f"{house}/en/account/devices")

    assert page.get_by_role("button", name="Make a passkey").count() == 0
    assert page.get_by_text("Signing in by mail goes on as before.").is_visible()
    page.context.close()
