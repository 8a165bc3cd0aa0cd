"""Every page of the house with an address that exists, for tests that walk them all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.conftest import Visitor, forms_of, inside
from vwg import clock, demo, guards, links
from vwg.config import ROOT
from vwg.db import db
from vwg.domain import pictures, settings, signing_in
from vwg.models import (
    Category,
    Contact,
    Event,
    EventDate,
    FeedKey,
    Helper,
    Household,
    ImportedCalendar,
    Invitation,
    Lift,
    Need,
    NeedKind,
    Notice,
    Offer,
    Partner,
    PartnerNote,
    Place,
    Pledge,
    Proposal,
    Rsvp,
    SignIn,
    Task,
    Translator,
    User,
    WelcomePlace,
)

PEOPLE = ("nobody", "leen", "jo", "fatma", "bert")


def fill(app: Flask) -> None:
    """The whole demo town with a logo, and Leen as host of everything, so that no page is closed to her."""
    with inside(app):
        demo.load()
        pictures.set_logo((ROOT / "static" / "app" / "icon-192.png").read_bytes())
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        for each in db.session.scalars(select(Event)):
            if leen not in each.hosts:
                each.hosts.append(leen)
        db.session.add(PartnerNote(partner_id=_first(Partner).id, user_id=leen.id, text="Bel liever dan te mailen."))
        db.session.add(FeedKey(owner=leen, label="telefoon"))
        hands = db.session.scalars(select(Need).where(Need.kind == NeedKind.PEOPLE).order_by(Need.id)).first()
        db.session.add(Task(event_id=_first(Event).id, what="sleutel halen"))
        db.session.add(WelcomePlace(partner_id=_first(Partner).id, what="koor", welcomed_by="Sien", number=2, until=clock.now() + timedelta(days=60)))
        db.session.add(ImportedCalendar(partner_id=_first(Partner).id, address="https://example.org/agenda.ics"))
        db.session.add(Helper(need=hands, name="Sien", email="sien@example.org"))
        offer = Offer(name="Rahim", text="Ik kan rijden.", phone="+32470000031", language="fa-AF")
        with_people = db.session.scalars(select(EventDate).where(EventDate.rsvps.any(Rsvp.household_id.is_not(None))).order_by(EventDate.id)).first()
        assert with_people is not None
        db.session.add(Proposal(form_key="p", title="Quiz", starts_at=with_people.starts_at, ends_at=with_people.ends_at, sender="Bert", email="bert@example.org"))
        db.session.add_all([offer, Lift(date=with_people, place=_first(Place), user=leen, seats=4), Translator(name="Rahim", language="ar")])
        db.session.commit()


def visitor_called(app: Flask, who: str) -> Visitor:
    return Visitor(app) if who == "nobody" else Visitor(app).signed_in_as(who)


def pages(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """All rules that answer this method, each with the address of something in the town."""
    with inside(app):
        sign_in = SignIn(user_id=db.session.scalars(select(User.id).order_by(User.id).limit(1)).one(), expires_at=clock.now() + signing_in.LINK_LASTS)
        db.session.add(sign_in)
        db.session.commit()
        found, something = [], _something()
        with app.test_request_context("/nl/agenda/"):
            adapter = app.url_map.bind("localhost")
            for rule in app.url_map.iter_rules():
                if rule.endpoint == "static" or method not in (rule.methods or set()):
                    continue
                values = {name: value_of(app, rule, name, something) for name in rule.arguments - set(rule.defaults or {})}
                found.append((rule, adapter.build(rule.endpoint, values, method=method)))
    yield from sorted(found, key=lambda pair: pair[0].rule)


def value_of(app: Flask, rule: Rule, name: str, something: dict[str, Any]) -> Any:
    """Something in the town for this part of an address."""
    if name == "token":
        purpose = str(getattr(app.view_functions[rule.endpoint], "guard", "")).partition(": ")[2]
        return links.token(purpose, db.session.scalars(select(noun := links._NOUNS[purpose][0]).order_by(noun.id).limit(1)).one())
    if name == "place" and "welcome" in rule.rule:
        return _first(WelcomePlace).id
    assert name in something, f"{rule.rule}: say in tests/whole_town.py what <{name}> is"
    return something[name]


def _something() -> dict[str, Any]:
    """By the name of the part of an address. A new part needs a line here."""
    with_people = db.session.scalars(select(EventDate).where(EventDate.rsvps.any(Rsvp.household_id.is_not(None))).order_by(EventDate.id)).first()
    assert with_people is not None
    happening, rsvp = with_people.event, next(each for each in with_people.rsvps if each.household_id)
    return {
        "lang": "nl", "date": with_people.public_id, "event": happening.public_id, "rsvp": rsvp.public_id,
        "partner": _first(Partner).public_id, "place": _first(Place).public_id, "category": _first(Category).slug,
        "contact": _first(Contact).id, "household": _first(Household).id, "invitation": _first(Invitation).id,
        "need": next(need.id for each in db.session.scalars(select(Event).order_by(Event.id)) for need in each.needs), "notice": _first(Notice).id,
        "user_id": db.session.scalars(select(User.id).where(User.demo_name == "jo")).one(), "who": "jo", "device_id": 1, "passkey": 1,
        "year": clock.today().year, "month": clock.today().month, "part": "facts", "code": "ar",
        "written": _first(PartnerNote).id, "change": 1,
        "picture": settings.group().logo, "size": "mark",
        "number": 0, "mark": "0" * 20, "key_id": 1, "pledge": _first(Pledge).id, "helper": _first(Helper).id, "task": _first(Task).id,
        "calendar": _first(ImportedCalendar).id, "offer": _first(Offer).id, "proposal": _first(Proposal).id, "lift": _first(Lift).id, "translator": _first(Translator).id,
    }  # fmt: skip


def _first(noun: type[Any]) -> Any:
    return db.session.scalars(select(noun).order_by(noun.id).limit(1)).one()


def form_for(visitor: Visitor, path: str, has_a_page: bool) -> dict[str, Any]:
    """What a browser would send there, from the form on that page."""
    page = visitor.get(path) if has_a_page else None
    if page is None or page.status_code != 200:
        return {}
    data: dict[str, Any] = {}
    for form in forms_of(page.text):
        if form["method"].lower() == "post" and form["action"] in {"", path}:
            for name, value in form["fields"]:
                data.setdefault(name, []).append(value)
    return data


@contextmanager
def commits() -> Iterator[list[str]]:
    """The endpoints whose requests committed something, but for the lines of who looked at names."""
    seen: list[str] = []

    def note(session: Session) -> None:
        if has_request_context() and not session.info.get(guards.LOOKS):
            seen.append(f"{request.method} {request.endpoint}")

    event.listen(Session, "after_commit", note)
    try:
        yield seen
    finally:
        event.remove(Session, "after_commit", note)


def everything(app: Flask) -> dict[str, list[str]]:
    """All rows of all tables as text, but for who looked at names, what a calendar last showed, and the worker's beat."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(table.select()))
            for table in db.metadata.sorted_tables
            if table.name not in {"look", "own_stamp", "beat"}
        }
