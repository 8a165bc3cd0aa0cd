"""Telling them: one line a household, in their language, the Dutch beside it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside
from vwg.db import db, locked
from vwg.domain import dates, events, households, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Channel, EventDate, Household, Notice, RsvpContact, User


@pytest.fixture
def fatma(visitor: Visitor) -> Visitor:
    return visitor.signed_in_as("fatma")


def off(app: Flask, before: Callable[[EventDate], None] | None = None) -> None:
    """Amina and Dawit were coming to a kitchen that does not go on."""
    with inside(app):
        people = {user.demo_name: user for user in db.session.scalars(select(User))}
        families = {family.nickname: family for family in db.session.scalars(select(Household))}
        event = events.create(
            events.Details("Wereldkeuken", seats=40), [dates.Times(datetime(2026, 3, 21, 13, tzinfo=UTC), datetime(2026, 3, 21, 17, tzinfo=UTC))], people["leen"]
        )  # fmt: skip
        events.publish(event, people["leen"])
        date = locked(EventDate, event.dates[0].id)
        if before:
            before(date)
        households.sign_up(date, [families["Amina"], families["Dawit"]], people["fatma"], "k")
        dates.cancel(date, "De kok is ziek.", people["leen"], {"ar": "الطباخ مريض."})
        db.session.commit()


def lines(page: str) -> dict[str, str]:
    """Each line of the call list by its heading."""
    parts = re.split(r'<li class="box call"', page)[1:]
    return {re.search(r"<h2[^>]*>([^<]*)</h2>", part).group(1): part for part in parts}


def ways(line: str) -> list[str]:
    return re.findall(r'<a class="btn[^"]*" href="([a-z]+:[^"]*)"', line)


def test_each_household_has_a_line_with_its_text_the_dutch_and_three_links(app: Flask, fatma: Visitor) -> None:
    off(app)

    page = fatma.get("/en/coaching/calls").text

    assert list(lines(page)) == ["Amina", "Dawit"]
    amina = lines(page)["Amina"]
    assert 'class="pre theirs" lang="ar" dir="rtl"' in amina and "الطباخ مريض." in amina
    assert 'class="pre dutch" lang="nl" dir="ltr"' in amina and "De kok is ziek." in amina
    dawit = lines(page)["Dawit"]
    assert 'class="pre theirs" lang="ti" dir="ltr"' in dawit and "De kok is ziek." in dawit


def test_the_first_button_is_a_call_where_a_language_is_shared_else_what_is_written(app: Flask, fatma: Visitor) -> None:
    off(app)

    page = lines(fatma.get("/en/coaching/calls").text)

    assert [way.partition(":")[0] for way in ways(page["Amina"])] == ["tel", "https", "sms"]  # Arabic, both
    assert [way.partition(":")[0] for way in ways(page["Dawit"])] == ["https", "sms", "tel"]  # Tigrinya, not Fatma
    call, whatsapp, sms = ways(page["Amina"])
    assert call == "tel:+32470000021"
    assert whatsapp.startswith("https://wa.me/32470000021?text=") and sms.startswith("sms:+32470000021?body=")
    assert {unquote(link.partition("=")[2]) for link in (whatsapp, sms)} == {unquote(whatsapp.partition("=")[2])}
    assert "الطباخ مريض." in unquote(whatsapp)


def test_while_it_is_late_what_is_written_goes_first_and_the_call_last(app: Flask, fatma: Visitor) -> None:
    off(app)
    with time_machine.travel(datetime(2026, 3, 2, 21, tzinfo=UTC)):
        page = lines(fatma.get("/en/coaching/calls").text)
    assert [way.partition(":")[0] for way in ways(page["Amina"])] == ["https", "sms", "tel"]


def test_who_has_no_number_is_visited(app: Flask, fatma: Visitor) -> None:
    def without_number(_date: EventDate) -> None:
        amina = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        amina.phone, amina.channel = "", Channel.VISIT

    off(app, without_number)

    amina = lines(fatma.get("/en/coaching/calls").text)["Amina"]

    assert (ways(amina), "I go by" in amina) == ([], True)


def test_told_leaves_the_list_and_not_yet_stays_on_it_counted(app: Flask, fatma: Visitor) -> None:
    off(app)

    fatma.press("/en/coaching/calls", {"went": "told"}, action="/calls")
    page = fatma.press("/en/coaching/calls", {"went": "not-yet"}, action="/calls")

    assert list(lines(page.text)) == ["Dawit"]
    assert "Tried 1 time" in page.text

    page = fatma.press("/en/coaching/calls", {"went": "told"}, action="/calls")
    assert (lines(page.text), "Nobody to tell" in page.text) == ({}, True)
    assert "Something to tell" not in fatma.get("/en/coaching/").text


def test_two_volunteers_tell_the_same_and_the_second_hears_it(app: Flask, fatma: Visitor) -> None:
    """Nobody carries Amina any more, so she stands on everybody's list."""
    off(app)
    with inside(app):
        for notice in db.session.scalars(select(Notice)):
            notice.assigned_to = None
        db.session.commit()
    jo = Visitor(app).signed_in_as("jo")
    form = {
        name: re.search(f'name="{name}"[^>]*value="([^"]*)"', lines(jo.get("/en/coaching/calls").text)["Amina"]).group(1)
        for name in ("csrf_token", "notices")
    }
    fatma.press("/en/coaching/calls", {"went": "told"}, action="/calls")

    page = jo.client.post("/en/coaching/calls", data={**form, "went": "told"})

    assert (page.status_code, "Somebody already told this." in page.text) == (409, True)
    assert list(lines(page.text)) == ["Dawit"]


def test_the_host_sees_who_left_a_number_and_has_no_coach(app: Flask, fatma: Visitor) -> None:
    def alone(date: EventDate) -> None:
        rsvps.sign_up(date, Party(2), language="uk", name="Oksana").contact = RsvpContact(phone="+32470000031")
        rsvps.sign_up(date, Party(1), language="en").contact = RsvpContact(phone="+32470000032")

    off(app, alone)

    page = lines(Visitor(app).signed_in_as("leen").get("/en/coaching/calls").text)

    assert list(page) == ["Oksana", "Guest 2"]
    assert "tel:+32470000031" in page["Oksana"]
    assert list(lines(fatma.get("/en/coaching/calls").text)) == ["Amina", "Dawit"]


def test_somebody_elses_line_is_404(app: Flask, fatma: Visitor) -> None:
    off(app)
    with inside(app):
        numbers = ",".join(str(notice.id) for notice in db.session.scalars(select(Notice)))
    jo = Visitor(app).signed_in_as("jo")
    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', jo.get("/en/coaching/households/new").text).group(1)

    answers = [jo.client.post("/en/coaching/calls", data={"csrf_token": token, "went": "told", "notices": given}) for given in (numbers, "", "x,9999999999")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert list(lines(fatma.get("/en/coaching/calls").text)) == ["Amina", "Dawit"]


def test_what_was_pressed_must_be_one_of_the_two(app: Flask, fatma: Visitor) -> None:
    off(app)

    assert fatma.press("/en/coaching/calls", {"went": "maybe"}, action="/calls").status_code == 422
    assert list(lines(fatma.get("/en/coaching/calls").text)) == ["Amina", "Dawit"]


def test_nobody_to_tell_is_said(fatma: Visitor) -> None:
    assert "Nobody to tell" in fatma.get("/en/coaching/calls").text


@pytest.mark.parametrize(("hour", "late"), [(12, False), (20, True)])
def test_at_night_the_page_says_to_wait_for_the_morning(app: Flask, fatma: Visitor, hour: int, late: bool) -> None:
    off(app)

    with time_machine.travel(datetime(2026, 3, 2, hour, tzinfo=UTC)):
        assert ("It is late." in fatma.get("/en/coaching/calls").text) == late


def test_tomorrow_puts_a_line_at_the_bottom_and_is_no_try(app: Flask, fatma: Visitor) -> None:
    off(app)

    fatma.press("/en/coaching/calls", {"went": "later"})

    page = fatma.get("/en/coaching/calls").text
    assert list(lines(page)) == ["Dawit", "Amina"] and "Tried" not in page
    assert page.index("Dawit") < page.index(">Later<") < page.index("Amina")
    with inside(app):
        due = sorted(notice.due_at for notice in db.session.scalars(select(Notice)))
        assert due[-1] == datetime(2026, 3, 3, 7, tzinfo=UTC)  # eight in the village


def test_a_try_in_the_evening_comes_back_in_the_morning(app: Flask, fatma: Visitor) -> None:
    off(app)

    with time_machine.travel(datetime(2026, 3, 2, 17, 30, tzinfo=UTC)):
        fatma.press("/en/coaching/calls", {"went": "not-yet"})

    with inside(app):
        assert max(notice.due_at for notice in db.session.scalars(select(Notice))) == datetime(2026, 3, 3, 7, tzinfo=UTC)


def test_who_cannot_be_told_is_a_third_group_with_a_note_for_the_door(app: Flask, fatma: Visitor) -> None:
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = events.create(
            events.Details("Wereldkeuken", seats=40), [dates.Times(datetime(2026, 3, 21, 13, tzinfo=UTC), datetime(2026, 3, 21, 17, tzinfo=UTC))], leen
        )  # fmt: skip
        events.publish(event, leen)
        date = locked(EventDate, event.dates[0].id)
        rsvps.sign_up(date, Party(2), language="ar", name="Zilvermeeuw")
        rsvps.sign_up(date, Party(1), language="uk", name="")
        dates.cancel(date, "De kok is ziek.", leen, {"ar": "الطباخ مريض."})
        db.session.commit()
        address = date.public_id

    page = fatma.get("/en/coaching/calls").text
    assert "2 groups left no number" in page and "Zilvermeeuw" not in page
    note = fatma.get(f"/en/coaching/door/{address}").text
    assert re.findall(r'<section class="box" lang="([a-zA-Z-]+)" dir="(\w+)"', note) == [("nl", "ltr"), ("ar", "rtl"), ("uk", "ltr")]
    assert "De kok is ziek." in note and "الطباخ مريض." in note and "2/3/2026 10:0" in note and "Zilvermeeuw" not in note
    assert 'lang="ti"' in fatma.get(f"/en/coaching/door/{address}?language=ti").text.split('class="door"')[1]
