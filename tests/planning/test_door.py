"""On the day: numbers for every volunteer, names for hosts and only for a minute, a list on paper."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, forms_of, inside, later, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import door, erasure, errors, rsvps
from vwg.domain.rsvps import Party
from vwg.models import DateCount, EventDate, Look


@pytest.fixture
def leen(app: Flask) -> Visitor:
    """She hosts the world kitchen; Amina signed up with her two children."""
    with inside(app):
        cast = demo.cast()
        kitchen = world_kitchen(cast)
        db.session.commit()
        rsvps.sign_up(locked(EventDate, kitchen.dates[0].id), Party(3), language="ti", name="Amina")
        db.session.commit()
    return Visitor(app).signed_in_as("leen")


def page_of(visitor: Visitor, more: str = "") -> str:
    with inside(visitor.app):
        return f"/en/planning/dates/{db.session.scalars(select(EventDate.public_id)).one()}/{more or 'door'}"


def counted(visitor: Visitor) -> dict[str, int]:
    with inside(visitor.app):
        return door.counts(db.session.scalars(select(EventDate)).one())


def test_one_press_is_one_more_and_never_below_nobody(leen: Visitor) -> None:
    count = page_of(leen, "door/count")
    for by in ("1", "1", "-1", "-1", "-1", "1"):
        leen.press(page_of(leen), {"what": "there_adults", "by": by}, action="/door/count")
    leen.press(page_of(leen), {"what": "there_children", "by": "1"}, action=count)
    assert counted(leen) == {"there_adults": 1, "there_children": 1, "walk_ins": 0, "no_shows": 0}
    assert "There now: <b data-there>2</b>" in leen.get(page_of(leen)).text


def test_the_door_shows_no_name_and_every_volunteer_may_count(leen: Visitor) -> None:
    assert "Amina" not in leen.get(page_of(leen)).text
    fatma = Visitor(leen.app).signed_in_as("fatma")
    fatma.press(page_of(leen), {"what": "there_adults", "by": "1"}, action="/door/count")
    assert counted(leen)["there_adults"] == 1
    assert Visitor(leen.app).get(page_of(leen)).status_code == 302


def test_walk_ins_and_no_shows_are_numbers_told_afterwards(leen: Visitor) -> None:
    leen.press(page_of(leen), {"there_adults": "12", "walk_ins": "4", "no_shows": "٢"}, action=None)
    assert counted(leen) == {"there_adults": 12, "there_children": 0, "walk_ins": 4, "no_shows": 2}
    assert leen.press(page_of(leen), {"walk_ins": "-1"}).status_code == 422
    with inside(leen.app), pytest.raises(errors.DoorCount):
        door.say(db.session.scalars(select(EventDate)).one(), {"names": 1})


def test_a_press_that_comes_again_counts_once_and_its_answer_is_the_numbers(leen: Visitor) -> None:
    form = dict(next(form for form in forms_of(leen.get(page_of(leen)).text) if form["action"].startswith(page_of(leen, "door/count")))["fields"])

    def press(page: str, nth: object, what: str = "there_adults") -> dict[str, int]:
        answer = leen.client.post(page_of(leen, "door/count"), data={**form, "what": what, "by": "1", "page": page, "nth": nth}, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        return dict(answer.get_json())

    said = [press("a", 1), press("a", 1), press("a", 2), press("b", 1), press("a", 2), press("a", 3, "there_children"), press("c" * 999, "x")]
    assert [(each["there_adults"], each["there_children"]) for each in said] == [(1, 0), (1, 0), (2, 0), (3, 0), (3, 0), (3, 1), (4, 1)]
    assert counted(leen) == said[-1]
    with inside(leen.app):
        assert len(db.session.scalars(select(DateCount).where(DateCount.what.startswith(door.HEARD))).all()) == 3
    with later(days=60), inside(leen.app):
        assert erasure.erase_what_is_due()["presses at the door"] == 3
        assert db.session.scalar(select(DateCount.number).where(DateCount.what == "there_adults")) == 4


def test_a_number_that_nobody_touched_leaves_what_was_counted_at_the_other_door(leen: Visitor) -> None:
    fields = dict(next(form for form in forms_of(leen.get(page_of(leen)).text) if form["action"] == "")["fields"])
    leen.press(page_of(leen), {"what": "there_adults", "by": "1"}, action="/door/count")
    leen.client.post(page_of(leen), data={**fields, "walk_ins": "2"})
    assert counted(leen) == {"there_adults": 1, "there_children": 0, "walk_ins": 2, "no_shows": 0}


def test_names_go_dark_after_a_minute_and_looking_is_noted(leen: Visitor) -> None:
    page = leen.get(page_of(leen, "door/names"))
    assert "Amina" in page.text and page.headers["Refresh"] == f"60; url={page_of(leen)}"
    assert "no-store" in page.headers["Cache-Control"]
    with inside(leen.app):
        assert len(db.session.scalars(select(Look)).all()) == 1
    fatma = Visitor(leen.app).signed_in_as("fatma")
    assert "Amina" not in fatma.get(page_of(leen, "door/names")).text + fatma.get(page_of(leen, "paper")).text
    assert "Amina" in leen.get(page_of(leen, "paper")).text
