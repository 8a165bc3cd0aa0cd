"""The walls: form tokens, looking that changes nothing, headers, cookies, logs, odd signs."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from tests import whole_town
from tests.conftest import Visitor, forms_of, inside, make_app
from vwg import guards
from vwg.db import db

# A script without an address, but for data that no browser runs; style; handlers.
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*(?:\ssrc=|type="application/ld\+json"))|<[^>]*\son\w+=|javascript:""")
EXEMPT = {"partners.never_mail", "planning.monday_mail"}  # one-click unsubscribe: the address is the proof (RFC 8058)


@pytest.fixture
def whole(app: Flask) -> Flask:
    whole_town.fill(app)
    return app


def without_token(given: dict[str, Any]) -> None:
    given["data"].pop("csrf_token", None)


def with_somebody_elses_token(given: dict[str, Any]) -> None:
    given["data"]["csrf_token"] = "IjEyMyI.aaaa.bbbb"


def from_another_site(given: dict[str, Any]) -> None:
    given["headers"] = {"Origin": "https://evil.example"}


def that_came_back_from_signing_in(given: dict[str, Any]) -> None:
    given["data"][guards.KEPT] = "1"


def test_no_form_of_the_house_does_anything_without_its_token(whole: Flask) -> None:
    """Every form, filled in as its page gave it, by a stranger and by Leen. The last part is the
    control: with the wall off the very same presses do something."""
    leen, nobody = whole_town.visitor_called(whole, "leen"), whole_town.visitor_called(whole, "nobody")
    posts = _posts(whole)
    forms = {who: [whole_town.form_for(who, path, "GET" in (rule.methods or set())) for rule, path in posts] for who in (leen, nobody)}
    before = whole_town.everything(whole)
    tries = [(nobody, without_token), (leen, without_token), (leen, with_somebody_elses_token), (leen, from_another_site)]
    with whole_town.commits() as seen:
        for who, spoil in [*tries, (leen, that_came_back_from_signing_in)]:
            for (rule, path), form in zip(posts, forms[who], strict=True):
                given: dict[str, Any] = {"data": dict(form)}
                spoil(given)
                assert who.client.post(path, **given).status_code < 500, (rule.rule, spoil.__name__)
    assert seen == []
    assert whole_town.everything(whole) == before

    event.remove(Session, "before_commit", guards._no_commit_from_an_old_form)
    try:
        with whole_town.commits() as seen:
            for _rule, path in posts:
                leen.client.post(path)
    finally:
        event.listen(Session, "before_commit", guards._no_commit_from_an_old_form)
    assert seen != []


def _posts(app: Flask) -> list[Any]:
    return [pair for pair in whole_town.pages(app, "POST") if pair[0].endpoint not in EXEMPT]


def test_looking_at_every_page_changes_nothing_and_every_page_wears_its_headers(whole: Flask) -> None:
    visitors = {who: whole_town.visitor_called(whole, who) for who in whole_town.PEOPLE}
    pages = list(whole_town.pages(whole, "GET"))
    before = whole_town.everything(whole)
    with whole_town.commits() as seen:
        for who, visitor in visitors.items():
            for rule, path in pages:
                answer = visitor.get(path)
                assert answer.status_code < 500 or rule.rule == "/readyz", (who, rule.rule)
                if not rule.rule.startswith("/feeds/"):  # bytes for calendar programs, not pages
                    _check_headers(rule.rule, answer)
                if who == "nobody":
                    _check_cookies(rule.rule, answer)

    assert seen == []
    assert whole_town.everything(whole) == before


def _check_headers(rule: str, answer: Any) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy, rule
    assert answer.headers["X-Content-Type-Options"] == "nosniff", rule
    assert answer.headers["Referrer-Policy"] == "same-origin", rule
    if "/<token>" in rule and answer.status_code == 200:
        assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex"), rule
    if answer.mimetype == "text/html":
        assert not INLINE.search(answer.text), rule
        _check_labels(rule, answer.text)
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!localhost)[^\"]*\"[^>]*(?:rel=\"stylesheet\"|><\/script)", answer.text), rule


def _check_labels(rule: str, page: str) -> None:
    """A name inside the page is given once, and a label, a hint and a link lead to one that is there."""
    there = Counter(re.findall(r'\sid="([^"]+)"', page))
    meant = re.findall(r'\sfor="([^"]+)"', page) + re.findall(r'href="#([^"]+)"', page)
    for several in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page):
        meant += several.split()
    assert {name: there[name] for name in {*there, *meant} if there[name] != 1} == {}, rule


def _check_cookies(rule: str, answer: Any) -> None:
    """A page without a form that posts leaves nothing on a shared phone."""
    posts = answer.mimetype == "text/html" and any(form["method"].lower() == "post" for form in forms_of(answer.text))
    if not posts:
        assert "Set-Cookie" not in answer.headers, rule


# ---- cookies and names of hosts


def test_the_cookie_is_for_this_site_alone(visitor: Visitor) -> None:
    cookie = visitor.get("/nl/account/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_on_https_the_cookie_is_secure_and_the_page_says_so(visitor: Visitor, tmp_path: Path) -> None:
    forwarded = {"Host": "127.0.0.1:8000", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "samen.example.org"}
    with another(visitor.app, tmp_path, base_url="https://samen.example.org", proxies=1) as house:
        page = house.test_client().get("/nl/account/sign-in", headers=forwarded)

    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")


def test_without_the_setting_nobody_believes_a_forwarded_name(visitor: Visitor) -> None:
    answer = visitor.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert (answer.status_code, answer.location) == (302, "/nl/agenda/")
    assert "Strict-Transport-Security" not in answer.headers


def test_a_name_that_is_not_ours_gets_no_page(visitor: Visitor) -> None:
    answer = visitor.get("/nl/account/sign-in", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil" not in answer.text and "Set-Cookie" not in answer.headers


# ---- odd signs


@pytest.mark.parametrize(
    "path",
    [
        "/nl/agenda/e%00", "/nl/signup/d%00", "/nl/signup/mine/r%00.aaa", "/nl/partners/reply/1%00.aaa", "/nl/partners/p%00",
        "/nl/account/link/٣.aaa", "/nl/account/link/99999999999.aaa", "/nl/partners/own/%F0%9F%98%80.a", "/xx/agenda/",
    ],
)  # fmt: skip
def test_an_address_that_nobody_could_have_is_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_the_sign_with_number_nought_breaks_no_form(visitor: Visitor) -> None:
    assert visitor.press("/nl/account/sign-in", {"next": "/\0"}, action="/demo/leen").status_code == 400
    assert visitor.get("/nl/agenda/?q=%00").status_code == 200
    assert visitor.get("/feeds/agenda.ics?category=%00").status_code == 200


def test_a_number_larger_than_any_row_is_not_found(visitor: Visitor) -> None:
    leen = visitor.signed_in_as("leen")
    assert leen.get("/nl/admin/volunteers/2147483648").status_code == 404
    assert leen.get("/nl/admin/volunteers/2147483647").status_code == 404


# ---- logs


def test_the_log_names_nobody(visitor: Visitor, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    canaries = ["Canarina", "canarina@example.org", "0470 00 00 99", "+32470000099", "token-canary", "queryCanary"]

    def breaks_a_constraint() -> str:
        db.session.execute(text("INSERT INTO partner (id, public_id, name) VALUES (1, NULL, 'Canarina')"))  # public_id must not be empty
        return ""

    def breaks_a_type() -> str:
        raise DataError("INSERT ... 'Canarina'", {"name": "Canarina"}, ValueError("canarina@example.org"))

    def breaks_a_rule_of_python() -> str:
        raise ValueError("Canarina queryCanary")

    caplog.set_level(logging.INFO, logger="vwg")
    with another(visitor.app, tmp_path, smtp_url="smtp://127.0.0.1:9") as house:
        house.testing = False
        house.config["PROPAGATE_EXCEPTIONS"] = False
        monkeypatch.setitem(house.view_functions, "house.healthz", breaks_a_constraint)
        monkeypatch.setitem(house.view_functions, "house.robots", breaks_a_type)
        monkeypatch.setitem(house.view_functions, "house.theme", breaks_a_rule_of_python)
        guest = Visitor(house)
        statuses = [guest.get(f"/{name}?q=queryCanary").status_code for name in ("healthz", "robots.txt", "theme.css")]
        guest.press("/nl/account/sign-in", {"email": "canarina@example.org"}, action="/sign-in", follow=False)
        guest.get("/nl/agenda/?q=queryCanary")
        guest.get("/nl/account/link/token-canary")
        guest.get("/nl/nowhere/Canarina")

    assert statuses == [500, 500, 500]
    said = caplog.text + "".join(str(record.exc_info or "") + str(record.exc_text or "") for record in caplog.records)
    assert "IntegrityError" in said and "DataError" in said and "ValueError" in said
    assert "/<lang>/account/link/<token>" in said
    assert [canary for canary in canaries if canary.lower() in said.lower()] == []


@contextmanager
def another(app: Flask, folder: Path, **given: Any) -> Iterator[Flask]:
    """The same database, opened by a house with other settings."""
    house = make_app(folder, app.config["SQLALCHEMY_DATABASE_URI"], **given)
    yield house
    with house.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_database_repeats_a_row_in_its_own_words(visitor: Visitor) -> None:
    """The control of the test above: what must not reach the log is there to leak."""
    with inside(visitor.app), pytest.raises(IntegrityError) as broken:
        db.session.execute(text("INSERT INTO partner (id, public_id, name) VALUES (1, NULL, 'Canarina')"))
    if type(broken.value.orig).__module__.startswith("psycopg"):
        assert "Canarina" in str(broken.value.orig)
