"""Whether the agenda stays as quick when it is full: 10 activities beside 10,000, of which 600 are to come.

    .venv/bin/python bench/agenda.py [--rounds 60] [--most 1.5]

Makes two houses in a temporary folder (SQLite), asks both for the same pages by turns in one process,
and prints for each page the median of both and their ratio, with the number of queries. Ends with 1
when a ratio is above `--most` or a page asks more than six times. Leaves nothing behind.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TO_COME = 600
MOST_QUERIES = 6


def house(folder: Path, activities: int) -> Any:
    """A house whose agenda holds so many; the first 600 of them lie ahead, a day after the other, the rest behind."""
    from tests.conftest import make_app, migrate
    from vwg import clock, demo
    from vwg.db import db, writing
    from vwg.domain import dates, events
    from vwg.models import EventDate, Rsvp, RsvpStatus

    folder.mkdir()
    app = make_app(folder)
    migrate(app)
    chance = random.Random(1)
    with app.app_context():
        with writing():
            town = demo.cast()
            for number in range(activities):
                ahead = number < TO_COME
                day = clock.today() + timedelta(days=1 + number % 300) if ahead else clock.today() - timedelta(days=2 + number % 3000)
                starts = clock.at(day, 9 + number % 12)
                details = events.Details(
                    f"Activiteit {number}: samen koken", text="We doen het rustig aan; iedereen is welkom. " * 6,
                    category=(town.cooking, town.talking)[number % 2], place=(town.skala, town.sociaal_huis)[number % 2],
                    facts={"children": True, "food": ["meal", "halal"]}, dutch_level=1 + number % 4, seats=40,
                )  # fmt: skip
                event = _written(details, dates.Times(starts, starts + timedelta(hours=2)), town)
                if ahead and chance.random() < 0.5:
                    event.dates[0].rsvps.append(Rsvp(adults=2, language="nl", status=RsvpStatus.CONFIRMED, number=1, queued_at=clock.now()))
                if number % 500 == 499:
                    db.session.commit()
                    db.session.expunge_all()
                    town = _again(town)
            db.session.commit()
        page = db.session.scalars(EventDate.public().where(EventDate.ends_at > clock.now()).order_by(EventDate.starts_at)).first()
        assert page is not None
        app.config["AN_ACTIVITY"] = page.event.public_id
        db.session.execute(db.text("ANALYZE"))
        db.session.rollback()
    return app


def _written(details: Any, times: Any, town: Any) -> Any:
    """As the verbs leave it, without what they look up on the way: 10,000 of them in a minute."""
    from vwg import clock
    from vwg.db import db
    from vwg.models import Event, EventDate, EventText, Stage

    event = Event(
        stage=Stage.PUBLISHED, published_at=clock.now(), category=details.category, facts=details.facts, dutch_level=details.dutch_level,
        created_by_id=town.leen.id,
    )  # fmt: skip
    event.texts.append(EventText(language="nl", title=details.title, text=details.text))
    event.hosts.append(town.leen)
    event.dates.append(EventDate(starts_at=times.starts_at, ends_at=times.ends_at, place=details.place, seats=details.seats))
    db.session.add(event)
    return event


def _again(town: Any) -> Any:
    """The few of the cast that an activity needs, in a session that forgot the rest."""
    from vwg.db import db

    for name in ("leen", "cooking", "talking", "skala", "sociaal_huis"):
        thing = getattr(town, name)
        setattr(town, name, db.session.merge(thing, load=True))
    return town


def measured(apps: list[Any], path: str, rounds: int) -> tuple[list[float], list[int]]:
    """Median milliseconds and the number of queries, of each house; asked by turns, so that a busy moment hits both."""
    from sqlalchemy import event

    from vwg.db import db

    clients = [app.test_client() for app in apps]
    paths = [path.replace("<event>", app.config["AN_ACTIVITY"]) for app in apps]
    times: list[list[float]] = [[] for _ in apps]
    queries = []
    for app, client, own in zip(apps, clients, paths, strict=True):
        assert client.get(own).status_code == 200, own
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any, said: list[str] = said) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                said.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        client.get(own)
        event.remove(engine, "before_cursor_execute", note)
        queries.append(len(said))
    for _ in range(rounds):
        for client, own, kept in zip(clients, paths, times, strict=True):
            began = time.perf_counter()
            client.get(own)
            kept.append((time.perf_counter() - began) * 1000)
    return [statistics.median(each) for each in times], queries


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=60)
    asked.add_argument("--most", type=float, default=1.5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        apps = [house(Path(folder) / str(number), number) for number in (10, 10_000)]
        print(f"{'page':<34}{'10':>9}{'10,000':>10}{'ratio':>8}{'queries':>9}")
        worst, most = 0.0, 0
        for name, path in PAGES.items():
            (small, large), queries = measured(apps, path, given.rounds)
            held = name in HELD
            worst = max(worst, large / small) if held else worst
            most = max(most, *queries)
            print(f"{name:<34}{small:>6.1f} ms{large:>7.1f} ms{large / small:>8.2f}{max(queries):>9}{'' if held else '  (not held: more is shown)'}")
    return 0 if worst <= given.most and most <= MOST_QUERIES else 1


PAGES = {
    "an activity": "/nl/agenda/<event>",
    "an activity, in Arabic": "/ar/agenda/<event>",
    "the agenda": "/nl/agenda/",
    "the agenda, in Arabic": "/ar/agenda/",
    "the agenda, free and little Dutch": "/nl/agenda/?free=1&dutch=2",
    "a search": "/nl/agenda/?q=samen",
    "what has been": "/nl/agenda/?when=earlier",
}
HELD = {"an activity", "an activity, in Arabic", "the agenda", "the agenda, in Arabic"}

if __name__ == "__main__":
    sys.exit(main())
