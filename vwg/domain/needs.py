"""What an activity still needs."""

from vwg import clock
from vwg.db import db
from vwg.domain import errors
from vwg.models import Event, Need, NeedKind


def add(event: Event, what: str, amount: int, kind: NeedKind = NeedKind.THING, unit: str = "") -> Need:
    """Raises PledgeAmount when the number makes no sense."""
    if not 1 <= amount <= 999:
        raise errors.PledgeAmount
    need = Need(what=what.strip(), amount=amount, kind=kind, unit=unit)
    event.needs.append(need)
    db.session.flush()
    return need


def enough(need: Need) -> None:
    """*Dit volstaat*: nothing is missing any more, whatever the number says."""
    need.enough_at = clock.now()


def gaps(event: Event) -> list[Need]:
    """What is still missing, the most first."""
    return sorted((need for need in event.needs if need.missing), key=lambda need: -need.missing)
