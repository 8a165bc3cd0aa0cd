"""Somebody subscribes once and relies on it: after each poll her calendar equals the house."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor, hours, inside, later
from tests.feeds import readers, stories
from vwg.db import db
from vwg.domain import dates
from vwg.models import Category, Partner, Place

Feed = Callable[..., Any]


@pytest.fixture(params=["ical", "ical.js"])
def store(request: pytest.FixtureRequest) -> Callable[[str], readers.Store]:
    """Her calendar program: two that know nothing of each other."""
    if request.param == "ical":
        return readers.with_ical
    folder = request.getfixturevalue("icaljs")
    return lambda text: readers.with_icaljs(text, Path(folder))


class Subscription:
    """Polls as a program does: with what it got last time."""

    def __init__(self, feed: Feed, store: Callable[[str], readers.Store]) -> None:
        self.feed, self.read = feed, store
        self.etag, self.store, self.was_new = "", set[tuple[str, str, str, str]](), False

    def poll(self) -> readers.Store:
        answer = self.feed(headers={"If-None-Match": self.etag} if self.etag else {})
        self.was_new = answer.status_code == 200
        if self.was_new:
            assert readers.faults(answer.data) == []
            self.etag, self.store = answer.headers["ETag"], self.read(answer.text)
        else:
            assert answer.status_code == 304 and answer.data == b""
        return self.store


def after(app: Flask, subscription: Subscription, change: Callable[[], object]) -> readers.Store:
    """One step in the house, then a poll; returns what the house says."""
    with later(minutes=5), inside(app):
        change()
        db.session.commit()
        expected = stories.house()
    assert subscription.poll() == expected
    assert subscription.was_new
    return expected


def test_one_activity_is_followed_through_post_move_put_off_and_cancel(app: Flask, feed: Feed, store: Any) -> None:
    subscription = Subscription(feed, store)
    assert subscription.poll() == set()

    posted = after(app, subscription, stories.post)
    assert len(posted) == 1
    subscription.poll()
    assert not subscription.was_new  # indico#4784: nothing moved, nothing is sent

    moved = after(app, subscription, lambda: dates.move(stories.the_dates()[0], hours(28, 15, 19), None, stories.leen()))
    assert {uid for uid, *_ in moved} == {uid for uid, *_ in posted}
    assert [start for _, start, _, _ in moved] == ["2026-03-28T14:00:00Z"]

    after(app, subscription, lambda: dates.postpone(stories.the_dates()[0], "Leen is ziek.", stories.leen()))
    cancelled = after(app, subscription, lambda: dates.cancel(stories.the_dates()[0], "Het kan niet.", stories.leen()))
    assert [status for _, _, status, _ in cancelled] == ["CANCELLED"]  # indico#6372: never shown as going on


def test_a_weekly_series_with_one_date_moved_and_one_cancelled(app: Flask, feed: Feed, store: Any) -> None:
    """Six Saturdays from 7 March: the night to summer time is among them."""
    subscription = Subscription(feed, store)
    posted = after(app, subscription, lambda: stories.post("Praattafel", weeks=6, day=7))
    assert sorted(start for _, start, _, _ in posted)[2:4] == ["2026-03-21T13:00:00Z", "2026-03-28T13:00:00Z"]
    assert max(start for _, start, _, _ in posted) == "2026-04-11T12:00:00Z"  # still 14 h on the wall

    after(app, subscription, lambda: dates.move(stories.the_dates("Praattafel")[1], hours(15, 10, 12), None, stories.leen()))
    after(app, subscription, lambda: dates.cancel(stories.the_dates("Praattafel")[4], "Paasvakantie", stories.leen()))
    last = after(app, subscription, lambda: dates.add(stories.the_dates("Praattafel")[0].event, hours(20, 19, 21), stories.leen()))

    assert len(last) == 7
    assert len({uid for uid, *_ in last}) == 2  # PlaceCal#2993: one UID for the series, one for the date that was added
    everything = after(app, subscription, lambda: dates.cancel_all(stories.the_dates("Praattafel")[0].event, "Zaal dicht", stories.leen()))
    assert {status for _, _, status, _ in everything} == {"CANCELLED"}


def test_who_follows_one_category_partner_place_or_activity_sees_just_that(app: Flask, feed: Feed) -> None:
    """The same story told to five who subscribed; of what is another's they see nothing."""

    def post() -> None:
        cooking = db.session.query(Category).filter_by(slug="cooking").one()
        de_brug = db.session.query(Partner).filter_by(name="De Brug").one()
        stories.post("Praattafel", weeks=6, day=7, category=cooking, organisation=de_brug)
        stories.post(place=db.session.query(Place).filter_by(name="Sociaal Huis").one())

    with inside(app):
        post()
        db.session.commit()
        table = stories.the_dates("Praattafel")[0]
        assert table.place and table.event.organisation
        names = [
            "agenda", "categories/cooking", f"partners/{table.event.organisation.public_id}", f"places/{table.place.public_id}",
            f"events/{table.event.public_id}",
        ]  # fmt: skip
    followed = {name: Subscription(lambda name=name, **given: feed(name, **given), readers.with_ical) for name in names}
    for change in (
        lambda: dates.move(stories.the_dates("Praattafel")[1], hours(15, 10, 12), None, stories.leen()),
        lambda: stories.edit(title="Soep"),
        lambda: dates.cancel(stories.the_dates("Praattafel")[4], "Paasvakantie", stories.leen()),
        lambda: stories.edit("Praattafel", title="Praattafel aan de Lede"),
        lambda: dates.cancel_all(stories.the_dates("Praattafel aan de Lede")[0].event, "Zaal dicht", stories.leen()),
    ):
        with later(minutes=5), inside(app):
            change()
            db.session.commit()
            everything = stories.house()
        for name, subscription in followed.items():
            shown = {row for row in everything if name == "agenda" or "Praattafel" in row[3]}
            assert (name, subscription.poll()) == (name, shown)


def test_what_is_renamed_arrives(app: Flask, feed: Feed, store: Any) -> None:
    """GatherPress#2058: edits never arrive."""
    subscription = Subscription(feed, store)
    after(app, subscription, stories.post)

    after(app, subscription, lambda: stories.edit(title="Wereldkeuken: soep, brood; en \\Nog meer"))


def test_the_nights_of_the_clock(app: Flask, feed: Feed, store: Any) -> None:
    """Over midnight into summer time and into winter time, and in the hour that comes twice (sunflower#299)."""
    from datetime import UTC, datetime

    def post() -> None:
        event = stories.post("Nachtwandeling")
        twice = [
            dates.Times(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
            dates.Times(datetime(2026, 10, 25, 1, 15, tzinfo=UTC), datetime(2026, 10, 25, 3, 0, tzinfo=UTC)),
        ]
        for times in [hours(28, 22, 23), dates.Times(hours(28, 23, 24 - 1).starts_at, hours(29, 6, 7).ends_at), *twice]:
            dates.add(event, times, stories.leen())

    shown = after(app, Subscription(feed, store), post)
    assert len(shown) == 5


# ---- the page where one subscribes


def test_one_chooses_what_and_then_how(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        de_brug = db.session.query(Partner).filter_by(name="De Brug").one()
        stories.post(organisation=de_brug)
        db.session.commit()
        partner = de_brug.public_id
    wanted = {
        "": "http://localhost/feeds/agenda.ics", "category=cooking": "http://localhost/feeds/categories/cooking.ics",
        f"partner={partner}": f"http://localhost/feeds/partners/{partner}.ics", "language=ar": "http://localhost/feeds/agenda.ics?lang=ar",
        f"category=cooking&partner={partner}": f"http://localhost/feeds/agenda.ics?category=cooking&amp;partner={partner}",
        "category=nothing&partner=x&language=xx": "http://localhost/feeds/agenda.ics",
    }  # fmt: skip
    for query, address in wanted.items():
        page = visitor.get(f"/nl/agenda/subscribe?{query}").text
        assert f'<code dir="ltr">{address}</code>' in page, query
        assert f'href="webcal://{address.partition("://")[2]}"' in page
        assert "calendar.google.com/calendar/r?cid=webcal%3A" in page and "addfromweb?url=http%3A" in page
        assert "data:image/svg" in page
        assert visitor.get(address.replace("http://localhost", "").replace("&amp;", "&")).status_code == 200


def test_a_site_finds_what_it_needs_to_show_the_agenda(app: Flask, visitor: Visitor) -> None:
    page = visitor.get("/nl/agenda/subscribe?way=site&category=cooking").text

    assert "&lt;iframe data-agenda" in page and "<iframe" not in page
    for path in ("/embed/agenda?category=cooking&lang=nl&count=10", "/feeds/agenda.json?category=cooking&lang=nl", "/static/embed-listener.js"):
        assert path.replace("&", "&amp;") in page.replace("&amp;amp;", "&amp;"), path
        with visitor.get(path) as answer:
            assert answer.status_code == 200
