"""One date for one's own calendar, under a title that says nothing to who looks at the screen."""

from datetime import UTC, datetime

from vwg.formats.content_lines import one_line, worded, written
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
        f"DTSTART:{_utc(starts_at)}", f"DTEND:{_utc(ends_at)}", worded("SUMMARY", one_line(title)),
        *([worded("LOCATION", one_line(place))] if place else []),
        f"STATUS:{'CANCELLED' if given_back else STATUS[date.state]}", "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return written(*lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
