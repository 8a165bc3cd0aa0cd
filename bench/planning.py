"""The volunteers' pages under weight: Today, an activity, and the edit of a long series.

    .venv/bin/python bench/planning.py [--dates 100] [--signups 3000]

Makes a house in a temporary folder (SQLite) with one weekly activity of so many dates and sign-ups
(a third through a coach, a third with mail, a third without either), then asks the pages in this
process and counts time and queries. Prints a table; leaves nothing behind.
"""

import argparse
import logging
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import event as signal
from sqlalchemy import func, insert, select

from tests.conftest import Visitor, forms_of, make_app, migrate
from vwg import clock, demo
from vwg.db import db, writing
from vwg.domain import dates, events
from vwg.models import EventDate, Household, Notice, Rsvp, RsvpContact, RsvpStatus, Series, User

MOST_QUERIES = 15


def fill(app: Any, weeks: int, signups: int) -> tuple[str, list[str]]:
    """The activity's address and its dates', nearest first."""
    with app.app_context(), writing():
        people = demo.cast()
        first = dates.Times(clock.at(clock.today() + timedelta(days=7), 19), clock.at(clock.today() + timedelta(days=7), 21))
        times = dates.every_week(first, first.starts_at + timedelta(weeks=weeks - 1, hours=2))
        table = events.create(events.Details("Praattafel", place=people.skala), times, people.jo, weekly=True)
        events.publish(table, people.jo)
        for date in table.dates[1::10]:
            dates.move(date, dates.Times(date.starts_at + timedelta(days=1), date.ends_at + timedelta(days=1)), date.place, people.jo)
        households = [Household(nickname=f"Gezin {number}", adults=2, languages=["nl"]) for number in range(signups // 3 // 4 or 1)]
        db.session.add_all(households)
        db.session.flush()
        now = clock.now()
        rows = [
            {
                "public_id": f"r{number:08d}", "date_id": table.dates[number % weeks].id, "number": number, "name": f"Gast {number}", "adults": 1,
                "language": "nl", "status": RsvpStatus.CONFIRMED, "queued_at": now,
                "household_id": households[number % len(households)].id if number % 3 == 0 else None,
            }
            for number in range(signups)
        ]  # fmt: skip
        db.session.execute(insert(Rsvp), rows)
        with_mail = db.session.scalars(select(Rsvp.id).where(Rsvp.household_id.is_(None), Rsvp.id % 2 == 0)).all()
        db.session.execute(insert(RsvpContact), [{"rsvp_id": identity, "email": f"gast{identity}@example.org", "phone": ""} for identity in with_mail])
        db.session.commit()
        return table.public_id, [date.public_id for date in table.dates]


def again(app: Any, weeks: int) -> str:
    """A draft of as many dates, not in one series; its address."""
    with app.app_context(), writing():
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        first = dates.Times(clock.at(clock.today() + timedelta(days=8), 19), clock.at(clock.today() + timedelta(days=8), 21))
        draft = events.create(events.Details("Wandeling"), dates.every_week(first, first.starts_at + timedelta(weeks=weeks - 1, hours=2)), jo)
        db.session.commit()
        return draft.public_id


class Counted:
    """How many statements, commits and begins apart, and how long."""

    def __init__(self, app: Any) -> None:
        with app.app_context():
            signal.listen(db.engine, "before_cursor_execute", self._count)
        self.queries = 0

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.queries += not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT"))

    def run(self, what: str, ask: Any) -> Any:
        self.queries, begins = 0, time.perf_counter()
        answer = ask()
        took = time.perf_counter() - begins
        print(f"{what:46} {answer.status_code:4} {took * 1000:9.0f} ms {self.queries:6} queries {'' if self.queries <= MOST_QUERIES else '  more than 15'}")
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dates", type=int, default=100)
    parser.add_argument("--signups", type=int, default=3000)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        migrate(app)
        event, ids = fill(app, given.dates, given.signups)
        jo = Visitor(app).signed_in_as("jo")
        counted = Counted(app)
        jo.get("/nl/planning/")  # catalogues and templates are read once
        print(f"{given.dates} dates, {given.signups} sign-ups")
        counted.run("Today", lambda: jo.get("/nl/planning/"))
        counted.run("the list of activities", lambda: jo.get("/nl/planning/activities"))
        counted.run("the activity", lambda: jo.get(f"/nl/planning/{event}"))
        counted.run("one date", lambda: jo.get(f"/nl/planning/dates/{ids[2]}"))
        for what, path, said in (
            ("all to another hour", f"/nl/planning/dates/{ids[2]}/move", {"scope": "all", "starts": "20:00", "ends": "22:00"}),
            ("this and later to another day", f"/nl/planning/dates/{ids[2]}/move", {"scope": "following", "day": _day_after(app, ids[2])}),
            ("this and later cancelled", f"/nl/planning/dates/{ids[4]}/cancel", {"scope": "following", "reason": "Ziek."}),
        ):
            fields = dict(next(form for form in forms_of(jo.get(path).text) if any(name == "scope" for name, _ in form["fields"]))["fields"])
            preview = counted.run(f"{what}: who will hear it", lambda path=path, data={**fields, **said}: jo.client.post(path, data=data))
            sure = dict(next(form for form in forms_of(preview.text) if ("sure", "1") in form["fields"])["fields"])
            counted.run(f"{what}: done and owed", lambda path=path, data=sure: jo.client.post(path, data=data))
        for what, path, said in (
            ("one date cancelled", f"/nl/planning/dates/{ids[1]}/cancel", {"scope": "one", "reason": "Ziek."}),
            ("all put off", f"/nl/planning/{event}/postpone", {"reason": "Ziek."}),
            ("all cancelled", f"/nl/planning/{event}/cancel", {"reason": "Ziek."}),
        ):
            page = jo.get(path if "/dates/" in path else f"/nl/planning/{event}").text
            fields = dict(next(form for form in forms_of(page) if any(name == "reason" for name, _ in form["fields"]))["fields"])
            preview = counted.run(f"{what}: who will hear it", lambda path=path, data={**fields, **said}: jo.client.post(path, data=data))
            sure = dict(next(form for form in forms_of(preview.text) if ("sure", "1") in form["fields"])["fields"])
            counted.run(f"{what}: done and owed", lambda path=path, data=sure: jo.client.post(path, data=data))
        draft = again(app, given.dates)
        sure = dict(next(form for form in forms_of(jo.get(f"/nl/planning/{draft}").text) if form["action"].endswith("/publish"))["fields"])
        counted.run("a draft of as many dates put online", lambda: jo.client.post(f"/nl/planning/{draft}/publish", data=sure))
        with app.app_context():
            told = db.session.scalar(select(func.count()).select_from(Notice))
            print(f"{told} notices, {db.session.scalar(select(func.count()).select_from(EventDate))} dates, "
                  f"{db.session.scalar(select(func.count()).select_from(Series))} series")
            db.engine.dispose()


def _day_after(app: Any, date: str) -> str:
    with app.app_context():
        starts = db.session.scalars(select(EventDate.starts_at).where(EventDate.public_id == date)).one()
        return (clock.local(starts).date() + timedelta(days=1)).isoformat()


if __name__ == "__main__":
    main()
