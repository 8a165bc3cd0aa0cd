"""A date with five hundred sign-ups and a coach with sixty families: no page asks for each of them."""

import pytest
from flask import Flask
from sqlalchemy import insert, select

from tests.conftest import Visitor, counted, hours, inside, world_kitchen
from vwg import clock, demo, keys
from vwg.db import db, locked
from vwg.domain import dates, needs, notices
from vwg.models import EventDate, Household, HouseholdCoach, NeedKind, Rsvp, RsvpContact, RsvpStatus, RsvpSupport

PEOPLE, FAMILIES, DATES = 500, 60, 3
MOST = 15  # queries of one page, the line of who looked included
STATUSES = [RsvpStatus.CONFIRMED] * 8 + [RsvpStatus.WAITING, RsvpStatus.TO_CONFIRM]


@pytest.fixture
def crowd(app: Flask) -> list[str]:
    """Three dates of the kitchen: five hundred sign-ups each, sixty of them families that Fatma brings.
    The first was moved, so that all of them have something to hear. The ids of the dates."""
    with inside(app):
        town = demo.cast()
        event = world_kitchen(town, seats=None, facts={"lift": True, "food": ["meal"], "interpreter": ["ar"]})
        for day in (28, 29):
            dates.add(event, hours(day, 14, 18), town.leen)
        needs.add(event, "afwassen", 4, NeedKind.PEOPLE)
        families = [Household(nickname=f"Gezin {number}", languages=["ti"], phone=f"+3247000{number:04d}", coaches=[HouseholdCoach(user=town.fatma)]) for number in range(FAMILIES)]
        db.session.add_all(families)
        db.session.flush()
        for date in event.dates:
            _come(date, families, town.fatma.id)
        db.session.expire_all()
        notices.tell_of_dates("date_moved", [locked(EventDate, event.dates[0].id)])
        db.session.commit()
        return [date.public_id for date in event.dates]


def _come(date: EventDate, families: list[Household], coach: int) -> None:
    """Every tenth waits, every tenth is to confirm; who has no family left a number; all want a lift."""
    rows = [
        {
            "public_id": keys.public_id("r"), "date_id": date.id, "number": number + 1, "name": f"Gast {number}", "adults": 2, "band_3_5": 1, "language": "ar",
            "status": STATUSES[number % len(STATUSES)], "queued_at": clock.now(), "created_at": clock.now(), "entered_by_id": coach,
            "household_id": families[number].id if number < len(families) else None,
        }
        for number in range(PEOPLE)
    ]  # fmt: skip
    db.session.execute(insert(Rsvp), rows)
    ids = db.session.scalars(select(Rsvp.id).where(Rsvp.date_id == date.id).order_by(Rsvp.id)).all()
    db.session.execute(insert(RsvpContact), [{"rsvp_id": identity, "phone": f"+324710{identity:05d}"} for identity in ids[len(families) :]])
    db.session.execute(insert(RsvpSupport), [{"rsvp_id": identity, "kind": "lift", "amount": 3} for identity in ids])


@pytest.fixture
def pages(app: Flask, crowd: list[str]) -> dict[str, list[str]]:
    """What the host, and what the coach opens; and the same with a press of a button where there is one."""
    first = f"/nl/planning/dates/{crowd[0]}"
    return {
        "leen": [first, *(f"{first}/{page}" for page in ("names", "door", "door/names", "paper", "support", "to-confirm")), "/nl/coaching/calls"],
        "fatma": ["/nl/coaching/", "/nl/coaching/dates", f"/nl/coaching/sign-up/{crowd[0]}", f"/nl/coaching/sign-up/{crowd[1]}", "/nl/coaching/several", "/nl/coaching/calls"],
    }


def test_a_page_of_five_hundred_or_of_sixty_families_costs_at_most_fifteen_queries(app: Flask, pages: dict[str, list[str]]) -> None:
    for who, paths in pages.items():
        visitor = Visitor(app).signed_in_as(who)
        for path in paths:
            with counted(app) as said:
                answer = visitor.get(path)
            assert answer.status_code == 200
            print(f"{path}: {len(said)}")
            assert len(said) <= MOST, f"{path}: {len(said)}\n" + "\n".join(line[:100] for line in said)


def test_the_pages_were_full(app: Flask, pages: dict[str, list[str]]) -> None:
    """The control: what was counted is what people see."""
    leen, fatma = (Visitor(app).signed_in_as(who) for who in ("leen", "fatma"))
    names, families = leen.get(pages["leen"][1]).text, fatma.get("/nl/coaching/").text

    assert (names.count("Gast "), names.count("Gezin ")) == (PEOPLE - FAMILIES, FAMILIES)
    assert families.count("/sign-ups/") >= FAMILIES * DATES
