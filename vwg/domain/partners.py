"""The directory: who may be asked, and who of them strangers may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from vwg import clock
from vwg.db import db
from vwg.domain import calendar, errors, notices
from vwg.models import Asset, Contact, Event, EventDate, Invitation, Notice, NoticeChannel, NoticeState, Partner, PartnerKind
from vwg.phrases import N_

KINDS = {
    PartnerKind.ASSOCIATION: N_("Association"),
    PartnerKind.MERCHANT: N_("Shop or restaurant"),
    PartnerKind.PUBLIC_BODY: N_("Public service"),
    PartnerKind.SCHOOL: N_("School"),
    PartnerKind.CARE: N_("Care"),
    PartnerKind.FAITH: N_("Faith community"),
    PartnerKind.COMPANY: N_("Company"),
}

LENDS = {
    "hall": N_("A hall"),
    "chairs": N_("Chairs and tables"),
    "oven": N_("A kitchen or an oven"),
    "van": N_("A van"),
    "tools": N_("Tools"),
    "music": N_("Sound and music"),
    "window": N_("A window for posters"),
    "people": N_("Helping hands"),
}


@dataclass
class Details:
    """Five fields and a little more. `contact_*` is internal; `public_*` only with consent."""

    name: str
    kind: PartnerKind = PartnerKind.ASSOCIATION
    text: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    contact_language: str = "nl"
    public_email: str = ""
    public_phone: str = ""
    website: str = ""
    lends: list[str] = field(default_factory=list)
    listed: bool = False  # they agreed to stand in the public directory


def add(details: Details) -> Partner:
    """Raises PartnerNameMissing."""
    partner = Partner(name="")
    db.session.add(partner)
    _fill(partner, details)
    return partner


def edit(partner: Partner, version: int, details: Details) -> None:
    """Raises ChangedMeanwhile, PartnerNameMissing."""
    if partner.version != version:
        raise errors.ChangedMeanwhile
    before = _in_calendars(partner)
    _fill(partner, details)
    if _in_calendars(partner) != before:
        calendar.moved_with(partner)


def found(words: str = "", kind: PartnerKind | None = None, only_listed: bool = True) -> Sequence[Partner]:
    """The directory by name; `words` stand anywhere in name or text."""
    query = (Partner.listed() if only_listed else Partner.known()).order_by(Partner.name)
    query = query.options(selectinload(Partner.contacts), selectinload(Partner.assets))  # a list of 2,000 is three queries
    if words.strip():
        asked = words.strip()
        query = query.where(or_(Partner.name.icontains(asked, autoescape=True), Partner.text.icontains(asked, autoescape=True)))
    if kind is not None:
        query = query.where(Partner.kind == kind)
    return db.session.scalars(query).all()


def kinds_there(only_listed: bool = True) -> set[PartnerKind]:
    """The kinds that the directory has anybody of."""
    query = Partner.listed() if only_listed else Partner.known()
    return set(db.session.scalars(query.with_only_columns(Partner.kind).distinct()))


def activities_of(partner: Partner) -> Sequence[Event]:
    """What it organises and strangers may see, with a date to come, the nearest first."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    found = db.session.scalars(Event.public().where(Event.organisation_id == partner.id, Event.id.in_(ahead))).all()
    return sorted(found, key=lambda event: min(date.starts_at for date in event.dates if not date.is_over))


def asked_of(partner: Partner) -> list[Invitation]:
    """All it was invited to, what comes first on top and what is over below."""
    asked = db.session.scalars(select(Invitation).where(Invitation.partner_id == partner.id)).all()
    ahead = sorted((each for each in asked if not each.event.is_over), key=_begins)
    return [*ahead, *sorted((each for each in asked if each.event.is_over), key=_begins, reverse=True)]


def contact_for_asking(partner: Partner) -> Contact | None:
    """Whom one asks at a partner: who takes mail, else who has a telephone, else whoever is known."""
    contacts = sorted(partner.contacts, key=lambda contact: (not contact.takes_mail, not contact.phone, contact.id))
    return contacts[0] if contacts else None


def never_mail(contact: Contact) -> None:
    """They never want mail again. It holds at once: what was to be mailed becomes a call to make."""
    if contact.never_mail_at is None:
        contact.never_mail_at = clock.now()
    waiting = select(Notice).where(
        Notice.recipient_kind == "contact", Notice.recipient_id == contact.id,
        Notice.channel == NoticeChannel.MAIL, Notice.state == NoticeState.WAITING,
    )  # fmt: skip
    for notice in db.session.scalars(waiting):
        notices.could_not_mail(notice, has_phone=bool(contact.phone), for_good=True)


def mail_again(contact: Contact) -> None:
    """They changed their mind, and said so."""
    contact.never_mail_at = None


def who_lends(kind: str) -> Sequence[Partner]:
    """Partners that lend such a thing, by name."""
    return db.session.scalars(
        Partner.known().where(Partner.id.in_(select(Asset.partner_id).where(Asset.kind == kind))).order_by(Partner.name)
    ).all()


def _begins(invitation: Invitation) -> datetime:
    dates = [date for date in invitation.dates if not date.is_over] or invitation.dates
    return dates[0].starts_at if dates else invitation.created_at


def _in_calendars(partner: Partner) -> tuple[str, ...]:
    """What its activities say of it in calendars: nothing unless it agreed to be listed."""
    return (partner.name, partner.public_email, partner.public_phone) if partner.is_listed else ()


def _fill(partner: Partner, details: Details) -> None:
    if not details.name.strip():
        raise errors.PartnerNameMissing
    partner.name = details.name.strip()
    partner.kind = details.kind
    partner.text = details.text.strip()
    partner.website = details.website.strip()
    partner.public_email = details.public_email.strip()
    partner.public_phone = details.public_phone
    if details.listed and partner.listed_consent_at is None:
        partner.listed_consent_at = clock.now()
    elif not details.listed:
        partner.listed_consent_at = None
    _fill_contact(partner, details)
    standing = {asset.kind: asset for asset in partner.assets}
    partner.assets = [standing.get(kind) or Asset(kind=kind) for kind in details.lends]
    db.session.flush()


def _fill_contact(partner: Partner, details: Details) -> None:
    if not (details.contact_name.strip() or details.contact_email.strip() or details.contact_phone):
        return
    if not partner.contacts:
        partner.contacts.append(Contact(name=""))
    contact = partner.contacts[0]
    contact.name = details.contact_name.strip()
    contact.email = details.contact_email.strip().lower()
    contact.phone = details.contact_phone
    contact.language = details.contact_language
