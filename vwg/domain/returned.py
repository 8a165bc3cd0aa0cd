"""A mail came back after it left: what it told is told by a call, or at the door.

The mailbox of the group is read by people, so a volunteer types the address here; a mail server
may hand the returned mail to `flask mail-came-back` instead. An address that takes no mail is of
no use, so it is not kept with people's sign-ups; a partner's stays in the directory, marked to be called.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, notices
from vwg.models import Contact, ContactChannel, Helper, Notice, NoticeChannel, NoticeState, Offer, Rsvp, RsvpContact, Translator
from vwg.phrases import N_

COMES_BACK_WITHIN = timedelta(days=14)
NEVER_CALLED = ("sign_in", "week", "calendar_file")


class NothingWasMailed(errors.RuleBroken):
    sentence = N_("We mailed nothing to this address in the last two weeks. Look whether it is written as in the mail.")
    field = "address"


def came_back(address: str) -> int:
    """Everything mailed to this address in two weeks that still matters; how many calls, or notes on a
    door, it became. Raises NothingWasMailed.
    """
    wanted = address.strip().lower()
    known = [(kind, noun) for kind, nouns in _of_address(wanted).items() for noun in nouns]
    sent = [(notice, noun) for kind, noun in known for notice in _mailed_to(kind, noun.id)]
    if not wanted or not sent:
        raise NothingWasMailed
    for notice, noun in sent:
        notice.done_at, notice.outcome = None, ""
        notices.could_not_mail(notice, has_phone=bool(_phone(noun)), for_good=True)
    for _, noun in known:
        _forget_address(noun)
    db.session.flush()
    return len(sent)


def _of_address(address: str) -> dict[str, Sequence[Any]]:
    """Whose it is, by what a notice calls them."""

    def those(noun: Any) -> Sequence[Any]:
        return db.session.scalars(select(noun).where(noun.email != "", func.lower(noun.email) == address).order_by(noun.id)).all()

    mine = select(Rsvp).join(RsvpContact).where(func.lower(RsvpContact.email) == address).order_by(Rsvp.id)
    return {"rsvp": db.session.scalars(mine).all(), "contact": those(Contact), "helper": those(Helper), "offer": those(Offer), "translator": those(Translator)}


def _mailed_to(kind: str, identity: int) -> Sequence[Notice]:
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.recipient_kind == kind, Notice.recipient_id == identity, Notice.channel == NoticeChannel.MAIL, Notice.state == NoticeState.DONE,
            Notice.outcome == "sent", Notice.done_at > clock.now() - COMES_BACK_WITHIN, Notice.kind.not_in(NEVER_CALLED),
        )
        .order_by(Notice.id)
    ).all()  # fmt: skip


def _phone(noun: Any) -> str:
    return (noun.contact.phone if noun.contact else "") if isinstance(noun, Rsvp) else str(noun.phone)


def _forget_address(noun: Any) -> None:
    """What comes next goes by telephone at once, or stands at the door."""
    if isinstance(noun, Contact):
        noun.channel = ContactChannel.CALL
    elif not isinstance(noun, Rsvp):
        noun.email = ""
    elif noun.contact is not None and noun.contact.phone:
        noun.contact.email = ""
    else:
        noun.contact = None
