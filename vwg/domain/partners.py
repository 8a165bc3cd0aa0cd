"""The directory: who may be asked, and who of them strangers may see."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from vwg import clock, keys
from vwg.db import alone, db
from vwg.domain import calendar, doubles, errors, invitations, notices, numbers
from vwg.domain.settings import group
from vwg.models import (
    Asset,
    Contact,
    ContactChannel,
    Event,
    EventDate,
    Invitation,
    Need,
    NeedKind,
    NeverMail,
    Notice,
    NoticeChannel,
    NoticeState,
    Partner,
    PartnerKind,
    PartnerTag,
    Place,
    User,
)
from vwg.phrases import N_, folded

LONGEST_LENDS_NOTE = 120
A_PAGE = 20  # partners on one page of the directory, and suggested at once when asking

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
    "beamer": N_("A projector"),
    "tent": N_("A tent"),
    "window": N_("A window for posters"),
    "people": N_("Helping hands"),
}

# By these beginnings of words a need says which of them it is about; volunteers write Dutch.
_MEANS = {
    "hall": ("zaal", "lokaal", "ruimte", "hall", "room"),
    "chairs": ("stoel", "tafel", "bank", "chair", "table"),
    "oven": ("oven", "keuken", "kookpot", "potten", "fornuis", "kitchen"),
    "van": ("bestelwagen", "busje", "aanhang", "camionette", "van"),
    "tools": ("gereedschap", "werktuig", "hamer", "tool"),
    "music": ("geluid", "muziek", "micro", "box", "luidspreker", "sound"),
    "beamer": ("beamer", "projector", "scherm"),
    "tent": ("tent",),
    "window": ("affiche", "raam", "poster"),
    "people": ("afwas", "helper", "handen", "vrijwillig", "mensen", "people"),
}

CHANNELS = {
    ContactChannel.MAIL: N_("By mail"),
    ContactChannel.CALL: N_("By telephone"),
    ContactChannel.WHATSAPP: N_("By WhatsApp"),
    ContactChannel.VISIT: N_("By going there"),
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
    contact_channel: ContactChannel = ContactChannel.MAIL
    public_email: str = ""
    public_phone: str = ""
    website: str = ""
    lends: list[str] = field(default_factory=list)
    lends_notes: dict[str, str] = field(default_factory=dict)  # of what they lend: how many, until when, whom to ask
    listed: bool = False  # they agreed to stand in the public directory
    place_name: str = ""  # of the building, where it has one
    street: str = ""
    postcode: str = ""
    town: str = ""
    access: str = ""  # stairs, a lift, the bell at the back
    opening_hours: str = ""
    languages: list[str] = field(default_factory=list)
    kbo: str = ""
    vcode: str = ""
    tags: list[str] = field(default_factory=list)
    trusted: bool = False


@dataclass(frozen=True)
class Wanted:
    """What one looks for in the directory. Strangers find only who is listed."""

    words: str = ""
    kind: PartnerKind | None = None
    lends: str = ""
    tag: str = ""
    never_asked: bool = False
    only_listed: bool = True


def add(details: Details, sure: bool = True) -> Partner:
    """Raises PartnerNameMissing, WrongKbo, WrongVcode; LooksLikeAnother unless `sure`."""
    if not sure:
        alone("partners")  # two volunteers who write down the same one at the same moment
        if like := doubles.like(details):
            raise errors.LooksLikeAnother(name=like[0].name)
    partner = Partner(name="", kind=details.kind)
    db.session.add(partner)
    _fill(partner, details)
    return partner


def edit(partner: Partner, version: int, details: Details) -> None:
    """Raises ChangedMeanwhile, PartnerNameMissing, WrongKbo, WrongVcode."""
    if partner.version != version:
        raise errors.ChangedMeanwhile
    before = in_calendars(partner)
    _fill(partner, details)
    partner.checked_at = clock.now()
    if in_calendars(partner) != before:
        calendar.moved_with(partner)


def looking_for(wanted: Wanted) -> "Select[Partner]":
    """The directory by name; each word stands somewhere in name or text, whatever its accents and capitals."""
    query = Partner.listed() if wanted.only_listed else Partner.known()
    for word in folded(wanted.words).split():
        query = query.where(Partner.searched.contains(word, autoescape=True))
    if wanted.kind is not None:
        query = query.where(Partner.kind == wanted.kind)
    if wanted.lends:
        query = query.where(Partner.id.in_(select(Asset.partner_id).where(Asset.kind == wanted.lends)))
    if wanted.tag:
        query = query.where(Partner.id.in_(select(PartnerTag.partner_id).where(PartnerTag.tag == wanted.tag)))
    if wanted.never_asked:
        query = query.where(Partner.id.not_in(select(Invitation.partner_id)))
    return query.order_by(Partner.sorted_by, Partner.id)


def page(wanted: Wanted, number: int) -> tuple[Sequence[Partner], int, int]:
    """A page of the directory, its number and the last one's; past the end is the last."""
    query = looking_for(wanted)
    total = db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)) or 0
    last = max((total - 1) // A_PAGE + 1, 1)
    number = min(max(number, 1), last)
    shown = with_what_a_list_shows(query).limit(A_PAGE).offset((number - 1) * A_PAGE)
    return db.session.scalars(shown).all(), number, last


def with_what_a_list_shows(query: "Select[Partner]") -> "Select[Partner]":
    return query.options(selectinload(Partner.contacts), selectinload(Partner.assets), selectinload(Partner.tags))


def lends_for(needs: Sequence[Need]) -> list[str]:
    """Which kinds of lending these needs are about, each once, in their order."""
    found: list[str] = []
    for need in needs:
        words = re.findall(r"\w+", folded(need.what))
        kinds = [kind for kind, means in _MEANS.items() if any(any(each in word if len(each) > 4 else word.startswith(each) for each in means) for word in words)]
        kinds += ["people"] if need.kind == NeedKind.PEOPLE else []
        found += [kind for kind in kinds if kind not in found]
    return found


def to_ask(wanted: Wanted, but: Sequence[int], helpful: Sequence[str], most: int) -> tuple[Sequence[Partner], int]:
    """Whom one may ask, those who lend something `helpful` first, at most so many; and how many there are.

    `but` are the ids of those who stand there already.
    """
    query = looking_for(wanted).where(Partner.id.not_in(but))
    total = db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)) or 0
    if helpful:
        lends = Partner.id.in_(select(Asset.partner_id).where(Asset.kind.in_(helpful)))
        query = query.order_by(None).order_by(case((lends, 0), else_=1), Partner.sorted_by, Partner.id)
    return db.session.scalars(with_what_a_list_shows(query).limit(most)).all(), total


def by_ids(ids: Sequence[int]) -> Sequence[Partner]:
    """These, by name; what is not there is left out."""
    if not ids:
        return []
    return db.session.scalars(with_what_a_list_shows(Partner.known().where(Partner.id.in_(ids)).order_by(Partner.sorted_by, Partner.id))).all()


def tags_there() -> Sequence[str]:
    """The group's own words for partners, each a list that can be asked together."""
    return db.session.scalars(select(PartnerTag.tag).distinct().order_by(PartnerTag.tag)).all()


def kinds_there(only_listed: bool = True) -> set[PartnerKind]:
    """The kinds that the directory has anybody of."""
    query = Partner.listed() if only_listed else Partner.known()
    return set(db.session.scalars(query.with_only_columns(Partner.kind).distinct()))


def activities_of(partner: Partner) -> Sequence[Event]:
    """What it organises and strangers may see, with a date to come, the nearest first."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    found = db.session.scalars(Event.public().where(Event.organisation_id == partner.id, Event.id.in_(ahead)).order_by(Event.id)).all()
    return sorted(found, key=lambda event: min(date.starts_at for date in event.dates if not date.is_over))


def asked_of(partner: Partner) -> list[Invitation]:
    """All it was invited to, what comes first on top and what is over below; what was asked anew stands once."""
    theirs = select(Invitation).where(Invitation.partner_id == partner.id, Invitation.replaced_by_id.is_(None))
    asked = db.session.scalars(theirs.order_by(Invitation.id).options(*invitations.ALL_IT_SAYS)).all()
    ahead = sorted((each for each in asked if not each.is_over), key=_begins)
    return [*ahead, *sorted((each for each in asked if each.is_over), key=_begins, reverse=True)]


def contact_for_asking(partner: Partner) -> Contact | None:
    """Whom one asks at a partner: who takes mail, else who has a telephone, else whoever is known."""
    contacts = sorted(partner.contacts, key=lambda contact: (not contact.takes_mail, not contact.phone, contact.id or 0))
    return contacts[0] if contacts else None


def never_mail(contact: Contact) -> None:
    """They never want mail again. It holds at once, for this address wherever it stands or is written down
    again: what was to be mailed becomes a call to make."""
    if contact.email:
        db.session.merge(NeverMail(seal=_sealed(contact.email)))
    for each in _of_address(contact):
        each.never_mail_at = each.never_mail_at or clock.now()
        waiting = select(Notice).where(
            Notice.recipient_kind == "contact", Notice.recipient_id == each.id, Notice.channel == NoticeChannel.MAIL, Notice.state == NoticeState.WAITING
        )
        for notice in db.session.scalars(waiting):
            notices.could_not_mail(notice, has_phone=bool(each.phone), for_good=True)


def mail_again(contact: Contact) -> None:
    """They changed their mind, and said so."""
    noted = db.session.get(NeverMail, _sealed(contact.email))
    if noted is not None:
        db.session.delete(noted)
    for each in _of_address(contact):
        each.never_mail_at = None


def _begins(invitation: Invitation) -> datetime:
    dates = [date for date in invitation.dates if not date.is_over] or invitation.dates
    return dates[0].starts_at if dates else invitation.created_at


def in_calendars(partner: Partner) -> tuple[str, ...]:
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
    partner.opening_hours = details.opening_hours.strip()
    partner.languages = details.languages
    partner.kbo, partner.vcode = numbers.kbo(details.kbo), numbers.vcode(details.vcode)
    partner.trusted = details.trusted
    _fill_place(partner, details)
    if details.listed and partner.listed_consent_at is None:
        partner.listed_consent_at = clock.now()
    elif not details.listed:
        partner.listed_consent_at = None
    _fill_contact(partner, details)
    standing = {asset.kind: asset for asset in partner.assets}
    partner.assets = [standing.get(kind) or Asset(kind=kind) for kind in details.lends]
    for asset in partner.assets:
        asset.note = " ".join(details.lends_notes.get(asset.kind, "").split())[:LONGEST_LENDS_NOTE]
    tags = sorted({" ".join(tag.lower().split()) for tag in details.tags if tag.strip()})
    had = {each.tag: each for each in partner.tags}
    partner.tags = [had.get(tag) or PartnerTag(tag=tag) for tag in tags]
    db.session.flush()


def _fill_place(partner: Partner, details: Details) -> None:
    """Its own place; one that has the name of a place we know is that one, unless it stands in another town."""
    given = [each.strip() for each in (details.place_name, details.street, details.postcode, details.town, details.access)]
    if not any(given):
        partner.place = None
        return
    name, street, postcode, town, access = given
    name = name or partner.name
    place = partner.place
    if place is None or folded(place.name) != folded(name):
        called = db.session.scalars(select(Place).where(func.lower(Place.name) == name.lower()).order_by(Place.id))
        place = next((each for each in called if not town or folded(each.town) in {"", folded(town)}), None)
    if place is None:
        place = Place(name=name, town=group().municipality)
        db.session.add(place)
    partner.place = place
    before = (place.street, place.postcode, place.town, place.access)
    after = (street, postcode, town or (place.town if street == place.street else group().municipality), access)
    if not (street or postcode or town):  # only a name: the address that we know stays
        after = (*before[:3], access or before[3])
    if after != before:
        place.street, place.postcode, place.town, place.access = after
        db.session.flush()
        calendar.moved_with(place)


def _fill_contact(partner: Partner, details: Details) -> None:
    if not (details.contact_name.strip() or details.contact_email.strip() or details.contact_phone):
        return
    if not partner.contacts:
        partner.contacts.append(Contact(name=""))
    contact = partner.contacts[0]
    contact.name = details.contact_name.strip()
    contact.phone = details.contact_phone
    _write_to(contact, details.contact_email)
    contact.language = details.contact_language
    contact.channel = details.contact_channel


# ---- the people one reaches a partner by


@dataclass
class Person:
    """A contact as it is written down. `signs_in`: may see the partner's own page by signing in."""

    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    language: str = "nl"
    channel: ContactChannel = ContactChannel.MAIL
    signs_in: bool = False


def add_contact(partner: Partner, person: Person) -> Contact:
    """Raises ContactWithoutName, SignInNeedsMail."""
    contact = Contact(name="")
    _describe(contact, person)
    partner.contacts.append(contact)
    db.session.flush()
    return contact


def change_contact(contact: Contact, person: Person) -> None:
    """Raises ContactWithoutName, SignInNeedsMail."""
    _describe(contact, person)
    db.session.flush()


def remove_contact(contact: Contact) -> None:
    """Gone, and what was still to be told to them is a call to the partner itself."""
    waiting = select(Notice).where(Notice.recipient_kind == "contact", Notice.recipient_id == contact.id, Notice.state == NoticeState.WAITING)
    for notice in db.session.scalars(waiting):
        if notice.subject_kind == "invitation" and notice.kind != "calendar_file":
            notice.recipient_kind, notice.recipient_id, notice.channel = "invitation", notice.subject_id, NoticeChannel.CALL
        else:
            notices.dropped(notice)
    contact.partner.contacts.remove(contact)
    db.session.flush()


def _write_to(contact: Contact, email: str) -> None:
    """Another address is not the one that asked us to stop; one that did is, whoever writes it down."""
    email = email.strip().lower()
    if contact.email == email and contact.never_mail_at is not None:
        return
    contact.email = email
    noted = db.session.get(NeverMail, _sealed(email)) if email else None
    contact.never_mail_at = noted.at if noted else None


def _of_address(contact: Contact) -> Sequence[Contact]:
    """Everybody with this address, for one person may stand with two partners."""
    if not contact.email:
        return [contact]
    return db.session.scalars(select(Contact).where(func.lower(Contact.email) == contact.email.lower()).order_by(Contact.id)).all()


def _sealed(email: str) -> str:
    return keys.sealed("never mail", email.lower())


def _describe(contact: Contact, person: Person) -> None:
    if not (person.name.strip() or person.email.strip() or person.phone):
        raise errors.ContactWithoutName
    if person.signs_in and not person.email.strip():
        raise errors.SignInNeedsMail
    contact.name, contact.role = person.name.strip(), person.role.strip()
    contact.phone = person.phone
    _write_to(contact, person.email)
    contact.language, contact.channel = person.language, person.channel
    if not person.signs_in:
        contact.user = None
    elif contact.user is None or contact.user.email != contact.email:
        contact.user = User.by_email(contact.email) or User(name=contact.name, email=contact.email, language=contact.language)
