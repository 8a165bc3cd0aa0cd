"""The main journey: Fatma brings two families, one seat comes back, and then it does not go on."""

import re

from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside
from vwg.db import db, locked
from vwg.domain import dates, events, rsvps
from vwg.models import EventDate, Household, Place, Rsvp, User


def cast_of(app: Flask) -> dict[str, User]:
    return {user.demo_name: user for user in db.session.scalars(select(User))}


def standing(app: Flask) -> dict[str, tuple[int, str]]:
    with inside(app):
        return {rsvp.household.nickname: (rsvp.people, rsvp.status.value) for rsvp in db.session.scalars(select(Rsvp)) if rsvp.household}


def test_fatma_brings_two_families_and_tells_them_that_it_does_not_go_on(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        leen = cast_of(app)["leen"]
        kitchen = events.create(events.Details("Wereldkeuken", seats=7, place=db.session.scalars(select(Place).order_by(Place.id)).first()), [hours(21, 14, 18)], leen)
        events.publish(kitchen, leen)
        db.session.commit()
        date = kitchen.dates[0].public_id
    fatma = visitor.signed_in_as("fatma")

    # A family that is new to her: a nickname, heads, languages, how to reach them.
    page = fatma.press(
        "/nl/coaching/households/new",
        {"nickname": "Oksana", "adults": "1", "band_6_11": "2", "languages": ["uk"], "channel": "sms", "phone": "0470 00 00 23"},
    )
    assert f"/nl/coaching/sign-up/{date}" in page.text

    # Two families for one date in one go, from her own page: seven seats, four and three.
    with inside(app):
        amina, oksana = (db.session.scalars(select(Household.id).where(Household.nickname == name)).one() for name in ("Amina", "Oksana"))
    page = fatma.press("/nl/coaching/", {"households": [amina, oksana]}, action=f"/sign-up/{date}")
    assert standing(app) == {"Amina": (4, "confirmed"), "Oksana": (3, "confirmed")}
    assert re.findall(r"<b><bdi>([^<]*)</bdi></b>", page.text) == ["Amina", "Oksana"]

    # Dawit waits; one of Amina's children stays at home; her seat is Dawit's.
    with inside(app):
        dawit = db.session.scalars(select(Household.id).where(Household.nickname == "Dawit")).one()
    fatma.press(f"/nl/coaching/sign-up/{date}", {"households": [dawit]})
    assert standing(app)["Dawit"] == (1, "waiting")
    with inside(app):
        hers = db.session.scalars(select(Rsvp).where(Rsvp.household_id == amina)).one().public_id
    fatma.press(f"/nl/coaching/sign-ups/{hers}", {"band_6_11": "0"})
    assert standing(app) == {"Amina": (3, "confirmed"), "Oksana": (3, "confirmed"), "Dawit": (1, "confirmed")}

    # It does not go on. Each family is one line, in its own language with the Dutch beside it.
    with inside(app):
        row = db.session.scalars(select(EventDate)).one()
        dates.cancel(locked(EventDate, row.id), "De kok is ziek.", cast_of(app)["leen"])
        db.session.commit()
    page = fatma.get("/nl/coaching/calls").text
    families = re.findall(r'<h2 dir="auto">([^<]*)</h2>', page)
    assert sorted(families) == ["Amina", "Dawit", "Oksana"]
    assert re.findall(r'class="pre theirs" lang="([^"]*)"', page) == [{"Amina": "ar", "Dawit": "ti", "Oksana": "uk"}[family] for family in families]
    assert page.count('class="pre dutch" lang="nl"') == 3
    for number in ("32470000021", "32470000022", "32470000023"):
        assert all(f"{link}{number}" in page for link in ("tel:+", "sms:+", "https://wa.me/")), number

    # One is told, one does not answer; nobody is called twice and nobody is forgotten.
    fatma.press("/nl/coaching/calls", {"went": "told"}, action="/calls")
    page = fatma.press("/nl/coaching/calls", {"went": "not-yet"}, action="/calls").text
    assert re.findall(r'<h2 dir="auto">([^<]*)</h2>', page) == [families[2], families[1]]
    for _ in range(2):
        page = fatma.press("/nl/coaching/calls", {"went": "told"}, action="/calls").text
    assert re.findall(r'<h2 dir="auto">([^<]*)</h2>', page) == []


def test_the_slip_that_fatma_prints_is_the_familys_own(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        leen = cast_of(app)["leen"]
        kitchen = events.create(events.Details("Wereldkeuken", seats=7), [hours(21, 14, 18)], leen)
        events.publish(kitchen, leen)
        db.session.commit()
        date = kitchen.dates[0].public_id
        amina = db.session.scalars(select(Household.id).where(Household.nickname == "Amina")).one()
    fatma = Visitor(app).signed_in_as("fatma")
    fatma.press(f"/nl/coaching/sign-up/{date}", {"households": [amina]})
    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        seats, code = f"/nl/coaching/sign-ups/{rsvp.public_id}", rsvps.code(rsvp)
    slip = fatma.get(f"{seats}/slip").text
    assert " ".join(re.findall("..", code)) in slip
    link = re.search(r'href="http://localhost(/ar/signup/mine/[^"]+)"', slip).group(1)

    assert visitor.get(link).status_code == 200
