"""The disk is full: who reads reads on, who writes hears it in a sentence, and afterwards all goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.conftest import Visitor, inside
from tests.feeds import stories
from tests.planning.test_pages import FIVE
from vwg import links
from vwg.db import db
from vwg.domain import own_calendars
from vwg.models import FeedKind

Feed = Callable[..., Any]
LONG = {**FIVE, "title": "Verhalenavond", "line": "Een lang verhaal. " * 16}

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # whose disk is ours to fill


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """SQLite itself says "database or disk is full": its file may not grow by a page, whoever connects."""

    def no_more_pages(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # fewer than there are: as many as there are

    with app.app_context():
        engine = db.engine
    engine.dispose()
    event.listen(engine, "connect", no_more_pages)
    try:
        yield
    finally:
        event.remove(engine, "connect", no_more_pages)
        engine.dispose()


def test_on_a_full_disk_calendars_and_pages_go_on_and_a_form_is_refused_in_a_sentence(app: Flask, visitor: Visitor, feed: Feed) -> None:
    with inside(app):
        kitchen = stories.post()
        key = own_calendars.give(FeedKind.VOLUNTEER, "", owner=stories.leen())
        db.session.commit()
        names, own = ["agenda", f"events/{kitchen.public_id}"], f"mine/{links.token('feed', key)}"
    leen = visitor.signed_in_as("leen")
    good = {name: feed(name).data for name in names}

    with full(app):
        answers = (leen.press("/nl/planning/new", LONG) for _ in range(20))  # the first ones find room in pages that are there
        refused = next(answer for answer in answers if answer.status_code != 200)
        assert refused.status_code == 503 and refused.headers["Retry-After"]
        assert "Er is niets veranderd" in refused.text and "Nothing was changed" in refused.text
        assert {name: feed(name).data for name in names} == good
        assert [answer.status_code for answer in (feed(free="1"), feed(lang="ar"), feed(own), feed(own, lang="en"))] == [200] * 4
        app.extensions.pop("vwg feeds")  # a process that begins on such a day reads too
        assert {name: feed(name).data for name in names} == good
        for page in ("/nl/agenda/", "/embed/agenda", "/feeds/agenda.json", "/nl/planning/"):
            assert leen.get(page).status_code == 200, page

    assert leen.press("/nl/planning/new", LONG).status_code == 200


def test_on_a_full_disk_a_calendar_of_ones_own_still_tells_the_news(app: Flask, visitor: Visitor, feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    """Its stamps cannot be kept then."""
    with inside(app):
        stories.post()
        stories.post("Ontwerp", weeks=100, publish=False)
        key = own_calendars.give(FeedKind.VOLUNTEER, "", owner=stories.leen())
        db.session.commit()
        name = f"mine/{links.token('feed', key)}"
    with full(app):
        answer = feed(name)
        assert answer.status_code == 200 and answer.data.count(b"BEGIN:VEVENT") == 101
    assert "could not be kept" in caplog.text
    assert feed(name).data == answer.data
