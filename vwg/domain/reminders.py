"""Who was asked and stays silent hears once more, and then is called. Nobody is reminded before the day they named."""

from datetime import datetime, timedelta

from sqlalchemy import select

from vwg import clock
from vwg.db import db, locked
from vwg.domain import notices
from vwg.domain.notices import Way
from vwg.models import Event, Invitation, Notice, NoticeChannel, NoticeState, PartStat

REMIND_AFTER = timedelta(days=5)  # after the asking
AT_LEAST = timedelta(days=2)  # even when an answer was wanted sooner
CALL_AFTER = timedelta(days=4)  # after the reminder
TOO_LATE = timedelta(days=1)  # so shortly before the activity nobody is asked any more

REMINDER, CALL = "invitation_reminder", "invitation_silent"


def remind_the_silent() -> int:
    """Every morning: one reminder each, and a line to call for who stays silent after it; how many."""
    waiting = db.session.scalars(
        select(Invitation.id)
        .where(Invitation.partstat.in_([PartStat.NEEDS_ACTION, PartStat.TENTATIVE]), Invitation.replaced_by_id.is_(None))
        .where(Invitation.event_id.in_(select(Event.id).where(Event.dates.any())))
        .order_by(Invitation.id)
    ).all()
    return sum(_remind(locked(Invitation, number)) for number in waiting)


def due_at(invitation: Invitation) -> datetime:
    """When one may remind: some days after asking, or the day they said they would know."""
    if invitation.partstat == PartStat.TENTATIVE:
        if invitation.ask_again_at is not None:
            return clock.at(invitation.ask_again_at + timedelta(days=1), 0)
        return (invitation.replied_at or invitation.created_at) + REMIND_AFTER
    due = invitation.created_at + REMIND_AFTER
    if invitation.reply_by is not None:
        due = min(due, clock.at(invitation.reply_by, 0))
    return max(due, invitation.created_at + AT_LEAST)


def _remind(invitation: Invitation) -> bool:
    now = clock.now()
    if invitation.partstat not in {PartStat.NEEDS_ACTION, PartStat.TENTATIVE} or invitation.replaced_by_id is not None or not _goes_on(invitation) or _never_left(invitation):
        return False
    way = notices.way_to_contact(invitation.contact, invitation.invited_by)
    if invitation.reminded_at is None:
        if now < due_at(invitation):
            return False
        invitation.reminded_at = now
        _owe(REMINDER if way.channel == NoticeChannel.MAIL else CALL, invitation, way)
        return True
    if way.channel == NoticeChannel.MAIL and now >= invitation.reminded_at + CALL_AFTER:
        return _owe(CALL, invitation, Way(NoticeChannel.CALL, invitation.invited_by))
    return False


def _owe(kind: str, invitation: Invitation, way: Way) -> bool:
    """Written twice it is one row; False when it was there. Each "we ask around until" may be asked after once."""
    version = invitation.ask_again_at.toordinal() if invitation.ask_again_at else int(invitation.partstat == PartStat.TENTATIVE)
    contact = invitation.contact
    known = db.session.scalars(
        select(Notice.id).where(Notice.kind == kind, Notice.subject_kind == "invitation", Notice.subject_id == invitation.id, Notice.subject_version == version)
    ).first()
    if known is not None:
        return False
    notices.owe(
        kind, "invitation", invitation.id, version, "contact" if contact else "invitation", contact.id if contact else invitation.id,
        contact.language if contact else "nl", way, due_at=notices.within_partner_hours(clock.now()),
    )  # fmt: skip
    return True


def _goes_on(invitation: Invitation) -> bool:
    ahead = clock.now() + TOO_LATE
    return any(date.is_on and date.starts_at > ahead for date in invitation.dates)


def _never_left(invitation: Invitation) -> bool:
    """What was never told cannot be reminded of: the mail still waits, or the call was not made."""
    open_still = [NoticeState.WAITING, NoticeState.LEASED, NoticeState.FAILED]
    return db.session.scalars(
        select(Notice.id).where(
            Notice.subject_kind == "invitation", Notice.subject_id == invitation.id, Notice.kind.in_(["invitation", REMINDER]), Notice.state.in_(open_still)
        )
    ).first() is not None
