"""Leen lets somebody in, shows a code on her screen, and lets somebody go."""

import re

from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside
from vwg.db import db
from vwg.models import User, UserSession

VOLUNTEERS = "/nl/admin/volunteers"


def number_of(app: Flask, name: str) -> int:
    with inside(app):
        return db.session.scalars(select(User.id).where(User.name == name)).one()


def test_rahim_is_let_in_and_signs_in_with_the_code_on_leens_screen(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    leen.press(VOLUNTEERS, {"name": "Rahim", "email": ""}, action="/admin/volunteers")
    rahim_id = number_of(app, "Rahim")
    page = leen.press(f"{VOLUNTEERS}/{rahim_id}", action="/link")
    found = re.search(r"http://localhost(/nl/account/link/[0-9a-z.]+)", page.text)

    assert page.headers["Cache-Control"] == "no-store"
    assert found is not None and "data:image/svg+xml" in page.text
    rahim = Visitor(app)
    assert rahim.press(found.group(1), follow=False).status_code == 302
    assert Visitor(app).get(found.group(1)).status_code == 409
    devices = rahim.get("/nl/account/devices").text
    assert "Leen" in devices  # who made the link stays to be seen
    with inside(app):
        user = db.session.get_one(User, rahim_id)
        assert (user.is_organiser, user.is_coach, user.is_administrator) == (True, True, False)
        assert [device.made_by.name for device in db.session.scalars(select(UserSession).where(UserSession.user_id == rahim_id))] == ["Leen"]


def test_two_people_cannot_have_one_address(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    answer = leen.press(VOLUNTEERS, {"name": "Rahim", "email": "JO@example.org"}, action="/admin/volunteers")

    assert answer.status_code == 409
    assert 'id="email-wrong"' in answer.text and 'value="Rahim"' in answer.text


def test_there_is_always_an_administrator(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    me = f"{VOLUNTEERS}/{number_of(app, 'Leen')}"

    assert leen.press(me, {"roles": ["coach"]}).status_code == 409
    assert leen.press(f"{me}/leave").status_code == 409
    assert leen.get(me).status_code == 200


def test_jo_becomes_administrator_and_then_leen_may_stop(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    jo = Visitor(app).signed_in_as("jo")
    leen.press(f"{VOLUNTEERS}/{number_of(app, 'Jo')}", {"roles": ["administrator", "coach"]})
    assert jo.get(VOLUNTEERS).status_code == 200

    leen.press(f"{VOLUNTEERS}/{number_of(app, 'Leen')}/leave", follow=False)
    assert leen.get("/nl/account/devices").status_code == 302
    with inside(app):
        assert db.session.scalars(select(User.email).where(User.name == "Leen")).one() == ""


def test_a_partners_contact_is_no_volunteer(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        bert = User(name="Bert", email="bert@example.org")
        db.session.add(bert)
        db.session.commit()
        number = bert.id
    leen = visitor.signed_in_as("leen")

    assert "Bert" not in leen.get(VOLUNTEERS).text
    assert leen.get(f"{VOLUNTEERS}/{number}").status_code == 404
    assert leen.get(f"{VOLUNTEERS}/99999999999999999999").status_code == 404
