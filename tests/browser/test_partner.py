"""Leen asks De Brug on her telephone, and Bert answers on his, with and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from vwg import demo, links
from vwg.db import db
from vwg.domain import needs
from vwg.models import Invitation, PartStat
from vwg.pages import address_of

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(app: Flask) -> str:
    """The last part of the address of Leen's kitchen, which needs chairs."""
    with inside(app):
        event = world_kitchen(demo.cast())
        needs.add(event, "stoelen", 20)
        db.session.commit()
        return address_of(event)


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_leen_asks_and_bert_brings_twenty_chairs(app: Flask, kitchen: str, phone: Callable[..., Any], javascript: bool) -> None:
    leens = phone(javascript=javascript)
    leens.set_default_timeout(15_000)
    leens.goto("/en/account/sign-in")
    leens.locator("form[action*='demo/leen'] button").click()
    leens.goto(f"/en/planning/{kitchen}/invite")
    leens.locator("label.pick", has_text="De Brug").click()
    assert fits(leens)
    leens.get_by_role("button", name="Ask them").click()
    leens.get_by_text("Asked: De Brug.").wait_for()

    with app.test_request_context():
        link = links.to("reply", db.session.scalars(select(Invitation)).one(), "en")
    berts = phone(javascript=javascript)
    berts.set_default_timeout(15_000)
    berts.goto(link[link.index("/en/") :])
    assert fits(berts)
    berts.locator("label.pick", has_text="Yes").click()
    assert fits(berts)
    if javascript:
        for _ in range(2):
            berts.get_by_role("button", name="One more: stoelen").click()
    chairs = berts.get_by_label("stoelen", exact=True)
    assert chairs.input_value() == ("2" if javascript else "0")
    chairs.fill("20")
    berts.get_by_role("button", name="Send our answer").click()
    berts.get_by_role("heading", name="Thank you for your answer!").wait_for()
    assert fits(berts)

    leens.goto(f"/en/planning/{kitchen}")
    assert "20 of 20" in leens.locator("main").inner_text()
    with inside(app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.partstat, [(pledge.what, pledge.amount) for pledge in invitation.pledges]) == (PartStat.ACCEPTED, [("stoelen", 20)])
