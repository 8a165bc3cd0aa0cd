"""Small steps of the stories that the tests of feeds tell."""

from datetime import UTC, timedelta

from sqlalchemy import select

from tests.conftest import hours
from tests.feeds.readers import Store
from vwg import phrases
from vwg.db import db, locked
from vwg.domain import dates, events
from vwg.models import DateState, Event, EventDate, Place, User

STATUS = {DateState.ON: "CONFIRMED", DateState.POSTPONED: "TENTATIVE", DateState.CANCELLED: "CANCELLED"}


def post(title: str = "Wereldkeuken", *, weeks: int = 0, publish: bool = True, day: int = 21, **details: object) -> Event:
    """Leen's activity of 14 to 18 h in Zaal Skala; with `weeks` a series of so many."""
    leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
    place = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
    first = hours(day, 14, 18)
    times = dates.every_week(first, first.starts_at + timedelta(weeks=weeks - 1)) if weeks else [first]
    event = events.create(events.Details(title, **{"place": place, **details}), times, leen, weekly=bool(weeks))
    if publish:
        events.publish(event, leen)
    return event


def leen() -> User:
    return db.session.scalars(select(User).where(User.demo_name == "leen")).one()


def the_dates(title: str = "Wereldkeuken") -> list[EventDate]:
    """Its dates, locked."""
    found = next(event for event in db.session.scalars(select(Event)) if event.title == title)
    return [locked(EventDate, date.id) for date in found.dates]


def edit(called: str = "Wereldkeuken", /, **changes: object) -> Event:
    found = next(event for event in db.session.scalars(select(Event)) if event.title == called)
    details = events.details_of(found)
    for name, value in changes.items():
        setattr(details, name, value)
    events.edit(locked(Event, found.id), found.version, details, leen())
    return found


def house() -> Store:
    """What the house itself says goes on, as a calendar's store."""
    shown = set()
    for date in db.session.scalars(EventDate.public()):
        with phrases.speaking("nl"):
            prefix = {DateState.CANCELLED: phrases.gettext("Cancelled") + ": ", DateState.POSTPONED: phrases.gettext("Postponed") + ": "}
        title = prefix.get(date.state, "") + date.event.title
        uid = date.series.uid if date.series else date.uid
        assert uid
        shown.add((uid, date.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), STATUS[date.state], title))
    return shown
