"""What a partner says about itself: asked once a year whether it is still right, changed by its own link."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db
from vwg.domain import calendar, errors, notices, partners
from vwg.domain.notices import Way
from vwg.models import Contact, ContactChannel, ListingChange, Notice, NoticeChannel, Partner, User

ASKED_AGAIN_AFTER = timedelta(days=365)
MOST_A_NIGHT = 20  # so that not all answers come on one morning


@dataclass
class Listing:
    """What a partner may change itself: what strangers read."""

    name: str = ""
    text: str = ""
    website: str = ""
    public_email: str = ""
    public_phone: str = ""
    opening_hours: str = ""


def of(partner: Partner) -> Listing:
    return Listing(**{each.name: getattr(partner, each.name) for each in fields(Listing)})


def still_right(partner: Partner) -> None:
    """They looked, and nothing is to be changed."""
    partner.checked_at = clock.now()


def propose(partner: Partner, listing: Listing) -> ListingChange | None:
    """What differs waits for a volunteer, unless we trust this partner; None when nothing differs.

    A second proposal takes the place of one that waits. Raises PartnerNameMissing.
    """
    if not listing.name.strip():
        raise errors.PartnerNameMissing
    still_right(partner)
    now = of(partner)
    values = {each.name: getattr(listing, each.name).strip() for each in fields(Listing)}
    values = {name: value for name, value in values.items() if value != getattr(now, name)}
    for earlier in waiting(partner):
        db.session.delete(earlier)
    if not values:
        db.session.flush()
        return None
    change = ListingChange(partner=partner, values=values)
    db.session.add(change)
    if partner.trusted:
        _apply(partner, values)
        change.accepted, change.decided_at = True, clock.now()
    db.session.flush()
    return change


def waiting(partner: Partner | None = None) -> Sequence[ListingChange]:
    """What partners want to change and nobody looked at yet, the oldest first."""
    query = select(ListingChange).where(ListingChange.decided_at.is_(None)).order_by(ListingChange.at)
    query = query.where(ListingChange.partner_id == partner.id) if partner else query.options(joinedload(ListingChange.partner))
    return db.session.scalars(query).all()


def decide(change: ListingChange, accepted: bool, by: User) -> None:
    """Raises AlreadyDecided."""
    if change.decided_at is not None:
        raise errors.AlreadyDecided
    if accepted:
        _apply(change.partner, change.values)
    change.accepted, change.decided_by, change.decided_at = accepted, by, clock.now()
    db.session.flush()


def agree(partner: Partner, listed: bool) -> None:
    """They say themselves whether strangers may see them; a no holds at once, in calendars too."""
    before = partners.in_calendars(partner)
    if listed and partner.listed_consent_at is None:
        partner.listed_consent_at = clock.now()
    elif not listed:
        partner.listed_consent_at = None
    if partners.in_calendars(partner) != before:
        calendar.moved_with(partner)
    db.session.flush()


def ask_whether_still_right() -> int:
    """Every night, some partners that nobody looked at for a year; how many. Only by mail: nobody is called for it."""
    told_of = select(Notice.subject_id).where(Notice.kind == "still_right", Notice.created_at > clock.now() - ASKED_AGAIN_AFTER)
    old = Partner.known().where(Partner.checked_at < clock.now() - ASKED_AGAIN_AFTER, Partner.id.not_in(told_of))
    mailable = Partner.contacts.any((Contact.email != "") & Contact.never_mail_at.is_(None) & (Contact.channel == ContactChannel.MAIL))
    asked = db.session.scalars(old.where(mailable).order_by(Partner.checked_at, Partner.id).limit(MOST_A_NIGHT)).all()
    for partner in asked:
        contact = partners.contact_for_asking(partner)
        if contact is not None:
            notices.owe(
                "still_right", "partner", partner.id, clock.today().toordinal(), "contact", contact.id, contact.language, Way(NoticeChannel.MAIL),
                due_at=notices.within_partner_hours(clock.now()),
            )  # fmt: skip
    return len(asked)


def _apply(partner: Partner, values: dict[str, Any]) -> None:
    before = partners.in_calendars(partner)
    for name, value in values.items():
        setattr(partner, name, value)
    if partners.in_calendars(partner) != before:
        calendar.moved_with(partner)
