"""Activities as iCalendar (RFC 5545, 7986): what calendar programs subscribe to.

`things.py` gathers what is shown of an activity; here it becomes VEVENTs in one language, and those calendars;
`content_lines.py` writes their lines.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from dateutil.rrule import rrulestr

from vwg import addresses, clock, facts, phrases
from vwg.formats.content_lines import clean, cut, one_line, worded, written
from vwg.formats.things import Said, Thing, When, said_in, things_of
from vwg.models import DateState, EventDate, Series
from vwg.phrases import N_, gettext

ZONE = clock.ZONE.key
LONGEST_DESCRIPTION = 1000
MOST_OCCURRENCES = 2000  # of one rule; a form makes at most 400

# Onsets in the local time of the old offset, as rules: of a list of RDATEs some programs read the
# first alone and others nothing, and then every event after it is an hour wrong.
TIME_ZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")

PREFIXES = {DateState.POSTPONED: N_("Postponed"), DateState.CANCELLED: N_("Cancelled")}
STATUS = {DateState.ON: "CONFIRMED", DateState.POSTPONED: "TENTATIVE", DateState.CANCELLED: "CANCELLED"}

@dataclass(frozen=True)
class Stamp:
    """SEQUENCE, and LAST-MODIFIED (which without a METHOD is DTSTAMP too, RFC 5545 3.8.7.2)."""

    sequence: int
    changed_at: datetime


# ---- VEVENTs


@dataclass(frozen=True)
class Master:
    """What a series says of all its dates; a date that differs is an override."""

    all_day: bool
    state: DateState
    reasons: Said
    location: str
    geo: tuple[float, float] | None
    lasts: timedelta


def vevents(thing: Thing, language: str, stamp: Stamp) -> bytes:
    """The VEVENT of a single date; of a series its master and an override for each date that differs."""
    with phrases.speaking(language):
        if not thing.rule:
            return _vevent(thing, thing.dates[0], stamp)
        master = _master(thing)
        shown = [_vevent(thing, _first(thing, master), stamp, _recurrence(thing, master))]
        for when in thing.dates:
            if _differs(when, master):
                shown.append(_vevent(thing, when, stamp, [_moment("RECURRENCE-ID", when.original or when.starts_at, master.all_day)]))
        return b"".join(shown)


def one_of_series(thing: Thing, when: When, language: str, stamp: Stamp) -> bytes:
    """A single date of a series on its own, as one who is asked for that date alone gets it."""
    with phrases.speaking(language):
        identity = _moment("RECURRENCE-ID", when.original or when.starts_at, _master(thing).all_day)
        return _vevent(thing, when, stamp, [identity])


@dataclass(frozen=True)
class Entry:
    """One date in somebody's own calendar, told in few words. `state`: as on the date; a question is TENTATIVE."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    state: DateState
    is_sure: bool
    title: str
    text: str
    location: str
    page: str  # empty: it has none that a calendar may know
    stamp: Stamp


def entry(given: Entry) -> bytes:
    """Its VEVENT, in the language that is spoken now."""
    when = When(0, None, given.starts_at, given.ends_at, given.all_day, given.state, (), given.location, None)
    lines = ["BEGIN:VEVENT", f"UID:{given.uid}", *_stamped(given.stamp), *_span(when)]
    lines.append(worded("SUMMARY", _summary(given.title, given.state)))
    text = cut(clean(given.text), LONGEST_DESCRIPTION - len(given.page) - 2)
    if text or given.page:
        lines.append(worded("DESCRIPTION", "\n\n".join(part for part in (text, given.page) if part)))
    if given.location:
        lines.append(worded("LOCATION", one_line(given.location)))
    if given.page:
        lines.append(f"URL:{given.page}")
    status = STATUS[given.state] if given.is_sure or given.state != DateState.ON else "TENTATIVE"
    lines.append(f"STATUS:{status}")
    if given.state == DateState.CANCELLED:
        lines.append("TRANSP:TRANSPARENT")
    return written(*lines, "CLASS:PRIVATE", "END:VEVENT")


def tombstone(published: bytes, title: str, language: str, stamp: Stamp) -> bytes:
    """What was published and was taken away: the same UIDs and times, cancelled, and of its words the title alone."""
    shown = []
    with phrases.speaking(language):
        summary = _summary(title, DateState.CANCELLED)
    for line in published.replace(b"\r\n ", b"").split(b"\r\n"):
        name = re.split(rb"[;:]", line, maxsplit=1)[0]
        if name in {b"BEGIN", b"END", b"UID", b"RECURRENCE-ID", b"DTSTART", b"DTEND", b"RRULE", b"EXDATE", b"RDATE"}:
            if name == b"END":
                shown.append(written(*_stamped(stamp), worded("SUMMARY", summary), "STATUS:CANCELLED", "TRANSP:TRANSPARENT"))
            shown.append(written(line.decode()))
    return b"".join(shown)


def _vevent(thing: Thing, when: When, stamp: Stamp, more: Sequence[str] = ()) -> bytes:
    language = phrases.language().code
    title = said_in(thing.titles, language)
    page = addresses.event_page(language, thing.public_id, title)
    lines = ["BEGIN:VEVENT", f"UID:{thing.uid}", *_stamped(stamp), *_span(when), *more]
    lines.append(worded("SUMMARY", _summary(title, when.state)))
    lines.append(worded("DESCRIPTION", _description(thing, when, language, page)))
    if when.location:
        lines.append(worded("LOCATION", one_line(when.location)))
    if when.geo is not None:
        lines.append(f"GEO:{when.geo[0]:.6f};{when.geo[1]:.6f}")
    lines.append(f"URL:{page}")
    if thing.categories:
        lines.append(worded("CATEGORIES", one_line(said_in(thing.categories, language))))
    if thing.contact:
        lines.append(worded("CONTACT", one_line(thing.contact)))
    lines.append(f"STATUS:{STATUS[when.state]}")
    if when.state == DateState.CANCELLED:
        lines.append("TRANSP:TRANSPARENT")
    return written(*lines, "END:VEVENT")


def _stamped(stamp: Stamp) -> list[str]:
    changed = stamp.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return [f"DTSTAMP:{changed}", f"LAST-MODIFIED:{changed}", f"SEQUENCE:{stamp.sequence}"]


def _span(when: When) -> list[str]:
    """Never floating; the end is always there and later. Whole days end on the day after (3.6.1)."""
    if when.all_day:
        first = clock.local(when.starts_at).date()
        after = max(clock.local(when.ends_at - timedelta(seconds=1)).date(), first) + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    ends = _local_end(when)
    # The hour that comes twice has one name for both: where the wall clock would end before it
    # began, or begin in the second of the two, only UTC says it right.
    if clock.local(when.starts_at).fold or ends is None:
        return [f"DTSTART:{when.starts_at:%Y%m%dT%H%M%SZ}", f"DTEND:{when.ends_at:%Y%m%dT%H%M%SZ}"]
    return [_moment("DTSTART", when.starts_at), f"DTEND;TZID={ZONE}:{ends}"]


def _local_end(when: When) -> str | None:
    ends = clock.local(when.ends_at)
    return None if ends.fold else f"{ends:%Y%m%dT%H%M%S}"


def _moment(name: str, moment: datetime, all_day: bool = False) -> str:
    shown = clock.local(moment)
    return f"{name};VALUE=DATE:{shown:%Y%m%d}" if all_day else f"{name};TZID={ZONE}:{shown:%Y%m%dT%H%M%S}"


# ---- series


def _master(thing: Thing) -> Master:
    """The state and reason that all dates share, else that it goes on; the place of most of them."""
    states = {(when.state, when.reasons) for when in thing.dates}
    state, reasons = states.pop() if len(states) == 1 else (DateState.ON, ())
    places = Counter((when.location, when.geo) for when in thing.dates)
    location, geo = places.most_common(1)[0][0]
    return Master(all(when.all_day for when in thing.dates), state, reasons, location, geo, thing.first_end - thing.first_start)


def _first(thing: Thing, master: Master) -> When:
    return When(
        0, None, thing.first_start, thing.first_end, master.all_day, master.state, master.reasons, master.location, master.geo
    )


def _recurrence(thing: Thing, master: Master) -> list[str]:
    """RRULE, EXDATE for each time the rule has and we have not, RDATE for the reverse."""
    until = f"{clock.local(thing.until):%Y%m%d}" if master.all_day else f"{thing.until:%Y%m%dT%H%M%SZ}"
    lines = [f"RRULE:{thing.rule};UNTIL={until}"]
    ours = [when.original or when.starts_at for when in thing.dates]
    theirs = _occurrences(thing)
    skipped = sorted(set(theirs) - set(ours))
    added = sorted(set(ours) - set(theirs))
    for name, moments in (("EXDATE", skipped), ("RDATE", added)):
        if moments:
            values = ",".join(_moment(name, moment, master.all_day).partition(":")[2] for moment in moments)
            lines.append(f"{_moment(name, moments[0], master.all_day).partition(':')[0]}:{values}")
    return lines


def _occurrences(thing: Thing) -> list[datetime]:
    """What a reader makes of the rule: the same hour on the wall; one that a night skips is not there (3.3.10)."""
    first = clock.local(thing.first_start).replace(tzinfo=None)
    last = clock.local(thing.until).replace(tzinfo=None)
    found = []
    for moment in islice(rrulestr(thing.rule, dtstart=first).xafter(first, inc=True), MOST_OCCURRENCES):
        if moment > last:
            break
        shown = moment.replace(tzinfo=clock.ZONE)
        if clock.local(shown.astimezone(UTC)).replace(tzinfo=None) == moment:
            found.append(shown.astimezone(UTC))
    return found


def _differs(when: When, master: Master) -> bool:
    original = when.original or when.starts_at
    as_the_rule_says = (original, original + master.lasts, master.all_day, master.state, master.reasons, master.location, master.geo)
    return (when.starts_at, when.ends_at, when.all_day, when.state, when.reasons, when.location, when.geo) != as_the_rule_says


# ---- words


def _summary(title: str, state: DateState) -> str:
    """The title; before it, that it does not go on, for many programs show no STATUS."""
    prefix = PREFIXES.get(state)
    return one_line(f"{gettext(prefix)}: {title}" if prefix else title)


def _description(thing: Thing, when: When, language: str, page: str) -> str:
    """Plain: why it does not go on, what it is, the facts, and the page's address at its end."""
    bring = said_in(thing.bring, language)
    card = facts.card(thing.price_cents, thing.dutch_level, json.loads(thing.facts))
    below = [f"{said.title}: {said.line}" if said.line else said.title for said in card]
    if bring:
        below.insert(0, f"{gettext(N_('Bring along'))}: {bring}")
    reason = said_in(when.reasons, language)
    room = LONGEST_DESCRIPTION - len(page) - 2
    ending = cut(clean("\n".join(below)), room)
    above = "\n\n".join(part for part in (clean(reason), clean(said_in(thing.texts, language))) if part)
    start = cut(above, room - len(ending) - 2)
    return "\n\n".join(part for part in (start, ending, page) if part)


# ---- calendars


@dataclass(frozen=True)
class Head:
    """What a program shows of the calendar itself; `page` is for people, `source` is the feed's own address."""

    name: str
    description: str
    page: str
    source: str


def calendar(head: Head, bodies: Iterable[bytes]) -> bytes:
    """A feed. No METHOD: PUBLISH would ask for an ORGANIZER, and DTSTAMP would mean something else."""
    return b"".join([start_of_calendar(head), *bodies, END_OF_CALENDAR])


END_OF_CALENDAR = b"END:VCALENDAR\r\n"


def start_of_calendar(head: Head) -> bytes:
    """All that stands before the first event."""
    name, description = one_line(head.name), one_line(head.description)
    start = written(
        *_START,
        worded("NAME", name), worded("X-WR-CALNAME", name),
        worded("DESCRIPTION", description), worded("X-WR-CALDESC", description),
        f"X-WR-TIMEZONE:{ZONE}",
        f"URL:{head.page}",
        f"SOURCE;VALUE=URI:{head.source}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
        "COLOR:seagreen",
    )  # fmt: skip
    return start + TIME_ZONE


def calendar_file(dates: Sequence[EventDate], language: str, contact: str = "", mailbox: str = "") -> bytes:
    """A file to keep these dates in a calendar: for a partner after a yes, and again after each change.

    METHOD:PUBLISH with the activities' own UIDs, SEQUENCE and state, so that opening a later file
    changes what the earlier one put there. All dates of a series go as the series, some of them one
    by one. `contact` is the group's line for CONTACT; `mailbox`, the group's own address, makes the
    ORGANIZER that RFC 5546 section 3.2.1 wants with PUBLISH. There is never an ATTENDEE.
    """
    wanted = {date.id for date in dates}
    bodies = []
    for event in {date.event.id: date.event for date in dates}.values():
        stamps = {f"s{series.id}": _stamp(series) for series in event.series} | {f"d{date.id}": _stamp(date) for date in event.dates}
        for thing in things_of(event, contact):
            chosen = [when for when in thing.dates if when.id in wanted]
            stamp = stamps[thing.component]
            if len(chosen) == len(thing.dates):
                bodies.append(vevents(thing, language, stamp))
            else:
                bodies += [one_of_series(thing, when, language, stamp) for when in chosen]
    if mailbox:
        organizer = written(f"ORGANIZER:mailto:{one_line(mailbox)}", "END:VEVENT")
        bodies = [body.replace(b"END:VEVENT\r\n", organizer) for body in bodies]
    return b"".join([written(*_START, "METHOD:PUBLISH"), TIME_ZONE, *bodies, b"END:VCALENDAR\r\n"])


_START = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vwg//agenda//EN", "CALSCALE:GREGORIAN")


def _stamp(row: Series | EventDate) -> Stamp:
    return Stamp(row.sequence, row.changed_at)


def renderer(language: str) -> str:
    """A mark of the code, the words and the address that bytes are made with.

    Stored with them and part of every ETag: after a deploy nothing old is taken for new.
    """
    return _renderer(language, addresses.full(""), phrases.said_better(language))


@cache
def _renderer(language: str, base: str, better: str) -> str:
    """`better`: a mark of what speakers said better than the catalogue."""
    mark = hashlib.sha256(f"{base}\0{better}".encode())
    house = Path(__file__).parent.parent
    words = phrases.FOLDER / language.replace("-", "_") / "LC_MESSAGES"
    code = [house / name for name in ("formats/ical.py", "formats/things.py", "formats/content_lines.py", "facts.py", "phrases.py", "addresses.py")]
    for path in (*code, *sorted(words.glob("*.po"))):
        mark.update(path.read_bytes())
    return mark.hexdigest()[:10]
