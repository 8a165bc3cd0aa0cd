"""What an activity still needs."""

from datetime import date

from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db
from vwg.domain import errors
from vwg.models import Event, Helper, Need, NeedKind, Vouch

MOST = 999
FILLED = (joinedload(Need.pledges), joinedload(Need.helpers).joinedload(Helper.vouches).lazyload(Vouch.user))  # what fills a need comes along in its own query


def add(event: Event, what: str, amount: int, kind: NeedKind = NeedKind.THING, unit: str = "") -> Need:
    """Raises NeedWithoutName, and NeedAmount when the number makes no sense."""
    if not what.strip():
        raise errors.NeedWithoutName
    if not 1 <= amount <= MOST:
        raise errors.NeedAmount
    need = Need(what=what.strip(), amount=amount, kind=kind, unit=unit, near_people=kind == NeedKind.SKILL)
    event.needs.append(need)
    db.session.flush()
    return need


def change(need: Need, what: str, amount: int, by: date | None, near_people: bool, *, unit: str = "", language: str = "", is_public: bool = False) -> None:
    """`language`: of an interpreter; `is_public`: shown on the activity's page. Raises NeedWithoutName, NeedAmount."""
    if not what.strip():
        raise errors.NeedWithoutName
    if not 1 <= amount <= MOST:
        raise errors.NeedAmount
    need.what, need.amount, need.near_people = what.strip(), amount, near_people
    need.unit, need.language, need.is_public = unit.strip(), language if need.kind == NeedKind.SKILL else "", is_public
    need.by = clock.at(by, 12) if by else None
    db.session.flush()


def enough(need: Need) -> None:
    """*Dit volstaat*: nothing is missing any more, whatever the number says."""
    need.enough_at = clock.now()


def not_enough(need: Need) -> None:
    """Somebody closed it too soon: what is missing counts again."""
    need.enough_at = None


def gaps(event: Event) -> list[Need]:
    """What is still missing, the most first."""
    return sorted((need for need in event.needs if need.missing), key=lambda need: -need.missing)
