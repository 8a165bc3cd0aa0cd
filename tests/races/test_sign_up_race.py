"""Five hundred people press *I am coming* at once, for the last twenty seats, on four web servers.

Each engine hides the other's mistake (SQLite fails where PostgreSQL oversells), so both run; and
each has its control: with the walls taken away the same race must break.
"""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import fresh_database, make_app, migrate
from tests.races import crowd
from vwg import clock, demo
from vwg.db import db, locked, writing
from vwg.domain import dates, events, rsvps
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Rsvp, RsvpStatus

pytestmark = pytest.mark.alone

SERVERS = 4
SEATS_LEFT = 20


@dataclass
class House:
    """A real one in real time: the servers are processes of their own, where nobody stops the clock."""

    app: Flask
    url: str
    folder: Path

    def with_seats(self, left: int) -> str:
        """A new world kitchen with so many seats left; its date's address."""
        with self.app.app_context(), writing():
            cast = demo.cast()
            day = clock.today() + timedelta(days=30)
            times = [dates.Times(clock.at(day, 14), clock.at(day, 18))]
            event = events.create(events.Details("Wereldkeuken", category=cast.cooking, place=cast.skala, seats=left + 10), times, cast.leen)
            events.publish(event, cast.leen)
            date = locked(EventDate, event.dates[0].id)
            rsvps.sign_up(date, Party(10), language="nl", name="Oksana en vrienden")
            db.session.commit()
            return date.public_id

    def statuses(self, date: str) -> Counter[str]:
        """How many sign-ups in each state, without Oksana's."""
        with self.app.app_context():
            rows = select(Rsvp.status).join(EventDate).where(EventDate.public_id == date, Rsvp.name == "")
            return Counter(str(status) for status in db.session.scalars(rows))


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = f"sqlite:///{tmp_path / 'vwg.db'}"
    if request.param == "postgresql":
        url = fresh_database(request.getfixturevalue("postgres_url"), "vwg_race")
    app = make_app(tmp_path, url)
    migrate(app)
    yield House(app, url, tmp_path)
    with app.app_context():
        db.engine.dispose()


def race(house: House, date: str, people: int, how: str = "") -> list[tuple[int, str | None]]:
    """What each was answered: status and where it was sent on to."""
    fork = multiprocessing.get_context("fork")
    one_key = rsvps.new_form_key()
    servers = []
    for _ in range(SERVERS):
        ours, theirs = fork.Pipe()
        server = fork.Process(target=crowd.serve, args=(theirs, house.url, house.folder, date, people // SERVERS, how, one_key))
        server.start()
        theirs.close()
        servers.append((server, ours))
    answers: list[tuple[int, str | None]] = []
    try:
        assert [line.recv() for _, line in servers] == ["ready"] * SERVERS
        for _, line in servers:
            line.send("go")
        for _, line in servers:
            answers += line.recv()
    finally:
        for server, line in servers:
            line.close()
            server.join(10)
            server.kill()
    return answers


@pytest.mark.parametrize("people", [200, pytest.param(500, marks=pytest.mark.slow)])
def test_the_last_twenty_seats_are_taken_once(house: House, people: int) -> None:
    date = house.with_seats(SEATS_LEFT)
    answers = race(house, date, people)

    assert Counter(status for status, _ in answers) == {302: people}
    assert house.statuses(date) == {RsvpStatus.CONFIRMED: SEATS_LEFT, RsvpStatus.WAITING: people - SEATS_LEFT}
    assert len({location for _, location in answers}) == people


def test_without_the_walls_the_same_race_breaks(house: House) -> None:
    date = house.with_seats(SEATS_LEFT)
    answers = race(house, date, 100, "unlocked")

    failed = sum(status >= 500 for status, _ in answers)
    oversold = house.statuses(date)[RsvpStatus.CONFIRMED] - SEATS_LEFT
    assert failed > 0 or oversold > 0


def test_a_form_sent_by_impatient_fingers_is_one_sign_up(house: House) -> None:
    date = house.with_seats(SEATS_LEFT)
    answers = race(house, date, 32, "same form")

    assert Counter(status for status, _ in answers) == {302: 32}
    assert len({location for _, location in answers}) == 1
    assert house.statuses(date) == {RsvpStatus.CONFIRMED: 1}
