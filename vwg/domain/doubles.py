"""The same partner written down twice: found by number, website, or name and place; merged without losing anything."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import or_, select, update

from vwg import clock
from vwg.db import db
from vwg.domain import calendar, errors, numbers
from vwg.models import Asset, Contact, Event, Invitation, Partner, PartnerNote, PartnerTag, Pledge
from vwg.models.partner import host_of
from vwg.phrases import folded

SHARED_HOSTS = {"facebook.com", "instagram.com", "linktr.ee", "sites.google.com", "x.com", "youtube.com"}  # one host, many partners
LEGAL_FORMS = {"vzw", "bv", "bvba", "nv", "cv", "ivzw", "vof", "asbl"}


class Described(Protocol):
    """What is enough to recognise a partner by."""

    name: str
    website: str
    kbo: str
    vcode: str
    street: str
    town: str


def like(details: Described) -> list[Partner]:
    """Partners that this may be, the surest first: the same number, then the website, then name and place."""
    kbo, vcode, host = _known_number(numbers.kbo, details.kbo), _known_number(numbers.vcode, details.vcode), _own_host(host_of(details.website))
    bare = bare_name(details.name)
    ways = [Partner.kbo == kbo] if kbo else []
    ways += [Partner.vcode == vcode] if vcode else []
    ways += [Partner.web_host == host] if host else []
    ways += [Partner.sorted_by.contains(max(bare.split(), key=len), autoescape=True)] if bare else []
    if not ways:
        return []
    wanted = (kbo, vcode, host, bare, folded(details.town))
    sure = [(_sureness(partner, wanted), partner) for partner in db.session.scalars(Partner.known().where(or_(*ways)).order_by(Partner.id))]
    return [partner for sureness, partner in sorted(sure, key=lambda pair: (-pair[0], pair[1].id)) if sureness]


@dataclass
class _AsDescribed:
    """A partner that stands here, as one that is written down is compared."""

    name: str
    website: str
    kbo: str
    vcode: str
    street: str
    town: str


def others(partner: Partner) -> list[tuple[str, str]]:
    """Whom it may be merged with, as public id and name: those that it may be first, then all by name."""
    described = _AsDescribed(partner.name, partner.website, partner.kbo, partner.vcode, "", _town(partner))
    likely = [(each.public_id, each.name) for each in like(described) if each.id != partner.id]
    everybody = db.session.execute(Partner.known().with_only_columns(Partner.public_id, Partner.name).where(Partner.id != partner.id).order_by(Partner.sorted_by, Partner.id))
    return [*likely, *((public_id, name) for public_id, name in everybody if (public_id, name) not in likely)]


def all_there() -> list[list[Partner]]:
    """Groups of partners that may be one, by what they share; each partner stands in one group."""
    groups: dict[tuple[str, str], list[Partner]] = defaultdict(list)
    for partner in db.session.scalars(Partner.known().order_by(Partner.sorted_by, Partner.id)):
        for key in _keys_of(partner):
            groups[key].append(partner)
    seen: set[int] = set()
    found = []
    for together in groups.values():
        fresh = [partner for partner in together if partner.id not in seen]
        if len(fresh) > 1:
            seen |= {partner.id for partner in fresh}
            found.append(fresh)
    return found


def merge(kept: Partner, other: Partner) -> None:
    """`other` becomes `kept`: its people, what it lends, invitations, promises, notes and activities move.

    Of a date to which both were asked both answers stay: the one of `other` stays with it and
    stands in the time line of `kept`. What `kept` does not say itself is taken from `other`, but
    never the consent to be listed: that was given for other words. Links that `other` got still
    open. Raises MergedWithItself.
    """
    if kept.id == other.id or kept.merged_into_id or other.merged_into_id:
        raise errors.MergedWithItself
    for name in ("text", "website", "public_email", "public_phone", "opening_hours", "kbo", "vcode"):
        if not getattr(kept, name):
            setattr(kept, name, getattr(other, name))
    kept.languages = [*kept.languages, *(code for code in other.languages if code not in kept.languages)]
    kept.place = kept.place or other.place
    kept.photos, other.photos = [*kept.photos, *other.photos], []
    _move_people(kept, other)
    _move_assets_and_tags(kept, other)
    _move_history(kept, other)
    other.listed_consent_at = None
    other.merged_into = kept
    for earlier in db.session.scalars(select(Partner).where(Partner.merged_into_id == other.id)):
        earlier.merged_into = kept
    kept.checked_at = clock.now()
    db.session.flush()
    _move_activities(kept, other)


def bare_name(name: str) -> str:
    """Folded, without signs and without the legal form: `De Brug vzw` is `de brug`."""
    words = re.sub(r"[^\w\s]", " ", folded(name)).split()
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)


# ---- inside


def _known_number(read: Any, given: str) -> str:
    """A number that does not pass its check recognises nobody."""
    try:
        return str(read(given))
    except errors.RuleBroken:
        return ""


def _own_host(host: str) -> str:
    return "" if host in SHARED_HOSTS else host


def _town(partner: Partner) -> str:
    return folded(partner.place.town) if partner.place else ""


def _sureness(partner: Partner, wanted: tuple[str, str, str, str, str]) -> int:
    kbo, vcode, host, bare, town = wanted
    if (kbo and partner.kbo == kbo) or (vcode and partner.vcode == vcode):
        return 3
    if host and partner.web_host == host:
        return 2
    same_town = not town or not _town(partner) or _town(partner) == town
    return 1 if bare and bare_name(partner.name) == bare and same_town else 0


def _keys_of(partner: Partner) -> list[tuple[str, str]]:
    host, bare = _own_host(partner.web_host), bare_name(partner.name)
    keys = [("kbo", partner.kbo), ("vcode", partner.vcode), ("website", host), ("name", f"{bare}\0{_town(partner)}" if bare else "")]
    return [key for key in keys if key[1]]


def _move_people(kept: Partner, other: Partner) -> None:
    """Somebody who stands with both is one; what was asked of the one is asked of the other."""
    for contact in list(other.contacts):
        same = next((each for each in kept.contacts if _same_person(each, contact)), None)
        if same is None:
            other.contacts.remove(contact)
            kept.contacts.append(contact)
            continue
        same.phone, same.email, same.role = same.phone or contact.phone, same.email or contact.email, same.role or contact.role
        same.user = same.user or contact.user
        same.never_mail_at = same.never_mail_at or contact.never_mail_at
        db.session.flush()
        # The contact's row stays with the merged partner: a mail that waits for it still knows where to go.
        db.session.execute(update(Invitation).where(Invitation.contact_id == contact.id).values(contact_id=same.id))
        contact.never_mail_at = same.never_mail_at
    db.session.flush()


def _same_person(one: Contact, another: Contact) -> bool:
    if one.email and another.email:
        return one.email == another.email
    return bool(one.phone and one.phone == another.phone and folded(one.name) == folded(another.name))


def _move_assets_and_tags(kept: Partner, other: Partner) -> None:
    lent = {asset.kind for asset in kept.assets}
    kept.assets += [Asset(kind=asset.kind, note=asset.note) for asset in other.assets if asset.kind not in lent]
    tags = {each.tag for each in kept.tags}
    kept.tags += [PartnerTag(tag=each.tag) for each in other.tags if each.tag not in tags]


def _move_history(kept: Partner, other: Partner) -> None:
    db.session.flush()
    for noun in (Pledge, PartnerNote):
        db.session.execute(update(noun).where(noun.partner_id == other.id).values(partner_id=kept.id))
    invitations = db.session.scalars(select(Invitation).where(Invitation.partner_id.in_([kept.id, other.id])).order_by(Invitation.id)).all()
    ours = {(each.event_id, each.date_id) for each in invitations if each.partner_id == kept.id}
    for each in invitations:
        if each.partner_id == other.id and (each.event_id, each.date_id) not in ours:
            each.partner = kept
    db.session.flush()
    db.session.expire_all()


def _move_activities(kept: Partner, other: Partner) -> None:
    """Calendars name who organises: they move too."""
    moved: Sequence[Event] = db.session.scalars(select(Event).where(Event.organisation_id == other.id)).all()
    for event in moved:
        event.organisation = kept
    db.session.flush()
    for event in moved:
        calendar.changed(event)
