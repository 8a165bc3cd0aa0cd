"""Today by mail, Monday at eight: to whoever wants it, once, and never to a stranger."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from vwg import demo, links, messages
from vwg.db import db, writing
from vwg.domain import needs, notices, today
from vwg.mail import compose
from vwg.models import Notice, NoticeChannel, User

SUNDAY = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
SEVEN = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)  # half past seven in Laarne
EIGHT = datetime(2026, 3, 9, 7, 5, tzinfo=UTC)


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    with app.app_context(), writing():
        people = demo.cast()
        needs.add(world_kitchen(people), "stoelen", 20)
        db.session.commit()
        yield app


def test_it_is_due_on_monday_from_eight_and_once(house: Flask) -> None:
    due = []
    for moment in (SUNDAY, SEVEN, EIGHT):
        with time_machine.travel(moment, tick=False):
            due.append(today.mails_are_due())
    assert due == [False, False, True]
    with time_machine.travel(EIGHT, tick=False):
        assert today.owe_mails() == 3
        assert not today.mails_are_due()
        assert today.owe_mails() == 3
        assert len(db.session.scalars(select(Notice)).all()) == 3
        assert notices.mails_waiting() == []


def test_the_mail_says_what_the_page_says_and_how_to_stop_it(house: Flask) -> None:
    with time_machine.travel(EIGHT, tick=False):
        today.owe_mails()
        leens = db.session.scalars(select(Notice).order_by(Notice.id)).first()
        assert leens is not None
        mail = compose(leens)
    leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
    text = mail.get_body(("plain",)).get_content()

    assert mail["To"] == "leen@example.org"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links.token("monday-mail", leen) in mail["List-Unsubscribe"]
    assert "20 stoelen" in text
    assert "Wereldkeuken: Zaterdag 21 maart 2026 van 14:00 tot 18:00" in text
    assert "http://localhost/nl/planning/" in text


def test_on_tuesday_it_is_old_news(house: Flask) -> None:
    with time_machine.travel(EIGHT, tick=False):
        today.owe_mails()
        notice = db.session.scalars(select(Notice).order_by(Notice.id)).first()
        assert notice is not None and not messages.is_stale(notice)
    with time_machine.travel(datetime(2026, 3, 10, 7, 5, tzinfo=UTC), tick=False):
        assert messages.is_stale(notice)


def test_one_press_of_the_mail_program_stops_it_and_another_starts_it(visitor: Visitor) -> None:
    with inside(visitor.app):
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        page = "/en/planning/monday-mail/" + links.token("monday-mail", jo)
    assert "No mail on Monday any more?" in visitor.get(page).text
    visitor.client.post(page, data={"List-Unsubscribe": "One-Click"})
    with inside(visitor.app), time_machine.travel(EIGHT, tick=False):
        today.owe_mails()
        wanted = select(User.demo_name).join(Notice, Notice.recipient_id == User.id).where(Notice.channel == NoticeChannel.MAIL)
        assert sorted(db.session.scalars(wanted)) == ["fatma", "leen"]
    assert "You get no mail on Monday." in visitor.get(page).text
    visitor.client.post(page, data={"again": "1"})
    with inside(visitor.app):
        assert db.session.scalars(select(User.monday_mail).where(User.demo_name == "jo")).one()
