"""Guessing is counted for the whole house, in rows, so that two web servers agree.

Never by address: the residents of one centre share one, and they must all get in.
"""

from datetime import timedelta

from sqlalchemy import func, select

from vwg import clock
from vwg.db import db
from vwg.models import Attempt

MOST_A_MINUTE = 60
WINDOW = timedelta(minutes=1)


def too_many(kind: str) -> bool:
    """Whether so much went wrong in the last minute that everybody waits."""
    recent = select(func.count()).where(Attempt.kind == kind, Attempt.at > clock.now() - WINDOW)
    return int(db.session.scalar(recent) or 0) >= MOST_A_MINUTE


def count(kind: str) -> None:
    """One more that went wrong. Says nothing of whom."""
    db.session.add(Attempt(kind=kind))
    db.session.flush()


def number(kind: str, within: timedelta) -> int:
    """How often that happened so recently."""
    return numbers([kind], within).get(kind, 0)


def numbers(kinds: list[str], within: timedelta) -> dict[str, int]:
    """The same for several, in one query; what never happened is left out."""
    rows = db.session.execute(
        select(Attempt.kind, func.count()).where(Attempt.kind.in_(kinds), Attempt.at > clock.now() - within).group_by(Attempt.kind)
    )
    return {kind: int(found) for kind, found in rows}
