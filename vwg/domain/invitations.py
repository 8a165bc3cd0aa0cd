"""Asking partners, and their answers: by link, by mail, or by word of mouth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db
from vwg.domain import errors, needs, notices
from vwg.models import Contact, Event, EventDate, Invitation, Need, Partner, PartStat, Pledge, PledgeState, User, Way

MOST_PLEDGED = 999
_ITS_EVENT = joinedload(Invitation.event)
ITS_PEOPLE = (
    joinedload(Invitation.partner), joinedload(Invitation.contact), joinedload(Invitation.invited_by).lazyload(User.roles), joinedload(Invitation.noted_by).lazyload(User.roles),
)  # fmt: skip
ALL_IT_SAYS = (  # what lists say of invitations, in a handful of queries for any number of them
    *ITS_PEOPLE,
    _ITS_EVENT.selectinload(Event.dates), _ITS_EVENT.selectinload(Event.invitations), _ITS_EVENT.selectinload(Event.needs).options(*needs.FILLED), _ITS_EVENT.selectinload(Event.pledges),
)  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """So many of a need (0 takes it back), or something else in their own words (`need` None)."""

    need: Need | None
    amount: int = 1
    what: str = ""


def invite(
    event: Event,
    partner: Partner,
    contact: Contact | None,
    asks: str,
    by: User,
    date: EventDate | None = None,
    reply_by: calendar_date | None = None,
    way: Way = Way.HOUSE,
) -> Invitation:
    """Ask a partner, once for each date; without `date` for all that it was not asked for yet. Whoever
    a volunteer asks in person, by telephone or by WhatsApp is neither mailed nor called by the house.

    The event must be locked where two may ask at once. Raises EventIsOver, AlreadyInvited.
    """
    if event.is_over or (date is not None and date.is_over):
        raise errors.EventIsOver
    earlier = [each for each in standing(event) if each.partner_id == partner.id]
    if not _to_ask_for(event, earlier, date):
        raise errors.AlreadyInvited(name=partner.name)
    invitation = Invitation(
        partner=partner, contact=contact, asks=asks.strip(), date=date, reply_by=reply_by, invited_by=by, way=way
    )
    event.invitations.append(invitation)
    db.session.flush()
    for old in earlier:
        if old.date_id is None:  # its time went by: see _holds
            old.replaced_by = invitation
            notices.drop_asking(old)
    if way == Way.HOUSE:
        notices.tell_partner("invitation", invitation, 0)
    return invitation


def reply(
    invitation: Invitation,
    partstat: PartStat,
    *,
    comment: str = "",
    replied_by: str = "",
    contact_on_day: str = "",
    ask_again_at: calendar_date | None = None,
    offers: Sequence[Offer] = (),
    consent_to_name: bool = False,
    noted_by: User | None = None,
) -> None:
    """A partner may change its mind until the activity is over; the last reply counts.

    Pledges that `offers` does not speak of stay; a no takes all back. After a yes a calendar file
    is owed, once per published change, where it can be mailed. Raises EventIsOver, DateIsCancelled, PledgeAmount.
    """
    if invitation.is_over:
        raise errors.EventIsOver
    if invitation.dates and all(date.is_over or date.is_cancelled for date in invitation.dates):
        raise errors.DateIsCancelled
    invitation.partstat = partstat
    invitation.comment = comment.strip()
    invitation.replied_by = replied_by.strip()
    invitation.contact_on_day = contact_on_day.strip()
    invitation.replied_at = clock.now()
    invitation.noted_by = noted_by
    invitation.seen_at = clock.now() if noted_by else None
    invitation.ask_again_at = ask_again_at if partstat == PartStat.TENTATIVE else None
    invitation.reminded_at = None
    if partstat == PartStat.DECLINED:
        _withdraw_all(invitation, noted_by)
    else:
        _pledge(invitation, offers, consent_to_name, noted_by)
    db.session.flush()
    notices.drop_asking(invitation)
    notices.owe_calendar_file(invitation)


def of(event: Event) -> Sequence[Invitation]:
    """Who is asked for it, in the order of asking, with the partner and whom we wrote to."""
    asked = select(Invitation).where(Invitation.event_id == event.id, Invitation.replaced_by_id.is_(None))
    asked = asked.options(joinedload(Invitation.partner), joinedload(Invitation.contact), joinedload(Invitation.date))
    return db.session.scalars(asked.order_by(Invitation.id)).all()


def standing(event: Event) -> list[Invitation]:
    """What partners are asked for now: without those that a newer one stands instead of."""
    return [each for each in event.invitations if each.replaced_by_id is None]


def not_to_ask(event: Event, date: EventDate | None = None) -> set[int]:
    """The partners that were asked already for `date`, or for all dates to come, by their ids."""
    earlier: dict[int, list[Invitation]] = {}
    for each in standing(event):
        earlier.setdefault(each.partner_id, []).append(each)
    return {partner_id for partner_id, theirs in earlier.items() if not _to_ask_for(event, theirs, date)}


def seen(invitation: Invitation) -> None:
    """A volunteer read the answer; it leaves Today."""
    invitation.seen_at = clock.now()


def new_replies(events: Sequence[Event]) -> list[Invitation]:
    """Answers that no volunteer saw yet, the newest first."""
    found = [
        invitation
        for event in events
        for invitation in event.invitations
        if invitation.replied_at is not None and invitation.seen_at is None
    ]
    return sorted(found, key=lambda invitation: invitation.replied_at or clock.now(), reverse=True)


def last_asked(partners: Sequence[Partner]) -> dict[int, datetime]:
    """When each partner was last invited to anything, by its id, in one query."""
    rows = db.session.execute(
        select(Invitation.partner_id, func.max(Invitation.created_at))
        .where(Invitation.partner_id.in_([partner.id for partner in partners]))
        .group_by(Invitation.partner_id)
    )
    return {partner_id: asked for partner_id, asked in rows}


def named_helpers(event: Event) -> Sequence[Partner]:
    """Partners whose pledge stands and who agreed to be named, each once, by name; one query. A yes was for
    its own date: while others are to come, whoever helped on one that is over is not named for those."""
    to_come = select(EventDate.id).where(EventDate.event_id == event.id, EventDate.ends_at > clock.now())
    own_date = func.coalesce(Need.date_id, Invitation.date_id)
    named = (
        select(Pledge.partner_id)
        .outerjoin(Need, Need.id == Pledge.need_id)
        .outerjoin(Invitation, Invitation.id == Pledge.invitation_id)
        .where(Pledge.event_id == event.id, Pledge.consent_to_name, Pledge.state.in_([PledgeState.PROMISED, PledgeState.THANKED]))
        .where(or_(own_date.is_(None), own_date.in_(to_come), ~to_come.exists()))
    )
    return db.session.scalars(select(Partner).where(Partner.id.in_(named)).order_by(Partner.sorted_by, Partner.id)).all()


def _to_ask_for(event: Event, earlier: Sequence[Invitation], date: EventDate | None) -> bool:
    """Whether there is anything to ask of a partner that was asked `earlier` for this activity."""
    if any(each.date_id is None and _holds(each) for each in earlier):
        return False
    asked = {each.date_id for each in earlier if each.date_id is not None}
    ahead = [date] if date is not None else [each for each in event.dates if not each.is_over]
    return any(each.id not in asked for each in ahead)


def _holds(invitation: Invitation) -> bool:
    """Whether what was asked for all dates is asked for the coming ones too: a yes is; a no or a
    silence is about its time, until the first date after the asking is over."""
    if invitation.is_accepted:
        return True
    if invitation.ask_again_at is not None and invitation.ask_again_at >= clock.today():
        return True
    return not any(date.is_over and date.ends_at > invitation.created_at for date in invitation.dates)


def _pledge(invitation: Invitation, offers: Sequence[Offer], consent_to_name: bool, noted_by: User | None) -> None:
    standing = {pledge.need_id: pledge for pledge in invitation.pledges}
    for offer in offers:
        if not 0 <= offer.amount <= MOST_PLEDGED:
            raise errors.PledgeAmount
        need_id = offer.need.id if offer.need else None
        pledge = standing.get(need_id)
        nothing = offer.amount == 0 or (offer.need is None and not offer.what.strip())
        if nothing:
            if pledge is not None:
                _withdraw(pledge, invitation.comment, noted_by)
            continue
        if pledge is None:
            pledge = Pledge(partner=invitation.partner, need=offer.need, invitation=invitation)
            invitation.event.pledges.append(pledge)
        pledge.amount = offer.amount
        pledge.unit = offer.need.unit if offer.need else ""
        pledge.what = offer.what.strip() or (offer.need.what if offer.need else "")
    db.session.flush()  # new pledges know their partner from here on
    for pledge in invitation.pledges:
        pledge.consent_to_name = consent_to_name


def _withdraw_all(invitation: Invitation, noted_by: User | None) -> None:
    for pledge in invitation.pledges:
        _withdraw(pledge, invitation.comment, noted_by)


def _withdraw(pledge: Pledge, reason: str, noted_by: User | None) -> None:
    """What they wrote beside it is the reason."""
    pledge.state = PledgeState.WITHDRAWN
    pledge.reason = reason
    pledge.settled_at, pledge.settled_by = clock.now(), noted_by
