"""An activity's log: who changed what and when, never anybody's data; and two who change the same at once."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg.db import db
from vwg.domain import errors
from vwg.models import Change, Event, EventDate, User


def log(event: Event, by: User | None, kind: str, fields: Sequence[str] = ()) -> None:
    """One line in the activity's log: names of fields or ids of dates, never anybody's data."""
    db.session.add(Change(event_id=event.id, user_id=by.id if by else None, kind=kind, fields=list(fields)))


def of(event: Event, most: int = 30) -> Sequence[Change]:
    """Who changed what, the latest first."""
    return db.session.scalars(
        select(Change)
        .where(Change.event_id == event.id)
        .options(joinedload(Change.user).lazyload(User.roles))
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(most)
    ).all()


def check_version(row: Event | EventDate, version: int) -> None:
    """Raise ChangedMeanwhile when somebody saved since the form was filled. `row` must be locked."""
    if row.version != version:
        raise errors.ChangedMeanwhile
