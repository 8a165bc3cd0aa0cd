"""How fast the house answers, beside a plain Flask view that builds the same feed at each request.

    .venv/bin/python bench/feeds.py [--activities 1000] [--seconds 4]

Makes a house with so many activities in a temporary folder (SQLite), opens it as in production
(gunicorn, one process of eight threads) with one view more, the plain one, and asks for pages over
HTTP by one kept connection of http.client. Prints a table with ratios; leaves nothing behind.
"""

import argparse
import gzip
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

Answer = tuple[int, dict[str, str], bytes]


# ---- the server's side: the house and one plain view


def app():  # type: ignore[no-untyped-def]
    """The house with `/plain.ics`: what one writes in an afternoon with Flask, SQLAlchemy and icalendar."""
    import icalendar
    from flask import Response

    from vwg import clock, create_app, guards
    from vwg.models import EventDate

    house = create_app()

    @house.get("/plain.ics")
    @guards.public
    def plain() -> Response:
        from vwg.db import db

        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//plain//EN")
        for date in db.session.scalars(EventDate.public().order_by(EventDate.starts_at)).unique():
            event, text = date.event, date.event.text
            one = icalendar.Event()
            one.add("uid", date.uid)
            one.add("dtstamp", date.changed_at)
            one.add("last-modified", date.changed_at)
            one.add("sequence", date.sequence)
            one.add("dtstart", clock.local(date.starts_at))
            one.add("dtend", clock.local(date.ends_at))
            one.add("summary", event.title)
            one.add("description", text.text if text else "")
            one.add("location", date.place.shown_to_strangers if date.place else "")
            if date.place and date.place.latitude is not None:
                one.add("geo", (date.place.latitude, date.place.longitude))
            one.add("url", f"http://127.0.0.1/nl/agenda/{event.public_id}")
            one.add("categories", [event.category.name_in("nl")] if event.category else [])
            one.add("status", "CONFIRMED")
            calendar.add_component(one)
        return Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")

    return house


# ---- the house's contents


def furnish(activities: int) -> list[str]:
    """The cast and so many activities over the coming year; the dates' public ids."""
    import flask_migrate

    from vwg import clock, create_app, demo
    from vwg.db import db, writing
    from vwg.domain import events

    house = create_app()
    with house.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        with writing():
            town = demo.cast()
            dates = []
            for number in range(activities):
                starts = clock.at(clock.today() + timedelta(days=2 + number % 360), 9 + number % 12)
                details = events.Details(
                    f"Activiteit {number}: samen koken, praten en wandelen", text="We doen het rustig aan; iedereen is welkom. " * 6,
                    category=(town.cooking, town.talking)[number % 2], place=(town.skala, town.sociaal_huis)[number % 2],
                    facts={"children": True, "food": ["meal", "halal"]}, dutch_level=1 + number % 4, seats=40,
                )  # fmt: skip
                event = events.create(details, [events.Times(starts, starts + timedelta(hours=2))], town.leen)
                events.publish(event, town.leen)
                dates.append(event.dates[0].public_id)
                if number % 100 == 99:
                    db.session.commit()
            db.session.commit()
        db.engine.dispose()
    return dates


def edit_one(number: int) -> None:
    """As a volunteer would, in a process beside the server."""
    from sqlalchemy import select

    from vwg.db import db, locked, writing
    from vwg.domain import events
    from vwg.models import Event, User

    with writing():
        event = locked(Event, db.session.scalars(select(Event.id).order_by(Event.id)).first() or 0)
        details = events.details_of(event)
        details.title = f"Activiteit 0, keer {number}"
        events.edit(event, event.version, details, db.session.scalars(select(User)).first())  # type: ignore[arg-type]
        db.session.commit()


# ---- asking


class Client:
    """One connection that stays open, and the cookies of one visitor."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, headers: dict[str, str] | None = None, form: dict[str, str] | None = None) -> Answer:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form is not None else "GET", path, body, sent)
        response = self.connection.getresponse()
        data = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, rest = value.split(";")[0].partition("=")
                self.cookies[cookie] = rest
        return response.status, dict(response.getheaders()), data


def measured(what: Callable[[], Answer], expected: set[int], seconds: float, most: int = 100_000) -> tuple[list[float], Answer]:
    """Milliseconds of each answer for so long; an unexpected status ends it all."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or (time.perf_counter() < end and len(times) < most):
        began = time.perf_counter()
        answer = what()
        times.append((time.perf_counter() - began) * 1000)
        if answer[0] not in expected:
            raise SystemExit(f"An answer {answer[0]} where {sorted(expected)} was expected: {answer[2][:300]!r}")
    return times, answer


class _Form(HTMLParser):
    """The hidden fields of the page's form that posts."""

    def __init__(self) -> None:
        super().__init__()
        self.posts, self.fields = False, dict[str, str]()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.posts = given.get("method", "").lower() == "post"
        elif tag == "input" and self.posts and given.get("type") == "hidden" and given.get("name"):
            self.fields.setdefault(given["name"], given.get("value", ""))


def sign_up(port: int, date: str) -> tuple[float, Answer]:
    """A new visitor opens the page and presses; the time of the press alone, in ms."""
    visitor = Client(port)
    path = f"/nl/signup/{date}"
    status, _, page = visitor.ask(path)
    if status != 200:
        raise SystemExit(f"{path} answers {status}")
    form = _Form()
    form.feed(page.decode())
    began = time.perf_counter()
    answer = visitor.ask(path, form={**form.fields, "people": "2"})
    return (time.perf_counter() - began) * 1000, answer


# ---- the run


@contextmanager
def opened(folder: str) -> Iterator[int]:
    """gunicorn with the settings of `vwg/launch.py`; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--workers", "1", "--worker-class", "gthread", "--threads", "8",
               "--keep-alive", "30", "--log-level", "warning", "--chdir", str(ROOT), "-b", f"127.0.0.1:{port}", "bench.feeds:app()"]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, "VWG_INSTANCE": folder})
    try:
        for _ in range(200):
            try:
                Client(port).ask("/healthz")
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit("The server does not answer.")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def run(activities: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VWG_INSTANCE"] = folder
        for name in ("VWG_DATABASE_URL", "VWG_SMTP_URL", "VWG_BASE_URL"):
            os.environ.pop(name, None)
        print(f"Making {activities} activities …", file=sys.stderr)
        dates = furnish(activities)
        with opened(folder) as port:
            rows = list(lines(port, dates, seconds))
    show(rows, activities)


Line = tuple[str, list[float], int]


def lines(port: int, dates: list[str], seconds: float) -> Iterator[Line]:
    """(what, milliseconds of each, bytes of the last body) one after another."""
    client = Client(port)

    times, answer = measured(lambda: client.ask("/plain.ics"), {200}, seconds)
    yield "plain Flask + icalendar, full", times, len(answer[2])

    began = time.perf_counter()
    first = client.ask("/feeds/agenda.ics")
    yield "feed, first after a start", [(time.perf_counter() - began) * 1000], len(first[2])
    times, answer = measured(lambda: client.ask("/feeds/agenda.ics"), {200}, seconds)
    yield "feed, full", times, len(answer[2])
    count = answer[2].count(b"BEGIN:VEVENT")
    if count != len(dates):
        print(f"The feed's limit of bytes left {count} of {len(dates)} activities.", file=sys.stderr)

    times, zipped = measured(lambda: client.ask("/feeds/agenda.ics", {"Accept-Encoding": "gzip"}), {200}, seconds)
    if gzip.decompress(zipped[2]) != answer[2]:
        raise SystemExit("Zipped is not plain.")
    yield "feed, full, gzip", times, len(zipped[2])

    known = {"If-None-Match": answer[1]["ETag"]}
    times, polled = measured(lambda: client.ask("/feeds/agenda.ics", known), {304}, seconds)
    yield "feed, conditional (304)", times, sum(len(name) + len(value) + 4 for name, value in polled[1].items()) + 26

    times = []
    from vwg import create_app

    house = create_app()
    with house.app_context():
        for number in range(10):
            edit_one(number)
            began = time.perf_counter()
            after = client.ask("/feeds/agenda.ics")
            times.append((time.perf_counter() - began) * 1000)
            if f"keer {number}".encode() not in after[2].replace(b"\r\n ", b""):
                raise SystemExit("An edit did not arrive.")
    yield "feed, first after an edit", times, len(after[2])

    began = time.perf_counter()
    arabic = client.ask("/feeds/agenda.ics?lang=ar")
    yield "feed in Arabic, first", [(time.perf_counter() - began) * 1000], len(arabic[2])

    times, page = measured(lambda: client.ask("/nl/agenda/"), {200}, seconds)
    yield "agenda page", times, len(page[2])

    times = []
    for date in dates[:60]:
        took, answer = sign_up(port, date)
        if answer[0] not in {302, 303}:
            raise SystemExit(f"A sign-up answers {answer[0]}: {re.sub(rb'<[^>]+>', b' ', answer[2])[:400]!r}")
        times.append(took)
    yield "sign-up, the press", times, len(answer[2])


def show(rows: list[Line], activities: int) -> None:
    plain = statistics.median(rows[0][1])
    print(f"{activities} activities, one client, Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    print(f"| {'what':30} | {'p50 ms':>8} | {'p99 ms':>8} | {'a second':>8} | {'bytes':>9} | {'plain / this':>12} |")
    print(f"|{'-' * 32}|{'-' * 10}|{'-' * 10}|{'-' * 10}|{'-' * 11}|{'-' * 14}|")
    for what, times, size in rows:
        middle = statistics.median(times)
        worst = sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]
        ratio = f"{plain / middle:,.1f}" if what.startswith(("feed", "plain")) else ""
        print(f"| {what:30} | {middle:8.2f} | {worst:8.2f} | {1000 / statistics.mean(times):8.0f} | {size:9} | {ratio:>12} |")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--activities", type=int, default=1000)
    given.add_argument("--seconds", type=float, default=4, help="for each line")
    chosen = given.parse_args()
    run(chosen.activities, chosen.seconds)
