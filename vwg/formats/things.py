"""What a calendar shows of an activity, in every language, as plain data.

All that is written for calendars reads this alone, so that a seal over it says exactly whether
anything that a calendar shows has changed.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vwg import phrases
from vwg.models import DateState, Event, EventDate, Place, Series

Said = tuple[tuple[str, str], ...]  # (language, text), by language


@dataclass(frozen=True)
class When:
    """One date. `original` is its place in the series, None for a single one."""

    id: int
    original: datetime | None
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    state: DateState
    reasons: Said
    location: str
    geo: tuple[float, float] | None


@dataclass(frozen=True)
class Thing:
    """What has one UID: a single date, or a series with its dates."""

    component: str  # `s<id>` or `d<id>`
    uid: str
    public_id: str  # of the activity
    titles: Said
    texts: Said
    bring: Said
    categories: Said
    price_cents: int
    dutch_level: int
    facts: str  # JSON
    contact: str
    rule: str
    first_start: datetime
    first_end: datetime
    until: datetime
    dates: tuple[When, ...]

    @property
    def starts_at(self) -> datetime:
        return min((when.starts_at for when in self.dates), default=self.first_start)

    @property
    def ends_at(self) -> datetime:
        return max((when.ends_at for when in self.dates), default=self.first_end)

    @property
    def is_cancelled(self) -> bool:
        return bool(self.dates) and all(when.state == DateState.CANCELLED for when in self.dates)

    @property
    def title(self) -> str:
        return said_in(self.titles, phrases.SOURCE)

    def seal(self, feeds: Iterable[str] = ()) -> str:
        """The same as long as nothing that is shown, in any language, has changed."""
        return hashlib.sha256(repr((self, sorted(feeds))).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def things_of(event: Event, contact: str) -> list[Thing]:
    """All of an activity that has a UID: each series once, then each single date.

    `contact` is the group's own line; an organising partner that is listed takes its place. Never
    a volunteer's or a contact person's.
    """
    things = []
    for series in event.series:
        dates = [date for date in event.dates if date.series is series]
        if dates:
            things.append(_thing(event, series, dates, contact))
    return things + [_thing(event, date, [date], contact) for date in event.dates if date.series is None and date.uid]


def _thing(event: Event, kept: Series | EventDate, dates: Sequence[EventDate], contact: str) -> Thing:
    # A draft of a translation is not there yet.
    texts = sorted((text for text in event.texts if text.state != "draft"), key=lambda text: text.language)
    of_series = isinstance(kept, Series)
    first, last = dates[0], dates[-1]
    return Thing(
        component=f"{'s' if of_series else 'd'}{kept.id}",
        uid=kept.uid or "",
        public_id=event.public_id,
        titles=tuple((text.language, text.title) for text in texts),
        texts=tuple((text.language, text.text) for text in texts),
        bring=tuple((text.language, text.bring) for text in texts),
        categories=tuple(sorted((text.language, text.name) for text in event.category.texts)) if event.category else (),
        price_cents=event.price_cents,
        dutch_level=event.dutch_level,
        facts=json.dumps(event.facts, sort_keys=True),
        contact=_contact(event, contact),
        rule=kept.rule if isinstance(kept, Series) else "",
        first_start=_utc(kept.first_start if isinstance(kept, Series) else first.starts_at),
        first_end=_utc(kept.first_end if isinstance(kept, Series) else first.ends_at),
        until=_utc(kept.until if isinstance(kept, Series) else last.starts_at),
        dates=tuple(_when(date) for date in sorted(dates, key=lambda date: (date.original_start or date.starts_at, date.id))),
    )


def _when(date: EventDate) -> When:
    reasons = {said.language: said.text for said in date.reasons} | ({phrases.SOURCE: date.reason} if date.reason else {})
    place = date.place
    return When(
        id=date.id,
        original=_utc(date.original_start or date.starts_at) if date.series is not None else None,
        starts_at=_utc(date.starts_at),
        ends_at=_utc(date.ends_at),
        all_day=date.all_day,
        state=DateState(date.state),
        reasons=() if date.is_on else tuple(sorted(reasons.items())),
        location=date.shown_place,
        geo=_geo(place) if place is not None and date.shows_address else None,
    )


def _geo(place: Place) -> tuple[float, float] | None:
    if not place.address_public or place.latitude is None or place.longitude is None:
        return None
    return (place.latitude, place.longitude)


def _contact(event: Event, group: str) -> str:
    partner = event.organisation
    if partner is None or not partner.is_listed:
        return group
    return contact_line(partner.name, partner.public_email, partner.public_phone)


def contact_line(name: str, email: str, phone: str) -> str:
    """`De Brug, debrug@example.org, 0470 00 00 11`: an organisation's, for CONTACT."""
    return ", ".join(part for part in (name, email, phone) if part)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def said_in(said: Said, language: str) -> str:
    """In that language, else in Dutch, else in the first there is."""
    words = dict(said)
    return words.get(language) or words.get(phrases.SOURCE) or next((text for _, text in said if text), "")
