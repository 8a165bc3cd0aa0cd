"""Partners' own calendars: read by the worker, their activities stand here as theirs.

What a partner that we trust puts in its calendar is online at once; else it is submitted and a
volunteer looks. What a volunteer changed here is left alone; what disappears there is marked and
never deleted. The same UID is one activity, whoever's calendar names it; our own never come back.
"""

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload, selectinload

from vwg import clock
from vwg.db import db, locked
from vwg.domain import dates, errors, events, places
from vwg.domain.dates import Times
from vwg.domain.events import Details
from vwg.formats.ical_reader import Reading, Time
from vwg.models import DateState, Event, EventDate, ImportedCalendar, ImportedItem, Partner, Series, Signup, Stage, User
from vwg.phrases import N_

AHEAD = timedelta(days=400)
EVERY = timedelta(hours=6)
LEASE = timedelta(minutes=5)  # nobody else reads it while one does
LONGEST_PAUSE = timedelta(days=3)
MOST_OF_ONE = 3
EMPTY = N_("The calendar is empty now. What we read before stays.")
CANCELLED_THERE = "De organisator heeft dit afgezegd."


def add(partner: Partner, address: str) -> ImportedCalendar:
    """The worker reads it within seconds. Raises NotACalendarAddress, CalendarIsKnown, TooManyCalendars."""
    address = address.strip()
    address = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(address)
        good = parts.scheme.lower() in {"http", "https", "webcal", "webcals"} and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        good = False
    if not good or len(address) > 2000 or any(sign <= " " for sign in address):
        raise errors.NotACalendarAddress
    if db.session.scalars(select(ImportedCalendar).where(ImportedCalendar.address == address)).first() is not None:
        raise errors.CalendarIsKnown
    if len(of(partner)) >= MOST_OF_ONE:
        raise errors.TooManyCalendars(most=MOST_OF_ONE)
    calendar = ImportedCalendar(partner=partner, address=address)
    db.session.add(calendar)
    db.session.flush()
    return calendar


def of(partner: Partner) -> Sequence[ImportedCalendar]:
    return db.session.scalars(select(ImportedCalendar).where(ImportedCalendar.partner_id == partner.id).order_by(ImportedCalendar.id)).all()


def take_away(calendar: ImportedCalendar) -> None:
    """We read it no more; the activities stay."""
    db.session.delete(calendar)
    db.session.flush()


def read_soon(calendar: ImportedCalendar) -> None:
    calendar.next_at = clock.now()


def due() -> int | None:
    """The id of the one that waits longest."""
    waiting = select(ImportedCalendar.id).where(ImportedCalendar.next_at <= clock.now())
    return db.session.scalars(waiting.order_by(ImportedCalendar.next_at, ImportedCalendar.id).limit(1)).first()


def take(calendar: ImportedCalendar) -> bool:
    """Somebody begins to read it; it must be locked. False: another just did."""
    if calendar.next_at > clock.now():
        return False
    calendar.next_at = clock.now() + LEASE
    return True


def asked_days() -> tuple[datetime, datetime]:
    return clock.now(), clock.now() + AHEAD


def unchanged(calendar: ImportedCalendar) -> None:
    calendar.failures, calendar.refusal, calendar.read_at = 0, "", clock.now()
    _plan(calendar)


def could_not(calendar: ImportedCalendar, phrase: str) -> None:
    """It stays as it was; after each failure we wait longer."""
    calendar.failures += 1
    calendar.refusal = phrase
    calendar.next_at = clock.now() + min(timedelta(hours=1) * 2 ** min(calendar.failures - 1, 7), LONGEST_PAUSE)


def take_in(calendar: ImportedCalendar, reading: Reading, etag: str = "", last_modified: str = "") -> None:
    """What was read becomes activities; the calendar must be locked. An empty, half or strange answer changes nothing."""
    if reading.refusal:
        could_not(calendar, reading.refusal)
        return
    standing = [item for item in calendar.items if item.gone_at is None]
    if not reading.times and any(item.date is not None and not item.date.is_over for item in standing):
        could_not(calendar, EMPTY)
        return
    problems = [f"{line} · {phrase}" for line, phrase in reading.problems]
    known = {(item.uid_hash, item.occurrence): item for item in calendar.items}
    seen: set[tuple[str, str]] = set()
    fresh: dict[str, list[Time]] = defaultdict(list)
    others = _elsewhere(calendar, {each.uid for each in reading.times})
    for each in reading.times:
        key = (_hash(each.uid), each.occurrence)
        seen.add(key)
        if key in known:
            try:
                with db.session.begin_nested():
                    _change(known[key], each)
            except errors.RuleBroken:
                problems.append(f"{each.line} · {_CANNOT}")
        elif key[0] not in others and not each.is_cancelled:
            fresh[key[0]].append(each)
    for uid_hash, times in fresh.items():
        try:
            with db.session.begin_nested():
                _make(calendar, uid_hash, times)
        except errors.RuleBroken:
            problems.append(f"{times[0].line} · {_CANNOT}")
    for key, item in known.items():
        ahead = item.date is not None and not item.date.is_over
        item.gone_at = None if key in seen else item.gone_at or (clock.now() if ahead else None)
    calendar.problems = problems
    calendar.etag, calendar.last_modified = etag, last_modified
    unchanged(calendar)
    db.session.flush()


def submitted() -> Sequence[Event]:
    """What partners' calendars brought and nobody looked at yet."""
    waiting = select(Event).where(Event.stage == Stage.SUBMITTED).options(selectinload(Event.dates), joinedload(Event.organisation))
    found = [event for event in db.session.scalars(waiting).unique() if not event.is_over]
    return sorted(found, key=lambda event: (event.dates[0].starts_at if event.dates else event.created_at, event.id))


def number_submitted() -> "ScalarSelect[int]":
    """How many wait for a volunteer, for a question that asks more."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    return select(func.count(Event.id)).where(Event.stage == Stage.SUBMITTED, Event.id.in_(ahead)).scalar_subquery()


def gone() -> Sequence[ImportedItem]:
    """What stands here still and not in their calendar any more."""
    marked = select(ImportedItem).where(ImportedItem.gone_at.is_not(None)).options(joinedload(ImportedItem.event), joinedload(ImportedItem.date))
    return [item for item in db.session.scalars(marked) if item.event is not None and item.date is not None and not item.date.is_over and item.date.is_on]


def accept(event: Event, by: User) -> None:
    """Online. The activity must be locked. Raises AlreadyDecided, and what `events.publish` raises."""
    if event.stage != Stage.SUBMITTED:
        raise errors.AlreadyDecided
    events.publish(event, by)


def accept_all(partner: Partner, by: User, trust: bool = False) -> int:
    """All that waits of this partner; how many. `trust`: what comes later is online at once."""
    if trust:
        partner.trusted = True
    taken = [event for event in submitted() if event.organisation_id == partner.id]
    for event in taken:
        events.publish(event, by)
    return len(taken)


def refuse(event: Event) -> None:
    """Not for our agenda; it does not come back with the next reading. Raises AlreadyDecided."""
    if event.stage != Stage.SUBMITTED:
        raise errors.AlreadyDecided
    for item in db.session.scalars(select(ImportedItem).where(ImportedItem.event_id == event.id)):
        item.event = item.date = None
    db.session.flush()
    events.discard(event)


# ---- inside

_CANNOT = N_("This event cannot be read.")


@dataclass(frozen=True)
class _Said:
    """What a calendar said of one time, as it is kept to compare with."""

    title: str
    text: str
    place: str
    starts: str
    ends: str
    is_cancelled: bool

    @classmethod
    def of(cls, each: Time) -> "_Said":
        return cls(each.title, each.text, each.place, each.starts_at.isoformat(), each.ends_at.isoformat(), each.is_cancelled)


def _plan(calendar: ImportedCalendar) -> None:
    """Not all at the same minute."""
    calendar.next_at = clock.now() + EVERY + timedelta(minutes=random.randrange(30))


def _hash(uid: str) -> str:
    return hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()


def _elsewhere(calendar: ImportedCalendar, uids: set[str]) -> set[str]:
    """Of these, what we have already: our own activities, and those that another calendar brought."""
    given = sorted(uids)
    ours: set[str] = set()
    for begin in range(0, len(given), 500):
        part = given[begin : begin + 500]
        ours |= {_hash(uid) for uid in db.session.scalars(select(EventDate.uid).where(EventDate.uid.in_(part))) if uid}
        ours |= {_hash(uid) for uid in db.session.scalars(select(Series.uid).where(Series.uid.in_(part)))}
        hashes = [_hash(uid) for uid in part]
        ours |= set(db.session.scalars(select(ImportedItem.uid_hash).where(ImportedItem.uid_hash.in_(hashes), ImportedItem.calendar_id != calendar.id)))
    return ours


def _make(calendar: ImportedCalendar, uid_hash: str, times: list[Time]) -> None:
    """One activity with its dates, or more dates of one that stands here."""
    sibling = next((item for item in calendar.items if item.uid_hash == uid_hash), None)
    if sibling is not None and sibling.event is None:  # a volunteer said no to it
        return
    event = sibling.event if sibling else None
    if event is None:
        first = times[0]
        signup = Signup.ELSEWHERE if first.url else Signup.NONE
        place = places.named(first.place) if first.place else None
        details = Details(first.title, text=first.text, place=place, organisation=calendar.partner, signup=signup, signup_url=first.url)
        event = events.create(details, [Times(each.starts_at, each.ends_at) for each in times], None)
        for date in event.dates:
            date.all_day = times[0].all_day
        if calendar.partner.trusted:
            events.publish(event, None)
        else:
            event.stage = Stage.SUBMITTED
        db.session.flush()
    by_start = {date.starts_at: date for date in event.dates}
    for each in times:
        found = by_start.get(each.starts_at)
        if found is None:
            found = dates.add(event, Times(each.starts_at, each.ends_at), None)
            found.all_day = each.all_day
        calendar.items.append(ImportedItem(uid_hash=uid_hash, occurrence=each.occurrence, event=event, date=found, source=vars(_Said.of(each))))
    db.session.flush()


def _change(item: ImportedItem, each: Time) -> None:
    """What is another now there and was not changed here, changes here."""
    before, now, event, date = item.source, vars(_Said.of(each)), item.event, item.date
    if before == now or event is None or date is None or date.is_over:
        return
    event, date = locked(Event, event.id), locked(EventDate, date.id)
    details = events.details_of(event)
    if event.title == before["title"] and before["title"] != now["title"]:
        details.title = now["title"]
    if details.text == before["text"] and before["text"] != now["text"]:
        details.text = now["text"]
    events.edit(event, event.version, details, None)
    untouched = (date.starts_at.isoformat(), date.ends_at.isoformat()) == (before["starts"], before["ends"])
    its_place = date.place.name if date.place else ""
    place = places.named(now["place"]) if now["place"] and now["place"] != before["place"] and its_place == before["place"] else date.place
    times = Times(each.starts_at, each.ends_at) if untouched else Times(date.starts_at, date.ends_at)
    if date.is_on and (times.starts_at, times.ends_at, place) != (date.starts_at, date.ends_at, date.place):
        dates.move(date, times, place, None)
    if now["is_cancelled"] and date.is_on:
        if event.stage == Stage.PUBLISHED:
            dates.cancel(date, CANCELLED_THERE, None)
        else:
            date.state = DateState.CANCELLED
    elif before["is_cancelled"] and not now["is_cancelled"] and date.is_cancelled and date.reason in {"", CANCELLED_THERE}:
        dates.put_on_again(date, None)
    item.source = now
