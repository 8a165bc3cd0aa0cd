"""What notices speak of and whom they are for, read in a handful of queries however many there are."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.base import ExecutableOption

from vwg.db import db
from vwg.domain import invitations, needs
from vwg.models import (
    Contact,
    Event,
    EventDate,
    Helper,
    Household,
    Invitation,
    Lift,
    Need,
    Notice,
    Offer,
    Partner,
    Proposal,
    Rsvp,
    SignIn,
    TextWish,
    Translator,
    User,
    WelcomePlace,
)

RECIPIENTS: dict[str, type[Any]] = {
    "user": User, "helper": Helper, "contact": Contact, "invitation": Invitation, "offer": Offer, "rsvp": Rsvp, "proposal": Proposal, "translator": Translator,
}  # fmt: skip
SUBJECTS: dict[str, type[Any]] = {
    "sign_in": SignIn, "need": Need, "invitation": Invitation, "date": EventDate, "lift": Lift, "partner": Partner, "proposal": Proposal, "rsvp": Rsvp, "text_wish": TextWish, "welcome_place": WelcomePlace,
}  # fmt: skip


def gathered(notices: Sequence[Notice]) -> list[object]:
    """All that their words need. Hold on to it: the session forgets what nobody holds."""
    wanted: dict[type[Any], set[int]] = {}
    for notice in notices:
        for noun, identity in ((SUBJECTS.get(notice.subject_kind), notice.subject_id), (RECIPIENTS.get(notice.recipient_kind or ""), notice.recipient_id)):
            if noun is not None and identity is not None:
                wanted.setdefault(noun, set()).add(identity)
    of_events = [row for noun in _OF_AN_EVENT for row in _not_there_yet(noun, wanted.pop(noun, set()))]
    held: list[object] = [*of_events, *_events({getattr(row, "date", None) or row for row in of_events})]
    for noun, identities in wanted.items():  # some are there by now
        held += _not_there_yet(noun, identities)
    return held


# ---- inside


_OF_AN_EVENT: dict[type[Any], Sequence[ExecutableOption]] = {
    Invitation: invitations.ITS_PEOPLE,
    Rsvp: (joinedload(Rsvp.contact), joinedload(Rsvp.household).lazyload(Household.coaches), joinedload(Rsvp.date)),
    Lift: (joinedload(Lift.user).lazyload(User.roles), joinedload(Lift.offer), joinedload(Lift.date)),
    Need: needs.FILLED,
    EventDate: (),
}
_ALONG: dict[type[Any], Sequence[ExecutableOption]] = {WelcomePlace: (selectinload(WelcomePlace.taken),)}


def _not_there_yet(noun: type[Any], identities: Collection[int]) -> list[Any]:
    wanted = [identity for identity in sorted(identities) if identity_key(noun, identity) not in db.session.identity_map]
    if not wanted:
        return []
    along = _OF_AN_EVENT.get(noun) or _ALONG.get(noun, ())
    return list(db.session.scalars(select(noun).where(noun.id.in_(wanted)).options(*along)).unique())


def _events(rows: Collection[Any]) -> list[Event]:
    """The activities of these, with all that is said of them: five queries."""
    if not rows:
        return []
    whole = (
        joinedload(Event.hosts).lazyload(User.roles), joinedload(Event.texts), selectinload(Event.dates).joinedload(EventDate.reasons),
        selectinload(Event.needs).options(*needs.FILLED), selectinload(Event.invitations), selectinload(Event.pledges),
    )  # fmt: skip
    ids = {row.event_id for row in rows}
    return list(db.session.scalars(select(Event).where(Event.id.in_(ids)).options(*whole)).unique())
