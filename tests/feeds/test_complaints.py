"""What people complained about in other tools, by its name there: none of it happens here."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.conftest import hours, inside, later
from tests.feeds import readers, stories
from vwg.db import db
from vwg.domain import calendar, dates

Feed = Callable[..., Any]


def change(app: Flask, what: Callable[[], object]) -> None:
    with later(minutes=5), inside(app):
        what()
        db.session.commit()


def lines(answer: Any, name: str) -> list[str]:
    return readers.unescaped(answer.data, name)


def test_indico_4784_a_poll_that_brings_nothing_new_is_304(app: Flask, feed: Feed) -> None:
    change(app, stories.post)
    tag = feed().headers["ETag"]
    answers = [feed(headers={"If-None-Match": tag}) for _ in range(3)]
    assert [(answer.status_code, answer.data) for answer in answers] == [(304, b"")] * 3


def test_indico_6372_what_is_cancelled_is_never_shown_as_going_on(app: Flask, feed: Feed) -> None:
    change(app, stories.post)
    change(app, lambda: dates.cancel(stories.the_dates()[0], "Zaal dicht", stories.leen()))
    answer = feed(lang="en")
    assert (lines(answer, "STATUS"), lines(answer, "SUMMARY"), lines(answer, "TRANSP")) == (["CANCELLED"], ["Cancelled: Wereldkeuken"], ["TRANSPARENT"])


def test_w3c_calendar_66_what_is_past_does_not_vanish(app: Flask, feed: Feed) -> None:
    change(app, stories.post)
    with later(days=300):
        with inside(app):
            calendar.tidy()
            db.session.commit()
        assert lines(feed(), "SUMMARY") == ["Wereldkeuken"]


def test_placecal_2993_nothing_has_its_uid_twice(app: Flask, feed: Feed) -> None:
    change(app, lambda: (stories.post(), stories.post("Praattafel", weeks=4, day=7)))
    change(app, lambda: dates.move(stories.the_dates("Praattafel")[1], hours(15, 10, 12), None, stories.leen()))
    change(app, lambda: stories.edit("Praattafel", title="Praten"))
    found = [(event["UID"], event.get("RECURRENCE-ID", "")) for event in readers.components(feed().data)]
    assert len(found) == 3 == len({(uid[0], str(original)) for uid, original in found})


def test_sunflower_299_the_hour_is_right_on_both_sides_of_the_clock_change(app: Flask, feed: Feed) -> None:
    change(app, lambda: stories.post("Praattafel", weeks=3, day=21))
    starts = sorted(start for _, start, _, _ in readers.with_ical(feed().text))
    assert starts == ["2026-03-21T13:00:00Z", "2026-03-28T13:00:00Z", "2026-04-04T12:00:00Z"]


def test_gatherpress_2058_an_edit_arrives_at_the_next_poll(app: Flask, feed: Feed) -> None:
    change(app, stories.post)
    before = feed()
    change(app, lambda: stories.edit(title="Soep"))
    after = feed(headers={"If-None-Match": before.headers["ETag"]})
    assert lines(after, "SUMMARY") == ["Soep"]
    assert lines(after, "SEQUENCE") > lines(before, "SEQUENCE") and lines(after, "LAST-MODIFIED") > lines(before, "LAST-MODIFIED")


def test_ical_generator_221_no_emoji_is_cut_by_a_fold(app: Flask, feed: Feed) -> None:
    title = "Aa " + "👩‍👩‍👧🇧🇪ሰ" * 9
    change(app, lambda: stories.post(title, text="👩‍👩‍👧" * 90))
    answer = feed()
    assert readers.faults(answer.data) == [] and lines(answer, "SUMMARY") == [title]


def test_nextcloud_58193_not_everything_changes_at_each_poll(app: Flask, feed: Feed) -> None:
    change(app, lambda: (stories.post(), stories.post("Praattafel", day=22)))
    before = {str(event["UID"]): event.to_ical() for event in readers.with_icalendar(feed().data)}
    with later(hours=7):
        assert {str(event["UID"]): event.to_ical() for event in readers.with_icalendar(feed().data)} == before
    change(app, lambda: stories.edit(title="Soep"))
    after = {str(event["UID"]): event.to_ical() for event in readers.with_icalendar(feed().data)}
    assert sum(after[uid] != before[uid] for uid in before) == 1
