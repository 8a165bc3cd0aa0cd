"""How a feed stands, and what it says of itself before its first event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, String, bindparam, case, func, select, type_coerce

from vwg import addresses, phrases
from vwg.backup import PUT_BACK
from vwg.domain import phrasebook
from vwg.domain.settings import Group
from vwg.feeds.memory import Feed, State
from vwg.formats import ical
from vwg.models import Category, CategoryText, Event, EventText, FeedState, Partner, Place, PublishedIn, Setting
from vwg.phrases import gettext

NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # "last changed" of a feed in which nothing ever stood


class NoSuchFeed(LookupError):
    """Nobody and nothing has that name."""


@dataclass(frozen=True)
class Look:
    """One look at a feed, in the snapshot of its bytes: its state (as the driver has it, which is what `Eyes`
    sees), the time of it, how many things stand there, which copy the database was put back from, and what
    its head says (`_SAID_OF_US`, a title)."""

    state: State
    changed_at: datetime
    count: int
    house: Any
    said: Sequence[Any]


def look(connection: Connection, feed: Feed) -> Look:
    """One query. Raises NoSuchFeed of a kind that there is not."""
    kind, _, identity = feed.name.partition("/")
    values = {"feed": feed.name} if kind == "agenda" else {"feed": feed.name, "name": identity, "language": feed.language}
    if kind not in _KINDS:
        raise NoSuchFeed
    version, raw, changed_at, count, house, *said = connection.execute(_look_at(kind), values).one()
    return Look((version or 0, raw), changed_at or NEVER, count or 0, house, said)


def head(feed: Feed, seen: Look) -> ical.Head:
    """Raises NoSuchFeed of what strangers may not see and that never stood in a calendar."""
    kind, _, identity = feed.name.partition("/")
    house = Group(**{name: value for name, value in zip(_SAID_OF_US, seen.said, strict=False) if value is not None})
    title = seen.said[-1] if kind != "agenda" else ""
    if title is None and not seen.state[0]:
        raise NoSuchFeed
    if house.phrases_read != phrasebook.times_read():  # in this process
        phrasebook.refresh()
    with phrases.speaking(feed.language):
        description = gettext("What is on in %(place)s, by %(organisation)s.") % {"place": house.municipality, "organisation": house.organisation}
    page = f"/{feed.language}/agenda/"
    name = house.name
    if title and kind == "events":
        name, page = title, f"{page}{addresses.with_tail(identity, title)}"
    elif title:
        name = f"{title} – {house.name}"
    return ical.Head(name, description, addresses.full(page), source_of(feed))


def source_of(feed: Feed) -> str:
    """Its own address (RFC 7986 SOURCE)."""
    query = list(feed.asked) + ([("lang", feed.language)] if feed.language != phrases.SOURCE else [])
    return addresses.full(f"/feeds/{feed.name}.{feed.form}") + (f"?{urlencode(query)}" if query else "")


_SAID_OF_US = ("name", "organisation", "municipality", "phrases_read")
_KINDS = {"agenda", "categories", "partners", "places", "events"}


@cache
def _look_at(kind: str) -> Any:
    """Version, time (twice), number, the mark of a copy put back; the settings that a head names; the title of
    what the feed is about, where strangers may see it."""
    here = FeedState.feed == bindparam("feed")
    state = [select(each).where(here).scalar_subquery() for each in (FeedState.version, type_coerce(FeedState.changed_at, String), FeedState.changed_at)]
    count = select(func.count()).select_from(PublishedIn).where(PublishedIn.feed == bindparam("feed")).scalar_subquery()
    ours = [select(Setting.value).where(Setting.key == key).scalar_subquery() for key in (PUT_BACK, *_SAID_OF_US)]
    about = [] if kind == "agenda" else [_titles()[kind].scalar_subquery()]
    return select(*state, count, *ours, *about)


def _titles() -> dict[str, Any]:
    name: Any = bindparam("name")
    spoken: Any = bindparam("language")
    category = _said(CategoryText.name, CategoryText.language, spoken).where(CategoryText.category_id == Category.id)
    event = _said(EventText.title, EventText.language, spoken).where(EventText.event_id == Event.id, EventText.title != "")
    return {
        "partners": Partner.listed().where(Partner.public_id == name).with_only_columns(Partner.name),
        "places": select(Place.name).where(Place.public_id == name, Place.address_public),
        "categories": select(func.coalesce(category.correlate(Category).scalar_subquery(), Category.slug)).where(Category.slug == name),
        "events": Event.public().where(Event.public_id == name).with_only_columns(func.coalesce(event.correlate(Event).scalar_subquery(), "")),
    }


def _said(words: Any, of_language: Any, language: Any) -> Any:
    """In that language, else in Dutch, else in whichever there is."""
    return select(words).order_by(case((of_language == language, 0), (of_language == phrases.SOURCE, 1), else_=2), of_language).limit(1)
