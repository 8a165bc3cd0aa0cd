"""Asking partners, and their answers: by link, by mail, or by word of mouth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db
from vwg.domain import errors, notices
from vwg.models import Contact, Event, EventDate, Invitation, Need, Partner, PartStat, Pledge, PledgeState, User, Way

MOST_PLEDGED = 999


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
    """Ask a partner once per activity. Whoever a volunteer asks in person, by telephone or by
    WhatsApp is neither mailed nor called by the house.

    Raises EventIsOver, AlreadyInvited.
    """
    if event.is_over:
        raise errors.EventIsOver
    if any(invitation.partner_id == partner.id for invitation in event.invitations):
        raise errors.AlreadyInvited(name=partner.name)
    invitation = Invitation(
        partner=partner, contact=contact, asks=asks.strip(), date=date, reply_by=reply_by, invited_by=by, way=way
    )
    event.invitations.append(invitation)
    db.session.flush()
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
    if is_over(invitation):
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
    if noted_by is None:
        notices.owe_calendar_file(invitation)


def with_all_it_says(query: "Select[Invitation]") -> "Select[Invitation]":
    """What lists and mails say of invitations, in a handful of queries for any number of them."""
    event = joinedload(Invitation.event)
    return query.options(
        joinedload(Invitation.partner), joinedload(Invitation.contact), joinedload(Invitation.invited_by).lazyload(User.roles), joinedload(Invitation.noted_by).lazyload(User.roles),
        event.selectinload(Event.dates), event.selectinload(Event.needs).selectinload(Need.pledges), event.selectinload(Event.pledges),
    )  # fmt: skip


def of(event: Event) -> Sequence[Invitation]:
    """Who was asked for it, in the order of asking, with the partner and whom we wrote to."""
    asked = select(Invitation).where(Invitation.event_id == event.id).options(joinedload(Invitation.partner), joinedload(Invitation.contact))
    return db.session.scalars(asked.order_by(Invitation.id)).all()


def is_over(invitation: Invitation) -> bool:
    """All dates it is about are past: nothing can be answered any more."""
    return bool(invitation.dates) and all(date.is_over for date in invitation.dates)


def seen(invitation: Invitation) -> None:
    """A volunteer read the answer; it leaves Today."""
    invitation.seen_at = clock.now()


def pledges_of(invitation: Invitation) -> list[Pledge]:
    """What this partner promised for this activity and did not take back."""
    return invitation.pledges


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


def named_helpers(event: Event) -> list[Partner]:
    """Partners whose pledge stands and who agreed to be named, each once, by name."""
    named = {
        pledge.partner.id: pledge.partner for pledge in event.pledges if pledge.counts and pledge.consent_to_name
    }
    return sorted(named.values(), key=lambda partner: partner.name.lower())


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
            pledge = Pledge(partner=invitation.partner, need=offer.need)
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
