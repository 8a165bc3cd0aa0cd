"""De Brug gives the address of its own calendar; what stands in it stands here as theirs, read by the worker."""

import http.server
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from vwg import clock, fetch, worker
from vwg.db import db, locked
from vwg.domain import clashes, events, imported_calendars
from vwg.domain.dates import Times
from vwg.formats import ical_reader
from vwg.models import Event, EventDate, ImportedCalendar, ImportedItem, Partner, User

SAMPLES = os.environ.get("VWG_TEST_SAMPLES", "")
ANYWHERE = fetch.Rules(allowed=lambda _address: True, ports=None)


def calendar_of(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//De Brug//NL", *events, "END:VCALENDAR", ""])


def vevent(uid: str = "koffie@debrug.example", start: str = "20260320T190000", title: str = "Koffie", *more: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART;TZID=Europe/Brussels:{start}", "DURATION:PT2H", f"SUMMARY:{title}", *more, "END:VEVENT"])


class Site:
    """De Brug's own site."""

    def __init__(self) -> None:
        self.body, self.status, self.etag = calendar_of(vevent()).encode(), 200, ""
        self.asked: list[dict[str, str]] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(dict(self.headers))
                same = bool(site.etag) and self.headers.get("If-None-Match") == site.etag
                self.send_response(304 if same else site.status)
                if site.etag:
                    self.send_header("ETag", site.etag)
                self.end_headers()
                if not same:
                    self.wfile.write(site.body)

            def log_message(self, *_: Any) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/agenda.ics"


@contextmanager
def open_site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


@pytest.fixture
def given(visitor: Visitor, site: Site) -> Visitor:
    """De Brug's calendar is known and not read yet."""
    with inside(visitor.app):
        imported_calendars.add(db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one(), site.address)
        db.session.commit()
    return visitor


def read(visitor: Visitor) -> ImportedCalendar:
    with inside(visitor.app):
        for calendar in db.session.scalars(select(ImportedCalendar)):
            calendar.next_at = clock.now()
        db.session.commit()
    with visitor.app.app_context():
        assert worker.read_a_calendar(ANYWHERE)
        return db.session.scalars(select(ImportedCalendar)).one()


def dates(visitor: Visitor) -> list[tuple[str, str, str, str]]:
    with inside(visitor.app):
        rows = db.session.scalars(select(EventDate).order_by(EventDate.starts_at, EventDate.id))
        return [(date.event.title, clock.local(date.starts_at).strftime("%d/%m %H:%M"), date.event.stage.value, date.state.value) for date in rows]


def trust(visitor: Visitor) -> None:
    with inside(visitor.app):
        db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one().trusted = True
        db.session.commit()


def test_it_waits_for_a_volunteer_and_then_stands_in_the_agenda(given: Visitor) -> None:
    assert read(given).refusal == ""
    assert dates(given) == [("Koffie", "20/03 19:00", "submitted", "on")]
    stranger, jo = Visitor(given.app), Visitor(given.app).signed_in_as("jo")
    for path in ("/en/agenda/", "/en/agenda/?q=koffie", "/feeds/agenda.ics", "/feeds/agenda.json", "/sitemap.xml"):
        assert "Koffie" not in stranger.get(path).text, path
    assert "One activity from a partner" in jo.get("/en/planning/").text and "Koffie" in jo.get("/en/planning/queue").text
    jo.press("/en/planning/queue", action="/queue/imported/")
    assert "Koffie" in stranger.get("/en/agenda/").text and "Koffie" in stranger.get("/feeds/agenda.ics").text


def test_what_we_trust_is_online_at_once_read_twice_it_stands_once(given: Visitor, site: Site) -> None:
    trust(given)
    weekly = vevent("taal@debrug.example", "20260305T190000", "Taalcafé", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Brussels:20260312T190000")
    site.body = calendar_of(vevent(), weekly).encode()
    read(given)
    there = dates(given)
    assert there == [
        ("Taalcafé", "05/03 19:00", "published", "on"), ("Taalcafé", "19/03 19:00", "published", "on"),
        ("Koffie", "20/03 19:00", "published", "on"), ("Taalcafé", "26/03 19:00", "published", "on"),
    ]  # fmt: skip
    read(given)
    assert dates(given) == there
    with inside(given.app):
        other = db.session.scalars(select(Partner).where(Partner.name == "Bakkerij Chen")).one()
        own = db.session.scalars(select(EventDate).order_by(EventDate.id)).first()
        assert own is not None and own.uid
        copied = imported_calendars.add(other, "https://chen.example/agenda.ics")
        first, last = imported_calendars.asked_days()
        copy = calendar_of(vevent(), vevent(own.uid, "20260401T100000", "Van ons")).encode()
        imported_calendars.take_in(locked(ImportedCalendar, copied.id), ical_reader.read(copy, "Europe/Brussels", first, last))
        db.session.commit()
    assert dates(given) == there  # the same UID in another calendar, and one of our own


def test_what_changes_there_changes_here_but_for_what_a_volunteer_changed(given: Visitor, site: Site) -> None:
    trust(given)
    read(given)
    with inside(given.app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = locked(Event, db.session.scalars(select(Event)).one().id)
        details = events.details_of(event)
        details.title = "Koffie en taart"
        events.edit(event, event.version, details, leen)
        db.session.commit()
    site.body = calendar_of(vevent(title="Koffie bij De Brug", start="20260320T200000")).encode()
    read(given)
    assert dates(given) == [("Koffie en taart", "20/03 20:00", "published", "on")]
    site.body = calendar_of(vevent("koffie@debrug.example", "20260320T200000", "Koffie bij De Brug", "STATUS:CANCELLED")).encode()
    read(given)
    assert dates(given) == [("Koffie en taart", "20/03 20:00", "published", "cancelled")]


def test_what_disappears_is_marked_and_a_strange_answer_changes_nothing(given: Visitor, site: Site) -> None:
    trust(given)
    site.body = calendar_of(vevent(), vevent("b@debrug.example", "20260325T100000", "Wandelen")).encode()
    read(given)
    there = dates(given)
    for body, refusal in (
        (b"", "This is not a calendar."), (b"<!doctype html><title>404</title>", "This is not a calendar."),
        (calendar_of(vevent())[:-20].encode(), "The calendar stops in the middle."), (calendar_of().encode(), imported_calendars.EMPTY),
    ):  # fmt: skip
        site.body = body
        assert read(given).refusal == refusal
        assert dates(given) == there
    with inside(given.app):
        assert [item.gone_at for item in db.session.scalars(select(ImportedItem))] == [None, None]
    site.body = calendar_of(vevent()).encode()
    assert read(given).refusal == ""
    assert dates(given) == there
    assert "Wandelen" in Visitor(given.app).signed_in_as("jo").get("/en/planning/queue").text
    with inside(given.app):
        assert [item.event.title for item in imported_calendars.gone() if item.event] == ["Wandelen"]


def test_one_bad_event_loses_only_itself_and_is_said_with_its_line(given: Visitor, site: Site) -> None:
    bad = vevent("x@debrug.example", "20260399T100000", "Fout")
    site.body = calendar_of(bad, vevent(), vevent("y@x", "20260322T100000", "Te vaak", "RRULE:FREQ=SECONDLY")).encode()
    assert read(given).problems == ["4 · One of its dates cannot be read.", "16 · It repeats too often."]
    assert [title for title, *_ in dates(given)] == ["Koffie"]
    jo = Visitor(given.app).signed_in_as("jo")
    with inside(given.app):
        partner = db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one().public_id
    page = jo.get(f"/en/planning/calendars/{partner}").text
    assert "Line 16: It repeats too often." in page


def test_it_is_asked_whether_it_changed_and_after_failures_we_wait_longer(given: Visitor, site: Site) -> None:
    site.etag = '"een"'
    read(given)
    calendar = read(given)
    assert (site.asked[-1]["If-None-Match"], calendar.failures) == ('"een"', 0)
    assert len(dates(given)) == 1
    site.etag, site.status = "", 500
    waits = []
    for _ in range(4):
        calendar = read(given)
        waits.append(round((calendar.next_at - clock.now()).total_seconds() / 3600))
    assert (waits, calendar.failures) == ([1, 2, 4, 8], 4)
    with given.app.app_context():
        assert not worker.read_a_calendar(ANYWHERE)  # not its time yet


def test_a_no_holds(given: Visitor) -> None:
    read(given)
    jo = Visitor(given.app).signed_in_as("jo")
    jo.press("/en/planning/queue", {"refuse": "1"}, action="/queue/imported/")
    assert dates(given) == []
    read(given)
    assert dates(given) == []


def test_it_is_part_of_the_clash_check(given: Visitor) -> None:
    read(given)
    with inside(given.app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        moment = clock.at(datetime(2026, 3, 20).date(), 19)
        event = events.create(events.Details("Film"), [Times(moment, moment.replace(hour=moment.hour + 1))], leen)
        assert "Koffie" in [clash.what for clash in clashes.of(event)]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "https://", "http://a b.example/x", "ftp://x.example", "http://u:p@x.example/a.ics", "x"])
def test_an_address_that_is_none_is_said(visitor: Visitor, address: str) -> None:
    with inside(visitor.app):
        partner = db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one().public_id
    page = visitor.signed_in_as("jo").press(f"/en/planning/calendars/{partner}", {"address": address})
    assert page.status_code == 409 and "This is not a web address." in page.text


def test_our_own_machine_is_never_asked(given: Visitor, site: Site) -> None:
    with given.app.app_context():
        assert worker.read_a_calendar()
        calendar = db.session.scalars(select(ImportedCalendar)).one()
        assert (calendar.refusal, site.asked) == ("We do not go to this address.", [])


def test_what_is_past_by_then_stays_out(given: Visitor) -> None:
    with later(days=60):
        read(given)
        assert dates(given) == []
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def readings() -> dict[str, ical_reader.Reading]:
    """Other people's calendars, read once for both engines."""
    paths = sorted(Path(SAMPLES).rglob("*.ics"))
    first, last = datetime(2026, 3, 2, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
    with ThreadPoolExecutor(2) as two:
        read_all = two.map(lambda path: ical_reader.read(path.read_bytes(), "Europe/Brussels", first, last), paths)
        return {str(path): reading for path, reading in zip(paths, read_all, strict=True)}


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES, reason="VWG_TEST_SAMPLES is not set: no folder with other people's calendars")
def test_all_samples_go_in_whole_or_not_at_all(visitor: Visitor, readings: dict[str, ical_reader.Reading]) -> None:
    with inside(visitor.app):
        partner = db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one()
        partner.trusted = True
        for number, (path, reading) in enumerate(readings.items()):
            assert reading.refusal != ical_reader.STOPPED, path
            assert not (reading.refusal and reading.times), path
            calendar = ImportedCalendar(partner=partner, address=f"https://{number}.example/a.ics")
            db.session.add(calendar)
            db.session.flush()
            imported_calendars.take_in(calendar, reading)
            came = len(calendar.items)
            if came < 20:
                imported_calendars.take_in(calendar, reading)
            assert len(calendar.items) == came, path
            assert bool(calendar.refusal) == bool(reading.refusal), path
