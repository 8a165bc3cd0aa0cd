"""How it goes between a partner and us: one time line of all that was asked, answered, promised and noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from vwg.db import db
from vwg.domain import errors
from vwg.domain.rsvps import has_national_number
from vwg.models import Event, Invitation, Partner, PartnerNote, PartStat, Pledge, PledgeState, User

LONGEST_NOTE = 1000


class Happened(StrEnum):
    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    PROMISED = "promised"
    THANKED = "thanked"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    NOTE = "note"


@dataclass(frozen=True)
class Entry:
    """One line: `text` are somebody's own words; `partstat` the answer; `who` did or noted it."""

    at: datetime
    kind: Happened
    event: Event | None = None
    text: str = ""
    partstat: PartStat | None = None
    who: str = ""
    note: PartnerNote | None = None


def time_line(partner: Partner) -> list[Entry]:
    """The newest first; of partners that were merged into it too."""
    ours = select(Partner.id).where(or_(Partner.id == partner.id, Partner.merged_into_id == partner.id))
    asked = db.session.scalars(
        select(Invitation).where(Invitation.partner_id.in_(ours)).options(joinedload(Invitation.event), joinedload(Invitation.invited_by), joinedload(Invitation.noted_by)).order_by(Invitation.id)
    ).unique()
    promised = db.session.scalars(select(Pledge).where(Pledge.partner_id.in_(ours)).options(joinedload(Pledge.event), joinedload(Pledge.settled_by)).order_by(Pledge.id)).unique()
    entries = [entry for invitation in asked for entry in _of_invitation(invitation)]
    entries += [entry for pledge in promised for entry in _of_pledge(pledge)]
    entries += [Entry(note.at, Happened.NOTE, text=note.text, who=_name(note.user), note=note) for note in notes_of(partner)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def notes_of(partner: Partner) -> Sequence[PartnerNote]:
    return db.session.scalars(
        select(PartnerNote).where(PartnerNote.partner_id == partner.id).options(joinedload(PartnerNote.user)).order_by(PartnerNote.at.desc(), PartnerNote.id.desc())
    ).all()


def note(partner: Partner, text: str, by: User) -> PartnerNote:
    """Raises NoteIsEmpty, NoteHasNationalNumber."""
    if not text.strip():
        raise errors.NoteIsEmpty
    if has_national_number(text):
        raise errors.NoteHasNationalNumber
    written = PartnerNote(partner_id=partner.id, text=text.strip(), user=by)
    db.session.add(written)
    db.session.flush()
    return written


def take_away(written: PartnerNote) -> None:
    """A note that should not stand there."""
    db.session.delete(written)
    db.session.flush()


def _of_invitation(invitation: Invitation) -> list[Entry]:
    entries = [Entry(invitation.created_at, Happened.ASKED, invitation.event, invitation.asks, who=_name(invitation.invited_by))]
    if invitation.reminded_at is not None:
        entries.append(Entry(invitation.reminded_at, Happened.REMINDED, invitation.event))
    if invitation.replied_at is not None:
        who = _name(invitation.noted_by) or invitation.replied_by
        entries.append(Entry(invitation.replied_at, Happened.ANSWERED, invitation.event, invitation.comment, invitation.partstat, who))
    return entries


def _of_pledge(pledge: Pledge) -> list[Entry]:
    what = " ".join(part for part in (str(pledge.amount) if pledge.need_id else "", pledge.unit, pledge.what) if part)
    entries = [Entry(pledge.created_at, Happened.PROMISED, pledge.event, what)]
    ends = {PledgeState.THANKED: Happened.THANKED, PledgeState.MISSED: Happened.MISSED, PledgeState.WITHDRAWN: Happened.WITHDRAWN}
    if pledge.state in ends:
        text = f"{what}: {pledge.reason}" if pledge.reason else what
        entries.append(Entry(pledge.settled_at or pledge.created_at, ends[pledge.state], pledge.event, text, who=_name(pledge.settled_by)))
    return entries


def _name(user: User | None) -> str:
    return user.first_name if user else ""
