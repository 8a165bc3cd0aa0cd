"""One date for one's own calendar, under a title that says nothing to who looks at the screen."""

from datetime import UTC, datetime

from vwg.models import DateState, EventDate

STATUS = {DateState.ON: "CONFIRMED", DateState.POSTPONED: "TENTATIVE", DateState.CANCELLED: "CANCELLED"}


def file(
    date: EventDate, uid: str, title: str, place: str = "", hours: tuple[datetime, datetime] | None = None, given_back: bool = False
) -> bytes:
    """An iCalendar file (RFC 5545) of one VEVENT: when, a title, perhaps where, and nothing else.

    `uid` is not the activity's own, which would lead back to it. `hours`: of a shift, else the date's.
    """
    starts_at, ends_at = hours or (date.starts_at, date.ends_at)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vwg//own//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{uid}", f"SEQUENCE:{date.sequence}", f"DTSTAMP:{_utc(date.changed_at)}",
        f"DTSTART:{_utc(starts_at)}", f"DTEND:{_utc(ends_at)}", f"SUMMARY:{_escaped(title)}",
        *([f"LOCATION:{_escaped(place)}"] if place else []),
        f"STATUS:{'CANCELLED' if given_back else STATUS[date.state]}", "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line.encode()) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """RFC 5545 section 3.3.11."""
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(sign, escaped)
    return " ".join(text.split())


def _folded(line: bytes) -> bytes:
    """At most 75 octets a line, never inside a letter (section 3.1)."""
    parts = []
    while len(line) > 75:
        cut = 74
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(line[:cut])
        line = b" " + line[cut:]
    return b"\r\n".join([*parts, line])
