"""A helper without an account: a link from WhatsApp, a place, a calendar file, and out again."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, later, world_kitchen
from vwg import demo, links, messages
from vwg.db import db
from vwg.domain import dates, needs, shifts
from vwg.models import Helper, Need, NeedKind, Notice, NoticeChannel


@pytest.fixture
def asked(app: Flask) -> Visitor:
    with inside(app):
        cast = demo.cast()
        needs.add(world_kitchen(cast, address_after_signup=True), "afwassen", 1, NeedKind.PEOPLE)
        db.session.commit()
    return Visitor(app)


def link(visitor: Visitor) -> str:
    with visitor.app.test_request_context("/en/"):
        return links.to("help", db.session.scalars(select(Need)).one(), "en")


def test_sien_takes_a_place_and_gives_it_back(asked: Visitor) -> None:
    page = asked.press(link(asked), {"name": "Sien", "email": "sien@example.org"})
    own = page.request.path

    assert "You help, thank you!" in page.text and "afwassen" in page.text
    calendar = asked.get(f"{own}/calendar.ics").text
    assert "DTSTART:20260321T130000Z" in calendar and "SUMMARY:afwassen" in calendar
    assert "Kalkendorp" not in page.text + calendar  # the address is kept for who is known
    assert "All places are taken" in asked.get(link(asked)).text

    asked.press(own, action="/drop")
    assert "One place is free." in asked.get(link(asked)).text


def test_everybody_reads_what_is_still_missing_when_the_organiser_wants_it(asked: Visitor) -> None:
    with inside(asked.app):
        dishes = db.session.scalars(select(Need)).one()
        page, board = f"/en/agenda/{dishes.event.public_id}", f"/en/planning/needs/{dishes.id}"
        shifts.take(dishes, "Sien", "sien@example.org", "", "nl")
        db.session.commit()
    assert "afwassen" not in asked.get(page).text

    Visitor(asked.app).signed_in_as("leen").press(board, {"is_public": "y", "amount": "3"})
    shown = asked.get(page).text
    assert "afwassen" in shown and "2 places are free." in shown
    assert "Sien" not in shown  # a number, never who
    assert f'href="{link(asked)}"' in shown

    with inside(asked.app):
        needs.enough(db.session.scalars(select(Need)).one())
        db.session.commit()
    assert "afwassen" not in asked.get(page).text
    with later(days=19):
        assert "afwassen" not in asked.get(page).text


def test_a_neighbour_brings_three_of_the_ten_cakes(asked: Visitor) -> None:
    with inside(asked.app):
        kitchen = db.session.scalars(select(Need)).one().event
        db.session.delete(kitchen.needs[0])
        cakes = needs.add(kitchen, "taart", 10)
        db.session.commit()
        board = f"/en/planning/needs/{cakes.id}"
    assert "More than" not in asked.press(link(asked), {"name": "Sien", "phone": "0470 00 00 41", "amount": "3"}).text
    refused = asked.press(link(asked), {"name": "Oksana", "phone": "0470 00 00 42", "amount": "8"})
    assert (refused.status_code, "at most 7" in refused.text) == (409, True)

    shown = Visitor(asked.app).signed_in_as("leen").get(board).text
    assert "3 taart" in shown and "3 of 10" in shown
    assert "We know this person" not in shown  # who brings a cake comes close to nobody


def test_an_interpreter_is_asked_for_a_language(asked: Visitor) -> None:
    with inside(asked.app):
        board = f"/en/planning/needs/{needs.add(db.session.scalars(select(Need)).one().event, 'tolk', 1, NeedKind.SKILL).id}"
        db.session.commit()
    leen = Visitor(asked.app).signed_in_as("leen")
    leen.press(board, {"language": "ti", "is_public": "y"})

    assert 'lang="ti">ትግርኛ' in leen.get(board).text
    with inside(asked.app):
        page = f"/en/agenda/{db.session.scalars(select(Need).order_by(Need.id)).first().event.public_id}"
    assert "ትግርኛ" in asked.get(page).text.partition("Will you help?")[2]


def test_a_form_without_a_way_to_reach_somebody_comes_back_filled(asked: Visitor) -> None:
    page = asked.press(link(asked), {"name": "Sien"})
    assert page.status_code == 409 and "so that we can reach you" in page.text and 'value="Sien"' in page.text


def test_a_new_link_closes_the_old_one_and_two_volunteers_say_they_know_her(asked: Visitor) -> None:
    old = link(asked)
    asked.press(old, {"name": "Sien", "phone": "0470 00 00 41"})
    leen, fatma = (Visitor(asked.app).signed_in_as(who) for who in ("leen", "fatma"))
    with inside(asked.app):
        board = f"/en/planning/needs/{db.session.scalars(select(Need.id)).one()}"
    assert "Sien" in leen.get(board).text
    leen.press(board, action="/vouch")
    assert leen.get(board).text.count("/vouch") == 0  # not twice by one
    fatma.press(board, action="/vouch")
    with inside(asked.app):
        assert db.session.scalars(select(Helper)).one().is_known

    leen.press(board, action="/new-link")
    assert asked.get(old).status_code == 404


def test_the_board_of_a_need_changes_its_hours(asked: Visitor) -> None:
    leen = Visitor(asked.app).signed_in_as("leen")
    with inside(asked.app):
        board = f"/en/planning/needs/{db.session.scalars(select(Need.id)).one()}"
    leen.press(board, {"amount": "3", "starts": "20:00", "ends": "22:00"})
    assert "20:00" in leen.get(board).text
    page = leen.press(board, {"starts": "20:00", "ends": "20:00"})
    assert page.status_code == 409 and "It ends before it begins" in page.text
    assert Visitor(asked.app).get(board).status_code == 302


def test_a_helper_is_told_in_a_mail_or_on_the_telephone_and_nobody_else_is_named(asked: Visitor) -> None:
    with inside(asked.app):
        dishes = db.session.scalars(select(Need)).one()
        dishes.amount = 2
        shifts.take(dishes, "Sien", "sien@example.org", "", "nl")
        shifts.take(dishes, "Oksana", "", "+32470000042", "en")
        dates.cancel(dishes.event.dates[0], "De zaal is niet vrij", dishes.event.hosts[0])
        db.session.commit()
    leen = Visitor(asked.app).signed_in_as("leen").get("/en/coaching/calls")
    assert "Oksana" in leen.text and "does not go on" in leen.text and "De zaal is niet vrij" in leen.text
    with inside(asked.app), asked.app.test_request_context("/nl/"):
        mail = messages.words(db.session.scalars(select(Notice).where(Notice.channel == NoticeChannel.MAIL, Notice.kind == "shift_changed")).one())
        assert "De zaal is niet vrij" in mail.text and "/nl/help/mine/" in mail.text and "Oksana" not in mail.text
        assert "afwassen" not in mail.subject


def test_the_reminder_says_what_when_and_how_to_give_it_back(asked: Visitor) -> None:
    with inside(asked.app), later(days=17, hours=18):
        shifts.take(db.session.scalars(select(Need)).one(), "Sien", "sien@example.org", "", "en")
        assert shifts.owe_reminders() == 1
        with asked.app.test_request_context("/en/"):
            mail = messages.words(db.session.scalars(select(Notice).where(Notice.kind == "shift_reminder")).one())
        assert "You help us: afwassen." in mail.text and "14:00" in mail.text and "/en/help/mine/" in mail.text
