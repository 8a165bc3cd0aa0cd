"""A host changes the rules while somebody's sign-up stands in line for the same date's lock."""

import sys
import threading
import time

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import inside, world_kitchen
from vwg import demo
from vwg.db import db, locked, writing
from vwg.domain import rsvps, sign_up_rules
from vwg.domain.rsvps import Party
from vwg.models import EventDate, User

PATIENCE = 120  # seconds: far more than a busy machine needs


def family_of_four_signs_up_while_babies_begin_to_count(app: Flask) -> str:
    """Three seats; two of the four are babies on a lap. Whether they come or wait."""
    with inside(app):
        date_id = world_kitchen(demo.cast(), seats=3).dates[0].id
        db.session.commit()
    knows_the_old_rule, the_host_began = threading.Event(), threading.Event()
    answers: list[str] = []

    def sign_up() -> None:
        with app.app_context(), writing():
            if db.engine.dialect.name == "postgresql":
                event = db.session.get_one(EventDate, date_id).event  # as a page that shows it before it takes seats
                assert event.babies_count is False
                knows_the_old_rule.set()
            the_host_began.wait(PATIENCE)
            knows_the_old_rule.set()
            answers.append(str(rsvps.sign_up(locked(EventDate, date_id), Party(adults=2, band_0_2=2), language="ar").status))
            db.session.commit()

    family = threading.Thread(target=sign_up)
    family.start()
    with app.app_context(), writing():
        if db.engine.dialect.name == "postgresql":
            assert knows_the_old_rule.wait(PATIENCE)
        date, leen = locked(EventDate, date_id), db.session.get_one(User, db.session.scalars(db.select(User.id).where(User.demo_name == "leen")).one())
        sign_up_rules.change(date.event, babies_count=True, smaller_may_pass=False, by=leen)
        the_host_began.set()
        until_somebody_waits_for_us(app)
        db.session.commit()
    family.join(PATIENCE)
    return answers[0]


def until_somebody_waits_for_us(app: Flask) -> None:
    """On SQLite they wait before their first line is read; PostgreSQL says who waits for a lock."""
    if db.engine.dialect.name != "postgresql":
        return
    last_moment = time.monotonic() + PATIENCE
    while time.monotonic() < last_moment:
        with db.engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")):
                return
    raise AssertionError("nobody waits")


def test_the_rule_that_holds_when_the_lock_is_theirs_counts(app: Flask) -> None:
    assert family_of_four_signs_up_while_babies_begin_to_count(app) == "waiting"


def test_without_reading_the_rules_afresh_the_old_one_counts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control, on the engine that can show it: SQLite lets nobody read between."""
    with app.app_context():
        engine = db.engine.dialect.name
    monkeypatch.setattr(sys.modules["vwg.db"], "_read_afresh", lambda row, name: None)

    assert family_of_four_signs_up_while_babies_begin_to_count(app) == {"postgresql": "confirmed", "sqlite": "waiting"}[engine]
