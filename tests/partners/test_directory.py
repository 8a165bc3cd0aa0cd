"""The directory: two faces, one for strangers and one for volunteers."""

import re

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside
from tests.partners.conftest import link_of
from tests.post_office import PostOffice
from vwg import mail
from vwg.db import db
from vwg.models import Contact, Notice, NoticeChannel, Partner
from vwg.pages import address_of

PRIVATE = ("bert@example.org", "+32470000011", "0470 00 00 11", "secretaris", "Bert")


def page_of(visitor: Visitor, name: str = "De Brug") -> str:
    with inside(visitor.app):
        return f"/en/partners/{address_of(db.session.scalars(select(Partner).where(Partner.name == name)).one())}"


def test_a_stranger_never_sees_whom_we_ask(visitor: Visitor) -> None:
    page = visitor.get(page_of(visitor)).text

    assert "De Brug" in page
    assert [private for private in PRIVATE if private in page] == []
    volunteer = Visitor(visitor.app).signed_in_as("jo").get(page_of(visitor)).text
    assert "bert@example.org" in volunteer and "tel:+32470000011" in volunteer


def test_who_did_not_agree_is_not_there_for_strangers(visitor: Visitor) -> None:
    with inside(visitor.app):
        db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one().listed_consent_at = None
        db.session.commit()

    assert visitor.get(page_of(visitor)).status_code == 404
    assert "De Brug" not in visitor.get("/en/partners/").text
    jo = Visitor(visitor.app).signed_in_as("jo")
    assert jo.get(page_of(visitor)).status_code == 200
    assert "only for us" in jo.get("/en/partners/").text


def test_strangers_write_nothing_in_the_directory(visitor: Visitor) -> None:
    assert visitor.get("/en/partners/new").status_code == 302
    assert visitor.client.post("/en/partners/new", data={"name": "X"}).status_code == 401


@pytest.mark.parametrize(("query", "found"), [("q=BRUG", ["De Brug"]), ("q=taart", ["Bakkerij Chen"]), ("kind=merchant", ["Bakkerij Chen"]),
    ("q=%25", []), ("kind=nonsense", ["Bakkerij Chen", "De Brug"])])  # fmt: skip
def test_one_finds_by_words_and_by_kind(visitor: Visitor, query: str, found: list[str]) -> None:
    page = visitor.get(f"/en/partners/?{query}").text

    assert re.findall(r'<h2 class="t"><a [^>]*>([^<]+)</a>', page) == found


def test_jo_writes_down_a_new_partner_with_six_fields(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    page = jo.press("/en/partners/new", {"name": "Fietsclub", "contact_name": "Rahim", "contact_phone": "0470 00 00 31"})

    assert page.status_code == 200 and "Fietsclub" in page.text and "tel:+32470000031" in page.text
    assert "only for us" in page.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Give the partner&#39;s name."),
        ("website", "file:///etc/passwd", "This is not a web address. Write it like www.example.org."),
        ("website", "javascript:alert(1)", "This is not a web address. Write it like www.example.org."),
        ("contact_phone", "bel mij", "This is not a telephone number. Write it like 0470 00 00 00."),
        ("contact_email", "bert", "This is not an e-mail address. Write it like bert@example.org."),
    ],
)
def test_bad_input_gets_its_sentence_and_nothing_is_lost(visitor: Visitor, field: str, typed: str, said: str) -> None:
    jo = visitor.signed_in_as("jo")
    page = jo.press("/en/partners/new", {"name": "Fietsclub", "text": "Wij fietsen graag", field: typed})

    assert page.status_code == 422
    assert said in page.text and "Wij fietsen graag" in page.text


def test_two_volunteers_at_once_lose_nothing(visitor: Visitor) -> None:
    jo = visitor.signed_in_as("jo")
    edit = f"{page_of(visitor)}/edit"
    first = jo.press(edit, {"text": "Buurtwerk"})
    second = jo.press(edit, {"version": "1", "text": "Ontmoeting in de wijk"})

    assert (first.status_code, second.status_code) == (200, 409)
    assert "Somebody else changed this in the meantime." in second.text and "Ontmoeting in de wijk" in second.text


def test_a_tick_taken_away_takes_the_partner_off_the_site(visitor: Visitor) -> None:
    visitor.signed_in_as("jo").press(f"{page_of(visitor)}/edit", {"listed": None})

    assert Visitor(visitor.app).get(page_of(visitor)).status_code == 404


def test_never_mail_again_is_one_press_from_the_mail_program(asked: Visitor, post: PostOffice) -> None:
    with asked.app.app_context():
        mail.deliver()
    letter = post.to("bert@example.org")[0]
    link = str(letter["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert "No mail any more" in asked.get(link.replace("/nl/", "/en/")).text
    with inside(asked.app):
        assert bert().never_mail_at is None  # looking is not asking
    stranger = Visitor(asked.app)
    assert stranger.client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200  # no token of ours
    with inside(asked.app):
        assert bert().never_mail_at is not None

    answered = stranger.press(link_of(asked), {"answer": "accepted"})  # the link in that mail still works
    assert answered.status_code == 200
    with inside(asked.app):
        mailed = select(Notice).where(Notice.channel == NoticeChannel.MAIL, Notice.recipient_id == bert().id)
        assert [notice.kind for notice in db.session.scalars(mailed)] == ["invitation"]


def test_only_the_right_address_stops_the_mail(asked: Visitor) -> None:
    assert asked.client.post("/en/partners/never-mail/1.0123456789abcdefghjkmnpqrs").status_code == 404
    with inside(asked.app):
        assert bert().never_mail_at is None


def bert() -> Contact:
    return db.session.scalars(select(Contact).where(Contact.name == "Bert")).one()
