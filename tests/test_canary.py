"""A canary in every personal field; then every page, feed and mail as everybody. It stands only
where the table says."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from tests import whole_town
from tests.conftest import Visitor, inside
from vwg import links, messages
from vwg.db import db, locked
from vwg.domain import notices, rsvps, supports
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Helper, Need, Notice, NoticeChannel, Rsvp, RsvpContact, User

CANARIES = {
    "name": ("Zilverkanarie",),
    "phone": ("+32470007711", "32470007711", "0470 00 77 11"),
    "mail": ("zilverkanarie@example.org",),
    "nickname": ("Goudkanarie",),
    "family's phone": ("+32470007722", "32470007722", "0470 00 77 22"),
    "helper": ("Bronskanarie",),
    "helper's phone": ("+32470007733", "32470007733", "0470 00 77 33"),
    "code": (),  # filled in below
    "link": (),
}

HOST = {"planning.names", "planning.to_confirm", "planning.door_names", "planning.paper", "coaching.lifts"}
COACH = {
    "coaching.people", "coaching.dates", "coaching.sign_up", "coaching.edit_household", "coaching.party", "coaching.slip", "coaching.calls",
    "coaching.several", "coaching.share", "coaching.stand_in", "coaching.hand_over", "coaching.take_welcome",
}  # fmt: skip
# Who sees which canary where; nothing else may show one.
TABLE: dict[tuple[str, str], set[str]] = {
    ("leen", "name"): HOST | {"coaching.calls", "planning.outbox"},  # she runs the activity, and calls or writes to who left a number
    ("leen", "phone"): {"coaching.calls"},
    ("leen", "mail"): {"planning.outbox"},  # with mail off she sends it herself
    ("leen", "nickname"): {"planning.names", "planning.door_names", "planning.paper"},
    ("fatma", "nickname"): COACH,
    ("fatma", "family's phone"): {"coaching.edit_household", "coaching.slip", "coaching.people", "coaching.calls"},
    **{(who, kind): {"planning.need"} for who in ("leen", "jo", "fatma") for kind in ("helper", "helper's phone")},
    ("with the slip", "name"): {"signup.mine", "signup.known", "signup.known_as_json"},
}


@pytest.fixture
def planted(app: Flask) -> tuple[Flask, dict[str, str]]:
    """The whole town; the canaries live at a date that only Leen hosts. Returns the pages of the slip."""
    whole_town.fill(app)
    with inside(app):
        leen, fatma = (db.session.scalars(select(User).where(User.demo_name == name)).one() for name in ("leen", "fatma"))
        date = db.session.scalars(select(EventDate).where(EventDate.rsvps.any(Rsvp.household_id.is_not(None))).order_by(EventDate.id)).first()
        assert date is not None
        date.event.hosts = [leen]
        date.event.facts = {**date.event.facts, "lift": True, "food": ["meal"]}
        date = locked(EventDate, date.id)
        date.seats = None
        alone = rsvps.sign_up(date, Party(2), language="ti", name="Zilverkanarie")
        alone.contact = RsvpContact(phone="+32470007711")
        supports.ask(alone, ["lift", "halal"])
        notices.tell_rsvp("promoted", alone)
        mailed = rsvps.sign_up(date, Party(2), language="ar", name="Zilverkanarie")
        mailed.contact = RsvpContact(email="zilverkanarie@example.org")
        notices.tell_rsvp("promoted", mailed)
        for need in db.session.scalars(select(Need)):  # on the board, for volunteers; never near a date's public pages
            db.session.add(Helper(need=need, name="Bronskanarie", phone="+32470007733"))
        for rsvp in date.rsvps:
            if rsvp.household is not None:
                rsvp.household.nickname, rsvp.household.phone = "Goudkanarie", "+32470007722"
                for coach in rsvp.household.coaches:
                    coach.user = fatma
        db.session.commit()
        CANARIES["code"] = (rsvps.code(alone), pairs(rsvps.code(alone)))
        CANARIES["link"] = (links.token("mine", alone),)
        with app.test_request_context("/en/"):
            own = links.to("mine", alone, "en")
    return app, {"signup.mine": own, "signup.known": f"{own}/known", "signup.known_as_json": f"{own}/known.json", "signup.erase": f"{own}/erase", "signup.give_back": f"{own}/give-back", "signup.own_calendar": f"{own}/calendar.ics"}


def pairs(code: str) -> str:
    return " ".join(code[place : place + 2] for place in range(0, 8, 2))


def found_in(text: str) -> set[str]:
    return {kind for kind, signs in CANARIES.items() if any(sign in text for sign in signs)}


def test_what_people_told_stands_only_where_the_table_says(planted: tuple[Flask, dict[str, str]], caplog: pytest.LogCaptureFixture) -> None:
    app, slip = planted
    caplog.set_level(logging.DEBUG, logger="vwg")
    seen: dict[tuple[str, str], set[str]] = {}
    for who in whole_town.PEOPLE:
        visitor = whole_town.visitor_called(app, who)
        for rule, path in whole_town.pages(app, "GET"):
            if "/<token>" in rule.rule:
                continue  # a secret link is its holder's; the slip's own pages come below
            for kind in found_in(body_of(visitor, path)):
                seen.setdefault((who, kind), set()).add(rule.endpoint)
    stranger = Visitor(app)
    for endpoint, path in slip.items():
        for kind in found_in(body_of(stranger, path)):
            if kind not in {"code", "link", "phone"}:  # its own
                seen.setdefault(("with the slip", kind), set()).add(endpoint)

    allowed = {key: pages for key, pages in seen.items() if key in TABLE}
    assert {key: pages for key, pages in seen.items() if key not in TABLE} == {}
    assert {key: pages - TABLE[key] for key, pages in allowed.items() if pages - TABLE[key]} == {}
    assert set(TABLE) <= set(seen), "the control: each canary sings where it may"
    assert found_in(caplog.text) == set()


def body_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    return str(answer.data.decode(errors="replace")) if answer.status_code == 200 else ""


def test_a_mail_names_nobody_but_whom_it_is_for_and_its_subject_nobody(planted: tuple[Flask, dict[str, str]]) -> None:
    app, _ = planted
    with inside(app), app.test_request_context("/en/"):
        mails = db.session.scalars(select(Notice).where(Notice.recipient_kind == "rsvp", Notice.channel == NoticeChannel.MAIL)).all()
        said = [words for notice in mails if (words := messages.words(notice)) is not None]
        assert said != []
        for words in said:
            assert found_in(words.subject) == set()
            assert found_in(str(words)) <= {"name"}  # it greets whom it is for


def test_a_stolen_database_names_people_only_in_their_own_tables(planted: tuple[Flask, dict[str, str]]) -> None:
    """And opens no link: neither a link nor a code stands in it."""
    app, _ = planted
    rows = whole_town.everything(app)
    places = {(table, kind) for table, lines in rows.items() for line in lines for kind in found_in(line)}

    assert places == {("rsvp", "name"), ("rsvp_contact", "phone"), ("rsvp_contact", "mail"), ("household", "nickname"), ("household", "family's phone"), ("helper", "helper"), ("helper", "helper's phone")}
