"""The call list: who must still be told by voice, by text or at the door."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, case, cast, func, literal, or_, select, union

from vwg import clock
from vwg.db import db
from vwg.domain import errors, gathering, notices
from vwg.models import (
    EventDate,
    Helper,
    Household,
    Invitation,
    Lift,
    Need,
    Notice,
    NoticeChannel,
    NoticeState,
    Offer,
    Rsvp,
    RsvpContact,
    RsvpStatus,
    TextWish,
    Translator,
    User,
)

ASK_AGAIN_AFTER = timedelta(hours=2)
LEFTOVER = timedelta(hours=24)  # so long before a date the host takes over what a coach did not tell
FAIR_TIME = timedelta(hours=3)  # that a coach has for news of a date so near, unless it is nearer than this
QUIET_HOURS = (20, 8)  # from eight in the evening till eight in the morning nobody is called


@dataclass
class Call:
    """One line: one household (or one person who left a phone, one partner, one outsider) and all its news.

    Exactly one of `household`, `rsvp`, `invitation` and `outsider` says who; `key` names the line.
    """

    notices: list[Notice]
    household: Household | None = None
    rsvp: Rsvp | None = None
    invitation: Invitation | None = None
    outsider: Helper | Offer | Translator | None = None  # who takes a shift, drives or translates
    about: list[Rsvp] = field(default_factory=list)  # the sign-ups that the news is of
    held: list[object] = field(default_factory=list)  # what its words speak of, read at once and not forgotten meanwhile

    @property
    def key(self) -> str:
        if self.household is not None:
            return f"h{self.household.id}"
        if self.outsider is not None:
            return f"{type(self.outsider).__name__.lower()}{self.outsider.id}"
        return f"r{self.rsvp.id}" if self.rsvp is not None else f"i{self.invitation.id if self.invitation else 0}"

    @property
    def who(self) -> tuple[str, ...]:
        """Whose news it is: somebody alone who signed up for three dates is one line too."""
        return (self.phone, self.rsvp.name) if self.rsvp is not None and self.phone else (self.key,)

    @property
    def language(self) -> str:
        return self.household.language if self.household else self.notices[0].language

    @property
    def is_due(self) -> bool:
        """Whether to call now; else somebody said "later" or tried just now."""
        return min(notice.due_at for notice in self.notices) <= clock.now()

    @property
    def phone(self) -> str:
        """E.164, or nothing: then somebody goes by."""
        if self.household is not None:
            return self.household.phone
        if self.rsvp is not None:
            return self.rsvp.contact.phone if self.rsvp.contact else ""
        if self.outsider is not None:
            return self.outsider.phone
        contact = self.invitation.contact if self.invitation else None
        return contact.phone if contact else ""


def to_make(user: User) -> list[Call]:
    """This volunteer's lines, and those that nobody carries; who waits longest first."""
    waiting = db.session.scalars(
        _on_the_list_of(user).where(Notice.state == NoticeState.WAITING).order_by(Notice.created_at, Notice.id)
    ).all()
    return _by_person(waiting)


def number(user: User) -> int:
    """How many lines `to_make` has, in one query."""
    return db.session.scalar(select(number_of(user))) or 0


def number_of(user: User) -> "ScalarSelect[int]":
    """The same for a question that asks more."""
    waiting = _on_the_list_of(user).where(Notice.state == NoticeState.WAITING).select_from(Notice)
    ahead = EventDate.ends_at > clock.now()

    def lines_of(kind: str, who: Any) -> "Select[str, str]":
        return waiting.with_only_columns(literal(kind), cast(who, String))

    alone = case((RsvpContact.phone != "", RsvpContact.phone + Rsvp.name), else_=cast(Rsvp.id, String))
    people = (
        lines_of("people", case((Rsvp.household_id.is_(None), alone), else_=literal("h") + cast(Rsvp.household_id, String)))
        .join(Rsvp, (Notice.recipient_kind == "rsvp") & (Notice.recipient_id == Rsvp.id))
        .join(EventDate, EventDate.id == Rsvp.date_id)
        .outerjoin(RsvpContact, RsvpContact.rsvp_id == Rsvp.id)
        .where(Rsvp.status != RsvpStatus.GIVEN_BACK, ahead)
    )
    partners = (
        lines_of("partner", Invitation.id)
        .join(Invitation, (Notice.subject_kind == "invitation") & (Notice.subject_id == Invitation.id))
        .join(EventDate, EventDate.event_id == Invitation.event_id)
        .where(or_(Invitation.date_id.is_(None), Invitation.date_id == EventDate.id), ahead)
    )
    helpers = (
        lines_of("helper", Helper.id)
        .join(Helper, (Notice.recipient_kind == "helper") & (Notice.recipient_id == Helper.id))
        .join(Need, Need.id == Helper.need_id)
        .join(EventDate, EventDate.event_id == Need.event_id)
        .where(Helper.dropped_at.is_(None), or_(Need.date_id.is_(None), Need.date_id == EventDate.id), ahead)
    )
    drivers = (
        lines_of("offer", Offer.id)
        .join(Offer, (Notice.recipient_kind == "offer") & (Notice.recipient_id == Offer.id))
        .outerjoin(Lift, (Notice.subject_kind == "lift") & (Notice.subject_id == Lift.id))
        .join(EventDate, or_(EventDate.id == Lift.date_id, (Notice.subject_kind == "date") & (Notice.subject_id == EventDate.id)))
        .where(ahead)
    )
    translators = (
        lines_of("translator", Translator.id)
        .join(Translator, (Notice.recipient_kind == "translator") & (Notice.recipient_id == Translator.id))
        .join(TextWish, (Notice.subject_kind == "text_wish") & (Notice.subject_id == TextWish.id))
        .join(EventDate, EventDate.event_id == TextWish.event_id)
        .where(ahead)
    )
    lines = union(people, partners, helpers, drivers, translators).subquery()
    return select(func.count()).select_from(lines).scalar_subquery()


def chosen(user: User, numbers: Sequence[int]) -> list[Notice]:
    """The notices of one line of this volunteer's list, done ones too, locked until we commit.

    What is not on that volunteer's list is left out.
    """
    mine = _on_the_list_of(user).where(Notice.id.in_(numbers)).order_by(Notice.id)
    return list(db.session.scalars(mine.with_for_update(of=Notice).execution_options(populate_existing=True)))


def told(call_notices: Sequence[Notice], outcome: str = "told") -> None:
    """It worked. Nobody is called twice: the second of two volunteers hears AlreadyTold.

    Raises OtherNews when what was read aloud is not true any more.
    """
    _check_still_news(call_notices)
    for notice in call_notices:
        if notice.state == NoticeState.WAITING:
            notices.done(notice, outcome)


def not_yet(call_notices: Sequence[Notice]) -> None:
    """Nobody answered: it stays on the list, counted, behind the others. Raises what `told` raises."""
    _check_still_news(call_notices)
    for notice in call_notices:
        if notice.state == NoticeState.WAITING:
            notice.tries += 1
            notice.due_at = by_day(clock.now() + ASK_AGAIN_AFTER)


def later(call_notices: Sequence[Notice]) -> None:
    """Not now: it comes back tomorrow at eight, and was no try. Raises what `told` raises."""
    _check_still_news(call_notices)
    for notice in call_notices:
        if notice.state == NoticeState.WAITING:
            notice.due_at = clock.at(clock.today() + timedelta(days=1), QUIET_HOURS[1])


def by_day(moment: datetime) -> datetime:
    """`moment`, or the morning after it: between eight and eight nobody is asked anything."""
    begins, ends = QUIET_HOURS
    shown = clock.local(moment)
    if shown.hour >= begins:
        return clock.at(shown.date() + timedelta(days=1), ends)
    return clock.at(shown.date(), ends) if shown.hour < ends else moment


def hand_leftovers_to_hosts() -> int:
    """Who was not told a day before the date, or before the day they still have in mind, is the
    host's to tell; how many went over. A host who carries them herself keeps them."""
    now = clock.now()

    def near(within: timedelta) -> ColumnElement[bool]:
        return or_(EventDate.starts_at < now + within, EventDate.moved_from.between(now, now + within))

    waiting = db.session.execute(
        select(Notice, EventDate)
        .join(Rsvp, (Notice.recipient_kind == "rsvp") & (Notice.recipient_id == Rsvp.id))
        .join(EventDate, EventDate.id == Rsvp.date_id)
        .where(
            Notice.channel == NoticeChannel.CALL, Notice.state == NoticeState.WAITING, Notice.is_leftover.is_(False),
            EventDate.ends_at > now, or_(near(LEFTOVER) & (Notice.created_at < now - FAIR_TIME), near(FAIR_TIME)),
        )
    ).all()  # fmt: skip
    moved = 0
    for notice, date in waiting:
        notice.is_leftover = True
        hosts = [host for host in date.event.hosts if host.is_there]
        if notice.assigned_to_id not in {host.id for host in hosts}:
            notice.assigned_to = hosts[0] if hosts else None  # nobody's calls are everybody's
            moved += 1
    db.session.flush()
    return moved


def cannot_be_told() -> list[tuple[EventDate, int]]:
    """Dates to come with parties that no mail and no voice reaches, and how many parties: a note
    on the door is for them. Nobody's name."""
    rows = db.session.execute(
        select(EventDate, func.count(Rsvp.id.distinct()))
        .join(Rsvp, Rsvp.date_id == EventDate.id)
        .join(Notice, (Notice.recipient_kind == "rsvp") & (Notice.recipient_id == Rsvp.id))
        .where(
            Notice.channel == NoticeChannel.SHOW, Notice.state == NoticeState.WAITING, Notice.kind != "promoted",
            Rsvp.status != RsvpStatus.GIVEN_BACK, or_(EventDate.ends_at > clock.now(), EventDate.moved_from > clock.now()),
        )
        .group_by(EventDate.id)
        .order_by(EventDate.starts_at, EventDate.id)
    ).all()  # fmt: skip
    return [(date, number) for date, number in rows]


def door_languages(date: EventDate) -> list[str]:
    """Languages of who cannot be told, Dutch first."""
    not_reached = select(Notice.recipient_id).where(
        Notice.recipient_kind == "rsvp", Notice.channel == NoticeChannel.SHOW, Notice.state == NoticeState.WAITING
    )
    spoken = select(Rsvp.language).where(
        Rsvp.date_id == date.id, Rsvp.status != RsvpStatus.GIVEN_BACK, Rsvp.household_id.is_(None), or_(~Rsvp.contact.has(), Rsvp.id.in_(not_reached))
    )
    return ["nl", *sorted(set(db.session.scalars(spoken)) - {"nl"})]


def is_quiet_now() -> bool:
    """Whether people would rather not be called at this hour."""
    begins, ends = QUIET_HOURS
    return not ends <= clock.local(clock.now()).hour < begins


def _on_the_list_of(user: User) -> "Select[Notice]":
    """What this volunteer carries, and what nobody does who is there today."""
    nobody = or_(Notice.assigned_to_id.is_(None), Notice.assigned_to_id.in_(select(User.id).where(User.not_there())))
    return select(Notice).where(Notice.channel == NoticeChannel.CALL, or_(Notice.assigned_to_id == user.id, nobody))


def _check_still_news(call_notices: Sequence[Notice]) -> None:
    if any(notice.state == NoticeState.WAITING for notice in call_notices):
        return
    raise errors.OtherNews if any(notice.state == NoticeState.DROPPED for notice in call_notices) else errors.AlreadyTold


def _by_person(waiting: Sequence[Notice]) -> list[Call]:
    lines: dict[tuple[str, ...], Call] = {}
    held = gathering.gathered(waiting)
    for notice in waiting:
        call = _call(notice)
        if call is None:
            continue
        call.held = held
        if call.who in lines:
            lines[call.who].notices.append(notice)
            lines[call.who].about.extend(call.about)
        else:
            lines[call.who] = call
    for call in lines.values():
        _in_order_of_dates(call)
    return sorted(lines.values(), key=lambda call: min(notice.due_at for notice in call.notices))


def _in_order_of_dates(call: Call) -> None:
    """One text that speaks of the nearest date first."""
    starts = {rsvp.id: rsvp.date.starts_at for rsvp in call.about}
    call.notices.sort(key=lambda notice: (starts.get(notice.recipient_id or 0, notice.created_at), notice.id))


def _call(notice: Notice) -> Call | None:
    """The line a notice belongs to; None when nobody needs to hear it any more: the person was
    erased or gave the seats back, or the date is over."""
    if notice.recipient_kind == "rsvp":
        rsvp = db.session.get(Rsvp, notice.recipient_id) if notice.recipient_id else None
        if rsvp is None or rsvp.is_given_back or rsvp.date.is_over:
            return None
        if rsvp.household:
            return Call([notice], household=rsvp.household, about=[rsvp])
        return Call([notice], rsvp=rsvp, about=[rsvp])
    if notice.recipient_kind in _OUTSIDERS:
        return _call_outside(notice)
    invitation = db.session.get(Invitation, notice.subject_id) if notice.subject_kind == "invitation" else None
    if invitation is None or all(date.is_over for date in invitation.dates):
        return None
    return Call([notice], invitation=invitation)


_OUTSIDERS: dict[str, type[Any]] = {"helper": Helper, "offer": Offer, "translator": Translator}


def _call_outside(notice: Notice) -> Call | None:
    """The line of somebody who helps us without an account."""
    person: Helper | Offer | Translator | None = db.session.get(_OUTSIDERS[notice.recipient_kind or ""], notice.recipient_id)
    if person is None:
        return None
    if isinstance(person, Helper):
        need = person.need
        is_past = person.is_dropped or (need.date.is_over if need.date else need.event.is_over)
    elif notice.subject_kind == "text_wish":
        wish = db.session.get(TextWish, notice.subject_id)
        is_past = wish is None or all(date.is_over for date in wish.event.dates)
    else:
        lift = db.session.get(Lift, notice.subject_id) if notice.subject_kind == "lift" else None
        date = lift.date if lift else db.session.get(EventDate, notice.subject_id) if notice.subject_kind == "date" else None
        is_past = date is None or date.is_over
    return None if is_past else Call([notice], outsider=person)
