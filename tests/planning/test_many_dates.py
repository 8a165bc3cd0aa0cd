"""A long series with people on every date: a page, or a step of one date, of the later ones or of all, asks as much of ten dates as of forty."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from tests.conftest import Visitor, counted, forms_of, hours, inside
from vwg import demo, keys
from vwg.db import db
from vwg.domain import dates, events, invitations
from vwg.models import Category, Contact, EventDate, Household, Notice, Place, Published, Rsvp, RsvpContact, User

MOST = 15
MOST_OF_TWO = 20  # this and the later ones become a series of their own, or stand in another place: five things more to write
WAYS = 4  # on each date a family of a coach, a mail, a telephone, and nobody to reach


def weekly(app: Flask, weeks: int, online: bool = True, loose: bool = False) -> tuple[str, list[str]]:
    """A table of so many weeks with a partner that was asked; its address and its dates, the nearest first.
    `loose`: each date is an activity of its own in a calendar."""
    with inside(app):
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        first = hours(19, 19, 21)
        times = dates.every_week(first, first.starts_at + timedelta(weeks=weeks - 1, hours=4))
        table = events.create(events.Details(f"Praattafel {weeks}", category=_first(Category), place=_first(Place)), times, jo, weekly=not loose)
        if online:
            events.publish(table, jo)
            bert = _first(Contact)
            invitations.invite(table, bert.partner, bert, "Koffie?", jo)
            _come(table.dates, _first(Household).id)
        db.session.commit()
        return table.public_id, [date.public_id for date in table.dates]


def _first(noun: Any) -> Any:
    return db.session.scalars(select(noun).order_by(noun.id)).first()


def _come(these: list[EventDate], family: int) -> None:
    rows = [
        {"public_id": keys.public_id("r"), "date_id": date.id, "number": number, "name": f"Gast {number}", "household_id": None if number else family}
        for date in these
        for number in range(WAYS)
    ]
    db.session.execute(insert(Rsvp), rows)
    for number, contact in ((1, {"email": "dawit@example.org", "phone": ""}), (2, {"email": "", "phone": "+32470000031"})):
        ids = db.session.scalars(select(Rsvp.id).where(Rsvp.number == number, Rsvp.date_id.in_([date.id for date in these]))).all()
        db.session.execute(insert(RsvpContact), [{"rsvp_id": identity, **contact} for identity in ids])


@pytest.fixture
def ask(app: Flask) -> Iterator[Callable[..., int]]:
    """Opens a page, or fills in its form and presses; how many queries that took."""
    with inside(app):
        demo.cast()
        db.session.commit()
    jo = Visitor(app).signed_in_as("jo")
    jo.get("/nl/planning/")  # catalogues are read once

    def count(path: str, said: dict[str, str] | None = None, sure: bool = False) -> int:
        if said is None:
            with counted(app) as queries:
                assert jo.get(path).status_code == 200
            return len(queries)
        data = {**_form(jo.get(path).text, "version"), **said}
        if sure:
            data = _form(jo.client.post(path, data=data).text, "sure")
        with counted(app) as queries:
            answer = jo.client.post(path, data=data)
        assert answer.status_code == (302 if sure or "seats" in said else 200), answer.text[:2000]
        return len(queries)

    yield count


def _form(page: str, name: str) -> dict[str, Any]:
    return dict(next(form["fields"] for form in forms_of(page) if any(field == name for field, _ in form["fields"])))


def costs(ask: Callable[..., int], event: str, its: list[str]) -> dict[str, int]:
    """Each page and step once, the ones that end the activity last."""
    one, page = f"/nl/planning/dates/{its[2]}", f"/nl/planning/{event}"
    asked = {"the activity": ask(page), "a date": ask(one)}
    steps: list[tuple[str, str, dict[str, str]]] = [
        ("one to another hour", f"{one}/move", {"scope": "one", "starts": "18:30"}),
        ("all to another hour", f"{one}/move", {"scope": "all", "starts": "20:00", "ends": "22:00"}),
        ("this and later to another hour", f"{one}/move", {"scope": "following", "starts": "20:30", "ends": "22:30"}),
        ("all seats", f"{one}/seats", {"scope": "all", "seats": "60"}),
        ("this and later put off", f"/nl/planning/dates/{its[-2]}/postpone", {"scope": "following", "reason": "Ziek."}),
        ("this one cancelled", f"/nl/planning/dates/{its[4]}/cancel", {"scope": "one", "reason": "Ziek."}),
        ("all cancelled", f"{page}/cancel", {"reason": "De zaal is dicht."}),
    ]
    for what, path, said in steps:
        if "seats" not in said:
            asked[f"{what}: who hears it"] = ask(path, said)
        asked[what] = ask(path, said, sure="seats" not in said)
    return asked


def test_ten_dates_or_forty_cost_the_same_and_little(app: Flask, ask: Callable[..., int]) -> None:
    few = costs(ask, *weekly(app, 10))
    many = costs(ask, *weekly(app, 40))

    previews = {what for what in many if what.endswith("who hears it")}  # a line for each date whose names are shown: of more than eight they are not
    assert {what: number for what, number in many.items() if what not in previews} == {what: number for what, number in few.items() if what not in previews}
    for what, number in few.items():
        many[what] = max(many[what], number)
    assert many.pop("this and later to another hour") <= MOST_OF_TWO
    assert {what: number for what, number in many.items() if number > MOST} == {}


@pytest.mark.parametrize("weeks", [10, 40])
def test_all_put_off_at_once_costs_little(app: Flask, ask: Callable[..., int], weeks: int) -> None:
    event, _ = weekly(app, weeks)

    assert ask(f"/nl/planning/{event}/postpone", {"reason": "Ziek."}, sure=True) <= MOST
    with inside(app):
        told = db.session.scalars(select(Notice).where(Notice.kind == "date_postponed")).all()
        assert len(told) == weeks * WAYS


@pytest.mark.parametrize("weeks", [10, 40])
def test_putting_many_dates_online_costs_little(app: Flask, ask: Callable[..., int], weeks: int) -> None:
    event, _ = weekly(app, weeks, online=False)
    jo = Visitor(app).signed_in_as("jo")
    data = dict(next(form for form in forms_of(jo.get(f"/nl/planning/{event}").text) if form["action"].endswith("/publish"))["fields"])

    with counted(app) as queries:
        assert jo.client.post(f"/nl/planning/{event}/publish", data=data).status_code == 302
    assert len(queries) <= MOST


@pytest.mark.parametrize("weeks", [10, 40])
def test_hiding_many_loose_dates_and_showing_them_again_costs_little(app: Flask, ask: Callable[..., int], weeks: int) -> None:
    event, _ = weekly(app, weeks, loose=True)
    jo = Visitor(app).signed_in_as("jo")
    for who, standing in (("internal", 0), ("public", weeks), ("partners", 0)):
        data = {**_form(page := jo.get(f"/nl/planning/{event}/edit/visibility").text, "version"), "visibility": who}
        with counted(app) as queries:
            assert jo.client.post(f"/nl/planning/{event}/edit/visibility", data=data).status_code == 302, page
        assert len(queries) <= MOST
        with inside(app):
            its = db.session.scalars(select(Published).where(Published.title == f"Praattafel {weeks}", Published.removed.is_(False))).all()
            assert len(its) == standing


@pytest.mark.parametrize("weeks", [10, 40])
def test_another_place_for_all_costs_as_much_for_ten_as_for_forty(app: Flask, ask: Callable[..., int], weeks: int) -> None:
    event, _ = weekly(app, weeks)
    with inside(app):
        other = db.session.scalars(select(Place.public_id).order_by(Place.id.desc())).first()

    assert ask(f"/nl/planning/{event}/where", {"place": str(other)}, sure=True) <= MOST_OF_TWO
