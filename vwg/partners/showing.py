"""What all pages of this desk show a partner with."""

from flask import g

from vwg import guards, links, phrases
from vwg.domain import numbers, partners
from vwg.forms import shown_phone
from vwg.models import Invitation, Partner, PartnerKind
from vwg.partners.forms import ANSWERS

ICONS = {
    PartnerKind.ASSOCIATION: "users", PartnerKind.MERCHANT: "building-store", PartnerKind.PUBLIC_BODY: "building-community",
    PartnerKind.SCHOOL: "school", PartnerKind.CARE: "heart-handshake", PartnerKind.FAITH: "friends", PartnerKind.COMPANY: "building",
}  # fmt: skip
COLOURS = {
    PartnerKind.ASSOCIATION: "green", PartnerKind.MERCHANT: "clay", PartnerKind.PUBLIC_BODY: "blue", PartnerKind.SCHOOL: "violet",
    PartnerKind.CARE: "rose", PartnerKind.FAITH: "ochre", PartnerKind.COMPANY: "slate",
}  # fmt: skip
WORDS = {
    "kinds": partners.KINDS, "lends": partners.LENDS, "icons": ICONS, "colours": COLOURS, "answers": ANSWERS,
    "shown_phone": shown_phone, "shown_kbo": numbers.shown_kbo, "channels": partners.CHANNELS, "known": phrases.KNOWN,
}  # fmt: skip


def is_volunteer() -> bool:
    user = guards.viewer()
    return user is not None and user.is_volunteer


def language_of(partner: Partner) -> str:
    """In which we write to them."""
    contact = partners.contact_for_asking(partner)
    return contact.language if contact else phrases.SOURCE


def reply_to(invitation: Invitation) -> str:
    return links.to("reply", invitation, g.lang_code)


def own_page(partner: Partner) -> str:
    return links.to("own", partner, g.lang_code)
