"""Jo asks De Brug and the bakery; they answer by link, by mouth, with mail on and with mail off."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside, later, world_kitchen
from tests.post_office import PostOffice, html, open_post_office, plain
from vwg import demo, mail
from vwg.db import db, locked
from vwg.domain import dates, needs
from vwg.models import Contact, Event, EventDate, Invitation, Need, Notice, Partner, PartStat, User
from vwg.pages import address_of

LINK = re.compile(r"http://localhost(/\w+/partners/reply/[\w.-]+)")


@pytest.fixture
def jo(visitor: Visitor) -> Visitor:
    """Jo with a browser; Leen's kitchen is online and needs chairs and hands."""
    with inside(visitor.app):
        kitchen = world_kitchen(the_cast())
        needs.add(kitchen, "stoelen", 20)
        needs.add(kitchen, "afwassers", 3)
        db.session.commit()
    return visitor.signed_in_as("jo")


@pytest.fixture
def post(app: Flask) -> Iterator[PostOffice]:
    with open_post_office(app) as office:
        yield office


def test_jo_asks_bert_and_chen_and_sees_what_comes_back(jo: Visitor, post: PostOffice) -> None:
    invite = f"/en/planning/{kitchen_of(jo.app)}/invite"
    page = jo.get(invite)
    assert "never asked yet" in page.text and "20  stoelen" in page.text.replace("\n", "")

    answer = jo.press(invite, {"partners": ids(jo.app, "De Brug", "Bakkerij Chen"), "asks": "Doen jullie mee?", "reply_by": "2026-03-15"})
    assert answer.status_code == 200 and "Asked: Bakkerij Chen, De Brug." in answer.text

    deliver(jo.app)
    (to_bert,), (to_chen,) = post.to("bert@example.org"), post.to("chen@example.org")
    assert to_bert["Reply-To"] == "groep@example.org"
    assert "stoelen" in to_bert["Subject"] and "stoelen" not in plain(to_chen) + html(to_chen)

    bert, link = Visitor(jo.app), LINK.search(plain(to_bert))[1]
    before = rows(jo.app)
    opened = bert.get(link)
    assert opened.status_code == 200 and rows(jo.app) == before  # mail scanners open links too
    assert opened.headers["Cache-Control"] == "no-store" and opened.headers["X-Robots-Tag"] == "noindex"

    answered = bert.press(link, {"answer": "accepted", need_field(jo.app, "stoelen"): "٢٠", "comment": "We brengen ze om 13 u."})
    assert answered.status_code == 200 and "20" in answered.text and "We brengen ze om 13 u." in answered.text
    file = bert.get(f"{link}/activity.ics")
    assert file.content_type.startswith("text/calendar") and "BEGIN:VEVENT" in file.text and "ATTENDEE" not in file.text

    deliver(jo.app)
    attached = [part.get_content_type() for part in post.to("bert@example.org")[1].iter_attachments()]
    assert attached == ["text/calendar"]

    chen, her_link = Visitor(jo.app), LINK.search(plain(to_chen))[1]
    open_field = chen.get(her_link).text
    assert "need_" not in open_field and open_field.count('name="something_else"') == 1
    chen.press(her_link, {"answer": "accepted", "something_else": "Twee taarten"})

    with inside(jo.app):
        kitchen = db.session.scalars(select(Event)).one()
        assert [need.missing for need in kitchen.needs] == [0, 3]
        assert {pledge.what for pledge in kitchen.pledges} == {"stoelen", "Twee taarten"}
        assert not any(pledge.consent_to_name for pledge in kitchen.pledges)
    seen = jo.get(f"/en/planning/{kitchen_of(jo.app)}").text
    assert "20 of 20" in seen or "complete" in seen
    assert "Twee taarten" in seen and "0 of 3" in seen


def test_bert_says_it_by_telephone_and_jo_notes_it_in_two_taps(jo: Visitor) -> None:
    invite(jo, "De Brug")
    page = jo.get(f"/en/planning/{kitchen_of(jo.app)}").text
    note = re.search(r'href="(/en/planning/invitations/\d+/note)"', page)[1]  # the first tap

    jo.press(note, {"answer": "accepted"})  # the second

    with inside(jo.app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.partstat, invitation.noted_by.name) == (PartStat.ACCEPTED, "Jo")
    assert "told to Jo" in jo.get(f"/en/planning/{kitchen_of(jo.app)}").text


def test_what_was_said_besides_is_noted_too(jo: Visitor) -> None:
    invite(jo, "De Brug")
    jo.press(note_page(jo.app), {"answer": "accepted", "comment": "Bert komt zelf", need_field(jo.app, "stoelen"): "12", "consent_to_name": "y"})
    jo.press(note_page(jo.app), {"answer": "accepted"})  # once more: nothing said is lost

    with inside(jo.app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert invitation.comment == "Bert komt zelf"
        assert [(pledge.what, pledge.amount, pledge.consent_to_name) for pledge in invitation.pledges] == [("stoelen", 12, True)]


def test_all_of_it_with_mail_off(jo: Visitor) -> None:
    invite(jo, "De Brug", "Bakkerij Chen")

    outbox = jo.get("/en/planning/outbox").text
    assert "Mail is off" in outbox
    assert outbox.count('href="mailto:') == 2 and "mailto:bert@example.org?subject=" in outbox
    link = LINK.search(outbox)[1]

    jo.press("/en/planning/outbox", action="/sent")
    jo.press("/en/planning/outbox", action="/sent")
    assert "Nothing to do" in jo.get("/en/planning/outbox").text

    Visitor(jo.app).press(link, {"answer": "tentative", "ask_again_at": "2026-03-12"})
    with inside(jo.app):
        states = {invitation.partstat for invitation in db.session.scalars(select(Invitation))}
        assert states == {PartStat.NEEDS_ACTION, PartStat.TENTATIVE}


def test_with_mail_off_the_calendar_is_a_link_and_no_file_that_nobody_sent(jo: Visitor) -> None:
    invite(jo, "De Brug")
    link, bert = LINK.search(jo.get("/en/planning/outbox").text)[1], Visitor(jo.app)
    bert.press(link, {"answer": "accepted"})
    said = jo.get("/en/planning/outbox").text
    assert "Het bestand bij deze mail" not in said and f"{link}/activity.ics" in said
    assert b"DTSTART;TZID=Europe/Brussels:20260321T140000" in bert.get(f"{link}/activity.ics").data

    jo.press("/en/planning/outbox", action="/sent")
    with inside(jo.app):
        date = db.session.scalars(select(EventDate)).one()
        dates.move(locked(EventDate, date.id), hours(28, 14, 18), date.place, db.session.scalars(select(User).where(User.demo_name == "leen")).one())
        db.session.commit()
    assert f"{link}/activity.ics" in jo.get("/en/planning/outbox").text
    assert b"DTSTART;TZID=Europe/Brussels:20260328T140000" in bert.get(f"{link}/activity.ics").data


def test_a_partner_without_mail_is_called(jo: Visitor) -> None:
    with inside(jo.app):
        bert = db.session.scalars(select(Contact).where(Contact.name == "Bert")).one()
        bert.email, bert.language = "", "en"
        db.session.commit()
    invite(jo, "De Brug")

    page = jo.get("/en/planning/outbox").text
    assert 'href="tel:+32470000011"' in page and "Hello Bert, this is Jo." in page

    jo.press("/en/planning/outbox", action="/later")
    assert "tried once" in jo.get("/en/planning/outbox").text
    jo.press("/en/planning/outbox", {"told": "1"}, action="/sent")
    assert "tel:" not in jo.get("/en/planning/outbox").text


def test_one_who_was_asked_at_the_bakery_counter_gets_no_mail(jo: Visitor) -> None:
    jo.press(f"/en/planning/{kitchen_of(jo.app)}/invite", {"partners": ids(jo.app, "Bakkerij Chen"), "way": "visit"})
    with inside(jo.app):
        assert db.session.scalars(select(Notice)).all() == []
        assert len(db.session.scalars(select(Invitation)).all()) == 1


def test_nobody_is_asked_twice_and_nothing_typed_is_lost(jo: Visitor) -> None:
    address = f"/en/planning/{kitchen_of(jo.app)}/invite"
    page = jo.get(address)
    invite(jo, "De Brug")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    again = jo.client.post(address, data={"csrf_token": token, "partners": ids(jo.app, "De Brug"), "asks": "Nog eens", "date": "all"})

    assert again.status_code == 409
    assert "De Brug is already invited to this activity." in again.text and "Nog eens" in again.text


def test_a_no_takes_the_promise_back_and_the_board_follows(jo: Visitor) -> None:
    invite(jo, "De Brug")
    jo.press(note_page(jo.app), {"answer": "accepted", need_field(jo.app, "stoelen"): "20"})
    jo.press(note_page(jo.app), {"answer": "declined"})
    with inside(jo.app):
        assert [need.missing for need in db.session.scalars(select(Need).order_by(Need.id))] == [20, 3]


def test_after_the_activity_nothing_can_be_answered(jo: Visitor) -> None:
    invite(jo, "De Brug")
    link = LINK.search(jo.get("/en/planning/outbox").text)[1]
    bert = Visitor(jo.app)
    with later(days=19, hours=4):  # Saturday afternoon: the kitchen is on
        page = bert.get(link)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    with later(days=19, hours=9):  # it is over, and the page is still open
        late = bert.client.post(link.replace("/nl/", "/en/"), data={"csrf_token": token, "answer": "accepted", "comment": "We komen"})
        assert late.status_code == 409
        assert "This activity is over." in late.text
        assert "<form" not in bert.get(link).text
    with inside(jo.app):
        assert db.session.scalars(select(Invitation)).one().partstat == PartStat.NEEDS_ACTION


# ---- inside


def the_cast() -> demo.Cast:
    """The cast that is there already, as a story wants it."""
    from vwg.models import Category, Place

    leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
    skala = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
    cooking = db.session.scalars(select(Category).where(Category.slug == "cooking")).one()

    class Seen:
        pass

    cast = Seen()
    cast.leen, cast.skala, cast.cooking = leen, skala, cooking
    return cast


def kitchen_of(app: Flask) -> str:
    with inside(app):
        return address_of(db.session.scalars(select(Event)).one())


def ids(app: Flask, *names: str) -> list[str]:
    with inside(app):
        return [str(db.session.scalars(select(Partner.id).where(Partner.name == name)).one()) for name in names]


def need_field(app: Flask, what: str) -> str:
    with inside(app):
        return f"need_{db.session.scalars(select(Need.id).where(Need.what == what)).one()}"


def invite(jo: Visitor, *names: str) -> None:
    answer = jo.press(f"/en/planning/{kitchen_of(jo.app)}/invite", {"partners": ids(jo.app, *names)})
    assert answer.status_code == 200, answer.status_code


def note_page(app: Flask) -> str:
    with inside(app):
        return f"/en/planning/invitations/{db.session.scalars(select(Invitation.id)).one()}/note"


def deliver(app: Flask) -> int:
    with app.app_context():
        return mail.deliver()


def rows(app: Flask) -> list[tuple[object, ...]]:
    """Everything an answer could have changed."""
    with inside(app):
        return [
            (each.partstat, each.replied_at, each.seen_at, each.version) for each in db.session.scalars(select(Invitation))
        ] + [(notice.kind, notice.state, notice.tries) for notice in db.session.scalars(select(Notice).order_by(Notice.id))]
