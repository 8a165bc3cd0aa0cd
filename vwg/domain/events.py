"""An activity's life: written, changed, put online. When and whether it goes on say its `dates`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.sql.base import ExecutableOption

from vwg import clock, facts
from vwg.db import db
from vwg.domain import calendar, changes, dates, errors, notices
from vwg.domain.dates import Times
from vwg.models import Category, Event, EventDate, EventText, Partner, Place, Signup, Stage, User, Visibility
from vwg.phrases import SOURCE

LONGEST_TITLE = 90  # UiTdatabank's own limit for a name


@dataclass
class Details:
    """What a volunteer says of an activity; everything but the title has a good default."""

    title: str
    text: str = ""
    bring: str = ""
    category: Category | None = None
    place: Place | None = None
    organisation: Partner | None = None
    seats: int | None = None
    price_cents: int = 0
    signup: Signup = Signup.EVERYONE
    signup_url: str = ""
    coach_seats: int = 0
    visibility: Visibility = Visibility.PUBLIC
    dutch_level: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    address_after_signup: bool = False


def create(details: Details, times: Sequence[Times], by: User | None, weekly: bool = False, rule: str = "") -> Event:
    """A draft with its dates; whoever writes it is its host. `by` None: a partner's own, which has no host of ours.

    `weekly`, or another `rule` (RFC 5545, without its end), keeps the dates together as one series;
    else each is an activity of its own in a calendar. The same date given twice is one.
    Raises NoTitle, NoDates, EndsBeforeStart, DateInThePast, TooFarAway, TooManyDates.
    """
    _check_title(details.title)
    dates.check_times(times)
    times = sorted(set(times), key=lambda each: each.starts_at)
    event = Event(created_by_id=by.id if by else None)
    if by is not None:
        event.hosts.append(by)
    db.session.add(event)
    _fill(event, details)
    rule = rule or (_weekly(times[0]) if weekly else "")
    series = dates.new_series(rule, times[0], times[-1].starts_at) if rule and len(times) > 1 else None
    if series is not None:
        event.series.append(series)
    for each in times:
        date = EventDate(starts_at=each.starts_at, ends_at=each.ends_at, place=details.place, seats=details.seats)
        if series is not None:
            date.series = series
            date.original_start = each.starts_at
        event.dates.append(date)
    db.session.flush()
    changes.log(event, by, "created")
    return event


def details_of(event: Event) -> Details:
    """What is said of it now. Place and seats are those of its next date: the usual ones."""
    text, usual = event.text, dates.usual(event)
    return Details(
        title=event.title, text=text.text if text else "", bring=text.bring if text else "",
        category=event.category, place=usual.place if usual else None, organisation=event.organisation,
        seats=usual.seats if usual else None, price_cents=event.price_cents, signup=event.signup,
        signup_url=event.signup_url, coach_seats=event.coach_seats, visibility=event.visibility,
        dutch_level=event.dutch_level, facts=facts.clean(event.facts), address_after_signup=event.address_after_signup,
    )  # fmt: skip


def edit(event: Event, version: int, details: Details, by: User | None, may_wait: bool = False) -> None:
    """Change what is said of an activity, which must be locked.

    Another place or number of seats is for all dates to come that have the usual one: a date that
    was given its own keeps it. Raises ChangedMeanwhile, NoTitle, and what `dates.set_seats` raises.
    """
    changes.check_version(event, version)
    _check_title(details.title)
    before = details_of(event)
    changed = [each.name for each in fields_of(Details) if getattr(before, each.name) != getattr(details, each.name)]
    if not changed:
        return
    dates.lock_all(event)
    _fill(event, details)
    flag_modified(event, "stage")  # a new version, also when only its words changed
    moved = dates.relocated(event, before.place, details.place) if "place" in changed else []
    if "seats" in changed:
        dates.set_seats([date for date in dates.to_come(event) if date.seats == before.seats], details.seats, may_wait)
    changes.log(event, by, "edited", changed)
    calendar.changed(event, values=moved)
    if event.stage == Stage.PUBLISHED:
        notices.tell_of_dates("date_moved", [date for date, _ in moved if not date.is_cancelled])


def undo_words(event: Event, version: int, by: User) -> None:
    """Title and text as they were before their last change; done twice, as they are now.

    The activity must be locked. Translations of the words that come back are true again.
    Raises ChangedMeanwhile, NothingToUndo.
    """
    changes.check_version(event, version)
    text = event.text_in(SOURCE)
    if text is None or not text.earlier:
        raise errors.NothingToUndo
    back = text.earlier
    _write(text, (back["title"], back["text"], back["bring"]))
    for other in event.texts:
        if other is not text and other.source_version == back["version"]:
            other.source_version = text.version
    flag_modified(event, "stage")
    db.session.flush()
    changes.log(event, by, "words undone")
    calendar.changed(event)


def make_ready(event: Event, by: User) -> None:
    """Whoever wrote it is done: somebody else looks it over. Raises AlreadyPublished, NoTitle, NoDates, DateInThePast."""
    _check_publishable(event)
    event.stage, event.publish_at = Stage.READY, None
    db.session.flush()
    changes.log(event, by, "ready")


def publish_later(event: Event, moment: datetime, by: User) -> None:
    """Put it online by itself at that moment. Raises what `make_ready` raises, PublishInThePast, PublishTooLate."""
    _check_publishable(event)
    if moment <= clock.now():
        raise errors.PublishInThePast
    if all(date.ends_at <= moment for date in event.dates):
        raise errors.PublishTooLate
    event.stage, event.publish_at = Stage.READY, moment
    db.session.flush()
    changes.log(event, by, "publish later")


def back_to_draft(event: Event, by: User) -> None:
    """Not ready after all; it does not go online by itself any more. Raises AlreadyPublished, NotReady."""
    if event.stage == Stage.PUBLISHED:
        raise errors.AlreadyPublished
    if event.stage != Stage.READY:
        raise errors.NotReady
    event.stage, event.publish_at = Stage.DRAFT, None
    db.session.flush()
    changes.log(event, by, "draft again")


def due_to_publish() -> Sequence[int]:
    """The ids of what is to go online by itself and has not yet."""
    due = select(Event.id).where(Event.stage == Stage.READY, Event.publish_at <= clock.now()).order_by(Event.id)
    return db.session.scalars(due).all()


def publish_due(event: Event) -> bool:
    """What was planned happens; the activity must be locked. What cannot go online is a draft again, and stands on Today."""
    if event.stage != Stage.READY or event.publish_at is None or event.publish_at > clock.now():
        return False
    try:
        publish(event, None)
    except errors.RuleBroken:
        event.stage, event.publish_at = Stage.DRAFT, None
        db.session.flush()
        changes.log(event, None, "not published")
        return False
    return True


def publish(event: Event, by: User | None) -> None:
    """Put it online now. Each published thing gets the uid that it keeps for life (RFC 5545 3.8.4.7).

    Raises AlreadyPublished, NoTitle, NoDates, DateInThePast.
    """
    _check_publishable(event)
    event.stage, event.publish_at = Stage.PUBLISHED, None
    event.published_at = clock.now()
    dates.lock_all(event)
    changes.log(event, by, "published")
    calendar.changed(event, values=[(date, {"uid": dates.new_uid()}) for date in event.dates if date.series is None and date.uid is None])
    for invitation in event.invitations:  # who said yes to the draft
        notices.owe_calendar_file(invitation)


def discard(event: Event) -> None:
    """Throw a draft away; what was online or asked of partners is cancelled instead, for people read it.

    Raises CancelInstead.
    """
    if event.stage == Stage.PUBLISHED or event.invitations:
        raise errors.CancelInstead
    db.session.delete(event)
    db.session.flush()


def become_host(event: Event, user: User) -> None:
    """Any volunteer may, by one press; it is logged and shown."""
    if user not in event.hosts:
        event.hosts.append(user)
        changes.log(event, user, "host")


def to_come(*also: ExecutableOption) -> Sequence[Event]:
    """Activities with a date that is not over, the nearest first, drafts too: the volunteers' list.

    `also` says what else to load with them.
    """
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    found = db.session.scalars(_listed().where(Event.id.in_(ahead)).options(*also)).all()
    return sorted(found, key=lambda event: min(d.starts_at for d in event.dates if not d.is_over))


def past(most: int = 50) -> Sequence[Event]:
    """Activities whose dates are all over, the latest first."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    latest = (
        select(EventDate.event_id, func.max(EventDate.starts_at).label("last")).group_by(EventDate.event_id).subquery()
    )
    return db.session.scalars(
        _listed()
        .outerjoin(latest, latest.c.event_id == Event.id)
        .where(Event.id.not_in(ahead))
        .order_by(latest.c.last.desc(), Event.id.desc())
        .limit(most)
    ).all()


# ---- inside


def _check_title(title: str) -> None:
    if not title.strip():
        raise errors.NoTitle


def _check_publishable(event: Event) -> None:
    if event.stage == Stage.PUBLISHED:
        raise errors.AlreadyPublished
    _check_title(event.title)
    if not dates.to_come(event):
        raise errors.DateInThePast if event.dates else errors.NoDates


def _fill(event: Event, details: Details) -> None:
    text = event.text_in(SOURCE)
    if text is None:
        text = EventText(language=SOURCE, title="", text="", bring="")
        event.texts.append(text)
    _write(text, (details.title.strip()[:LONGEST_TITLE], details.text.strip(), details.bring.strip()))
    event.category = details.category
    event.organisation = details.organisation
    event.price_cents = details.price_cents
    event.signup = details.signup
    event.signup_url = details.signup_url
    event.coach_seats = details.coach_seats
    event.visibility = details.visibility
    event.dutch_level = details.dutch_level
    event.facts = facts.clean(details.facts)
    event.address_after_signup = details.address_after_signup


def _write(text: EventText, said: tuple[str, str, str]) -> None:
    """Other words; those that stood there are kept, to go back to."""
    stood = (text.title, text.text, text.bring)
    if stood == said:
        return
    text.earlier = {"title": stood[0], "text": stood[1], "bring": stood[2], "version": text.version} if stood[0] else {}
    text.title, text.text, text.bring = said
    text.version = (text.version or 0) + 1  # translations of an earlier version are stale now


def _weekly(first: Times) -> str:
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    return f"FREQ=WEEKLY;BYDAY={days[clock.local(first.starts_at).weekday()]}"


def _listed() -> "Select[Event]":
    """What a list shows, without a query per activity."""
    return select(Event).options(selectinload(Event.dates), joinedload(Event.category))


