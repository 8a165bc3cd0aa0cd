"""Who must hear that dates of an activity changed, and how: one question to the database, however many people come.

`notices.way_to_rsvp` and its kin say the same of one person in hand; a test holds them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Select, String, case, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from vwg import clock
from vwg.db import db
from vwg.models import (
    Contact,
    ContactChannel,
    EventDate,
    Helper,
    Household,
    HouseholdCoach,
    Invitation,
    Lift,
    Need,
    NeedKind,
    Notice,
    NoticeChannel,
    NoticeState,
    Offer,
    Partner,
    PartStat,
    Rsvp,
    RsvpContact,
    RsvpStatus,
    User,
)
from vwg.models.event import EventHost


@dataclass(frozen=True)
class Hearer:
    """A party, a helper in a shift, a driver, or an invited partner.

    `kind` and `identity` are a notice's recipient, `about` is the need, the lift or the invitation.
    `date_id` None: of the whole activity. `waits`: a partner whose first mail has not left yet and
    will say how it is by then.
    """

    kind: str
    identity: int
    about: int
    date_id: int | None
    name: str
    language: str
    channel: NoticeChannel
    caller_id: int | None
    waits: bool


def of(dates: Sequence[EventDate]) -> list[Hearer]:
    """All who hear of these dates, which are of one activity; parties first, in the order they came."""
    event_id, ids = dates[0].event_id, [date.id for date in dates]
    host = _host_of(event_id)
    everybody = union_all(_parties(ids, host), _helpers(event_id, ids, host), _drivers(ids, host), _partners(event_id, ids))
    rows = sorted(db.session.execute(everybody).all(), key=lambda row: (row[0], row[2], row[3]))
    found = [
        Hearer(kind, identity, about, date_id, name, language, NoticeChannel(channel), by, bool(waits))
        for _, kind, identity, about, date_id, name, language, channel, by, waits in rows
    ]
    near = {each.id for each in (dates[0].event.next_date, dates[0].event.dates[-1]) if each} if any(each.date_id is None for each in found) else set()
    # What is for the whole activity is heard of with its next date, or its last.
    return [each for each in found if each.date_id is not None or each.kind in {"contact", "invitation"} or near & set(ids)]


def _parties(date_ids: Sequence[int], host: "ScalarSelect[int]") -> "Select[Any]":
    """Who holds seats or waits: through the coach where there is one, else by what they left us, else not at all."""
    through_coach, today = Rsvp.household_id.is_not(None), clock.today()
    coach = (
        select(HouseholdCoach.user_id)
        .join(User, User.id == HouseholdCoach.user_id)
        .where(HouseholdCoach.household_id == Rsvp.household_id, User.ended_at.is_(None))
        .where(or_(HouseholdCoach.until.is_(None), HouseholdCoach.until >= today))
        .order_by(_last_if_away(), HouseholdCoach.until.is_(None), HouseholdCoach.since, HouseholdCoach.user_id)
        .limit(1)
        .correlate(Rsvp)
        .scalar_subquery()
    )
    channel = case(
        (through_coach, _said(NoticeChannel.CALL)), (RsvpContact.email != "", _said(NoticeChannel.MAIL)),
        (RsvpContact.phone != "", _said(NoticeChannel.CALL)), else_=_said(NoticeChannel.SHOW),
    )  # fmt: skip
    caller = case((through_coach, func.coalesce(coach, host)), (RsvpContact.email != "", None), (RsvpContact.phone != "", host))
    return (
        select(
            literal(0), _said("rsvp"), Rsvp.id, Rsvp.id, Rsvp.date_id, func.coalesce(Household.nickname, Rsvp.name),
            Rsvp.language, channel, caller, literal(0),
        )
        .outerjoin(Household, Household.id == Rsvp.household_id)
        .outerjoin(RsvpContact, RsvpContact.rsvp_id == Rsvp.id)
        .where(Rsvp.date_id.in_(date_ids), Rsvp.status != RsvpStatus.GIVEN_BACK)
    )  # fmt: skip


def _helpers(event_id: int, date_ids: Sequence[int], host: "ScalarSelect[int]") -> "Select[Any]":
    """Who has a place in a shift."""
    return (
        select(literal(1), _said("helper"), Helper.id, Need.id, Need.date_id, Helper.name, Helper.language, *_by_mail_or(Helper.email != "", host), literal(0))
        .join(Need, Need.id == Helper.need_id)
        .where(Need.event_id == event_id, or_(Need.date_id.is_(None), Need.date_id.in_(date_ids)))
        .where(Need.kind.in_([NeedKind.PEOPLE, NeedKind.SKILL]), Helper.dropped_at.is_(None))
    )


def _drivers(date_ids: Sequence[int], host: "ScalarSelect[int]") -> "Select[Any]":
    """Somebody from outside, or a volunteer by mail."""
    outside = Lift.offer_id.is_not(None)
    return (
        select(
            literal(2), case((outside, _said("offer")), else_=_said("user")), func.coalesce(Offer.id, User.id), Lift.id, Lift.date_id,
            func.coalesce(Offer.name, User.name), func.coalesce(Offer.language, User.language),
            *_by_mail_or(or_(~outside, Offer.email != ""), host), literal(0),
        )
        .outerjoin(Offer, Offer.id == Lift.offer_id)
        .outerjoin(User, User.id == Lift.user_id)
        .where(Lift.date_id.in_(date_ids))
    )  # fmt: skip


def _partners(event_id: int, date_ids: Sequence[int]) -> "Select[Any]":
    """All asked but those who said no; of all dates, where at least one of these was not asked for by itself."""
    by_itself = aliased(Invitation)
    asked_alone = exists().where(by_itself.date_id == EventDate.id, by_itself.partner_id == Invitation.partner_id)
    not_by_itself = exists().where(EventDate.id.in_(date_ids), ~asked_alone)
    takes_mail = (Contact.email != "") & Contact.never_mail_at.is_(None) & or_(Contact.channel.is_(None), Contact.channel == ContactChannel.MAIL)
    waits = exists().where(
        Notice.kind == "invitation", Notice.subject_kind == "invitation", Notice.subject_id == Invitation.id, Notice.state == NoticeState.WAITING
    )
    return (
        select(
            literal(3), case((Contact.id.is_not(None), _said("contact")), else_=_said("invitation")), func.coalesce(Contact.id, Invitation.id),
            Invitation.id, Invitation.date_id, Partner.name, func.coalesce(Contact.language, "nl"),
            *_by_mail_or(takes_mail, Invitation.invited_by_id), case((waits, 1), else_=0),
        )
        .join(Partner, Partner.id == Invitation.partner_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .where(Invitation.event_id == event_id, Invitation.partstat != PartStat.DECLINED, Invitation.replaced_by_id.is_(None))
        .where(or_(Invitation.date_id.in_(date_ids), Invitation.date_id.is_(None) & not_by_itself))
    )  # fmt: skip


def _by_mail_or(takes_mail: ColumnElement[bool], caller: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The channel and, where it is not mail, who calls."""
    return (
        case((takes_mail, _said(NoticeChannel.MAIL)), else_=_said(NoticeChannel.CALL)),
        case((takes_mail, cast(null(), Integer)), else_=caller),
    )


def _host_of(event_id: int) -> "ScalarSelect[int]":
    """Who is still one of us; nobody's calls are everybody's."""
    hosts = select(EventHost.user_id).join(User, User.id == EventHost.user_id)
    still = hosts.where(EventHost.event_id == event_id, User.ended_at.is_(None))
    return still.order_by(_last_if_away(), EventHost.user_id).limit(1).scalar_subquery()


def _last_if_away() -> ColumnElement[int]:
    return case((User.away_until >= clock.today(), 1), else_=0)


def _said(word: str) -> ColumnElement[str]:
    return literal(str(word), String)
