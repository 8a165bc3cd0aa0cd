"""A date goes into somebody's own calendar."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar

from tests.agenda.test_pages import plan
from tests.conftest import Visitor, hours, later, world_kitchen
from vwg import clock, demo
from vwg.db import db
from vwg.domain import events
from vwg.pages import address_of


def way(page: Any, host: str) -> dict[str, list[str]]:
    found = re.search(rf'href="(https://{re.escape(host)}[^"]+)"', page.text)
    assert found is not None
    return parse_qs(urlsplit(html.unescape(found[1])).query)


def test_google_and_outlook_get_the_hours_the_place_and_the_page_in_its_language(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast)
    db.session.commit()

    page = anybody.get(f"/ar/agenda/{address_of(event)}")

    google, outlook = way(page, "calendar.google.com"), way(page, "outlook.live.com")
    outside = f"http://localhost/ar/agenda/{address_of(event)}"
    assert google["dates"] == ["20260321T130000Z/20260321T170000Z"]
    assert (google["text"], google["details"]) == (["Wereldkeuken"], [outside])
    assert google["location"] == ["Zaal Skala, Kalkendorp 1, 9270 Kalken"]
    assert (outlook["startdt"], outlook["enddt"]) == (["2026-03-21T13:00:00Z"], ["2026-03-21T17:00:00Z"])
    assert outlook["body"] == [outside]


def test_the_file_holds_that_date_alone_with_the_uid_of_the_feed(cast: demo.Cast, anybody: Visitor) -> None:
    table = events.create(events.Details("Praattafel"), [hours(5, 19, 21), hours(12, 19, 21)], cast.leen)
    events.publish(table, cast.leen)
    db.session.commit()
    second = table.dates[1]

    answer = anybody.get(f"/nl/agenda/{address_of(table)}/{second.public_id}.ics")

    read = [each for each in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")]
    assert answer.mimetype == "text/calendar"
    assert [(str(each["UID"]), each.decoded("DTSTART")) for each in read] == [(second.uid, clock.local(second.starts_at))]


def test_a_date_of_another_activity_or_of_a_draft_is_not_there(cast: demo.Cast, anybody: Visitor) -> None:
    kitchen, table = world_kitchen(cast), plan(cast, "Praattafel", 19)
    draft = world_kitchen(cast, published=False)
    db.session.commit()

    asked = [(kitchen, table.dates[0].public_id), (draft, draft.dates[0].public_id), (kitchen, "d%00"), (kitchen, "x")]
    assert [anybody.get(f"/nl/agenda/{address_of(event)}/{date}.ics").status_code for event, date in asked] == [404] * 4


def test_an_address_told_after_signing_up_goes_into_no_calendar_before(cast: demo.Cast, anybody: Visitor) -> None:
    cast.skala.address_public = False
    event = world_kitchen(cast)
    db.session.commit()

    page = anybody.get(f"/nl/agenda/{address_of(event)}")

    assert way(page, "calendar.google.com")["location"] == ["Kalken"]
    file = anybody.get(f"/nl/agenda/{address_of(event)}/{event.dates[0].public_id}.ics").text
    assert "Skala" not in file and "Kalkendorp" not in file


def test_what_is_over_is_kept_in_no_calendar(cast: demo.Cast, anybody: Visitor) -> None:
    event = world_kitchen(cast)
    db.session.commit()

    with later(days=40):
        assert "calendar.google.com" not in anybody.get(f"/nl/agenda/{address_of(event)}").text
