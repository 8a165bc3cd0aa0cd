"""On the day: how many are there, as numbers. Nobody is ticked off by name."""

from collections.abc import Mapping

from sqlalchemy import select

from vwg.db import db
from vwg.domain import errors
from vwg.models import DateCount, EventDate

COUNTED = ("there_adults", "there_children", "walk_ins", "no_shows")
MOST = 9999
HEARD = "heard "  # before the mark of a page: how many of its presses are counted
LONGEST_MARK = 40


def counts(date: EventDate) -> dict[str, int]:
    """Each of `COUNTED`; nothing counted yet is 0."""
    rows = db.session.scalars(select(DateCount).where(DateCount.date_id == date.id, DateCount.what.in_(COUNTED)))
    return dict.fromkeys(COUNTED, 0) | {row.what: row.number for row in rows}


def add(date: EventDate, what: str, number: int, page: str = "", nth: int = 0) -> dict[str, int]:
    """So many more, or fewer, and never below nobody; how many of each now. The date must be locked, for
    two volunteers count at two doors. Raises DoorCount for an unknown name or too many.

    `page` is the random mark of a page whose presses come one after the other, and `nth` says which of them this is:
    one that comes again, because its answer was lost on the way, counts once.
    """
    heard = HEARD + page[:LONGEST_MARK]
    rows = _rows(date)
    if page and heard in rows and nth <= rows[heard].number:
        return counts(date)
    stands = rows[what].number if what in rows else 0
    now = say(date, {what: max(stands + number, 0)})
    if page:
        _write(date, rows, heard, nth)
    return now


def say(date: EventDate, numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers themselves, as somebody counted them afterwards. The date must be locked. Raises DoorCount."""
    rows = _rows(date)
    for what, number in numbers.items():
        if what not in COUNTED or not 0 <= number <= MOST:
            raise errors.DoorCount
        _write(date, rows, what, number)
    return counts(date)


# ---- inside


def _rows(date: EventDate) -> dict[str, DateCount]:
    return {row.what: row for row in db.session.scalars(select(DateCount).where(DateCount.date_id == date.id))}


def _write(date: EventDate, rows: Mapping[str, DateCount], what: str, number: int) -> None:
    if what in rows:
        rows[what].number = number
    else:
        db.session.add(DateCount(date_id=date.id, what=what, number=number))
    db.session.flush()
