"""What to think of before an activity goes online: never a block, only what somebody would say.

The same place or hour as another activity of ours, a public or school holiday, a feast on which
many people who come to us stay at home.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from vwg import clock
from vwg.db import db
from vwg.domain import holidays
from vwg.models import DateState, Event, EventDate, Place
from vwg.phrases import N_, gettext, short_day

MOST_DAYS_SAID = 3


class Kind(StrEnum):
    PLACE = "place"
    OWN = "own"
    PUBLIC = "public"
    SCHOOL = "school"
    FEAST = "feast"


SENTENCES = {
    Kind.PLACE: N_("%(what)s is in the same place at that time: %(days)s."),
    Kind.OWN: N_("%(what)s is at the same time: %(days)s."),
    Kind.PUBLIC: N_("It is a public holiday, %(what)s: %(days)s."),
    Kind.SCHOOL: N_("Schools are closed, %(what)s: %(days)s."),
    Kind.FEAST: N_("It is a feast for many. %(what)s: %(days)s."),
}


@dataclass
class Clash:
    """`what` it clashes with, in words, and on which days."""

    kind: Kind
    what: str
    other: Event | None = None
    days: list[calendar_date] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        said = ", ".join(short_day(day) for day in self.days[:MOST_DAYS_SAID])
        return gettext(SENTENCES[self.kind]) % {"what": self.what, "days": said + (" …" if self.days[MOST_DAYS_SAID:] else "")}


def of(event: Event) -> list[Clash]:
    """All that its dates to come clash with, in two queries however many there are."""
    dates = [date for date in event.dates if not date.is_over and not date.is_cancelled]
    found: dict[tuple[Kind, object], Clash] = {}

    def add(kind: Kind, key: object, what: str, date: EventDate, other: Event | None = None) -> None:
        day = clock.local(date.starts_at).date()
        clash = found.setdefault((kind, key), Clash(kind, what, other))
        if day not in clash.days:
            clash.days.append(day)

    others = _others(event, dates)
    for date in dates:
        for other in others:
            if other.starts_at < date.ends_at and other.ends_at > date.starts_at:
                kind = Kind.PLACE if other.place is not None and other.place is date.place else Kind.OWN
                add(kind, other.event_id, other.event.title, date, other.event)
        day = clock.local(date.starts_at).date()
        if name := holidays.public(day):
            add(Kind.PUBLIC, name, name, date)
        elif span := holidays.school(day):
            add(Kind.SCHOOL, span.name, span.said, date)
        for feast in holidays.feasts(day):
            add(Kind.FEAST, feast.name, feast.said, date)
    order = list(Kind)
    return sorted(found.values(), key=lambda clash: order.index(clash.kind))


def taken(place: Place | None, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether one of our activities has the place then."""
    if place is None:
        return False
    there = select(EventDate.id).where(
        EventDate.place_id == place.id, EventDate.state != DateState.CANCELLED, EventDate.starts_at < ends_at, EventDate.ends_at > starts_at
    )
    return db.session.scalars(there.limit(1)).first() is not None


# ---- inside


def _others(event: Event, dates: Sequence[EventDate]) -> Iterable[EventDate]:
    if not dates:
        return []
    first, last = min(date.starts_at for date in dates), max(date.ends_at for date in dates)
    return db.session.scalars(
        select(EventDate)
        .join(EventDate.event)
        .options(contains_eager(EventDate.event))
        .where(EventDate.event_id != event.id, EventDate.state == DateState.ON, EventDate.starts_at < last, EventDate.ends_at > first)
        .order_by(EventDate.starts_at, EventDate.id)
    ).all()
