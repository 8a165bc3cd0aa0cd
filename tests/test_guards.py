"""Who is let in, who is sent to sign in, and what a look leaves behind."""

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from tests.conftest import Visitor, inside
from vwg import guards, looks
from vwg.db import NotWriting, allow_writing, db, is_writing, locked
from vwg.demo import Cast
from vwg.models import EventDate, Look, User, UserSession


@pytest.mark.parametrize(
    "elsewhere",
    ["", "evil", "//evil.example", "///evil.example", "/\\evil.example", "/\t/evil.example", "/ /evil", "https:/evil.example", "http://localhost/", "\n/nl"],
)
def test_only_a_path_of_ours_is_a_way_back(elsewhere: str) -> None:
    assert guards.local_path(elsewhere) == ""


@pytest.mark.parametrize("ours", ["/", "/nl/planning/new", "/nl/agenda/?q=a&from=2026-03-21", "/nl/agenda/é//x"])
def test_a_path_of_ours_stays_as_it_is(ours: str) -> None:
    assert guards.local_path(ours) == ours


def test_nobody_is_sent_to_sign_in_and_a_partners_contact_finds_nothing(app: Flask, visitor: Visitor) -> None:
    assert visitor.get("/nl/admin/settings").location == "/nl/account/sign-in?next=/nl/admin/settings"
    with inside(app):
        db.session.add(User(name="Bert", email="bert@example.org", demo_name="bert"))
        db.session.commit()

    assert Visitor(app).signed_in_as("bert").get("/nl/planning/").status_code == 404


def test_an_invented_cookie_opens_nothing(app: Flask, visitor: Visitor) -> None:
    visitor.signed_in_as("leen")
    with inside(app):
        device = db.session.scalars(select(UserSession)).one().id
    forged = URLSafeTimedSerializer("another key", salt=SecureCookieSessionInterface.salt, signer_kwargs={"key_derivation": "hmac"})
    thief = Visitor(app)
    thief.client.set_cookie("vwg", str(forged.dumps({"device": device})))

    assert thief.get("/nl/planning/").status_code == 302
    assert visitor.get("/nl/account/devices").status_code == 200


def test_a_look_is_one_line_a_day_and_leaves_the_request_as_it_was(town: Cast) -> None:
    allow_writing(False)
    looks.record(town.fatma)
    looks.record(town.fatma)
    db.session.rollback()  # this session looked before the line was there

    assert is_writing() is False
    assert [(look.user_id, look.date_id) for look in db.session.scalars(select(Look))] == [(town.fatma.id, None)]


def test_a_look_does_not_wait_for_its_own_writing_request(town: Cast) -> None:
    """On SQLite the request holds the one pen; a form that comes back on a page with names must still go out."""
    allow_writing(True)
    db.session.rollback()
    db.session.scalars(select(User)).all()  # on SQLite: BEGIN IMMEDIATE
    looks.record(town.fatma)

    assert is_writing() is True
    assert db.session.scalars(select(Look.user_id)).all() == [town.fatma.id]


def test_a_look_never_lets_go_of_a_change(town: Cast) -> None:
    town.fatma.name = "Fatma B"

    with pytest.raises(RuntimeError):
        looks.record(town.fatma)


def test_nothing_is_locked_while_only_looking(town: Cast) -> None:
    allow_writing(False)
    with pytest.raises(NotWriting):
        locked(EventDate, 1)
