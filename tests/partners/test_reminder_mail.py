"""The mail that reminds, and the line to call after it."""

from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from tests.partners.conftest import link_of
from tests.post_office import PostOffice, plain
from vwg import mail, worker
from vwg.db import db
from vwg.models import Contact, Invitation, Notice, NoticeState


def deliver(visitor: Visitor) -> None:
    with visitor.app.app_context():
        mail.deliver()


def chores(visitor: Visitor) -> None:
    with visitor.app.app_context():
        worker.ask_partners_again()


def test_bert_is_silent_and_hears_once_more_and_then_jo_calls(asked: Visitor, post: PostOffice) -> None:
    deliver(asked)
    for day in range(1, 16):
        with later(days=day):
            chores(asked)
            deliver(asked)

    first, second = post.to("bert@example.org")
    assert str(second["Subject"]) != str(first["Subject"]) and "stoelen" in str(second["Subject"])
    assert link_of(asked, language="nl") in plain(second) and second["Reply-To"] == "groep@example.org"
    with later(days=15):
        outbox = Visitor(asked.app).signed_in_as("leen").get("/en/planning/outbox").text
        assert outbox.count("tel:+32470000011") == 1 and outbox.count("tel:+32470000012") == 1

        Visitor(asked.app).press(link_of(asked), {"answer": "declined"})
        assert "tel:+32470000011" not in Visitor(asked.app).signed_in_as("leen").get("/en/planning/outbox").text


def test_a_reminder_waits_for_the_morning(asked: Visitor, post: PostOffice) -> None:
    deliver(asked)
    with later(days=5, hours=11):  # nine in the evening
        chores(asked)
        deliver(asked)
        assert len(post.to("bert@example.org")) == 1
    with later(days=5, hours=23):
        deliver(asked)
        assert len(post.to("bert@example.org")) == 2


def test_an_answer_on_the_way_stops_the_reminder(asked: Visitor, post: PostOffice) -> None:
    deliver(asked)
    with later(days=5, hours=11):
        chores(asked)
        with inside(asked.app):
            assert db.session.scalars(select(Notice.state).where(Notice.kind == "invitation_reminder")).all() == [NoticeState.WAITING] * 2
        Visitor(asked.app).press(link_of(asked), {"answer": "tentative", "ask_again_at": "2026-03-14"})
    with later(days=6):
        deliver(asked)
    assert len(post.to("bert@example.org")) == 1 and len(post.to("chen@example.org")) == 2


def test_who_never_wants_mail_gets_no_reminder(asked: Visitor, post: PostOffice) -> None:
    deliver(asked)
    with inside(asked.app):
        bert = db.session.scalars(select(Contact).where(Contact.name == "Bert")).one()
        invitation = db.session.scalars(select(Invitation).where(Invitation.contact_id == bert.id)).one()
        assert invitation.reminded_at is None
    address = next(part for part in str(post.to("bert@example.org")[0]["List-Unsubscribe"]).strip("<>").split("http://localhost") if part)
    asked.client.post(address)
    for day in (5, 10):
        with later(days=day):
            chores(asked)
            deliver(asked)

    assert len(post.to("bert@example.org")) == 1
