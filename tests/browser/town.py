"""What browser tests of the demo town share: who is signed in, and where somebody can sign up."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.browser.conftest import House
from tests.conftest import Visitor
from vwg import clock
from vwg.db import db
from vwg.domain import rsvps
from vwg.domain.errors import RuleBroken
from vwg.models import EventDate
from vwg.pages import address_of


def signed_in(house: House, context: Any, who: str) -> None:
    """One of the cast, in this browser's context."""
    cookie = Visitor(house.app).signed_in_as(who).client.get_cookie("vwg")
    assert cookie is not None
    context.add_cookies([{"name": "vwg", "value": cookie.value, "url": house.url}])


def a_place_is_open(app: Flask) -> tuple[str, str]:
    """The address of an activity and the id of its first date, for which a stranger can sign up."""
    with app.app_context():
        for date in db.session.scalars(select(EventDate).where(EventDate.starts_at > clock.now()).order_by(EventDate.starts_at, EventDate.id)):
            try:
                rsvps.check_open(date)
            except RuleBroken:
                continue
            if date.event.is_public:
                return address_of(date.event), date.public_id
    raise AssertionError("nobody can sign up for anything in the demo town")
