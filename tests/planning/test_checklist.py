"""What must be done around an activity: from the group's list, with a day and an owner; late ones stand on Today."""

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside, later
from vwg import clock
from vwg.db import db
from vwg.domain import dates, errors, tasks, today
from vwg.models import Event, Task, User


def page_of(leen: Visitor) -> str:
    with inside(leen.app):
        return f"/en/planning/{db.session.scalars(select(Event.public_id)).one()}-wereldkeuken/tasks"


def test_the_groups_list_is_begun_once_and_each_has_its_day_and_owner(leen: Visitor) -> None:
    leen.press("/en/planning/tasks", {"lines": "14 Affiches ophangen\n\n٢ Sleutel halen\n-1 Sleutel terug"})
    leen.press(page_of(leen), {"what": "Sleutel halen", "days_before": "2"})
    begun = leen.press(page_of(leen), action="/tasks/begin").text
    assert "/tasks/begin" not in begun  # nothing of it is left to begin
    with inside(leen.app):
        event = db.session.scalars(select(Event)).one()
        tasks.begin(event)
        listed = tasks.of_event(event)
        assert [(task.what, str(tasks.due(task, event))) for task in listed] == [
            ("Affiches ophangen", "2026-03-07"), ("Sleutel halen", "2026-03-19"), ("Sleutel terug", "2026-03-22"),
        ]  # fmt: skip
        jo, first = db.session.scalars(select(User).where(User.demo_name == "jo")).one().id, listed[0].id
    leen.press(page_of(leen), {"owner": str(jo)}, action=f"/tasks/{first}")
    leen.press(page_of(leen), {"what": "Taart bestellen", "days_before": "3"})
    with inside(leen.app):
        assert db.session.get(Task, first).owner.name == "Jo"
        assert len(db.session.scalars(select(Task)).all()) == 4


def test_a_line_without_a_number_is_said_beside_the_list(leen: Visitor) -> None:
    page = leen.press("/en/planning/tasks", {"lines": "14 Affiches\nSleutel halen"})
    assert page.status_code == 422 and "Look at: Sleutel halen" in page.text
    with inside(leen.app), pytest.raises(errors.TaskWithoutWords):
        tasks.write_template([("  ", 3)])


def test_what_is_late_stands_on_today_until_it_is_done_and_moves_with_the_date(leen: Visitor) -> None:
    def lines() -> list[str]:
        user = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        return [line.line for line in today.of(user, False).lines if line.kind == today.Waits.TASKS]

    with inside(leen.app):
        event = db.session.scalars(select(Event)).one()
        owner = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        poster = tasks.add(event, "Affiches", 14, owner)
        db.session.commit()
        assert lines() == []
        with later(days=6):
            assert lines() == ["Wereldkeuken · Affiches"]
            dates.move(event.dates[0], hours(28, 14, 18), event.dates[0].place, owner)
            assert lines() == []
        with later(days=14):
            assert lines() == ["Wereldkeuken · Affiches"]
            tasks.done(poster, owner)
            tasks.done(poster, owner)
            assert lines() == [] and poster.done_at is not None and poster.done_at <= clock.now()
            tasks.not_done(poster)
            assert lines() == ["Wereldkeuken · Affiches"]
