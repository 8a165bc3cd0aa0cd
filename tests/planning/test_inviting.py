"""Choosing whom to ask: by what is needed, by kind, by list; reading it first; and a hundred at once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.conftest import Visitor, forms_of, hours, inside, later
from tests.partners.conftest import asked as asked
from tests.partners.conftest import link_of
from tests.partners.conftest import post as post
from tests.post_office import PostOffice
from vwg import mail
from vwg.db import db
from vwg.domain import events, invitations, needs, partners
from vwg.domain.partners import Details
from vwg.models import Event, Invitation, Notice, NoticeChannel, NoticeState, Partner, PartStat, User, Way
from vwg.pages import address_of
from vwg.planning import finding


def walk_with(visitor: Visitor, *details: Details) -> str:
    """Jo's walk needs chairs and a van; the invite page's path."""
    with inside(visitor.app):
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        walk = events.create(events.Details("Wandeling"), [hours(22, 10, 12)], jo)
        needs.add(walk, "klapstoelen", 10)
        events.publish(walk, jo)
        for each in details:
            partners.add(each)
        db.session.commit()
        return f"/en/planning/{address_of(walk)}/invite"


def table_with(visitor: Visitor) -> str:
    """Jo's table on three Tuesdays, the first of them tomorrow; the invite page's path."""
    with inside(visitor.app):
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        table = events.create(events.Details("Praattafel"), [hours(day, 10, 12) for day in (3, 10, 17)], jo)
        events.publish(table, jo)
        db.session.commit()
        return f"/en/planning/{address_of(table)}/invite"


def listed(page: str) -> list[str]:
    return re.findall(r'class="pick"><input type="checkbox" name="partners"[^>]*>\s*<span><b>([^<]+)</b>', page)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="partners" value="\d+" checked>\s*<span><b>([^<]+)</b>', page)


def numbers(visitor: Visitor, *names: str) -> list[str]:
    with inside(visitor.app):
        return [str(db.session.scalars(select(Partner.id).where(Partner.name == name)).one()) for name in names]


def test_who_lends_what_is_missing_stands_first(visitor: Visitor) -> None:
    path = walk_with(visitor, Details("Zaal Zon", lends=["chairs"]), Details("Aap en Noot", lends=["van"]))

    assert listed(visitor.signed_in_as("jo").get(path).text) == ["Zaal Zon", "Aap en Noot", "Bakkerij Chen", "De Brug"]


def test_from_a_need_one_comes_to_who_lends_it(visitor: Visitor) -> None:
    walk_with(visitor, Details("Zaal Zon", lends=["chairs"]), Details("Aap en Noot", lends=["van"]))
    jo = visitor.signed_in_as("jo")
    link = re.search(r'href="(/en/planning/[^"]+/invite\?lends=chairs)"', jo.get("/en/planning/needs/1").text)[1]  # type: ignore[index]  # the need is of chairs

    assert listed(jo.get(link).text) == ["Zaal Zon"]


def test_a_whole_list_is_ticked_by_one_press_and_what_was_typed_stays(visitor: Visitor) -> None:
    path = walk_with(visitor, Details("Zaal Zon", tags=["sport"]), Details("Club", tags=["sport"]))
    jo = visitor.signed_in_as("jo")
    page = jo.press(path, {"tag": "sport", "tick_all": "1", "asks": "Doen jullie mee?", "partners": numbers(visitor, "De Brug")}).text

    assert ticked(page) == ["De Brug", "Club", "Zaal Zon"] and "Doen jullie mee?" in page
    with inside(visitor.app):
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_searching_keeps_the_ticks(visitor: Visitor) -> None:
    path = walk_with(visitor, Details("Café Élan"))
    page = visitor.signed_in_as("jo").press(path, {"q": "elan", "find": "1", "partners": numbers(visitor, "De Brug")}).text

    assert listed(page) == ["De Brug", "Café Élan"] and ticked(page) == ["De Brug"]


def test_one_reads_first_what_each_will_read_in_their_own_language(visitor: Visitor) -> None:
    path = walk_with(visitor, Details("Salam", contact_name="Rahim", contact_email="rahim@example.org", contact_language="ar"))
    page = visitor.signed_in_as("jo").press(path, {"partners": numbers(visitor, "De Brug", "Salam"), "preview": "1", "asks": "Komen jullie?"}).text

    assert 'lang="ar"' in page and 'lang="nl"' in page and page.count("Komen jullie?") >= 3
    assert "/partners/reply/" not in page
    with inside(visitor.app):
        assert db.session.scalars(select(Invitation)).all() == [] and db.session.scalars(select(Notice)).all() == []


def test_what_is_asked_of_a_merchant_is_read_apart(visitor: Visitor) -> None:
    page = visitor.signed_in_as("jo").press(walk_with(visitor), {"partners": numbers(visitor, "De Brug", "Bakkerij Chen"), "preview": "1"}).text
    samples = re.findall(r'<p class="quiet">([^<]+)</p>\s*<div class="box" lang="nl" dir="ltr"><p><b>([^<]+)</b>', page)

    assert [(names, "geven jullie iets" in subject, "10 klapstoelen" in subject) for names, subject in samples] == [("Bakkerij Chen", True, False), ("De Brug", False, True)]


def test_who_was_asked_for_all_dates_is_asked_anew_for_one_once_a_date_is_over(visitor: Visitor) -> None:
    path, jo = table_with(visitor), visitor.signed_in_as("jo")
    dates = re.findall(r'<option value="(d[^"]+)"', jo.get(path).text)
    assert len(dates) == 3
    jo.press(path, {"partners": numbers(visitor, "De Brug")})
    before = link_of(visitor)
    assert "De Brug" not in listed(jo.get(path).text)

    again = jo.press(path, {"partners": numbers(visitor, "De Brug"), "date": dates[2], "asks": "Nog eens"})
    assert again.status_code == 409 and "De Brug is already invited to this activity." in again.text and "Nog eens" in again.text

    with later(days=3):
        jo.press(path, {"partners": numbers(visitor, "De Brug", "Bakkerij Chen"), "date": dates[2]})
        with inside(visitor.app):
            event = db.session.scalars(select(Event)).one()
            assert [(each.partner.name, each.dates) for each in invitations.standing(event)] == [("Bakkerij Chen", [event.dates[2]]), ("De Brug", [event.dates[2]])]
        bert = Visitor(visitor.app)
        assert bert.get(before).location != before  # the old link leads to what is asked now
        assert "17" in bert.press(before, {"answer": "accepted"}).text
        with inside(visitor.app):
            assert [each.partstat for each in db.session.scalars(select(Invitation).order_by(Invitation.id))] == [PartStat.NEEDS_ACTION, PartStat.NEEDS_ACTION, PartStat.ACCEPTED]


@pytest.mark.parametrize("locked", [True, False], ids=["", "with the lock off"])
def test_two_who_ask_the_same_partner_at_once_ask_it_once(visitor: Visitor, locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control has the lock off: there PostgreSQL asks twice. SQLite has one writer at a time anyway."""
    together, path = threading.Barrier(2, timeout=120), walk_with(visitor)
    asking = [Visitor(visitor.app).signed_in_as(who) for who in ("jo", "leen")]
    forms = [next(form for form in forms_of(each.get(path).text) if any(name == "asks" for name, _ in form["fields"])) for each in asking]
    filled = [{**dict(form["fields"]), "partners": numbers(visitor, "De Brug")} for form in forms]
    with visitor.app.app_context():
        side_by_side = not locked and db.engine.dialect.name == "postgresql"
    if not locked:
        monkeypatch.setattr(finding, "locked", lambda noun, identity: db.session.get(noun, identity))
    if side_by_side:
        standing = invitations.standing
        monkeypatch.setattr(invitations, "standing", lambda event: (standing(event), together.wait())[0])

    def ask(number: int) -> int:
        if not side_by_side:
            together.wait()
        return int(asking[number].client.post(path, data=filled[number]).status_code)

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(ask, range(2)))
    assert answers == ([302, 302] if side_by_side else [302, 409])
    with inside(visitor.app):
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == answers.count(302)


def test_asked_for_one_date_from_the_need_of_that_date(visitor: Visitor) -> None:
    path, jo = table_with(visitor), visitor.signed_in_as("jo")
    with inside(visitor.app):
        event = db.session.scalars(select(Event)).one()
        needs.add(event, "stoelen", 4).date = event.dates[1]
        wanted = event.dates[1].public_id
        db.session.commit()
    link = re.search(r'href="([^"]+/invite\?[^"]+)"', jo.get("/en/planning/needs/1").text)[1]  # type: ignore[index]  # the need is of chairs

    assert path in link and re.search(rf'<option value="{wanted}" selected', jo.get(link.replace("&amp;", "&")).text)


def test_asked_by_whatsapp_it_is_an_invitation_all_the_same(visitor: Visitor) -> None:
    path = walk_with(visitor)
    page = visitor.signed_in_as("jo").press(path, {"partners": numbers(visitor, "De Brug"), "way": "whatsapp"})

    assert page.request.path.endswith("/texts") and "https://wa.me/32470000011?text=" in page.text
    link = re.search(r"http://localhost(/\w+/partners/reply/[\w.-]+)", page.text)[1]
    Visitor(visitor.app).press(link.replace("/nl/", "/en/"), {"answer": "accepted", "contact_on_day": "Bert 0470 00 00 11"})
    with inside(visitor.app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.way, invitation.partstat, invitation.contact_on_day) == (Way.WHATSAPP, PartStat.ACCEPTED, "Bert 0470 00 00 11")
        assert db.session.scalars(select(Notice.kind)).all() == ["calendar_file"]


def test_a_hundred_asked_at_once_with_mail_half_broken_are_each_told_once(visitor: Visitor, post: PostOffice) -> None:
    people = [Details(f"Club {number:03}", contact_name="Mia", contact_email=f"club{number}@example.org", contact_phone="+32470000031", tags=["alle"]) for number in range(100)]
    path = walk_with(visitor, *people)
    post.refuses = {f"club{number}@example.org" for number in range(0, 100, 4)}
    jo = visitor.signed_in_as("jo")
    found = jo.press(path, {"tag": "alle", "tick_all": "1"}).text
    chosen = re.findall(r'name="partners" value="(\d+)" checked', found)
    assert len(chosen) == 100
    asked = jo.press(path, {"partners": chosen, "asks": "Doen jullie mee?"})
    assert asked.status_code == 200 and "Asked: Club 000, Club 001, Club 002, Club 003, Club 004 … (100)." in asked.text  # a cookie holds no hundred names

    post.is_full = True  # a while nothing is taken at all
    deliver(visitor)
    post.is_full = False
    for minutes in range(2, 40, 6):
        with later(minutes=minutes):
            deliver(visitor)

    mailed = [str(letter["To"]) for letter in post.letters]
    assert len(mailed) == len(set(mailed)) == 75
    with inside(visitor.app):
        rows = db.session.execute(select(Notice.channel, Notice.state, func.count()).group_by(Notice.channel, Notice.state)).all()
        assert {(channel, state): number for channel, state, number in rows} == {(NoticeChannel.MAIL, NoticeState.DONE): 75, (NoticeChannel.CALL, NoticeState.WAITING): 25}


def test_somebody_elses_number_or_nonsense_asks_nobody(visitor: Visitor) -> None:
    path = walk_with(visitor)
    jo = visitor.signed_in_as("jo")

    for nonsense in (["999999"], ["-1"], ["99999999999999999999"], ["x"]):
        jo.press(path, {"partners": nonsense})
    with inside(visitor.app):
        assert db.session.scalars(select(Invitation)).all() == []
        assert len(db.session.scalars(select(Event)).all()) == 1


def deliver(visitor: Visitor) -> None:
    with visitor.app.app_context():
        mail.deliver(limit=200)
