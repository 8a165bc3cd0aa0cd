"""Every page of the volunteers in a town with many dates, sign-ups and notices: none asks for each of them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select
from werkzeug.routing import Rule

from tests import whole_town
from tests.conftest import Visitor, counted, inside
from vwg import clock, keys
from vwg.db import db
from vwg.domain import dates, notices
from vwg.models import (
    Event,
    EventDate,
    Household,
    HouseholdCoach,
    Invitation,
    Look,
    Need,
    NeedKind,
    Partner,
    PartStat,
    Rsvp,
    RsvpContact,
    RsvpSupport,
    Task,
    User,
)

EACH, FAMILIES, PARTNERS = 30, 60, 30
MOST = 15  # queries of one page, the line of who looked included
NOT_THERE = {"/<lang>/planning/<event>/picture.webp", "/<lang>/translate/texts/<code>/reason/<date>"}  # the town has no photo, and no reason to say in Arabic


def crowd(app: Flask, number: int) -> None:
    """The demo town, in which the activity that the walk opens has so many dates with thirty parties each."""
    whole_town.fill(app)
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        families = [Household(nickname=f"Gezin {number}", languages=["ti"], phone=f"+3247000{number:04d}", coaches=[HouseholdCoach(user=leen)]) for number in range(FAMILIES)]
        db.session.add_all(families)
        db.session.flush()
        opened = db.session.scalars(select(EventDate).where(EventDate.rsvps.any(Rsvp.household_id.is_not(None))).order_by(EventDate.id)).first()
        assert opened is not None
        event = opened.event
        event.facts = {**event.facts, "lift": True, "food": ["meal"], "interpreter": ["ar"]}
        more = [
            {"public_id": keys.public_id("d"), "event_id": event.id, "uid": f"u{week}", "starts_at": opened.starts_at + timedelta(weeks=week), "ends_at": opened.ends_at + timedelta(weeks=week), "place_id": opened.place_id}
            for week in range(1, number)
        ]
        db.session.execute(insert(EventDate), more)
        _come(event, [family.id for family in families], leen.id)
        _around(event, leen)
        db.session.commit()
        db.session.expire_all()
        dates.lock_all(event)
        notices.tell_of_dates("date_moved", event.dates)  # a thousand mails that nobody sent yet, and calls
        db.session.commit()


def _come(event: Event, families: list[int], coach: int) -> None:
    ids = db.session.scalars(select(EventDate.id).where(EventDate.event_id == event.id).order_by(EventDate.id)).all()
    rows = [
        {
            "public_id": keys.public_id("r"), "date_id": date, "number": 1000 + number, "name": f"Gast {number}", "adults": 2, "language": "ar", "queued_at": clock.now(),
            "created_at": clock.now(), "entered_by_id": coach if number < EACH // 2 else None, "household_id": families[(place + number) % FAMILIES] if number < EACH // 2 else None,
        }
        for place, date in enumerate(ids)
        for number in range(EACH)
    ]  # fmt: skip
    db.session.execute(insert(Rsvp), rows)
    theirs = db.session.execute(select(Rsvp.id, Rsvp.household_id).where(Rsvp.date_id.in_(ids), Rsvp.number >= 1000)).all()
    left = [{"rsvp_id": identity, "phone": f"+324710{identity:05d}", "email": f"gast{identity}@example.org" if identity % 3 else ""} for identity, family in theirs if family is None]
    db.session.execute(insert(RsvpContact), left)
    db.session.execute(insert(RsvpSupport), [{"rsvp_id": identity, "kind": "lift", "amount": 2} for identity, _ in theirs])


def _around(event: Event, leen: User) -> None:
    """Much of all else that stands around an activity."""
    partners = [Partner(name=f"Vereniging {number}") for number in range(PARTNERS)]
    db.session.add_all(partners)
    db.session.add_all(Invitation(event=event, partner=partner, invited_by=leen, partstat=PartStat.ACCEPTED, replied_at=clock.now()) for partner in partners)
    db.session.add_all(Need(event=event, what=f"taart {number}", kind=NeedKind.THING, amount=2) for number in range(PARTNERS))
    db.session.add_all(Task(event=event, what=f"taak {number}", days_before=99, owner=leen) for number in range(PARTNERS))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_page_of_the_volunteers_asks_more_than_fifteen_times(app: Flask) -> None:
    _walk(app, 18)  # 540 sign-ups: more than SQLAlchemy asks for at once


@pytest.mark.slow
def test_nor_with_a_hundred_dates_and_three_thousand_sign_ups(app: Flask) -> None:
    _walk(app, 100)


def _walk(app: Flask, number: int) -> None:
    crowd(app, number)
    rules = [(rule, path) for rule, path in whole_town.pages(app, "GET") if _guard(app, rule).startswith(("volunteer", "signed in"))]
    leen, fatma = (Visitor(app).signed_in_as(who) for who in ("leen", "fatma"))
    opened: set[str] = set()
    dear: dict[str, list[str]] = {}
    for rule, path in rules:
        for visitor in (leen, fatma):  # a family of Fatma's is a 404 for Leen
            _forget_looks(app)  # the first look of the day is the dearest: it leaves its line
            with counted(app) as said:
                answer = visitor.get(path)
            if answer.status_code == 200:
                opened.add(rule.rule)
                break
        if len(said) > MOST:
            dear[f"{rule.rule}: {len(said)}"] = [" ".join(line.split())[-100:] for line in said]

    assert dear == {}
    assert {rule.rule for rule, _ in rules} - opened == NOT_THERE


def _guard(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], "guard", ""))


def _forget_looks(app: Flask) -> None:
    with inside(app):
        db.session.execute(delete(Look))
        db.session.commit()
