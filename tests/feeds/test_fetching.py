"""What goes over the wire: marks, times, encodings, languages, and bad days of the database."""

import gc
import gzip
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy import event as sqlalchemy_event

from tests.conftest import hours, inside, later
from tests.feeds import readers, stories
from vwg import backup, clock
from vwg.db import db
from vwg.domain import calendar, dates
from vwg.feeds import eyes, memory, reading
from vwg.feeds import pieces as bytes_of
from vwg.feeds.eyes import Eyes
from vwg.feeds.memory import Piece, Shelf
from vwg.formats import ical
from vwg.models import Category, Event, Partner, Place, Visibility

Feed = Callable[..., Any]


@pytest.fixture
def kitchen(app: Flask, feed: Feed) -> str:
    """Leen's world kitchen is online; its public id."""
    with inside(app):
        identity = stories.post().public_id
        db.session.commit()
    return identity


def uids(answer: Any) -> list[str]:
    return readers.unescaped(answer.data, "UID")


def test_the_head_has_all_that_programs_ask_for(feed: Feed, kitchen: str) -> None:
    answer = feed()
    head = answer.data.split(b"BEGIN:VTIMEZONE")[0].replace(b"\r\n ", b"").decode().split("\r\n")

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="agenda.ics"'
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert [line.partition(":")[0] for line in head if line] == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "DESCRIPTION", "X-WR-CALDESC", "X-WR-TIMEZONE",
        "URL", "SOURCE;VALUE=URI", "REFRESH-INTERVAL;VALUE=DURATION", "X-PUBLISHED-TTL", "COLOR",
    ]  # fmt: skip
    assert "SOURCE;VALUE=URI:http://localhost/feeds/agenda.ics" in head
    assert "X-PUBLISHED-TTL:PT1H" in head and "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in head
    assert answer.data.count(b"BEGIN:VTIMEZONE") == 1
    assert not any(word in answer.data for word in (b"METHOD", b"ORGANIZER", b"ATTENDEE", b"RDATE"))


def test_no_cookie_no_redirect_and_nothing_asked_of_the_client(feed: Feed, kitchen: str) -> None:
    answer = feed(headers={"Accept": "text/html", "Accept-Language": "ar", "Cookie": "vwg=nonsense"})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.data == feed().data


def test_robots_may_read_feeds(app: Flask) -> None:
    forbidden = [line.partition(": ")[2] for line in app.test_client().get("/robots.txt").text.split("\n") if line.startswith("Disallow")]

    assert forbidden and not any(path in {"/", "/feeds"} or path.startswith("/feeds") for path in forbidden)


def test_the_same_question_twice_gets_the_same_bytes_and_304_when_it_says_what_it_knows(feed: Feed, kitchen: str) -> None:
    first, second = feed(), feed()
    tag = first.headers["ETag"]

    assert first.data == second.data and not tag.startswith("W/")
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = feed(headers={"If-None-Match": known})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert answer.headers["Cache-Control"] == "public, max-age=300" and answer.headers["Vary"] == "Accept-Encoding"
    assert feed(headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_mark_that_is_known_goes_before_a_time_that_is_known(feed: Feed, kitchen: str) -> None:
    with later(seconds=5):
        answer = feed()
        since = answer.headers["Last-Modified"]
        assert feed(headers={"If-Modified-Since": since}).status_code == 304
        assert feed(headers={"If-Modified-Since": since, "If-None-Match": '"other"'}).status_code == 200
        assert feed(headers={"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT", "If-None-Match": answer.headers["ETag"]}).status_code == 304
        assert feed(headers={"If-Modified-Since": "rubbish"}).status_code == 200


def test_two_changes_in_one_second_are_not_taken_for_known_by_time(app: Flask, feed: Feed, kitchen: str) -> None:
    since = feed().headers["Last-Modified"]
    with inside(app):
        stories.edit(title="Soep")
        db.session.commit()

    assert feed(headers={"If-Modified-Since": since}).status_code == 200


def test_zipped_and_plain_are_the_same_calendar_with_a_mark_each(feed: Feed, kitchen: str) -> None:
    plain, zipped = feed(), feed(headers={"Accept-Encoding": "gzip, deflate"})

    assert "Content-Encoding" not in plain.headers and zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    assert feed(headers={"Accept-Encoding": "gzip", "If-None-Match": zipped.headers["ETag"]}).status_code == 304
    assert feed(headers={"Accept-Encoding": "gzip;q=0"}).data == plain.data


def test_head_says_what_get_says(app: Flask, feed: Feed, kitchen: str) -> None:
    got, head = feed(), app.test_client().head("/feeds/agenda.ics")

    assert head.data == b"" and head.status_code == 200
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Cache-Control", "Vary"):
        assert head.headers[name] == got.headers[name]


def test_a_change_gives_another_mark_and_another_time(app: Flask, feed: Feed, kitchen: str) -> None:
    before = feed()
    with later(minutes=1), inside(app):
        stories.edit(title="Soep")
        db.session.commit()
    with later(minutes=2):
        after = feed(headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200 and b"SUMMARY:Soep\r\n" in after.data
    assert after.headers["Last-Modified"] != before.headers["Last-Modified"]


def test_another_renderer_gives_another_mark_and_new_bytes(feed: Feed, kitchen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a deploy serves stale 304s."""
    before = feed()
    monkeypatch.setattr(ical, "renderer", lambda language: "another")
    monkeypatch.setattr(ical, "_summary", lambda title, state: title.upper())

    after = feed(headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and b"SUMMARY:WERELDKEUKEN" in after.data


def test_the_renderer_is_marked_by_code_words_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from vwg import addresses

    marks = {ical.renderer("nl"), ical.renderer("ar")}
    monkeypatch.setattr(addresses, "_base", "https://elsewhere.example.org")
    marks.add(ical.renderer("nl"))
    assert len(marks) == 3


def test_a_restart_knows_what_it_said_before(app: Flask, feed: Feed, kitchen: str) -> None:
    before = feed()
    app.extensions.pop("vwg feeds")

    assert feed(headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    assert feed().data == before.data


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is asked of the database, by whichever way."""
    statements: list[str] = []
    look = Eyes.state

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    def counted_look(eyes: Eyes, feed: str) -> Any:
        statements.append(eyes.question)
        return look(eyes, feed)

    monkeypatch.setattr(Eyes, "state", counted_look)
    sqlalchemy_event.listen(Engine, "before_cursor_execute", count)
    yield statements
    sqlalchemy_event.remove(Engine, "before_cursor_execute", count)


def test_a_poll_is_one_look_up_and_a_whole_feed_two_queries(app: Flask, feed: Feed, kitchen: str, asked: list[str]) -> None:
    feed()
    app.extensions.pop("vwg feeds")
    asked.clear()
    tag = feed().headers["ETag"]
    whole = len(asked)
    asked.clear()
    feed(headers={"If-None-Match": tag})
    poll = len(asked)
    asked.clear()
    feed()
    again = len(asked)

    assert (poll, again, whole) == (1, 1, 2)


@pytest.mark.parametrize("name", ["agenda", "events/{}", "categories/cooking"])
@pytest.mark.parametrize("code", ["nl", "en"])
def test_after_a_change_a_feed_is_three_queries_and_one_activity_is_rendered(
    app: Flask, feed: Feed, kitchen: str, asked: list[str], name: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name.format(kitchen)
    with inside(app):
        stories.edit(category=db.session.query(Category).filter_by(slug="cooking").one())
        stories.post("Praattafel")
        db.session.commit()
    feed(name, lang=code)
    with inside(app):
        stories.edit(title="Soep")
        db.session.commit()
    rendered: list[str] = []
    write = ical.vevents
    monkeypatch.setattr(ical, "vevents", lambda thing, language, stamp: rendered.append(thing.title) or write(thing, language, stamp))
    asked.clear()

    assert "SUMMARY:Soep" in feed(name, lang=code).text
    assert len(asked) == 3 if code == "nl" else rendered == ["Soep"]


def test_a_thread_takes_its_connection_along_when_it_ends(app: Flask, feed: Feed, kitchen: str) -> None:
    eyes: Eyes = app.extensions["vwg feed eyes"]
    feed()
    for _ in range(5):
        with ThreadPoolExecutor(1) as visitor:
            assert visitor.submit(feed).result().status_code == 200
    gc.collect()
    assert len(eyes.opened) <= 1


# ---- which feed, which language


def test_each_part_has_its_own_feed(app: Flask, feed: Feed) -> None:
    with inside(app):
        cooking = db.session.query(Category).filter_by(slug="cooking").one()
        de_brug = db.session.query(Partner).filter_by(name="De Brug").one()
        kitchen = stories.post(category=cooking, organisation=de_brug)
        table = stories.post("Praattafel", place=db.session.query(Place).filter_by(name="Sociaal Huis").one())
        db.session.commit()
        one, two = [str(kitchen.dates[0].uid)], [str(table.dates[0].uid)]
        partner, hall, other = de_brug.public_id, kitchen.dates[0].place, table.dates[0].place
        assert hall and other
        names = {
            "categories/cooking": one, "categories/talking": [], f"partners/{partner}": one, f"partners/{partner}-de-brug": one,
            f"places/{hall.public_id}": one, f"places/{other.public_id}-sociaal-huis": two,
            f"events/{kitchen.public_id}-wereldkeuken": one, f"events/{table.public_id}": two,
        }  # fmt: skip

    for name, expected in names.items():
        answer = feed(name)
        assert (name, answer.status_code, uids(answer)) == (name, 200, expected)
        assert readers.faults(answer.data) == []
    assert sorted(uids(feed())) == sorted(one + two)


NOT_HERE = {"nl": "Op dit adres is er geen agenda.", "en": "There is no calendar at this address."}


@pytest.mark.parametrize("code", ["nl", "en"])
@pytest.mark.parametrize(
    "name",
    ["categories/nothing", "categories/Cooking", "categories/koken en eten", "partners/pnobody22", "places/lnowhere2", "events/enever222", "events/", "nothing",
     "mine/1.abc", "agenda.ics", "categories/\x00"],
)  # fmt: skip
def test_an_unknown_name_is_404_with_a_sentence(feed: Feed, name: str, code: str) -> None:
    answer = feed(name, lang=code)

    assert answer.status_code == 404
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith(NOT_HERE[code]) and answer.text.endswith(f"http://localhost/{code}/agenda/subscribe\n")


def test_a_draft_an_unlisted_partner_and_a_hidden_place_have_no_feed(app: Flask, feed: Feed) -> None:
    with inside(app):
        draft = stories.post(publish=False).public_id
        inner = stories.post("Overleg", visibility=Visibility.INTERNAL).public_id
        de_brug = db.session.query(Partner).filter_by(name="De Brug").one()
        de_brug.listed_consent_at = None
        skala = db.session.query(Place).filter_by(name="Zaal Skala").one()
        skala.address_public = False
        db.session.commit()
        names = [f"events/{draft}", f"events/{inner}", f"partners/{de_brug.public_id}", f"places/{skala.public_id}"]

    assert [feed(name).status_code for name in names] == [404] * 4
    assert uids(feed()) == []


@pytest.mark.parametrize("code", ["nl", "en"])
def test_nonsense_in_the_query_is_an_empty_calendar_and_unknown_words_are_nobodys(feed: Feed, kitchen: str, code: str) -> None:
    nonsense: list[dict[str, str]] = [
        {"when": "\x00never"}, {"category": "nothing"}, {"from": "soon"}, {"to": "2026-02-30"}, {"dutch": "99"}, {"partner": "'; --"},
        {"place": "%ff"}, {"spoken": "xx"}, {"for": "dogs"}, {"free": "maybe"}, {"q": "zxqv " * 400},
    ]  # fmt: skip
    for query in nonsense:
        answer = feed(lang=code, **query)
        assert answer.status_code == 200 and readers.faults(answer.data) == []
        assert (query, uids(answer)) == (query, [])
    assert uids(feed(utm_source="mail")) == uids(feed()) != []


def test_the_agendas_filters_work_and_combine(app: Flask, feed: Feed, kitchen: str) -> None:
    with inside(app):
        stories.post("Praattafel", weeks=3, price_cents=250, day=22)
        db.session.commit()
    both, free = feed(), feed(free="1")

    assert len(uids(both)) == 2
    assert readers.unescaped(free.data, "SUMMARY") == ["Wereldkeuken"]
    assert readers.unescaped(feed(q="praattafel").data, "SUMMARY") == ["Praattafel"]
    assert uids(feed(q="praattafel", free="1")) == []
    assert uids(feed(**{"from": "2026-03-29", "to": "2026-04-30"})) == uids(feed(q="praattafel"))
    assert feed(free="1", headers={"If-None-Match": free.headers["ETag"]}).status_code == 304


def test_a_feed_in_arabic_says_what_the_house_can_say_itself(app: Flask, feed: Feed) -> None:
    with inside(app):
        event = stories.post(facts={"children": True}, text="Iedereen welkom.")
        dates.cancel(stories.the_dates()[0], "Zaal dicht", stories.leen(), {"ar": "القاعة مغلقة"})
        from vwg.phrases import gettext, speaking

        with speaking("ar"):
            children, cancelled = gettext("Children are welcome"), gettext("Cancelled")
        public_id = event.public_id
        db.session.commit()
    answer = feed(lang="ar")
    description = readers.unescaped(answer.data, "DESCRIPTION")[-1]

    assert readers.unescaped(answer.data, "SUMMARY") == [f"{cancelled}: Wereldkeuken"]
    assert description.startswith("القاعة مغلقة\n\nIedereen welkom.")
    assert children in description
    assert description.endswith(f"http://localhost/ar/agenda/{public_id}-wereldkeuken")
    assert answer.headers["ETag"] != feed().headers["ETag"]
    assert feed(lang="ar", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("code", ["xx", "", "AR", "nl;x", "../en"])
def test_an_unknown_language_is_dutch(feed: Feed, kitchen: str, code: str) -> None:
    assert feed(lang=code).data == feed().data


def test_a_renamed_place_arrives_before_the_worker_came_by(app: Flask, feed: Feed, kitchen: str) -> None:
    before = feed()
    with later(minutes=1), inside(app):
        skala = db.session.query(Place).filter_by(name="Zaal Skala").one()
        skala.name = "Zaal Nieuw"
        calendar.moved_with(skala)
        db.session.commit()
    in_memory = feed(headers={"If-None-Match": before.headers["ETag"]})
    assert readers.unescaped(in_memory.data, "LOCATION") == ["Zaal Nieuw, Kalkendorp 1, 9270 Kalken"]

    with inside(app):
        assert calendar.refresh() == 1
        db.session.commit()
    app.extensions.pop("vwg feeds")
    assert feed().data == in_memory.data
    assert feed().headers["ETag"] == in_memory.headers["ETag"]


def test_what_was_taken_away_is_still_in_its_own_feed_cancelled_in_each_language(app: Flask, feed: Feed, kitchen: str) -> None:
    with inside(app):
        event = db.session.query(Event).one()
        calendar.removed(event)
        db.session.delete(event)
        db.session.commit()

    for code in ("nl", "en", "ar", "uk"):  # uk: a language that the group does not have
        for name in ("agenda", f"events/{kitchen}"):
            answer = feed(name, lang=code)
            assert answer.status_code == 200 and readers.faults(answer.data) == []
            assert readers.unescaped(answer.data, "STATUS") == ["CANCELLED"]


# ---- how much


def test_over_a_million_bytes_the_past_goes_first_and_then_what_is_furthest(app: Flask, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    with inside(app):
        for day in (10, 12, 14):
            stories.post(f"Dag {day}", day=day)
        db.session.commit()
    with later(days=9), inside(app):  # Wednesday 11 March
        stories.edit("Dag 14", text="Nieuw")
        db.session.commit()
    everything = feed()
    assert readers.unescaped(everything.data, "SUMMARY") == ["Dag 10", "Dag 12", "Dag 14"]
    one = len(everything.data.split(b"BEGIN:VEVENT")[-1])

    kept = []
    for room in (3, 2, 1):
        app.extensions.pop("vwg feeds")
        monkeypatch.setattr(reading, "MOST_BYTES", 4_000 + room * one + 100)
        kept.append(readers.unescaped(feed().data, "SUMMARY"))
    assert kept == [["Dag 10", "Dag 12", "Dag 14"], ["Dag 12", "Dag 14"], ["Dag 12"]]


def test_a_thousand_long_activities_stay_under_a_million_bytes() -> None:
    now = clock.now()
    pieces = [Piece((number, 0, ""), b"x" * 2_000, now, now) for number in range(1_000)]
    kept = bytes_of.that_fit(pieces, now, reading.MOST_BYTES)
    assert 400 < len(kept) and sum(len(piece.bytes) for piece in kept) + bytes_of.HEAD_ROOM <= reading.MOST_BYTES


def test_a_poll_of_a_filtered_calendar_is_one_look_up_until_something_moves_or_midnight(app: Flask, feed: Feed, kitchen: str, asked: list[str]) -> None:
    ways: list[dict[str, str]] = [{"free": "1"}, {"q": "wereldkeuken", "lang": "ar"}, {"when": "month", "utm_source": "mail"}]
    for query in ways:
        tag = feed(**query).headers["ETag"]
        asked.clear()
        answers = [feed(headers={"If-None-Match": tag}, **query), feed(**query)]
        assert ([answer.status_code for answer in answers], len(asked)) == ([304, 200], 2), query
    before = feed(when="today").headers["ETag"]
    with later(days=19):  # Saturday 21 March
        today = feed(when="today", headers={"If-None-Match": before})
        assert (today.status_code, readers.unescaped(today.data, "SUMMARY")) == (200, ["Wereldkeuken"])
    with inside(app):
        stories.edit(price_cents=250)
        db.session.commit()
    assert uids(feed(free="1")) == []


def test_who_asks_a_thousand_questions_drives_no_calendar_out(app: Flask, feed: Feed, kitchen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST_ASKED", 10_000)
    feed()
    for number in range(12):
        feed(q=f"word{number}")
    shelf = reading.shelf(app)
    assert shelf.last(memory.Feed("agenda", "nl")) is not None
    assert 1 < len(shelf.asked.answers) < 12 and shelf.asked.size <= 10_000


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # the other copies with programs of PostgreSQL's own, which may not be here
def test_a_house_that_stays_open_while_a_copy_is_put_back_shows_the_copy(app: Flask, feed: Feed, kitchen: str, tmp_path: Path) -> None:
    """Yesterday's versions come back, and as many changes follow as were lost: what moved since is not all that differs."""
    with inside(app):
        stories.post("Praattafel", day=22)
        db.session.commit()
    with app.app_context():
        backup.save(tmp_path / "yesterday.db")
    with later(minutes=1), inside(app):
        stories.edit(title="Soep")  # will be lost
        db.session.commit()
    assert sorted(readers.unescaped(feed().data, "SUMMARY")) == ["Praattafel", "Soep"]
    with app.app_context():
        backup.load(tmp_path / "yesterday.db")
    for before, title in (("Praattafel", "Praten"), ("Praten", "Taalcafé")):
        with later(minutes=3), inside(app):
            stories.edit(before, title=title)
            db.session.commit()
    assert sorted(readers.unescaped(feed().data, "SUMMARY")) == ["Taalcafé", "Wereldkeuken"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_house_that_stays_open_notices_another_file_in_the_place_of_its_database(
    app: Flask, feed: Feed, kitchen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has the old file open goes on reading it; nothing in it ever says that it has gone."""
    monkeypatch.setattr(eyes, "SECONDS_UNSEEN", 0.0)
    with app.app_context():
        ours = Path(db.engine.url.database or "")
        backup.save(tmp_path / "yesterday.db")
    with later(minutes=1), inside(app):
        stories.edit(title="Soep")
        db.session.commit()
    assert readers.unescaped(feed().data, "SUMMARY") == ["Soep"]
    (tmp_path / "yesterday.db").replace(ours)
    for beside in ("-wal", "-shm"):
        ours.with_name(ours.name + beside).unlink(missing_ok=True)
    assert readers.unescaped(feed().data, "SUMMARY") == ["Wereldkeuken"]
    with later(minutes=2), inside(app):
        stories.edit(title="Praten")
        db.session.commit()
    assert readers.unescaped(feed().data, "SUMMARY") == ["Praten"]


# ---- bad days


def break_database(app: Flask) -> None:
    """Its tables are not there: what a database says that is locked, full or gone, at once."""
    with inside(app):
        db.session.execute(text("ALTER TABLE feed_state RENAME TO feed_state_away"))
        db.session.commit()


def mend_database(app: Flask) -> None:
    with inside(app):
        db.session.execute(text("ALTER TABLE feed_state_away RENAME TO feed_state"))
        db.session.commit()


def test_without_a_database_the_last_good_bytes_go_out(app: Flask, feed: Feed, kitchen: str) -> None:
    good = feed()
    break_database(app)
    try:
        bad = feed()
        known = feed(headers={"If-None-Match": good.headers["ETag"]})
        never_read = feed(lang="en")
        app.extensions.pop("vwg feeds")
        restarted = feed()
    finally:
        mend_database(app)

    assert (bad.status_code, bad.data, bad.headers["ETag"]) == (200, good.data, good.headers["ETag"])
    assert known.status_code == 304
    for answer in (never_read, restarted):
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
    assert feed().data == good.data


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_when_the_database_is_gone_the_last_good_bytes_go_out_and_none_is_made_anew(app: Flask, feed: Feed, kitchen: str) -> None:
    with app.app_context():
        file = Path(db.engine.url.database or "")
    asked_for: list[dict[str, str]] = [{}, {"lang": "ar"}, {"free": "1"}]
    good = [feed(**query).data for query in asked_for]
    away = file.with_suffix(".away")
    with app.app_context():
        db.engine.dispose()
    file.rename(away)
    try:
        bad = [feed(**query) for query in asked_for]
        assert not file.exists()
    finally:
        away.rename(file)
    assert [(answer.status_code, answer.data) for answer in bad] == [(200, data) for data in good]
    with inside(app):
        stories.edit(title="Soep")
        db.session.commit()
    assert readers.unescaped(feed().data, "SUMMARY") == ["Soep"]


def test_while_somebody_writes_a_feed_is_read(app: Flask, feed: Feed, kitchen: str) -> None:
    with inside(app):
        stories.edit(title="Soep")
        db.session.flush()
        with ThreadPoolExecutor(1) as somebody_else:
            during = somebody_else.submit(feed).result()
        db.session.commit()
    assert readers.unescaped(during.data, "SUMMARY") == ["Wereldkeuken"]
    assert readers.unescaped(feed().data, "SUMMARY") == ["Soep"]


def test_while_somebody_holds_the_whole_database_the_last_good_bytes_go_out(app: Flask, feed: Feed, kitchen: str) -> None:
    """SQLite: an exclusive transaction; PostgreSQL: an exclusive lock on what a poll reads. Nobody waits for long."""
    good = feed()
    with app.app_context():
        on_sqlite, file = db.engine.dialect.name == "sqlite", db.engine.url.database
        holder = sqlite3.connect(file, isolation_level=None) if on_sqlite else db.engine.raw_connection()
        try:
            if on_sqlite:
                holder.execute("BEGIN EXCLUSIVE")
            else:
                holder.cursor().execute("LOCK TABLE feed_state IN ACCESS EXCLUSIVE MODE")
            began = time.perf_counter()
            with ThreadPoolExecutor(1) as somebody_else:
                during = somebody_else.submit(feed).result()
            waited = time.perf_counter() - began
        finally:
            holder.rollback()
            holder.close()
    assert (during.status_code, during.data) == (200, good.data)
    assert waited < 30  # it looks for 0.3 s; a client gives up after 30


def test_a_moved_date_stands_once(app: Flask, feed: Feed, kitchen: str) -> None:
    with inside(app):
        dates.move(stories.the_dates()[0], hours(28, 14, 18), None, stories.leen())
        db.session.commit()
    assert len(uids(feed())) == 1


def test_after_each_kind_of_change_a_process_that_knew_shows_what_a_new_one_shows(app: Flask, feed: Feed, kitchen: str) -> None:
    """It asks only for what moved: a thing that comes, goes, changes its hour, leaves one feed for another, or is undone."""

    def by_a_new_process(name: str) -> bytes:
        knew = app.extensions.pop("vwg feeds")
        try:
            return bytes(feed(name).data)
        finally:
            app.extensions["vwg feeds"] = knew

    def cooking() -> Any:
        return db.session.query(Category).filter_by(slug="cooking").one()

    def delete() -> None:
        event = next(each for each in db.session.query(Event) if each.title == "Praattafel")
        calendar.removed(event)
        db.session.delete(event)

    changes: list[Callable[[], object]] = [
        lambda: stories.post("Praattafel", weeks=3, day=7),
        lambda: stories.edit(category=cooking()),
        lambda: dates.move(stories.the_dates()[0], hours(5, 9, 10), None, stories.leen()),
        lambda: (stories.post("Soep", category=cooking()), stories.edit(category=None)),
        lambda: dates.cancel(stories.the_dates("Praattafel")[1], "Ziek", stories.leen()),
        lambda: stories.edit("Soep", visibility=Visibility.INTERNAL),
        delete,
        lambda: stories.edit("Soep", visibility=Visibility.PUBLIC),
    ]
    names = ("agenda", "categories/cooking")
    for name in names:
        feed(name)
    for number, change in enumerate(changes):
        with later(minutes=1 + number), inside(app):
            change()
            db.session.commit()
        for name in names:
            assert (number, name, feed(name).data) == (number, name, by_a_new_process(name))
    with later(days=500):
        with inside(app):
            assert calendar.tidy() > 0
            db.session.commit()
        assert feed().data == by_a_new_process("agenda")


def test_after_an_edit_one_thing_is_read_however_many_stand_there(app: Flask, feed: Feed, kitchen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with inside(app):
        for day in range(1, 13):
            stories.post(f"Dag {day}", day=9 + day)
        db.session.commit()
    feed()
    kept: list[str] = []
    put = Shelf.put
    monkeypatch.setattr(Shelf, "put", lambda shelf, language, renderer, piece: kept.append(language) or put(shelf, language, renderer, piece))
    monkeypatch.setattr(bytes_of, "all_of", None)  # the whole list is not asked for
    with inside(app):
        stories.edit("Dag 3", title="Soep")
        db.session.commit()

    assert "SUMMARY:Soep" in feed().text and kept == ["nl"]
