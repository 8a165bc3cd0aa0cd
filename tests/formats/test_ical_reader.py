"""A stranger's calendar is read in a process of its own: it ends in time, and one bad event loses only itself."""

import resource
from datetime import UTC, datetime

import pytest

from vwg.formats import ical_reader
from vwg.formats.ical_reader import Reading

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str, uid: str = "a@example.org", title: str = "Koffie") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT"])


def read(data: bytes) -> Reading:
    """In this process: quick, for what is known to end."""
    return ical_reader.understood(data, "Europe/Brussels", FIRST, LAST)


def starts(data: bytes) -> list[str]:
    return [each.starts_at.strftime("%Y-%m-%dT%H:%MZ") for each in read(data).times]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20260321T130000Z"], ["2026-03-21T13:00Z"]),
        (["DTSTART:20260321T140000"], ["2026-03-21T13:00Z"]),
        (["DTSTART;TZID=Europe/Brussels:20260721T140000"], ["2026-07-21T12:00Z"]),
        (["DTSTART;TZID=\"Romance Standard Time\":20260321T140000"], ["2026-03-21T13:00Z"]),
        (["DTSTART;TZID=/mozilla.org/20050126_1/Europe/Brussels:20260321T140000"], ["2026-03-21T13:00Z"]),
        (["DTSTART;TZID=../../etc/passwd:20260321T140000"], ["2026-03-21T13:00Z"]),
        (["DTSTART;VALUE=DATE:20260321"], ["2026-03-20T23:00Z"]),
        (["DTSTART;TZID=Europe/Brussels:20260326T190000", "RRULE:FREQ=WEEKLY;COUNT=2"], ["2026-03-26T18:00Z", "2026-04-02T17:00Z"]),
        (["DTSTART;TZID=Europe/Brussels:20260326T190000", "RRULE:FREQ=WEEKLY;UNTIL=20260402T170000Z"], ["2026-03-26T18:00Z", "2026-04-02T17:00Z"]),
        (["DTSTART:20260301T100000Z", "RDATE:20260305T100000Z"], ["2026-03-01T10:00Z", "2026-03-05T10:00Z"]),
    ],
)  # fmt: skip
def test_hours_are_understood_as_they_are_meant(lines: list[str], expected: list[str]) -> None:
    assert starts(calendar(event(*lines))) == expected


def test_one_of_a_series_may_be_moved_whichever_comes_first() -> None:
    series = event("DTSTART:20260301T100000Z", "RRULE:FREQ=DAILY;COUNT=3")
    moved = event("DTSTART:20260302T150000Z", "RECURRENCE-ID:20260302T100000Z")
    expected = ["2026-03-01T10:00Z", "2026-03-02T15:00Z", "2026-03-03T10:00Z"]
    assert starts(calendar(series, moved)) == starts(calendar(moved, series)) == expected


@pytest.mark.parametrize(
    ("lines", "phrase"),
    [
        (["DTSTART:20260321T130000Z", "DTEND:20260321T120000Z"], "It ends before it begins."),
        (["DTSTART:20260321T130000Z", "DURATION:-PT1H"], "It ends before it begins."),
        (["DTSTART:morgen"], "One of its dates cannot be read."),
        (["DTSTART:00010101T000000Z"], "One of its dates cannot be read."),
        (["DTSTART:20260321", "DTEND:20260321T120000Z"], "Its beginning is a day and its end an hour, or the other way round."),
        (["DTSTART:20260321T130000Z", "DTSTART:20260322T130000Z"], "Something stands twice that may stand once."),
        (["DTSTART:20260321T130000Z", "RRULE:FREQ=SECONDLY"], "It repeats too often."),
        (["DTSTART:20260321T130000Z", "RRULE:FREQ=DAILY;INTERVAL=0"], "Its rule cannot be read."),
        ([], "It has no beginning."),
    ],
)
def test_one_bad_event_loses_only_itself(lines: list[str], phrase: str) -> None:
    reading = read(calendar(event(*lines, uid="bad@example.org"), event("DTSTART:20260401T100000Z")))
    assert [each.uid for each in reading.times] == ["a@example.org"]
    assert [said for _, said in reading.problems] == [phrase]


def test_what_is_private_there_stays_private() -> None:
    assert read(calendar(event("DTSTART:20260401T100000Z", "CLASS:PRIVATE"))) == Reading()


def test_a_rule_that_never_ends_a_deep_nest_and_a_crowd_end_in_time() -> None:
    never = event("DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", uid="never@example.org")
    nest = ["BEGIN:VEVENT"] * 5000 + ["END:VEVENT"] * 5000
    crowd = [event("DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", uid=f"{number}@example.org") for number in range(300)]
    for data in (calendar(never, event("DTSTART:20260401T100000Z")), calendar(*nest), calendar(*crowd), b"BEGIN:VCALENDAR\n" + b"X" * (5 * 2**20)):
        began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        reading = ical_reader.read(data, "Europe/Brussels", FIRST, LAST)
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < ical_reader.CPU_SECONDS + 1
        assert reading.times or reading.problems or reading.refusal
    assert [each.uid for each in ical_reader.read(calendar(never, event("DTSTART:20260401T100000Z")), "Europe/Brussels", FIRST, LAST).times] == ["a@example.org"]
