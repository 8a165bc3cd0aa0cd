"""Whoever looks at names leaves one line a day for each date, shown to all volunteers alike."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vwg import clock, guards
from vwg.db import allow_writing, db, is_writing
from vwg.models import EventDate, Look, User


def record(user: User, *dates: EventDate | None) -> None:
    """The lines, in a short transaction of their own, before the page goes out: no line, no page.

    The one writing that a GET does. None, or no date: the page shows households. In a writing request it
    comes first, or after a form was refused: it lets go of what the request holds, because on
    SQLite the two would wait for each other.
    """
    before = is_writing()
    if before:
        _let_go()
    day, who = clock.today(), user.id
    wanted: set[int | None] = {date.id if date else None for date in dates or [None]}
    if before:
        db.session.rollback()  # reading the ids took the pen again
    allow_writing(True)
    try:
        with Session(db.engine, info={guards.LOOKS: True}) as session:
            there = set(session.scalars(select(Look.date_id).where(Look.user_id == who, Look.day == day)))
            if wanted - there:
                session.execute(insert(Look), [{"user_id": who, "date_id": what, "day": day} for what in wanted - there])
                session.commit()
    finally:
        allow_writing(before)


def _let_go() -> None:
    held = db.session()
    if held.new or held.dirty or held.deleted:
        raise RuntimeError("looks.record() in the midst of a change: record before it")
    held.rollback()
