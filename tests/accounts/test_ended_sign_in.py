"""Leen's sign-in ends in the middle of a form; she loses nothing."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, forms_of, inside
from vwg.db import db
from vwg.domain import signing_in
from vwg.domain.settings import group
from vwg.models import SignIn, User

SETTINGS = "/nl/admin/settings"


def fields_of(page: str, action: str) -> dict[str, Any]:
    """The form that posts there; the fields as one would send them."""
    form = next(form for form in forms_of(page) if form["method"].lower() == "post" and action in form["action"])
    data: dict[str, Any] = {}
    for name, value in form["fields"]:
        data.setdefault(name, []).append(value)
    return {"to": form["action"], "data": data}


def press(visitor: Visitor, page: str, action: str, **changes: str) -> Any:
    form = fields_of(page, action)
    return visitor.client.post(form["to"], data={**form["data"], **changes})


def filled_in_while_the_sign_in_ended(app: Flask, leen: Visitor, **changes: str) -> Any:
    """She opened the settings; somebody signed her out from another device; she presses Save."""
    open_page = leen.get(SETTINGS).text
    with inside(app):
        signing_in.sign_out_everywhere(db.session.scalars(select(User).where(User.demo_name == "leen")).one())
        db.session.commit()
    form = next(form for form in forms_of(open_page) if dict(form["fields"]).get("seen"))
    data: dict[str, Any] = {}
    for name, value in form["fields"]:
        data.setdefault(name, []).append(value)
    return leen.client.post(SETTINGS, data={**data, **changes})


def test_what_leen_filled_in_comes_back_after_the_digits(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:9")
    leen = visitor.signed_in_as("leen")

    ended = filled_in_while_the_sign_in_ended(app, leen, municipality="Wetteren & <Kwatrecht>")
    assert ended.status_code == 401
    asked = press(leen, ended.text, "/sign-in", email="leen@example.org")
    with inside(app):
        digits = signing_in.digits(db.session.scalars(select(SignIn)).one())
    wrong = press(leen, asked.text, "/digits", digits="12")
    assert wrong.status_code == 409
    back = press(leen, wrong.text, "/digits", digits=digits)
    again = press(leen, back.text, SETTINGS)

    assert again.status_code == 422  # shown again, nothing done yet
    assert fields_of_settings(again.text)["municipality"] == ["Wetteren & <Kwatrecht>"]
    with inside(app):
        assert group().municipality == "Laarne"
    saved = leen.client.post(SETTINGS, data=fields_of_settings(again.text))
    assert (saved.status_code, saved.location) == (302, SETTINGS)
    with inside(app):
        assert group().municipality == "Wetteren & <Kwatrecht>"


def test_it_comes_back_after_a_demo_button_too(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    ended = filled_in_while_the_sign_in_ended(app, leen, municipality="Wetteren")
    back = press(leen, ended.text, "/demo/leen")
    again = press(leen, back.text, SETTINGS)

    assert fields_of_settings(again.text)["municipality"] == ["Wetteren"]


def test_whoever_signs_in_instead_and_may_not_gets_nothing(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    ended = filled_in_while_the_sign_in_ended(app, leen, municipality="Wetteren")
    back = press(leen, ended.text, "/demo/jo")

    assert press(leen, back.text, SETTINGS).status_code == 404


def test_a_single_press_leads_back_to_its_page_and_does_nothing(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    with inside(app):
        jo = db.session.scalars(select(User.id).where(User.demo_name == "jo")).one()
    page = leen.get(f"/nl/admin/volunteers/{jo}").text
    with inside(app):
        signing_in.sign_out_everywhere(db.session.scalars(select(User).where(User.demo_name == "leen")).one())
        db.session.commit()
    form = fields_of(page, "/link")
    ended = leen.client.post(form["to"], data=form["data"], headers={"Referer": f"http://localhost/nl/admin/volunteers/{jo}"})
    answer = press(leen, ended.text, "/demo/leen")

    assert (answer.status_code, answer.location) == (302, f"/nl/admin/volunteers/{jo}")
    with inside(app):
        assert db.session.scalars(select(SignIn).where(SignIn.user_id == jo)).all() == []


def fields_of_settings(page: str) -> dict[str, list[str]]:
    form = next(form for form in forms_of(page) if dict(form["fields"]).get("seen"))
    data: dict[str, list[str]] = {}
    for name, value in form["fields"]:
        data.setdefault(name, []).append(value)
    return data
