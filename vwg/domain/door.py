"""On the day: how many are there, as numbers. Nobody is ticked off by name."""

from collections.abc import Mapping

from sqlalchemy import select

from vwg.db import db
from vwg.domain import errors
from vwg.models import DateCount, EventDate

COUNTED = ("there_adults", "there_children", "walk_ins", "no_shows")
MOST = 9999


def counts(date: EventDate) -> dict[str, int]:
    """Each of `COUNTED`; nothing counted yet is 0."""
    rows = db.session.scalars(select(DateCount).where(DateCount.date_id == date.id, DateCount.what.in_(COUNTED)))
    return dict.fromkeys(COUNTED, 0) | {row.what: row.number for row in rows}


def add(date: EventDate, what: str, number: int) -> int:
    """So many more, or fewer, and never below nobody; how many now. The date must be locked, for
    two volunteers count at two doors. Raises DoorCount for an unknown name or too many."""
    return say(date, {what: max(counts(date).get(what, 0) + number, 0)})[what]


def say(date: EventDate, numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers themselves, as somebody counted them afterwards. The date must be locked. Raises DoorCount."""
    rows = {row.what: row for row in db.session.scalars(select(DateCount).where(DateCount.date_id == date.id))}
    for what, number in numbers.items():
        if what not in COUNTED or not 0 <= number <= MOST:
            raise errors.DoorCount
        if what in rows:
            rows[what].number = number
        else:
            db.session.add(DateCount(date_id=date.id, what=what, number=number))
    db.session.flush()
    return counts(date)
