"""Leen signs in: by the six digits, by the link, by a code that is shown; and somebody tries who may not."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Visitor, forms_of, inside, later
from vwg import demo, links
from vwg.db import db
from vwg.domain import settings, signing_in
from vwg.models import Notice, SignIn, User, UserSession

SIGN_IN = "/nl/account/sign-in"


@pytest.fixture
def with_mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:9")


def newest(app: Flask) -> tuple[str, str]:
    """The path of the link and the digits of the mail that was owed last."""
    with inside(app):
        row = db.session.scalars(select(SignIn).order_by(SignIn.created_at.desc()).limit(1)).one()
        with app.test_request_context():
            return links.to("sign-in", row, "nl"), signing_in.digits(row)


def is_in(visitor: Visitor) -> bool:
    return bool(visitor.get("/nl/account/devices").status_code == 200)


def come_in(visitor: Visitor, who: str) -> None:
    """By the demo's button."""
    assert visitor.press(SIGN_IN, action=f"/demo/{who}", follow=False).status_code == 302


def ask(visitor: Visitor, email: str = "leen@example.org") -> str:
    return str(visitor.press(SIGN_IN, {"email": email}, action="/sign-in").text)


def test_leen_types_the_six_digits_in_the_window_that_asked(app: Flask, visitor: Visitor, with_mail: None) -> None:
    assert 'name="digits"' in ask(visitor, " Leen@Example.org ")
    _, digits = newest(app)

    answer = visitor.press("/nl/account/digits", {"digits": f"{digits[:3]} {digits[3:]}"}, follow=False)

    assert (answer.status_code, answer.location) == (302, "/nl/planning/")
    assert is_in(visitor)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app: Flask, visitor: Visitor, with_mail: None) -> None:
    def bare(page: str) -> str:
        return re.sub(r'value="[^"]{20,}"', "", page)

    known = bare(ask(visitor))
    assert bare(ask(Visitor(app), "nobody@example.org")) == known
    with inside(app):
        assert db.session.scalar(select(func.count()).select_from(SignIn)) == 2
        assert [notice.kind for notice in db.session.scalars(select(Notice))] == ["sign_in"]


def test_digits_work_only_in_the_window_that_asked(app: Flask, visitor: Visitor, with_mail: None) -> None:
    ask(visitor)
    _, digits = newest(app)
    elsewhere = Visitor(app)
    ask(elsewhere, "nobody@example.org")

    assert elsewhere.press("/nl/account/digits", {"digits": digits}).status_code == 409
    assert not is_in(elsewhere)


def test_digits_and_link_work_once_between_them(app: Flask, visitor: Visitor, with_mail: None) -> None:
    ask(visitor)
    link, digits = newest(app)
    visitor.press("/nl/account/digits", {"digits": digits}, follow=False)
    other = Visitor(app)

    assert other.get(link).status_code == 409
    with inside(app):
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_five_wrong_tries_close_the_digits_and_the_link_still_opens(app: Flask, visitor: Visitor, with_mail: None) -> None:
    ask(visitor)
    link, digits = newest(app)
    wrong = "000000" if digits != "000000" else "000001"
    answers = [visitor.press("/nl/account/digits", {"digits": wrong}).status_code for _ in range(5)]
    assert answers == [409] * 5

    assert visitor.press("/nl/account/digits", {"digits": digits}).status_code == 409
    assert not is_in(visitor)
    visitor.press(link, follow=False)
    assert is_in(visitor)


def test_digits_are_good_for_fifteen_minutes(app: Flask, visitor: Visitor, with_mail: None) -> None:
    ask(visitor)
    link, digits = newest(app)
    with later(minutes=15):
        assert visitor.press("/nl/account/digits", {"digits": digits}).status_code == 409
        assert visitor.get(link).status_code == 409
    with later(minutes=14):
        assert visitor.press("/nl/account/digits", {"digits": digits}, follow=False).status_code == 302


def test_opening_the_link_signs_nobody_in_its_button_does(app: Flask, visitor: Visitor, with_mail: None) -> None:
    ask(Visitor(app))
    link, _ = newest(app)

    page = visitor.get(link)
    assert (page.status_code, page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == (200, "no-store", "noindex")
    assert not is_in(visitor)
    visitor.press(link, follow=False)
    assert is_in(visitor)
    assert Visitor(app).get(link).status_code == 409


def test_a_replayed_cookie_opens_nothing_after_signing_out(app: Flask) -> None:
    leen = _leen(app)
    copied = leen.client.get_cookie("vwg")
    assert copied is not None
    leen.press("/nl/account/devices", action="/account/sign-out")
    thief = Visitor(app)
    thief.client.set_cookie("vwg", copied.value)

    assert not is_in(thief)
    assert thief.get("/nl/planning/").status_code == 302


def test_the_erased_row_of_a_device_never_comes_back_as_somebody_elses(app: Flask) -> None:
    """A counter would give Leen's old number to Jo, and Leen's copied cookie would open Jo's day."""
    leen = _leen(app)
    leen.press("/nl/account/devices", action="/account/sign-out")
    with inside(app):
        was = db.session.scalars(select(UserSession.id)).one()
        db.session.execute(UserSession.__table__.delete())
        db.session.commit()
    come_in(Visitor(app), "jo")
    with inside(app):
        assert db.session.scalars(select(UserSession.id)).one() != was


def test_signing_in_starts_a_new_cookie(app: Flask, visitor: Visitor, with_mail: None) -> None:
    ask(visitor)
    with visitor.client.session_transaction() as before:
        before["planted"] = "by somebody else"
        old = dict(before)
    visitor.press(newest(app)[0], follow=False)

    with visitor.client.session_transaction() as after:
        assert set(after) - {"csrf_token"} == {"_permanent", "device"}
        assert after.get("csrf_token") != old.get("csrf_token") or "csrf_token" not in after


def test_a_device_stays_for_ninety_days_and_no_longer(app: Flask) -> None:
    leen = _leen(app)
    with later(days=89):
        assert is_in(leen)
    with later(days=90):
        assert not is_in(leen)


def test_leen_throws_out_a_device_and_only_her_own(app: Flask) -> None:
    leen = _leen(app)
    phone = Visitor(app)
    jo = Visitor(app)
    come_in(jo, "jo")
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"
    come_in(phone, "leen")
    with inside(app):
        phones = db.session.scalars(select(UserSession.id).where(UserSession.device == "Firefox, Android")).one()
    assert "Firefox, Android" in leen.get("/nl/account/devices").text
    token = _token(jo)
    assert jo.client.post(f"/nl/account/devices/{phones}/sign-out", data={"csrf_token": token}).status_code == 404
    assert is_in(phone)

    leen.press("/nl/account/devices", action=f"/devices/{phones}/")
    assert (is_in(phone), is_in(leen), is_in(jo)) == (False, True, True)


def test_who_left_the_group_is_out_at_once(app: Flask, visitor: Visitor) -> None:
    jo = Visitor(app)
    come_in(jo, "jo")
    leen = visitor.signed_in_as("leen")
    with inside(app):
        number = db.session.scalars(select(User.id).where(User.name == "Jo")).one()
    leen.press(f"/nl/admin/volunteers/{number}/leave")

    assert not is_in(jo)
    assert leen.get(f"/nl/admin/volunteers/{number}").status_code == 404


def test_the_demo_has_a_button_for_each_person_and_another_house_has_none(app: Flask, visitor: Visitor) -> None:
    assert {"/nl/account/demo/leen", "/nl/account/demo/jo", "/nl/account/demo/fatma"} <= set(_actions(visitor.get(SIGN_IN).text))
    token = _token(visitor, SIGN_IN)
    with inside(app):
        settings.change(is_demo=False)
        db.session.commit()

    assert visitor.client.post("/nl/account/demo/leen", data={"csrf_token": token}).status_code == 404
    assert "demo" not in "".join(_actions(visitor.get(SIGN_IN).text))


def test_without_mail_the_page_says_to_ask_an_administrator(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        settings.change(is_demo=False)
        db.session.commit()
    page = visitor.get(SIGN_IN).text

    assert "administrator" in page or "beheerder" in page
    assert 'name="email"' not in page


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "/%09/evil.example\n", "javascript:alert(1)", "evil.example"],
)
def test_signing_in_leads_to_no_other_site(visitor: Visitor, elsewhere: str) -> None:
    answer = visitor.press(SIGN_IN, {"next": elsewhere}, action="/demo/leen", follow=False)

    assert (answer.status_code, answer.location) == (302, "/nl/planning/")


def test_signing_in_leads_back_to_the_page_that_asked(visitor: Visitor) -> None:
    sent = visitor.get("/nl/admin/volunteers?a=b")
    answer = visitor.press(sent.location, action="/demo/leen", follow=False)

    assert (answer.status_code, answer.location) == (302, "/nl/admin/volunteers?a=b")


def test_a_stranger_cannot_fill_leens_mailbox(app: Flask, visitor: Visitor, with_mail: None) -> None:
    for _ in range(5):
        ask(visitor)
    with inside(app):
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 3


def _leen(app: Flask) -> Visitor:
    with app.app_context():
        there = db.session.scalar(select(func.count()).select_from(User))
    if not there:
        with inside(app):
            demo.cast()
            db.session.commit()
    leen = Visitor(app)
    come_in(leen, "leen")
    return leen


def _token(visitor: Visitor, path: str = "/nl/account/devices") -> str:
    return str(next(dict(form["fields"])["csrf_token"] for form in forms_of(visitor.get(path).text) if form["method"].lower() == "post"))


def _actions(page: str) -> list[str]:
    return [form["action"] for form in forms_of(page)]
