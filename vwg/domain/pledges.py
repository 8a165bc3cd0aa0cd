"""How a promise ends: thanked, as nearly all; missed or withdrawn, as an exception."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from vwg import clock
from vwg.db import UtcDateTime, db
from vwg.domain import errors, invitations
from vwg.models import Contact, Event, EventDate, Invitation, Need, Partner, Pledge, PledgeState, User

ASKED_FOR = timedelta(days=30)  # so long after the activity the house reminds of thanking


@dataclass
class Thanks:
    """What one partner did for one activity, and whom to thank there."""

    event: Event
    partner: Partner
    contact: Contact | None
    pledges: list[Pledge]

    @property
    def may_name(self) -> bool:
        """They agreed, this time, to be named."""
        return any(pledge.consent_to_name for pledge in self.told or self.pledges if pledge.counts)

    @property
    def due(self) -> list[Pledge]:
        """What is over, and nobody thanked them for yet."""
        return [pledge for pledge in self.pledges if pledge.state == PledgeState.PROMISED and pledge.is_over]

    @property
    def told(self) -> list[Pledge]:
        """What the words of thanks are about: what is due, else all that they did; nothing before that."""
        return self.due or [pledge for pledge in self.pledges if pledge.counts and pledge.is_over]

    @property
    def is_done(self) -> bool:
        return not any(pledge.state == PledgeState.PROMISED for pledge in self.pledges)


def thank(pledges: Sequence[Pledge], by: User) -> None:
    """They kept their word and heard so. What was missed or withdrawn stays that."""
    for pledge in pledges:
        if pledge.state == PledgeState.PROMISED:
            _settle(pledge, PledgeState.THANKED, by)


def missed(pledge: Pledge, by: User) -> None:
    """*Kwam niet*: the board counts it no more. Raises PledgeIsSettled when it was withdrawn before."""
    if pledge.state == PledgeState.WITHDRAWN:
        raise errors.PledgeIsSettled
    _settle(pledge, PledgeState.MISSED, by)


def withdraw(pledge: Pledge, reason: str, by: User) -> None:
    """Taken back, told to a volunteer. The board follows at once. Raises PledgeIsSettled."""
    if pledge.state != PledgeState.PROMISED:
        raise errors.PledgeIsSettled
    pledge.reason = reason.strip()
    _settle(pledge, PledgeState.WITHDRAWN, by)


def promised_again(pledge: Pledge) -> None:
    """A press by mistake is taken back."""
    pledge.state = PledgeState.PROMISED
    pledge.settled_at = pledge.settled_by = None
    pledge.reason = ""


def of_event(event: Event) -> list[Thanks]:
    """Everybody who promised something and did not take it back, by name; reached by whom we asked last."""
    contacts = {invitation.partner_id: invitation.contact for invitation in invitations.of(event)}
    by_partner: dict[int, Thanks] = {}
    promised = select(Pledge).where(Pledge.event_id == event.id).options(joinedload(Pledge.partner), joinedload(Pledge.need).lazyload(Need.helpers), joinedload(Pledge.invitation))
    for pledge in db.session.scalars(promised.order_by(Pledge.id)):
        if pledge.state != PledgeState.WITHDRAWN:
            one = by_partner.setdefault(pledge.partner_id, Thanks(event, pledge.partner, contacts.get(pledge.partner_id), []))
            one.pledges.append(pledge)
    return sorted(by_partner.values(), key=lambda thanks: thanks.partner.sorted_by)


def named_with(partner: Partner, most: int = 6) -> Sequence[Event]:
    """Public activities where this partner helps or helped and agreed, that time, to be named; the latest first."""
    with_a_yes = select(Pledge.event_id).where(
        Pledge.partner_id == partner.id, Pledge.consent_to_name, Pledge.state.in_([PledgeState.PROMISED, PledgeState.THANKED])
    )
    last = select(func.max(EventDate.starts_at)).where(EventDate.event_id == Event.id).scalar_subquery()
    found = Event.public().where(Event.id.in_(with_a_yes)).options(selectinload(Event.dates)).order_by(last.desc(), Event.id).limit(most)
    return db.session.scalars(found).all()


def to_thank(since: datetime | None = None) -> list[tuple[Event, int]]:
    """Activities and how many partners nobody thanked yet for what is over, the latest first; one query and
    the events'. Over is the date that a promise was for; of one for the whole activity its last date."""
    now = clock.now()
    last = select(EventDate.event_id, func.max(EventDate.ends_at).label("ends_at")).group_by(EventDate.event_id).subquery()
    own = aliased(EventDate)
    ended = func.coalesce(own.ends_at, last.c.ends_at, type_=UtcDateTime())
    rows = db.session.execute(
        select(Pledge.event_id, func.count(func.distinct(Pledge.partner_id)))
        .join(last, last.c.event_id == Pledge.event_id)
        .outerjoin(Need, Need.id == Pledge.need_id)
        .outerjoin(Invitation, Invitation.id == Pledge.invitation_id)
        .outerjoin(own, own.id == func.coalesce(Need.date_id, Invitation.date_id))
        .where(Pledge.state == PledgeState.PROMISED, ended <= now, ended > (since or now - ASKED_FOR))
        .group_by(Pledge.event_id)
        .order_by(func.max(ended).desc(), Pledge.event_id)
    ).all()
    ids = [event_id for event_id, _ in rows]
    found = {event.id: event for event in db.session.scalars(select(Event).where(Event.id.in_(ids)).options(joinedload(Event.texts))).unique()} if ids else {}
    return [(found[event_id], number) for event_id, number in rows]


def thanks_to(event: Event, partner: Partner) -> Thanks | None:
    """This partner's part in it; None when it promised nothing."""
    return next((each for each in of_event(event) if each.partner.id == partner.id), None)


def _settle(pledge: Pledge, state: PledgeState, by: User) -> None:
    pledge.state = state
    pledge.settled_at = clock.now()
    pledge.settled_by = by
    db.session.flush()
