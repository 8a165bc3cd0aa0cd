"""How long a newcomer waits when everybody presses *I am coming* at once, on four web servers.

    .venv/bin/python bench/people.py [--people 500] [--database postgresql://…]

Makes a house in a temporary folder (SQLite, or a database given by its URL, which is filled: give an
empty one), opens the form for everybody, sends all forms at once and prints what was answered and
how long it took. Aimed at: p99 at most 8 seconds.
"""

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SERVERS, THREADS = 4, 8


def serve(to_us: Connection, url: str, folder: Path, date: str, people: int) -> None:
    """One server of eight threads: everybody has the form open, then all press; the seconds each waited."""
    from tests.conftest import make_app
    from vwg.domain import pace, rsvps

    pace.QUICKEST = timedelta(0)
    app = make_app(folder, url)
    path = f"/nl/signup/{date}"
    browsers = []
    for _ in range(THREADS):
        browser = app.test_client()
        token = browser.get(path).text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        browsers.append((browser, token))
    to_us.send("ready")
    to_us.recv()
    begun = time.perf_counter()

    def press(number: int) -> tuple[int, float]:
        """The wait begins when all press, also for whom the eight threads leave in line."""
        browser, token = browsers[number % THREADS]
        answer = browser.post(path, data={"csrf_token": token, "people": "1", "form_key": rsvps.new_form_key()})
        return answer.status_code, time.perf_counter() - begun

    with ThreadPoolExecutor(THREADS) as threads:
        to_us.send(list(threads.map(press, range(people))))


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--people", type=int, default=500)
    reader.add_argument("--database", default="")
    given = reader.parse_args()
    from tests.conftest import make_app, migrate
    from vwg import clock, demo
    from vwg.db import db, writing
    from vwg.domain import dates, events

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = given.database or f"sqlite:///{folder / 'vwg.db'}"
        app = make_app(folder, url)
        migrate(app)
        with app.app_context(), writing():
            cast = demo.cast()
            day = clock.today() + timedelta(days=30)
            event = events.create(events.Details("Wereldkeuken", seats=20), [dates.Times(clock.at(day, 14), clock.at(day, 18))], cast.leen)
            events.publish(event, cast.leen)
            db.session.commit()
            date = event.dates[0].public_id
        with app.app_context():
            db.engine.dispose()
        fork = multiprocessing.get_context("fork")
        lines = []
        for _ in range(SERVERS):
            ours, theirs = fork.Pipe()
            fork.Process(target=serve, args=(theirs, url, folder, date, given.people // SERVERS), daemon=True).start()
            lines.append(ours)
        assert [line.recv() for line in lines] == ["ready"] * SERVERS
        for line in lines:
            line.send("go")
        answers = [answer for line in lines for answer in line.recv()]
    waits = sorted(seconds for _, seconds in answers)
    engine = url.partition(":")[0]
    print(f"{engine}: {len(waits)} at once, {sum(status == 302 for status, _ in answers)} answered as they should be")
    print(f"  half within {statistics.median(waits):.2f} s, 99 % within {waits[int(len(waits) * 0.99) - 1]:.2f} s, the last after {waits[-1]:.2f} s")


if __name__ == "__main__":
    main()
