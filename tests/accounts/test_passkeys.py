"""Leen makes a passkey, and is asked for it before lists and settings."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.accounts.authenticator import Telephone
from tests.conftest import Visitor, forms_of, inside, later, world_kitchen
from vwg import addresses, demo
from vwg.db import db
from vwg.domain import erasure, passkeys, settings, volunteers
from vwg.domain.errors import NoPasskeysHere, TooManyPasskeys
from vwg.models import Passkey, PasskeyQuestion, User, UserSession

SETTINGS = "/en/admin/settings"
WINDOW = "Leen's window"


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()


def with_passkey(user: User, telephone: Telephone, name: str = "my phone") -> Passkey:
    made = passkeys.keep(user, WINDOW, telephone.made(passkeys.ask_for_new(user, WINDOW)), name)
    assert made is not None
    db.session.commit()
    return made


# ---- the verbs


def test_who_shows_her_passkey_is_known(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)

    assert passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW))) == town.leen
    assert passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW, town.leen))) == town.leen
    assert passkeys.of(town.leen)[0].sign_count == 3


def test_a_question_is_answered_once(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    question = passkeys.ask(WINDOW)

    assert passkeys.shown(WINDOW, telephone.shown(question)) == town.leen
    assert passkeys.shown(WINDOW, telephone.shown(question)) is None


def test_a_question_ends_after_five_minutes(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    question = passkeys.ask(WINDOW)
    with later(minutes=5):
        assert passkeys.shown(WINDOW, telephone.shown(question)) is None


def test_an_answer_in_another_window_is_none(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    question = passkeys.ask(WINDOW)

    assert passkeys.shown("somebody else's window", telephone.shown(question)) is None


def test_a_question_for_a_new_passkey_is_no_sign_in(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    question = passkeys.ask_for_new(town.jo, WINDOW).replace('"rp": {"name"', '"rpId": "localhost", "rp": {"name"')

    assert '"rpId"' in question
    assert passkeys.shown(WINDOW, telephone.shown(question)) is None


def test_a_question_for_jo_makes_no_passkey_of_leen(town: demo.Cast, telephone: Telephone) -> None:
    assert passkeys.keep(town.leen, WINDOW, telephone.made(passkeys.ask_for_new(town.jo, WINDOW)), "") is None


@pytest.mark.parametrize("origin", ["http://localhost:8000", "https://localhost", "http://evil.example"])
def test_another_site_gets_nothing_by_it(town: demo.Cast, telephone: Telephone, origin: str) -> None:
    assert passkeys.keep(town.leen, WINDOW, telephone.made(passkeys.ask_for_new(town.leen, WINDOW), origin), "") is None
    with_passkey(town.leen, telephone)

    assert passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW), origin)) is None


def test_a_device_that_asked_no_finger_is_refused(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    telephone.looks_who_holds_it = False

    assert passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW))) is None
    assert passkeys.keep(town.jo, WINDOW, Telephone().made(passkeys.ask_for_new(town.jo, WINDOW)), "") is not None
    careless = Telephone()
    careless.looks_who_holds_it = False
    assert passkeys.keep(town.jo, WINDOW, careless.made(passkeys.ask_for_new(town.jo, WINDOW)), "") is None


def test_a_copied_passkey_falls_behind(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW)))
    telephone.count = 1

    assert passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW))) is None


def test_a_signature_by_another_device_is_none(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)
    thief = Telephone()
    thief.identity, thief.count = telephone.identity, 9

    assert passkeys.shown(WINDOW, thief.shown(passkeys.ask(WINDOW))) is None


def test_the_same_passkey_is_kept_once(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.leen, telephone)

    assert passkeys.keep(town.jo, WINDOW, telephone.made(passkeys.ask_for_new(town.jo, WINDOW)), "") is None


@pytest.mark.parametrize("nonsense", ["", "null", "[]", "{}", '{"id": 1}', '{"id":"a","rawId":"a","type":"public-key","response":{}}', "\x00", "é" * 9])
def test_nonsense_is_no_answer(town: demo.Cast, nonsense: str) -> None:
    passkeys.ask(WINDOW)
    assert passkeys.shown(WINDOW, nonsense) is None
    passkeys.ask_for_new(town.leen, WINDOW)
    assert passkeys.keep(town.leen, WINDOW, nonsense, "") is None


def test_ten_passkeys_are_enough(town: demo.Cast) -> None:
    for _ in range(passkeys.MOST):
        with_passkey(town.leen, Telephone())

    with pytest.raises(TooManyPasskeys):
        passkeys.ask_for_new(town.leen, WINDOW)


def test_who_left_has_no_passkey_any_more(town: demo.Cast, telephone: Telephone) -> None:
    with_passkey(town.jo, telephone)
    volunteers.leave(town.jo, town.leen)

    assert passkeys.shown(WINDOW, telephone.shown(passkeys.ask(WINDOW))) is None
    assert not passkeys.has_one(town.jo)


def test_old_questions_go(town: demo.Cast) -> None:
    for window in ("one", "two"):
        passkeys.ask(window)
    db.session.commit()
    with later(minutes=6):
        passkeys.ask("three")
        assert db.session.scalar(select(func.count()).select_from(PasskeyQuestion)) == 1
        db.session.commit()
    with later(minutes=12):
        erasure.erase_what_is_due()
        assert db.session.scalar(select(func.count()).select_from(PasskeyQuestion)) == 0


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("https://vwg.example.org", ("vwg.example.org", "https://vwg.example.org")), ("https://vwg.example.org:8443", ("vwg.example.org", "https://vwg.example.org:8443")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")), ("http://localhost", ("localhost", "http://localhost")),
        ("http://vwg.example.org", None), ("https://192.0.2.7", None),
    ],
)  # fmt: skip
def test_a_passkey_belongs_to_the_configured_address(monkeypatch: pytest.MonkeyPatch, address: str, house: tuple[str, str] | None) -> None:
    monkeypatch.setattr(addresses, "_base", address)

    assert passkeys.house() == house
    if house is None:
        with pytest.raises(NoPasskeysHere):
            passkeys.ask(WINDOW)


# ---- the pages


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def make(visitor: Visitor, telephone: Telephone) -> Any:
    """As static/passkey.js does it."""
    token = token_in(visitor.get("/en/account/devices").text)
    question = visitor.client.post("/en/account/passkeys/question", headers={"X-CSRFToken": token}).text
    data = {"csrf_token": token, "answer": telephone.made(question), "name": "my phone"}
    return visitor.client.post("/en/account/passkeys/new", data=data, follow_redirects=True)


def show(visitor: Visitor, telephone: Telephone, page: str, **fields: str) -> Any:
    token = token_in(page)
    question = visitor.client.post("/en/account/passkey/question", headers={"X-CSRFToken": token}).text
    return visitor.client.post("/en/account/passkey", data={"csrf_token": token, "answer": telephone.shown(question), **fields})


def leaves_it_lying(app: Flask, **since: int) -> None:
    """The devices signed in and were sure so long ago."""
    with inside(app):
        for device in db.session.scalars(select(UserSession)):
            device.created_at -= timedelta(**since)
            device.sure_at = device.sure_at and device.sure_at - timedelta(**since)
        db.session.commit()


def test_leen_makes_a_passkey_and_signs_in_with_it(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    assert "my phone" in make(visitor.signed_in_as("leen"), telephone).text
    stranger = Visitor(app)
    came = show(stranger, telephone, stranger.get("/en/account/sign-in").text)

    assert came.status_code == 302
    assert stranger.get(SETTINGS).status_code == 200  # who came by a passkey is sure


@pytest.mark.parametrize("page", [SETTINGS, "/en/admin/volunteers", "/en/admin/logo", "/en/planning/partners.csv", "export"])
def test_the_passkey_is_asked_before_lists_and_settings(app: Flask, telephone: Telephone, page: str) -> None:
    with inside(app):
        cast = demo.cast()
        page = f"/en/planning/dates/{world_kitchen(cast).dates[0].public_id}/export" if page == "export" else page
        with_passkey(cast.leen, telephone)
    leen = Visitor(app).signed_in_as("leen")  # just now, and yet: she has a passkey

    asked = leen.get(page)
    assert (asked.status_code, "/account/prove?next=" in asked.location) == (302, True)
    shown = show(leen, telephone, leen.get(asked.location).text, next=page)
    assert (shown.status_code, shown.location) == (302, page)
    assert leen.get(page).status_code == 200
    leaves_it_lying(app, minutes=15)
    assert leen.get(page).status_code == 302


def test_who_has_none_is_asked_to_sign_in_once_more(app: Flask, visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    assert leen.get(SETTINGS).status_code == 200
    leaves_it_lying(app, minutes=15)
    asked = leen.get(leen.get(SETTINGS).location).text

    assert "make a passkey" in asked
    form = next(form for form in forms_of(asked) if "/demo/" in form["action"])
    back = leen.client.post(form["action"], data=dict(form["fields"]))
    assert back.location == SETTINGS
    assert leen.get(SETTINGS).status_code == 200
    with inside(app):
        assert len([row for row in db.session.scalars(select(UserSession)) if row.ended_at is None]) == 1  # no second line for one device


def test_a_passkey_that_does_not_work_here_leaves_the_other_way(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    with inside(app):
        with_passkey(db.session.scalars(select(User).where(User.demo_name == "leen")).one(), telephone)
    leen = visitor.signed_in_as("leen")
    form = next(form for form in forms_of(leen.get(leen.get(SETTINGS).location).text) if "/demo/" in form["action"])
    leen.client.post(form["action"], data=dict(form["fields"]))

    assert leen.get(SETTINGS).status_code == 200


def test_what_leen_filled_in_comes_back_after_her_passkey(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    leen = visitor.signed_in_as("leen")
    page = leen.get(SETTINGS).text
    form = next(form for form in forms_of(page) if dict(form["fields"]).get("seen"))
    with inside(app):
        with_passkey(db.session.scalars(select(User).where(User.demo_name == "leen")).one(), telephone)
    asked = leen.client.post(SETTINGS, data={**dict(form["fields"]), "municipality": "Wetteren"})
    assert asked.status_code == 401
    fields = dict(next(form for form in forms_of(asked.text) if form["action"].endswith("/account/passkey"))["fields"])
    wrong = leen.client.post("/en/account/passkey", data={**fields, "answer": "{}"})
    assert (wrong.status_code, "did not work" in wrong.text) == (409, True)
    fields = dict(next(form for form in forms_of(wrong.text) if form["action"].endswith("/account/passkey"))["fields"])
    back = show(leen, telephone, wrong.text, next=fields["next"], kept=fields["kept"])

    assert "Wetteren" in back.text


def test_a_passkey_is_named_and_removed(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    leen = visitor.signed_in_as("leen")
    make(leen, telephone)
    with inside(app):
        number = db.session.scalars(select(Passkey.id)).one()
    leen.press("/en/account/devices", {"name": "the old phone"}, action=f"/passkeys/{number}/name")
    assert "the old phone" in leen.get("/en/account/devices").text
    leen.press("/en/account/devices", action=f"/passkeys/{number}/remove")
    assert "the old phone" not in leen.get("/en/account/devices").text

    stranger = Visitor(app)
    assert show(stranger, telephone, stranger.get("/en/account/sign-in").text).status_code == 409


def test_jo_touches_no_passkey_of_leen(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    make(visitor.signed_in_as("leen"), telephone)
    with inside(app):
        number = db.session.scalars(select(Passkey.id)).one()
    jo = Visitor(app).signed_in_as("jo")
    token = token_in(jo.get("/en/account/devices").text)

    for what in ("name", "remove"):
        assert jo.client.post(f"/en/account/passkeys/{number}/{what}", data={"csrf_token": token, "name": "mine"}).status_code == 404


def test_a_telephone_left_unlocked_makes_and_removes_none(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    leen = visitor.signed_in_as("leen")
    make(leen, telephone)
    with inside(app):
        number = db.session.scalars(select(Passkey.id)).one()
    leaves_it_lying(app, minutes=16)
    page = leen.get("/en/account/devices").text
    token = token_in(page)

    assert "data-passkey=" not in page
    for path in ("passkeys/question", "passkeys/new", f"passkeys/{number}/remove"):
        assert leen.client.post(f"/en/account/{path}", data={"csrf_token": token}).status_code == 401


def test_a_house_without_mail_shuts_nobody_out_of_its_settings(app: Flask, visitor: Visitor, telephone: Telephone) -> None:
    """Nothing can be asked there of who has no passkey; lists stay behind it all the same. Both pages say so, and the way out."""
    with inside(app):
        settings.change(is_demo=False)
        db.session.commit()
    leen, so, way_out = visitor.signed_in_as("leen"), "you have no passkey", "/en/account/devices#passkeys"
    leaves_it_lying(app, days=3)

    page = leen.get(SETTINGS)
    assert (page.status_code, so in page.text, way_out in page.text) == (200, True, True)
    shut = leen.get("/en/planning/partners.csv")
    assert shut.status_code == 302
    asked = leen.get(shut.location).text
    assert way_out in asked and "Ask an administrator of the group" in asked
    make(leen, telephone)
    assert leen.get("/en/planning/partners.csv").status_code == 200
    assert so not in leen.get(SETTINGS).text
    leaves_it_lying(app, minutes=15)
    assert leen.get(SETTINGS).status_code == 302


def test_by_another_name_the_page_says_where_passkeys_work(visitor: Visitor) -> None:
    page = visitor.signed_in_as("leen").get("/en/account/devices", base_url="http://127.0.0.1").text
    assert "data-passkey=" not in page
