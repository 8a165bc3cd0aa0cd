"""Each rule of an excellent feed, one by one, on what the writer makes of Leen's activities."""

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import hours, world_kitchen
from tests.feeds import readers, stories
from vwg import clock, facts
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import calendar, dates, events
from vwg.formats import ical
from vwg.formats.content_lines import one_line
from vwg.formats.things import Thing, When, things_of
from vwg.models import DateState, Event, EventDate, EventText

HEAD = ical.Head("Agenda", "Wat er is", "http://localhost/nl/agenda/", "http://localhost/feeds/agenda.ics")
STAMP = ical.Stamp(3, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def feed(*things: Thing, language: str = "nl") -> bytes:
    return ical.calendar(HEAD, [ical.vevents(thing, language, STAMP) for thing in things])


def of(event: Event) -> Thing:
    return things_of(event, "De groep, groep@example.org")[0]


def shown(event: Event, language: str = "nl") -> list[icalendar.Event]:
    data = feed(*things_of(event, "De groep"), language=language)
    assert readers.faults(data) == []
    return readers.with_icalendar(data)


# ---- one date


def test_a_date_says_when_where_what_and_whom_to_ask(town: Cast) -> None:
    event = world_kitchen(town, text="We koken samen.", bring="Een schort", facts={"food": ["halal"]})
    found = shown(event)[0]
    page = f"http://localhost/nl/agenda/{event.public_id}-wereldkeuken"

    assert str(found["UID"]) == event.dates[0].uid
    assert found["DTSTART"].to_ical() + b"/" + found["DTEND"].to_ical() == b"20260321T140000/20260321T180000"
    assert found["DTSTART"].params["TZID"] == found["DTEND"].params["TZID"] == "Europe/Brussels"
    assert found["LOCATION"] == "Zaal Skala, Kalkendorp 1, 9270 Kalken"
    assert found["GEO"].to_ical() in {"51.0372;3.9182", "51.037200;3.918200"}
    assert found["URL"] == page
    assert found["CATEGORIES"].cats == ["Koken en eten"]
    assert found["CONTACT"] == "De groep"
    assert (found["STATUS"], found["SEQUENCE"], found["SUMMARY"]) == ("CONFIRMED", 3, "Wereldkeuken")
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == STAMP.changed_at
    assert found["DESCRIPTION"].startswith("We koken samen.\n\n")
    assert "Een schort" in found["DESCRIPTION"] and found["DESCRIPTION"].endswith(f"\n\n{page}")
    assert not {"ATTENDEE", "ORGANIZER", "TRANSP"} & set(found)


def test_an_organising_partner_is_the_contact_if_it_is_listed_and_never_its_people(town: Cast) -> None:
    town.de_brug.public_email = "debrug@example.org"
    event = world_kitchen(town, organisation=town.de_brug)
    assert shown(event)[0]["CONTACT"] == "De Brug, debrug@example.org"
    assert b"Bert" not in feed(of(event)) and b"Leen" not in feed(of(event))

    town.de_brug.listed_consent_at = None
    assert shown(event)[0]["CONTACT"] == "De groep"


def test_a_hidden_address_is_the_town_alone(town: Cast) -> None:
    town.skala.address_public = False
    found = shown(world_kitchen(town))[0]

    assert found["LOCATION"] == "Kalken" and "GEO" not in found


def test_whole_days_end_on_the_day_after(town: Cast) -> None:
    event = world_kitchen(town)
    date = event.dates[0]
    date.all_day = True
    for ends in (hours(22, 0, 23).ends_at, clock.at(hours(23, 1, 2).starts_at.date(), 0)):
        date.starts_at, date.ends_at = clock.at(hours(21, 1, 2).starts_at.date(), 0), ends
        assert b"DTSTART;VALUE=DATE:20260321\r\nDTEND;VALUE=DATE:20260323\r\n" in feed(of(event))


@pytest.mark.parametrize(
    ("state", "status", "prefix", "transparent"),
    [(DateState.CANCELLED, "CANCELLED", "Cancelled", True), (DateState.POSTPONED, "TENTATIVE", "Postponed", False)],
)
def test_what_does_not_go_on_says_so_three_times(town: Cast, state: DateState, status: str, prefix: str, transparent: bool) -> None:
    from vwg.phrases import gettext, speaking

    event = world_kitchen(town)
    event.dates[0].state, event.dates[0].reason = state, "Zaal dicht"
    for code in ("nl", "en", "ar"):
        found = shown(event, code)[0]
        with speaking(code):
            assert found["SUMMARY"] == f"{gettext(prefix)}: Wereldkeuken"
        assert found["STATUS"] == status
        assert (found.get("TRANSP") == "TRANSPARENT") == transparent
        assert found["DESCRIPTION"].startswith("Zaal dicht")


def test_a_translation_that_is_a_draft_is_not_there_yet(town: Cast) -> None:
    event = world_kitchen(town)
    event.texts.append(EventText(language="en", title="World kitchen", text="Come and cook.", state="draft"))
    assert shown(event, "en")[0]["SUMMARY"] == "Wereldkeuken"

    event.texts[-1].state = "checked"
    assert shown(event, "en")[0]["SUMMARY"] == "World kitchen"
    assert shown(event, "ar")[0]["SUMMARY"] == "Wereldkeuken"


def test_the_facts_are_said_in_the_language_of_the_feed(town: Cast) -> None:
    event = world_kitchen(town, facts={"children": True})
    from vwg.phrases import speaking

    for code in ("nl", "en", "ar"):
        with speaking(code):
            words = [f"{said.title}: {said.line}" for said in facts.card(0, 0, {"children": True})]
        assert shown(event, code)[0]["DESCRIPTION"].split("\n\n")[0].split("\n") == words


@pytest.mark.parametrize("letter", ["woord ", "ሀ", "👩‍👩‍👧", "é", "x"])
def test_a_long_text_is_cut_near_a_thousand_and_keeps_facts_and_page(town: Cast, letter: str) -> None:
    event = world_kitchen(town, text=letter * 10_000, facts={"children": True})
    text = str(shown(event)[0]["DESCRIPTION"])

    assert 900 < len(text) <= 1_000
    assert text.endswith(f"/nl/agenda/{event.public_id}-wereldkeuken")
    assert "…\n\n" in text and not text.split("…")[0].endswith("\u200d")


# ---- series


def test_a_series_is_one_rule_with_until_in_utc(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=6, day=7)
    found = shown(event)

    assert len(found) == 1
    assert found[0]["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20260411T120000Z;BYDAY=SA"
    assert b";UNTIL=20260411T120000Z\r\n" in feed(of(event))
    assert found[0]["DTSTART"].to_ical() == b"20260307T140000"


def test_a_date_that_is_left_out_is_an_exdate_of_the_same_type(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=4, day=7)
    event.dates.pop(1)
    db.session.flush()

    assert b"EXDATE;TZID=Europe/Brussels:20260314T140000\r\n" in feed(of(event))
    assert len(readers.with_ical(feed(of(event)).decode())) == 3
    for date in event.dates:
        date.all_day = True
    assert b"EXDATE;VALUE=DATE:20260314\r\n" in feed(of(event))
    assert b"UNTIL=20260328\r\n" in feed(of(event))


def test_a_moved_and_a_cancelled_date_are_overrides_of_the_same_uid(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=4, day=7)
    dates.move(event.dates[1], hours(15, 10, 12), town.skala, town.leen)
    dates.cancel(event.dates[3], "Zaal dicht", town.leen)
    found = shown(event)

    assert {str(each["UID"]) for each in found} == {event.series[0].uid}
    overrides = {each["RECURRENCE-ID"].to_ical(): each for each in found if "RECURRENCE-ID" in each}
    assert sorted(overrides) == [b"20260314T140000", b"20260328T140000"]
    assert overrides[b"20260314T140000"]["DTSTART"].to_ical() == b"20260315T100000"
    assert overrides[b"20260328T140000"]["STATUS"] == "CANCELLED"
    assert all("RRULE" not in each for each in overrides.values())


def test_one_date_at_another_place_is_an_override_and_the_master_keeps_the_usual_one(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=4, day=7)
    dates.move(event.dates[0], dates.Times(event.dates[0].starts_at, event.dates[0].ends_at), town.sociaal_huis, town.leen)
    found = shown(event)

    assert [str(each["LOCATION"]).split(",")[0] for each in found] == ["Zaal Skala", "Sociaal Huis"]


def test_a_series_beside_single_dates_and_dates_of_another_hour_is_read_as_the_house_means_it(town: Cast) -> None:
    """Dates of differing kinds: the weekly ones, one the rule does not know, one of a whole day, one apart."""
    event = stories.post("Praattafel", weeks=4, day=7)
    dates.add(event, hours(20, 19, 21), town.leen)
    odd = EventDate(starts_at=hours(17, 9, 10).starts_at, ends_at=hours(17, 9, 10).ends_at, series=event.series[0], original_start=hours(17, 9, 10).starts_at)
    event.dates.append(odd)
    db.session.flush()
    data = feed(*things_of(event, ""))

    assert readers.faults(data) == []
    expected = {(date.series.uid if date.series else date.uid, f"{date.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}") for date in event.dates}
    assert {(uid, start) for uid, start, _, _ in readers.with_ical(data.decode())} == expected

    event.dates[1].all_day = True
    found = shown(event)
    assert any(each["DTSTART"].to_ical() == b"20260314" and each["RECURRENCE-ID"].to_ical() == b"20260314T140000" for each in found if "RECURRENCE-ID" in each)


def test_a_weekly_hour_that_one_night_skips_is_still_there(town: Cast) -> None:
    """RFC 5545 3.3.10: a reader leaves out 02:30 on 29 March; the house means 03:30."""
    first = dates.Times(hours(22, 1, 2).starts_at + timedelta(minutes=90), hours(22, 1, 5).ends_at)
    event = events.create(events.Details("Wake"), dates.every_week(first, first.starts_at + timedelta(weeks=2)), town.leen, weekly=True)
    events.publish(event, town.leen)

    assert b"RDATE;TZID=Europe/Brussels:20260329T033000\r\n" in feed(of(event))
    expected = {f"{date.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for date in event.dates}
    assert {start for _, start, _, _ in readers.with_ical(feed(of(event)).decode())} == expected


# ---- time zone


def test_the_time_zone_is_two_rules_whose_onsets_are_in_the_old_offset() -> None:
    text = ical.TIME_ZONE.decode()

    assert readers.faults(ical.TIME_ZONE) == []
    assert re.findall(r"DTSTART:\d{8}(T\d{6})\r\nRRULE:(\S+)\r\nTZOFFSETFROM:(\S+)\r\nTZOFFSETTO:(\S+)", text) == [
        ("T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "+0100", "+0200"),
        ("T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "+0200", "+0100"),
    ]


def test_the_time_zone_says_what_the_village_clock_says_for_fifty_years() -> None:
    """Read by another's code, hour by hour around each change."""
    zone = icalendar.Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + ical.TIME_ZONE + b"END:VCALENDAR\r\n").walk("VTIMEZONE")[0].to_tz()
    for year in range(2000, 2038):
        for month in (3, 10):
            sunday = max(day for day in range(25, 32) if datetime(year, month, day).weekday() == 6)
            for hour in range(-3, 4):
                moment = datetime(year, month, sunday, 1, tzinfo=UTC) + timedelta(hours=hour)
                assert moment.astimezone(zone).utcoffset() == clock.local(moment).utcoffset(), moment


# ---- files for partners


def test_a_partner_gets_the_activitys_own_uid_and_a_higher_sequence_after_a_change(town: Cast) -> None:
    event = world_kitchen(town)
    first = ical.calendar_file(event.dates, "nl")
    dates.move(event.dates[0], hours(22, 14, 18), town.skala, town.leen)
    dates.cancel(event.dates[0], "Zaal dicht", town.leen)
    second = ical.calendar_file(event.dates, "nl", contact=calendar.contact(), mailbox="groep@example.org")

    for data in (first, second):
        assert readers.faults(data) == []
        assert data.split(b"BEGIN:VTIMEZONE")[0].endswith(b"METHOD:PUBLISH\r\n") and b"ATTENDEE" not in data
    one, two = readers.with_icalendar(first)[0], readers.with_icalendar(second)[0]
    assert (one["UID"], one["SEQUENCE"], one["STATUS"]) == (two["UID"], 0, "CONFIRMED")
    assert (two["SEQUENCE"], two["STATUS"], two["ORGANIZER"]) == (2, "CANCELLED", "mailto:groep@example.org")


def test_a_partner_asked_for_one_date_of_a_series_gets_that_date_alone(town: Cast) -> None:
    event = stories.post("Praattafel", weeks=4, day=7)
    found = readers.with_icalendar(ical.calendar_file([event.dates[2]], "nl"))

    assert [(each["RECURRENCE-ID"].to_ical(), each["DTSTART"].to_ical(), "RRULE" in each) for each in found] == [
        (b"20260321T140000", b"20260321T140000", False)
    ]
    whole = readers.with_icalendar(ical.calendar_file(event.dates, "nl"))
    assert [each["RRULE"].to_ical() for each in whole] == [b"FREQ=WEEKLY;UNTIL=20260328T130000Z;BYDAY=SA"]


# ---- the seal: exactly when something that is shown has changed


@pytest.mark.parametrize(
    "changes",
    [
        {"titles": (("nl", "Soep"),)}, {"texts": (("nl", "Nieuw"),)}, {"bring": (("nl", "Lepel"),)}, {"categories": (("nl", "Koken"),)},
        {"price_cents": 250}, {"dutch_level": 2}, {"facts": '{"children": true}'}, {"contact": "Anders"},
        {"starts_at": datetime(2026, 3, 21, 12, tzinfo=UTC)}, {"ends_at": datetime(2026, 3, 21, 22, tzinfo=UTC)}, {"all_day": True},
        {"state": DateState.CANCELLED}, {"location": "Elders"}, {"geo": (1.0, 2.0)},
    ],
    ids=lambda changes: "-".join(changes),
)  # fmt: skip
def test_what_is_shown_and_its_seal_change_together(town: Cast, changes: dict[str, Any]) -> None:
    before = of(world_kitchen(town))
    of_the_date = next(iter(changes)) in {field.name for field in fields(When)}
    after = replace(before, dates=(replace(before.dates[0], **changes),)) if of_the_date else replace(before, **changes)

    assert before.seal() == of(town_kitchen()).seal()
    assert feed(before) != feed(after)
    assert before.seal() != after.seal()


def town_kitchen() -> Event:
    return db.session.query(Event).one()


# ---- hostile texts

NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("\n\r\t\x00\x07\x0b\x1f\x7f\x85\u2028\u2029\u202e\u2066\ufeff\\;,:\"'^N n"),
        st.sampled_from("أهلابكም ትግርኛ👩‍👩‍👧é"),
    ),
    max_size=400,
)
EXAMPLES = [
    "\\N", "C:\\New\\nog; a,b", "BEGIN:VEVENT\r\nUID:x", "END:VCALENDAR", "\r\n ATTENDEE:mailto:x@example.org", "\ud800", "=?utf-8?q?a=0ABcc?=",
    "\u202eneuken", "x" * 10_000, "👩‍👩‍👧" * 500, "ሰላም " * 300, "\x1cA\x1dB\x1e", ";;,,\\\\", "a\u0300" * 900,
]  # fmt: skip


def survives(thing: Thing, said: str) -> None:
    """Four readings of the same bytes agree on what was said."""
    changed = replace(
        thing, titles=(("nl", "Titel " + said[:90]),), texts=(("nl", said),), categories=(("nl", "Soort " + said[:40]),), contact="Groep " + said[:60],
        dates=(replace(thing.dates[0], location="Zaal " + said[:60]),),
    )  # fmt: skip
    data = feed(changed)
    assert readers.faults(data) == []
    expected = one_line("Titel " + said[:90])
    assert readers.unescaped(data, "SUMMARY") == [expected]
    read = readers.with_icalendar(data)
    assert len(read) == 1 and str(read[0]["UID"]) == thing.uid and not {"ATTENDEE", "BCC"} & set(read[0])
    assert {(uid, start, summary) for uid, start, _, summary in readers.with_ical(data.decode())} == {(thing.uid, "2026-03-21T13:00:00Z", expected)}


@given(said=NASTY)
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_text_breaks_a_feed(said: str) -> None:
    survives(KITCHEN, said)


@pytest.mark.parametrize("said", EXAMPLES, ids=range(len(EXAMPLES)))
def test_these_texts_do_not_break_a_feed(said: str) -> None:
    survives(KITCHEN, said)


KITCHEN = Thing(
    component="d1", uid="5f0c8a52-3a51-4c58-8df5-4f7a8b2b6d11", public_id="e2345678z", titles=(), texts=(), bring=(), categories=(), price_cents=0,
    dutch_level=0, facts="{}", contact="", rule="", first_start=hours(21, 14, 18).starts_at, first_end=hours(21, 14, 18).ends_at,
    until=hours(21, 14, 18).starts_at,
    dates=(When(1, None, hours(21, 14, 18).starts_at, hours(21, 14, 18).ends_at, False, DateState.ON, (), "", None),),
)  # fmt: skip


# ---- the checks can fail


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"\r\n", b"\n", "a bare CR or LF"),
        (b"SUMMARY:", b"SUMMARY:a;b", "unescaped in SUMMARY"),
        (b"SUMMARY:", b"SUMMARY:a,b", "unescaped in SUMMARY"),
        (b"SUMMARY:", b"SUMMARY:\\N", "a lone backslash in SUMMARY"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 80, "octets in a line"),
        (b"SUMMARY:", b"SUMMARY:\x07", "a control character"),
        (b"SUMMARY:", b"SUMMARY:\xd8\r\n \xa3", "a character cut by a fold"),
        (b"STATUS:", b"no property\r\nSTATUS:", "no property: no property"),
    ],
)
def test_the_lint_sees_each_fault(old: bytes, new: bytes, fault: str) -> None:
    good = feed(replace(KITCHEN, titles=(("nl", "Keuken"),)))
    assert readers.faults(good) == []

    assert any(fault in found for found in readers.faults(good.replace(old, new)))
