"""The call list: who must still be told by voice, by text or at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, notices
from vwg.models import Household, Invitation, Notice, NoticeChannel, NoticeState, Rsvp, User

ASK_AGAIN_AFTER = timedelta(hours=2)


@dataclass
class Call:
    """One line: one household (or one person who left a phone, or one partner) and all its news.

    Exactly one of `household`, `rsvp` and `invitation` says who; `key` names the line.
    """

    notices: list[Notice]
    household: Household | None = None
    rsvp: Rsvp | None = None
    invitation: Invitation | None = None

    @property
    def key(self) -> str:
        if self.household is not None:
            return f"h{self.household.id}"
        return f"r{self.rsvp.id}" if self.rsvp is not None else f"i{self.invitation.id if self.invitation else 0}"

    @property
    def language(self) -> str:
        return self.household.language if self.household else self.notices[0].language

    @property
    def phone(self) -> str:
        """E.164, or nothing: then somebody goes by."""
        if self.household is not None:
            return self.household.phone
        if self.rsvp is not None:
            return self.rsvp.contact.phone if self.rsvp.contact else ""
        contact = self.invitation.contact if self.invitation else None
        return contact.phone if contact else ""


def to_make(user: User) -> list[Call]:
    """This volunteer's lines, and those that nobody carries; who waits longest first."""
    waiting = db.session.scalars(
        select(Notice)
        .where(
            Notice.channel == NoticeChannel.CALL,
            Notice.state == NoticeState.WAITING,
            or_(Notice.assigned_to_id == user.id, Notice.assigned_to_id.is_(None)),
        )
        .order_by(Notice.created_at, Notice.id)
    ).all()
    return _by_person(waiting)


def told(call_notices: Sequence[Notice], outcome: str = "told") -> None:
    """It worked. Nobody is called twice: the second of two volunteers hears AlreadyTold."""
    if all(notice.state == NoticeState.DONE for notice in call_notices):
        raise errors.AlreadyTold
    for notice in call_notices:
        if notice.state == NoticeState.WAITING:
            notices.done(notice, outcome)


def not_yet(call_notices: Sequence[Notice]) -> None:
    """Nobody answered: it stays on the list, counted, behind the others."""
    for notice in call_notices:
        if notice.state == NoticeState.WAITING:
            notice.tries += 1
            notice.due_at = clock.now() + ASK_AGAIN_AFTER


def _by_person(waiting: Sequence[Notice]) -> list[Call]:
    lines: dict[str, Call] = {}
    for notice in waiting:
        call = _call(notice)
        if call is None:
            continue
        if call.key in lines:
            lines[call.key].notices.append(notice)
        else:
            lines[call.key] = call
    return sorted(lines.values(), key=lambda call: min(notice.due_at for notice in call.notices))


def _call(notice: Notice) -> Call | None:
    """The line a notice belongs to; None when its person was erased in the meantime."""
    if notice.recipient_kind == "rsvp":
        rsvp = db.session.get(Rsvp, notice.recipient_id)
        if rsvp is None:
            return None
        return Call([notice], household=rsvp.household) if rsvp.household else Call([notice], rsvp=rsvp)
    invitation = db.session.get(Invitation, notice.subject_id) if notice.subject_kind == "invitation" else None
    return Call([notice], invitation=invitation) if invitation else None
