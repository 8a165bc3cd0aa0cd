"""Five readers that others wrote, a lint and a list of rules agree on every kind of feed; and they can disagree."""

import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from tests.browser.conftest import serving
from tests.conftest import hours, inside, later
from tests.feeds import readers, stories
from tests.formats.test_ical import EXAMPLES, KITCHEN
from vwg import addresses, clock, links
from vwg.db import db
from vwg.domain import calendar, dates, own_calendars, rsvps
from vwg.domain.rsvps import Party
from vwg.formats import ical
from vwg.formats.content_lines import one_line
from vwg.formats.things import Thing
from vwg.models import Category, Event, EventDate, FeedKind, Household, Invitation, Partner, Place

Feed = Callable[..., Any]
SHORT = "A\u0300 \\N; a,b\r\nBEGIN:VEVENT"


@pytest.fixture
def week(app: Flask, feed: Feed) -> dict[str, str]:
    """All that a feed can hold: a series with a date moved, one cancelled and one left out, a single date,
    one that is put off, a whole day, a night, letters of everywhere. Names of feeds, by what they are."""
    with inside(app):
        cooking = db.session.scalars(select(Category).where(Category.slug == "cooking")).one()
        de_brug = db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one()
        kitchen = stories.post(category=cooking, organisation=de_brug, text="Iedereen welkom; kom, eet!\nTot dan", facts={"children": True})
        table = stories.post("Praattafel ሰላም 👩‍👩‍👧, أهلا", weeks=6, day=7)
        dates.move(stories.the_dates(table.title)[1], hours(15, 10, 12), None, stories.leen())
        dates.cancel(stories.the_dates(table.title)[2], "Zaal dicht", stories.leen(), {"ar": "القاعة مغلقة"})
        walk = stories.post("Wandeling", day=26)
        dates.postpone(walk.dates[0], "Regen", stories.leen())
        stories.post("Nacht", day=28)
        dates.move(stories.the_dates("Nacht")[0], dates.Times(clock.at(clock.today().replace(day=28), 22), clock.at(clock.today().replace(day=29), 6)), None, stories.leen())
        amina = db.session.scalars(select(Household).order_by(Household.id)).first()
        assert amina is not None
        sign_up = rsvps.sign_up(stories.the_dates("Wereldkeuken")[0], Party.of(amina), language="ar", household=amina, entered_by=stories.leen())
        db.session.add(Invitation(event=kitchen, partner=de_brug))
        whose: list[tuple[FeedKind, dict[str, Any]]] = [
            (FeedKind.VOLUNTEER, {"owner": stories.leen()}), (FeedKind.COACH, {"owner": amina.coaches[0].user}),
            (FeedKind.PARTNER, {"partner": de_brug}), (FeedKind.NEWCOMER, {"rsvp": sign_up}),
        ]  # fmt: skip
        db.session.flush()
        skala = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
        names = {"agenda": "agenda", "category": "categories/cooking", "partner": f"partners/{de_brug.public_id}", "place": f"places/{skala.public_id}"}
        names |= {"series": f"events/{table.public_id}", "single": f"events/{kitchen.public_id}"}
        for kind, owner in whose:
            names[f"own: {kind}"] = f"mine/{links.token('feed', own_calendars.give(kind, '', **owner))}"
        db.session.commit()
    return names


def by_icalendar(data: bytes) -> list[tuple[str, str]]:
    return sorted((str(event["UID"]), str(event["SUMMARY"])) for event in readers.with_icalendar(data))


def objections(data: bytes, truth: readers.Store | None, icaljs: Path, libical: Path, needs_page: bool = True) -> list[str]:
    """What is wrong with these bytes, by all of them together; nothing for a good feed. Who starts no
    program of its own is asked first: what they find wrong needs no other witness."""
    found = readers.faults(data) + readers.broken_rules(data, needs_page)
    if found:
        return found
    stores: dict[str, readers.Store] = {}
    for name, read in {
        "ical": lambda: readers.with_ical(data.decode()),
        "ical.js": lambda: readers.with_icaljs(data.decode(), icaljs),
        "libical": lambda: readers.with_libical(data, libical)[0],
    }.items():
        try:
            stores[name] = read()
        except Exception as error:
            found.append(f"{name} refuses: {type(error).__name__}")
    try:
        read_by_icalendar = {uid for uid, _ in by_icalendar(data)}
    except Exception as error:
        found.append(f"icalendar refuses: {type(error).__name__}")
    else:
        found += [f"icalendar and {name} know other things" for name, store in stores.items() if {uid for uid, *_ in store} != read_by_icalendar]
    for name, store in stores.items():
        if truth is not None and store != truth:
            found.append(f"{name} shows {len(store - truth)} wrong and misses {len(truth - store)}")
        elif any(store != other for other in stores.values()):
            found.append(f"{name} shows something else than another")
    return found


def test_every_kind_of_feed_in_every_language_is_read_alike(app: Flask, feed: Feed, week: dict[str, str], icaljs: Path, libical: Path) -> None:
    with inside(app):
        truth = stories.house()
    for what, name in week.items():
        for code in ("nl", "ar") if what != "agenda" else ("nl", "en", "ar", "uk", "ti", "fa-AF"):
            data = feed(name, lang=code).data
            expected = truth if (what, code) == ("agenda", "nl") else None
            assert (what, code, objections(data, expected, icaljs, libical, needs_page=not what.startswith("own"))) == (what, code, [])
            assert data.count(b"BEGIN:VEVENT") > 0
    both = feed(q="praattafel", category="", free="1", lang="ar").data
    assert objections(both, None, icaljs, libical) == [] and both.count(b"BEGIN:VEVENT") == 3
    nothing = feed(when="nonsense").data
    assert readers.faults(nothing) == [] and icalendar.Calendar.from_ical(nothing).walk("VEVENT") == []


# ---- a thousand hostile texts


def hostile() -> list[str]:
    """The same thousand each time: newlines, commas, emoji, bidi, Ethiopic, control characters, 10,000 letters."""
    dice = random.Random(5545)
    pieces = ["\n", "\r\n", "\r", ",", ";", ":", "\\", "\\n", "\\N", '"', "'", "^n", "\t", "\x00", "\x07", "\x1b", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff",
              "ሰላም", "አማርኛ", "أهلا وسهلا", "👩‍👩‍👧", "🇧🇪", "e\u0301", "Zoë", " ", " ", "BEGIN:VEVENT", "END:VCALENDAR", "ATTENDEE:x", "=?utf-8?q?=0A?=", "a" * 70,
              "é" * 40, "DTSTART:1", "\n ", "\r\n\t", "%0d%0a", "<b>", "&amp;", "\U0001f600" * 20]  # fmt: skip
    texts = ["".join(dice.choice(pieces) for _ in range(dice.randint(1, 40))) for _ in range(1_000 - len(EXAMPLES))]
    return [*EXAMPLES, *texts]


@pytest.fixture(scope="module")
def hostile_things() -> list[Thing]:
    addresses.use("http://localhost")  # whatever house stood open before
    return [
        replace(KITCHEN, uid=f"{number:04}-hostile", titles=(("nl", f"Titel {said[:200]}"),), texts=(("nl", said),), dates=(replace(KITCHEN.dates[0], location=f"Zaal {said[:50]}"),))
        for number, said in enumerate(hostile())
    ]


@pytest.fixture(scope="module")
def hostile_feed(hostile_things: list[Thing]) -> bytes:
    stamp = ical.Stamp(3, hours(2, 9, 10).starts_at)
    bodies = [ical.vevents(thing, "nl", stamp) for thing in hostile_things]
    return ical.calendar(ical.Head(SHORT, SHORT, "https://example.org", "https://example.org/a.ics"), bodies)


@pytest.fixture(scope="module")
def said_by_house(hostile_feed: bytes, hostile_things: list[Thing]) -> dict[str, tuple[str, str]]:
    """uid → summary and description, as they should be read."""
    shown = {}
    for thing in hostile_things:
        said = thing.texts[0][1]
        assert one_line(thing.title).startswith("Titel")
        shown[thing.uid] = (one_line(thing.title), ical._description(thing, thing.dates[0], "nl", page_of(thing)))
        assert said is not None
    return shown


def page_of(thing: Thing) -> str:
    return addresses.event_page("nl", thing.public_id, thing.title)


@pytest.mark.parametrize("reader", ["lint", "icalendar", "ical", "ical.js", "libical"])
def test_a_thousand_hostile_texts_are_read_as_they_were_written(
    hostile_feed: bytes, said_by_house: dict[str, tuple[str, str]], reader: str, request: pytest.FixtureRequest
) -> None:
    summaries = {uid: summary for uid, (summary, _) in said_by_house.items()}
    descriptions = {uid: description for uid, (_, description) in said_by_house.items()}
    assert len(summaries) == 1_000
    if reader == "lint":
        assert readers.faults(hostile_feed) == []
        assert dict(zip(readers.unescaped(hostile_feed, "UID"), readers.unescaped(hostile_feed, "SUMMARY"), strict=True)) == summaries
        return
    if reader == "icalendar":
        read = {str(event["UID"]): event for event in readers.with_icalendar(hostile_feed)}
        assert {uid: str(event["SUMMARY"]) for uid, event in read.items()} == summaries
        assert {uid: str(event["DESCRIPTION"]) for uid, event in read.items()} == descriptions
        return
    if reader == "libical":
        store, said = readers.with_libical(hostile_feed, request.getfixturevalue("libical"))
        assert said == descriptions
    elif reader == "ical":
        store = readers.with_ical(hostile_feed.decode())
    else:
        store = readers.with_icaljs(hostile_feed.decode(), request.getfixturevalue("icaljs"))
    assert {uid: summary for uid, _, _, summary in store} == summaries
    assert {start for _, start, _, _ in store} == {"2026-03-21T13:00:00Z"} and len(store) == 1_000


@pytest.mark.slow
def test_a_laptop_reads_a_thousand_hostile_texts_as_they_were_written(hostile_feed: bytes, said_by_house: dict[str, tuple[str, str]], khal: Path, tmp_path: Path) -> None:
    """vdirsyncer gives each a name made from its words, so what says the same twice is there once."""
    with sent(hostile_feed) as address:
        laptop = readers.Laptop(khal, tmp_path / "laptop", address)
        laptop.sync()
    assert laptop.told("2026-03-01", "2026-05-31") == {("2026-03-21T13:00:00Z", *said) for said in said_by_house.values()}


@contextmanager
def sent(data: bytes) -> Iterator[str]:
    """The address of a server that knows these bytes alone."""

    class Sender(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Sender) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/a.ics"
        finally:
            server.shutdown()
            thread.join()


# ---- a person's laptop subscribes over HTTP


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The house, opened to this machine."""
    with serving(app) as house:
        yield house.url


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # the engine makes no difference to the bytes
def test_a_laptop_that_subscribed_shows_what_the_house_says(app: Flask, feed: Feed, khal: Path, address: str, tmp_path: Path) -> None:
    """Post, edit, move one date, cancel one, cancel all, delete: after each poll khal equals the house, whether it follows
    the agenda, the category, the partner or the series alone. Each of the four is a laptop of its own."""
    title = "Praattafel ሰላም 👩‍👩‍👧, أهلا; \\n"
    with inside(app):
        cooking = db.session.scalars(select(Category).where(Category.slug == "cooking")).one()
        de_brug = db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one()
        series = stories.post(title, weeks=5, day=7, category=cooking, organisation=de_brug).public_id
        names = ["agenda", "categories/cooking", f"partners/{de_brug.public_id}", f"events/{series}"]
        db.session.commit()
    laptops = {name: readers.Laptop(khal, tmp_path / name.replace("/", "-"), f"{address}/feeds/{name}.ics") for name in names}

    def after(change: Callable[[], object]) -> list[tuple[str, str]]:
        with later(minutes=5), inside(app):
            change()
            db.session.commit()
            everything = sorted((start, title) for _, start, _, title in stories.house())
        for name, laptop in laptops.items():
            laptop.sync()
            expected = [row for row in everything if name == "agenda" or title in row[1]]
            assert (name, laptop.shown("2026-03-01", "2026-05-31")) == (name, expected)
        return everything

    assert len(after(stories.post)) == 6
    after(lambda: stories.edit("Wereldkeuken", title="Soep, brood"))
    after(lambda: dates.move(stories.the_dates(title)[1], hours(15, 10, 12), None, stories.leen()))
    after(lambda: dates.cancel(stories.the_dates(title)[3], "Ziek", stories.leen()))
    after(lambda: dates.cancel_all(stories.the_dates(title)[0].event, "Zaal dicht", stories.leen()))

    def delete() -> None:
        event = next(each for each in db.session.scalars(select(Event)) if each.title == "Soep, brood")
        calendar.removed(event)
        db.session.delete(event)

    with later(minutes=5), inside(app):
        delete()
        db.session.commit()
    laptops["agenda"].sync()
    gone = [title for start, title in laptops["agenda"].shown("2026-03-01", "2026-05-31") if start == "2026-03-21T13:00:00Z" and "Soep" in title]
    assert len(gone) == 1 and gone[0] != "Soep, brood"  # cancelled, and it says so


# ---- the checks can fail: one rule broken at a time


def without(name: bytes) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(rb"\r\n" + name + rb"[;:][^\r]*(?:\r\n [^\r]*)*", b"", data)


def swap(old: bytes, new: bytes, count: int = 0) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(old, new, data, count=count)


def shifted(data: bytes) -> bytes:
    return data.replace(b"T020000\r\nRRULE", b"T030000\r\nRRULE")


MUTANTS: dict[str, Callable[[bytes], bytes]] = {
    "bare LF": swap(rb"\r\n", b"\n"),
    "lines not folded": swap(rb"\r\n ", b""),
    "folded inside a character": lambda data: data.replace("ሰ".encode(), b"\xe1\r\n \x88\xb0", 1),
    "a comma not escaped": swap(rb"\\,", b","),
    "a semicolon not escaped": swap(rb"\\;", b";"),
    "a newline not escaped": swap(rb"\\n", b"\r\n"),
    "a control character": swap(rb"SUMMARY:", b"SUMMARY:\x07", 1),
    "METHOD:PUBLISH": swap(rb"CALSCALE:GREGORIAN", b"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH"),
    "no VERSION": without(b"VERSION"),
    "no PRODID": without(b"PRODID"),
    "no name of the calendar": without(b"X-WR-CALNAME"),
    "no VTIMEZONE": lambda data: re.sub(rb"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", b"", data, flags=re.S),
    "the onset in the new offset": shifted,
    "the time zone as dates": swap(rb"RRULE:FREQ=YEARLY[^\r]*", b"RDATE:20260329T020000"),
    "no UID": without(b"UID"),
    "the same UID twice": lambda data: re.sub(rb"UID:[^\r]+", b"UID:one-and-the-same", data),
    "no DTSTAMP": without(b"DTSTAMP"),
    "DTSTAMP is now": swap(rb"DTSTAMP:[^\r]+", b"DTSTAMP:20990101T000000Z"),
    "no SEQUENCE": without(b"SEQUENCE"),
    "a floating start": swap(rb"DTSTART;TZID=Europe/Brussels", b"DTSTART"),
    "no DTEND": without(b"DTEND"),
    "an end before the start": swap(rb"DTEND;TZID=Europe/Brussels:\d{8}", b"DTEND;TZID=Europe/Brussels:20200101"),
    "UNTIL on the wall": swap(rb"(UNTIL=\d{8}T\d{6})Z", rb"\1"),
    "no EXDATE": without(b"EXDATE"),
    "RECURRENCE-ID in UTC at the wall's hour": swap(rb"RECURRENCE-ID;TZID=Europe/Brussels:(\d{8}T\d{6})", rb"RECURRENCE-ID:\1Z"),
    "cancelled, shown as going on": swap(rb"STATUS:CANCELLED", b"STATUS:CONFIRMED"),
    "an ATTENDEE": swap(rb"STATUS:CONFIRMED", b"STATUS:CONFIRMED\r\nATTENDEE:mailto:amina@example.org", 1),
}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_of_27_feeds_with_one_rule_broken_at_least_25_are_found_out(app: Flask, feed: Feed, week: dict[str, str], icaljs: Path, libical: Path) -> None:
    with inside(app):
        skipped = db.session.scalars(select(EventDate).where(EventDate.series_id.is_not(None)).order_by(EventDate.starts_at.desc())).all()[1]
        series_event = skipped.event
        series_event.dates.remove(skipped)
        db.session.flush()
        calendar.changed(series_event)
        db.session.commit()
        truth = stories.house()
    good = feed().data
    assert objections(good, truth, icaljs, libical) == []
    assert len(MUTANTS) == 27 and all(mutant(good) != good for mutant in MUTANTS.values()), [name for name, mutant in MUTANTS.items() if mutant(good) == good]

    said = {name: objections(mutant(good), truth, icaljs, libical) for name, mutant in MUTANTS.items()}
    for name, found in said.items():
        print(f"{name}: {found[0] if found else 'NOBODY NOTICES'}")
    assert sum(bool(found) for found in said.values()) >= 25, [name for name, found in said.items() if not found]
