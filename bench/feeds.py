"""How fast the feeds are, beside what others do with the same activities, in one run.

    .venv/bin/python bench/feeds.py [--activities 100 1000 10000] [--seconds 3] [--without xandikos radicale]

Makes a house in a temporary folder (SQLite), opens it with granian as in production (one process of
eight threads), starts the others beside it from a virtualenv of the bench's own (`bench/.peers`, made
at the first run with pip), and asks all of them over HTTP by one kept connection, turn by turn. Prints
one table for each number of activities; leaves nothing behind but that virtualenv.
"""

import argparse
import base64
import gzip
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / ".peers"
PACKAGES = ["flask==3.1.3", "granian==2.8.7", "icalendar==7.3.0", "radicale==3.9.0", "xandikos==0.4.10", "django-ical==1.9.2"]
ROUNDS = 5
MOST_OF_XANDIKOS = 1000  # each is a commit in git: ten thousand take an hour to put there
sys.path.insert(0, str(ROOT))


# ---- the server's side: the house


def app():
    """As in production; the limit of bytes is lifted where BENCH_NO_LIMIT says so."""
    from vwg import create_app
    from vwg.feeds import reading

    if os.environ.get("BENCH_NO_LIMIT"):
        reading.MOST_BYTES = 1_000_000_000
    return create_app()


def furnish(activities: int) -> list[dict[str, str]]:
    """The cast and so many activities over the coming year; the same as data for the others."""
    import flask_migrate

    from vwg import clock, create_app, demo
    from vwg.db import db, writing
    from vwg.domain import dates, events

    told = []
    house = create_app()
    with house.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        with writing():
            town = demo.cast()
            for number in range(activities):
                starts = clock.at(clock.today() + timedelta(days=2 + number % 360), 9 + number % 12)
                place, category = (town.skala, town.sociaal_huis)[number % 2], (town.cooking, town.talking)[number % 2]
                details = events.Details(
                    f"Activiteit {number}: samen koken, praten en wandelen", text="We doen het rustig aan; iedereen is welkom. " * 3,
                    category=category, place=place, facts={"children": True, "food": ["meal", "halal"]}, dutch_level=1 + number % 4, seats=40,
                )  # fmt: skip
                event = events.create(details, [dates.Times(starts, starts + timedelta(hours=2))], town.leen)
                events.publish(event, town.leen)
                date = event.dates[0]
                told.append({
                    "uid": str(date.uid), "title": details.title, "text": details.text + "\nKinderen zijn welkom. Er is eten. Halal.", "place": place.shown_to_strangers,
                    "page": f"http://127.0.0.1/nl/agenda/{event.public_id}", "category": category.name_in("nl"), "starts": starts.isoformat(),
                    "ends": (starts + timedelta(hours=2)).isoformat(), "changed": date.changed_at.isoformat(),
                })  # fmt: skip
                if number % 200 == 199:
                    db.session.commit()
                    db.session.expunge_all()
                    town = _cast_again()
            db.session.commit()
        db.engine.dispose()
    return told


def _cast_again():
    """The same people and places in an empty session, which stays quick."""
    from types import SimpleNamespace

    from sqlalchemy import select

    from vwg.db import db
    from vwg.models import Category, Place, User

    def one(noun, column, value):
        return db.session.scalars(select(noun).where(column == value)).one()

    return SimpleNamespace(
        leen=one(User, User.demo_name, "leen"), skala=one(Place, Place.name, "Zaal Skala"), sociaal_huis=one(Place, Place.name, "Sociaal Huis"),
        cooking=one(Category, Category.slug, "cooking"), talking=one(Category, Category.slug, "talking"),
    )  # fmt: skip


class Volunteer:
    """Edits one activity, in a process beside the server."""

    def __init__(self) -> None:
        from vwg import create_app

        self.house, self.times = create_app(), 0

    def edit(self) -> None:
        from sqlalchemy import select

        from vwg.db import db, locked, writing
        from vwg.domain import events
        from vwg.models import Event, User

        self.times += 1
        with self.house.app_context(), writing():
            event = locked(Event, db.session.scalars(select(Event.id).order_by(Event.id)).first() or 0)
            details = events.details_of(event)
            details.title = f"Activiteit 0, keer {self.times}"
            events.edit(event, event.version, details, db.session.scalars(select(User).order_by(User.id)).first())
            db.session.commit()


# ---- asking


class Client:
    """One connection that stays open. Written by hand: a library would be slower than what it measures."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = socket.create_connection(("127.0.0.1", port), 900)  # a peer that takes in a thousand on a busy machine
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """(status, head, body)."""
        data = self._sent(request)
        if not data:  # it closed a connection that was quiet for long
            self.__init__(self.port)
            data = self._sent(request)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        low = head.lower()
        if b"transfer-encoding: chunked" in low:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
        elif status not in {204, 304} and b"content-length:" in low:
            size = int(low.partition(b"content-length:")[2].partition(b"\r\n")[0])
            parts, got = [body], len(body)
            while got < size:
                parts.append(self._more())
                got += len(parts[-1])
            body = b"".join(parts)
        elif status not in {204, 304}:
            while part := self.connection.recv(262_144):
                body += part
        if b"connection: close" in low or head.startswith(b"HTTP/1.0"):
            self.connection.close()
            self.__init__(self.port)
        return status, head, body

    def _sent(self, request: bytes) -> bytes:
        try:
            self.connection.sendall(request)
            return self.connection.recv(262_144)
        except (BrokenPipeError, ConnectionResetError):
            return b""

    def _more(self) -> bytes:
        part = self.connection.recv(1_048_576)
        if not part:
            raise SystemExit("A server hung up.")
        return part


def request(path: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body or method in {"PUT", "POST", "REPORT"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# ---- who is asked


@dataclass
class Subject:
    """A server with the same activities; `full` asks for all of them, `edit` changes one."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    full: bytes
    edit: Callable[[], object] | None
    extra: list[str] = field(default_factory=list)
    path: str = ""
    method: str = "GET"
    body: bytes = b""
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.port)

    def with_headers(self, *headers: str) -> bytes:
        return request(self.path, *self.extra, *headers, method=self.method, body=self.body)

    @property
    def memory(self) -> int:
        """Resident megabytes of the server and its children."""
        found = subprocess.run(["ps", "-o", "rss=", "--ppid", str(self.process.pid), "--pid", str(self.process.pid)], capture_output=True, text=True)
        return sum(int(line) for line in found.stdout.split()) // 1024


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(command: list[str], port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if server.poll() is not None:
                    raise SystemExit(f"{command} did not start.") from None
                time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def granian(python: str, what: str, port: int) -> list[str]:
    """With the settings of `vwg/launch.py`; `what` is a function that makes the application."""
    return [python, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--runtime-mode", "st", "--workers", "1", "--blocking-threads", "8",
            "--log-level", "critical", "--working-dir", str(ROOT), "--host", "127.0.0.1", "--port", str(port), "--factory", what]  # fmt: skip


def peers_python() -> str:
    """The virtualenv of the others, made with the machine's own pip at the first run, and after `PACKAGES` changed."""
    python, ready = PEERS / "bin" / "python", PEERS / "ready"
    if not ready.exists() or ready.read_text().split() != PACKAGES:
        print("Installing the others …", file=sys.stderr)
        shutil.rmtree(PEERS, ignore_errors=True)
        outside = shutil.which("python3", path="/usr/local/bin:/usr/bin") or sys.executable
        subprocess.run([outside, "-m", "venv", "--without-pip", str(PEERS)], check=True)
        subprocess.run([outside, "-m", "pip", "--python", str(python), "install", "-q", *PACKAGES], check=True)
        ready.write_text("\n".join(PACKAGES))
    return str(python)


def everybody(stack: ExitStack, folder: str, told: list[dict[str, str]], without: list[str]) -> list[Subject]:
    """All servers, started and filled."""
    python, data = peers_python(), f"{folder}/activities.json"
    Path(data).write_text(json.dumps(told))
    port = free_port()
    process = stack.enter_context(served(granian(sys.executable, "bench.feeds:app", port), port, VWG_INSTANCE=folder))
    house = Subject("vwg", port, process, request("/feeds/agenda.ics"), Volunteer().edit, path="/feeds/agenda.ics")
    status, _, feed = house.client.ask(house.full)
    if status != 200 or feed.count(b"BEGIN:VEVENT") != len(told):
        raise SystemExit(f"The house answers {status} with {feed.count(b'BEGIN:VEVENT')} of {len(told)} activities.")
    Path(f"{folder}/feed.ics").write_bytes(feed)
    given = {"BENCH_ACTIVITIES": data, "BENCH_FEED": f"{folder}/feed.ics"}

    def web(name: str, factory: str, path: str, edits: bool = True) -> Subject:
        port = free_port()
        process = stack.enter_context(served(granian(python, f"bench.peers:{factory}", port), port, **given))
        return Subject(name, port, process, request(path), (lambda: Client(port).ask(request("/edit", method="POST"))) if edits else None, path=path)

    found = [house, web("a Flask view of constant bytes", "limit", "/constant.ics", edits=False)]
    found.append(Subject("a bare 304 of Flask", found[1].port, found[1].process, request("/bare"), None, path="/bare"))
    if "plain" not in without:
        found.append(web("Flask + icalendar", "plain", "/agenda.ics"))
    if "django" not in without:
        found.append(web("django-ical", "django_ical", "/agenda.ics"))
    if "radicale" not in without:
        found.append(radicale(stack, python, folder, feed))
    if "xandikos" not in without and len(told) <= MOST_OF_XANDIKOS:
        found.append(xandikos(stack, python, folder, feed))
    return found


def radicale(stack: ExitStack, python: str, folder: str, feed: bytes) -> Subject:
    port = free_port()
    command = [python, "-m", "radicale", "--server-hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", f"{folder}/radicale",
               "--auth-type", "none", "--server-max-content-length", "1000000000", "--server-timeout", "600"]  # fmt: skip
    process = stack.enter_context(served(command, port))
    signed = f"Authorization: Basic {base64.b64encode(b'bench:bench').decode()}"
    subject = Subject("Radicale", port, process, request("/bench/agenda/", signed), None, [signed], "/bench/agenda/")
    _wanted(subject.client.ask(request("/bench/agenda/", signed, "Content-Type: text/calendar", method="PUT", body=feed)), {200, 201, 204})
    uid, one = first_of(feed)
    subject.edit = lambda: _wanted(subject.client.ask(request(f"/bench/agenda/{uid}.ics", signed, "Content-Type: text/calendar", method="PUT", body=renamed(one))), {200, 201, 204})
    return subject


ASK_ALL = b"""<?xml version="1.0"?><C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>"""


def xandikos(stack: ExitStack, python: str, folder: str, feed: bytes) -> Subject:
    """It has no address for a whole calendar: a CalDAV REPORT asks for the same."""
    port = free_port()
    command = [python, "-m", "xandikos", "serve", "-d", f"{folder}/xandikos", "--defaults", "--current-user-principal", "/user/", "-l", "127.0.0.1", "-p", str(port)]
    process = stack.enter_context(served(command, port))
    here, extra = "/user/calendars/calendar/", ["Depth: 1", "Content-Type: application/xml"]
    subject = Subject("Xandikos (REPORT)", port, process, request(here, *extra, method="REPORT", body=ASK_ALL), None, extra, here, "REPORT", ASK_ALL)
    head, *events = feed.split(b"BEGIN:VEVENT")
    for number, event in enumerate(events):
        whole = head + b"BEGIN:VEVENT" + event.partition(b"END:VCALENDAR")[0] + b"END:VCALENDAR\r\n"
        _wanted(subject.client.ask(request(f"{here}{number}.ics", "Content-Type: text/calendar", method="PUT", body=whole)), {200, 201, 204})
    one = first_of(feed)[1]
    subject.edit = lambda: _wanted(subject.client.ask(request(f"{here}0.ics", "Content-Type: text/calendar", method="PUT", body=renamed(one))), {200, 201, 204})
    return subject


_times = 0


def first_of(feed: bytes) -> tuple[str, bytes]:
    head, first, *_ = feed.split(b"BEGIN:VEVENT")
    uid = first.replace(b"\r\n ", b"").partition(b"UID:")[2].partition(b"\r\n")[0].decode()
    return uid, head + b"BEGIN:VEVENT" + first.partition(b"END:VCALENDAR")[0] + b"END:VCALENDAR\r\n"


def renamed(one: bytes) -> bytes:
    global _times
    _times += 1
    return one.replace(b"SUMMARY:", f"SUMMARY:{_times} ".encode(), 1).replace(b"\r\n ", b"\r\n ", 1)


def _wanted(answer: tuple[int, bytes, bytes], statuses: set[int]) -> tuple[int, bytes, bytes]:
    if answer[0] not in statuses:
        raise SystemExit(f"An answer {answer[0]} where {sorted(statuses)} was expected: {answer[2][:300]!r}")
    return answer


# ---- measuring


@dataclass
class Line:
    """What was asked of whom: milliseconds of each answer, and the bytes of the last."""

    what: str
    whom: str
    times: list[float]
    size: int
    memory: int

    @property
    def middle(self) -> float:
        return statistics.median(self.times)


def turn_by_turn(what: str, asked: list[tuple[Subject, bytes, set[int]]], seconds: float) -> list[Line]:
    """Everybody in each of some rounds, so that what else the machine does falls on all of them."""
    times: dict[str, list[float]] = {subject.name: [] for subject, _, _ in asked}
    sizes: dict[str, int] = {}
    for _ in range(ROUNDS):
        for subject, question, statuses in asked:
            end = time.perf_counter() + seconds / ROUNDS
            while True:
                began = time.perf_counter()
                answer = subject.client.ask(question)
                times[subject.name].append((time.perf_counter() - began) * 1000)
                _wanted(answer, statuses)
                if time.perf_counter() > end:
                    break
            sizes[subject.name] = len(answer[2]) if answer[0] == 200 else len(answer[1]) + 4 + len(answer[2])
    return [Line(what, subject.name, times[subject.name], sizes[subject.name], subject.memory) for subject, _, _ in asked]


def after_edits(subjects: list[Subject], times: int) -> list[Line]:
    found = []
    for subject in [each for each in subjects if each.edit]:
        took = []
        for _ in range(times):
            assert subject.edit
            subject.edit()
            began = time.perf_counter()
            answer = subject.client.ask(subject.full)
            took.append((time.perf_counter() - began) * 1000)
            _wanted(answer, {200, 207})
        if subject.name == "vwg" and b"keer " not in answer[2]:
            raise SystemExit("An edit did not arrive.")
        found.append(Line("first GET after an edit", subject.name, took, len(answer[2]), subject.memory))
    return found


def conditional(subject: Subject, zipped: bool = False) -> bytes:
    """The same question, saying what the last answer's ETag was."""
    extra = ["Accept-Encoding: gzip"] if zipped else []
    head = subject.client.ask(subject.with_headers(*extra))[1]
    tag = next((line.partition(b":")[2].strip().decode() for line in head.split(b"\r\n") if line.lower().startswith(b"etag:")), '"none"')
    return subject.with_headers(*extra, f"If-None-Match: {tag}")


def run(activities: int, seconds: float, without: list[str]) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ["VWG_INSTANCE"] = folder
        for name in ("VWG_DATABASE_URL", "VWG_SMTP_URL", "VWG_BASE_URL", "BENCH_NO_LIMIT"):
            os.environ.pop(name, None)
        if activities > 1000:
            os.environ["BENCH_NO_LIMIT"] = "1"
        print(f"Making {activities} activities …", file=sys.stderr)
        subjects = everybody(stack, folder, furnish(activities), without)
        house, constant, bare = subjects[:3]
        others = subjects[3:]
        lines = after_edits(subjects, 10 if activities <= 1000 else 5)
        lines += turn_by_turn("repeated GET", [(each, each.full, {200, 207}) for each in (house, constant, *others)], seconds)
        lines += turn_by_turn("conditional GET", [(house, conditional(house), {304}), (bare, bare.full, {304})], seconds)
        lines += turn_by_turn("conditional GET", [(each, conditional(each), {200, 207, 304}) for each in others], seconds)
        zipped = house.with_headers("Accept-Encoding: gzip")
        if gzip.decompress(house.client.ask(zipped)[2]) != house.client.ask(house.full)[2]:
            raise SystemExit("Zipped is not plain.")
        lines += turn_by_turn("GET, gzip", [(each, each.with_headers("Accept-Encoding: gzip"), {200, 207}) for each in (house, *others)], seconds)
    return lines


def show(lines: list[Line], activities: int) -> None:
    """`times as fast`: how many times the time of the house this line takes (its own is 1)."""
    when = time.strftime("%Y-%m-%d")
    print(f"\n### {activities:,} activities ({when}, Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})\n")
    print("| asked | of | p50 ms | p99 ms | a second | bytes | MB | × vwg |\n|---|---|---:|---:|---:|---:|---:|---:|")
    ours = {line.what: line.middle for line in lines if line.whom == "vwg"}
    for line in lines:
        worst = sorted(line.times)[min(len(line.times) - 1, int(len(line.times) * 0.99))]
        ratio = line.middle / ours[line.what]
        print(f"| {line.what} | {line.whom} | {line.middle:.2f} | {worst:.2f} | {1000 / statistics.mean(line.times):,.0f} | {line.size:,} | {line.memory} | {ratio:,.2f} |", flush=True)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--activities", type=int, nargs="+", default=[100, 1000, 10000])
    asked.add_argument("--seconds", type=float, default=3, help="for each line")
    asked.add_argument("--without", nargs="*", default=[], help="plain, django, radicale, xandikos")
    chosen = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what it started ends with it
    for number in chosen.activities:
        show(run(number, chosen.seconds, chosen.without), number)
