"""Who leaves the group leaves nothing behind that nobody carries."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import errors, households, notices, rsvps, tasks, volunteers
from vwg.domain.notices import Way
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, Household, Notice, NoticeChannel, Role, Task, User, UserSession


def user(name: str) -> User:
    return db.session.scalars(select(User).where(User.demo_name == name)).one()


@pytest.fixture
def leen(app: Flask) -> Visitor:
    """Jo alone hosts the kitchen, owns a task, coaches a family and has a call to make."""
    with inside(app):
        cast = demo.cast()
        kitchen = world_kitchen(cast)
        kitchen.hosts = [cast.jo]
        tasks.add(kitchen, "Sleutel", 2, cast.jo)
        if not cast.jo.is_coach:
            volunteers.change(cast.jo, cast.jo.name, cast.jo.email, {Role.ORGANISER, Role.COACH})
        households.add(households.Details("de familie A.", Party(2)), cast.jo)
        rsvp = rsvps.sign_up(locked(EventDate, kitchen.dates[0].id), Party(1), language="nl", name="Dawit")
        notices.owe("date_moved", "date", kitchen.dates[0].id, 1, "rsvp", rsvp.id, "nl", Way(NoticeChannel.CALL, cast.jo))
        db.session.commit()
    return Visitor(app).signed_in_as("leen")


def test_families_calls_tasks_and_activities_go_to_somebody(leen: Visitor) -> None:
    Visitor(leen.app).signed_in_as("jo")
    with inside(leen.app):
        jo, fatma = user("jo").id, user("fatma").id
    page = f"/en/admin/volunteers/{jo}/leave"
    refused = leen.press(page)
    assert refused.status_code == 409 and "Choose who takes over" in refused.text and "Wereldkeuken" in refused.text

    leen.press(page, {"successor": str(fatma)})
    with inside(leen.app):
        assert [host.id for host in db.session.scalars(select(Event)).one().hosts] == [fatma]
        assert db.session.scalars(select(Task)).one().owner_id == fatma
        assert [held.user_id for held in db.session.scalars(select(Household).where(Household.nickname == "de familie A.")).one().coaches] == [fatma]
        assert db.session.scalars(select(Notice.assigned_to_id)).all() == [fatma]
        assert [row.ended_at is None for row in db.session.scalars(select(UserSession).where(UserSession.user_id == jo))] == [False]
        assert db.session.get(User, jo).email == ""


def test_who_leaves_cannot_take_over(leen: Visitor) -> None:
    with inside(leen.app):
        jo = user("jo")
        with pytest.raises(errors.NeedsSuccessor):
            volunteers.leave(jo, jo)
        assert volunteers.alone_at_the_door(jo) == list(db.session.scalars(select(Event)))
        assert db.session.scalars(select(EventDate)).one() is not None
