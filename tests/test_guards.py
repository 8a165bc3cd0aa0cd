"""Who is let in, who is sent to sign in, and what a look leaves behind."""

import re

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from tests.conftest import Visitor, forms_of, inside
from vwg import guards, links, looks
from vwg.db import NotWriting, allow_writing, db, is_writing, locked, writing
from vwg.demo import Cast
from vwg.models import EventDate, Look, Translator, User, UserSession


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


@pytest.mark.parametrize("page", ["planning/", "planning/new?like=1&like=2", "coaching/", "translate/", "account/devices", "account/prove?next=/nl/planning/", "partners/new"])
def test_what_has_words_in_dutch_and_english_alone_leads_there(visitor: Visitor, page: str) -> None:
    leen = visitor.signed_in_as("leen")

    assert [leen.get(f"/{code}/{page}").location for code in ("ar", "fa-AF")] == [f"/nl/{page}"] * 2
    assert [leen.get(f"/{code}/{page}").status_code for code in ("nl", "en")] == [200] * 2
    with inside(leen.app):
        db.session.scalars(select(User).where(User.demo_name == "leen")).one().language = "en"
        db.session.commit()
    assert leen.get(f"/ar/{page}").location == f"/en/{page}"


def test_a_link_without_an_account_leads_to_the_words_too(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    with app.test_request_context(), writing():
        monday = links.to("monday-mail", db.session.scalars(select(User).where(User.demo_name == "leen")).one(), "ti")
        db.session.add(rahim := Translator(name="Rahim", language="fa-AF"))
        db.session.commit()
        own = links.to("translate", rahim, "fa-AF")

    assert [Visitor(app).get(page).location for page in (monday, own)] == [monday.replace("/ti/", "/nl/"), own.replace("/fa-AF/", "/nl/")]
    assert Visitor(app).client.post(monday).status_code == 200  # a mail program follows nothing
    assert leen.get("/ar/account/calendars").status_code == 200  # has its words in every language


def test_a_page_offers_the_languages_it_has_words_in(visitor: Visitor) -> None:
    def offered(page: str) -> set[str]:
        return set(re.findall(r'hreflang="([^"]+)" dir=', visitor.get(page).text))

    visitor.signed_in_as("leen")

    assert offered("/nl/planning/") == {"nl", "en"}
    assert offered("/ar/welcome") >= {"nl", "en", "ar"}


def test_what_is_sent_in_another_language_is_answered_in_dutch(visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    token = next(dict((name, value) for name, value in form["fields"]) for form in forms_of(leen.get("/nl/planning/new").text) if form["action"] == "")["csrf_token"]
    answer = leen.client.post("/ar/planning/new", data={"title": "", "csrf_token": token})

    assert (answer.status_code, re.findall(r'<html lang="(..)" dir="(...)"', answer.text)) == (422, [("nl", "ltr")])


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
