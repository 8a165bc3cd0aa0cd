"""Telling people is a row that the verb writes in the same commit as the change it tells of.

With an address the worker mails it; without one it is a call that stands on somebody's list;
who left no number and has no coach cannot be told, and the house says so beforehand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select

from vwg import clock
from vwg.db import db
from vwg.domain import calendar
from vwg.models import Contact, EventDate, Household, Invitation, Notice, NoticeChannel, NoticeState, PartStat, Rsvp, Stage, User

PARTNER_HOURS = (8, 20)  # mails to partners leave between these hours of the village
LEASE = timedelta(minutes=10)
MOST_TRIES = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


@dataclass(frozen=True)
class Way:
    """How somebody is reached. SHOW: only by the page itself, for nobody can tell them."""

    channel: NoticeChannel
    by: User | None = None


@dataclass
class Reach:
    """Who will be told how, before it is done: three groups, never a fourth."""

    mail: list[str] = field(default_factory=list)
    call: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)

    def add(self, channel: NoticeChannel, who: str) -> None:
        groups = {NoticeChannel.MAIL: self.mail, NoticeChannel.CALL: self.call, NoticeChannel.SHOW: self.unreachable}
        groups[channel].append(who)


def way_to_rsvp(rsvp: Rsvp) -> Way:
    """Through the coach where there is one; else by what the person left us; else not at all."""
    if rsvp.household is not None:
        return Way(NoticeChannel.CALL, coach_of(rsvp.household) or _host(rsvp.date))
    if rsvp.contact is not None and rsvp.contact.email:
        return Way(NoticeChannel.MAIL)
    if rsvp.contact is not None and rsvp.contact.phone:
        return Way(NoticeChannel.CALL, _host(rsvp.date))
    return Way(NoticeChannel.SHOW)


def way_to_contact(contact: Contact | None, asked_by: User | None) -> Way:
    """By mail, unless there is no address or they asked never to be mailed: then by whoever asked."""
    if contact is not None and contact.takes_mail:
        return Way(NoticeChannel.MAIL)
    return Way(NoticeChannel.CALL, asked_by)


def coach_of(household: Household) -> User | None:
    """A stand-in goes first while it lasts; then the coach of longest standing."""
    holding = [coach for coach in household.coaches if coach.holds and coach.user.ended_at is None]
    holding.sort(key=lambda coach: (coach.until is None, coach.user_id))
    return holding[0].user if holding else None


def called(rsvp: Rsvp) -> str:
    """What a sign-up is called on lists: nickname, name, or nothing (the page says "Guest 3")."""
    return rsvp.household.nickname if rsvp.household else rsvp.name


def reach(dates: Iterable[EventDate]) -> Reach:
    """Who would be told, and how, if these dates changed now. Invited partners count too."""
    result = Reach()
    asked: set[int] = set()
    for date in dates:
        for rsvp in _concerned(date):
            result.add(way_to_rsvp(rsvp).channel, called(rsvp))
        for invitation in _invited(date):
            if invitation.id not in asked:
                asked.add(invitation.id)
                way = way_to_contact(invitation.contact, invitation.invited_by)
                result.add(way.channel, invitation.partner.name)
    return result


def tell_of_date(kind: str, date: EventDate) -> list[Notice]:
    """Tell everybody concerned that this date changed; what was not told yet is told by this.

    `kind` is date_cancelled, date_postponed or date_moved.
    """
    if kind != "date_moved":
        _drop_promotions(date)
    told = [
        owe(kind, "date", date.id, date.sequence, "rsvp", rsvp.id, rsvp.language, way_to_rsvp(rsvp))
        for rsvp in _concerned(date)
    ]
    for invitation in _invited(date):
        if not _asking_still_waits(invitation):  # a mail made later says how it is by then
            told.append(tell_partner("invitation_changed", invitation, date.sequence))
    return told


def tell_rsvp(kind: str, rsvp: Rsvp) -> Notice:
    """Tell one party something about its own sign-up (promoted)."""
    return owe(kind, "rsvp", rsvp.id, rsvp.version, "rsvp", rsvp.id, rsvp.language, way_to_rsvp(rsvp))


def tell_partner(kind: str, invitation: Invitation, version: int) -> Notice:
    """Tell a partner's contact: invitation, calendar_file, invitation_changed."""
    contact = invitation.contact
    way = way_to_contact(contact, invitation.invited_by)
    return owe(
        kind, "invitation", invitation.id, version,
        "contact" if contact else "invitation", contact.id if contact else invitation.id,
        contact.language if contact else "nl", way, due_at=within_partner_hours(clock.now()),
    )  # fmt: skip


def owe_calendar_file(invitation: Invitation) -> None:
    """A partner that said yes gets the activity for its calendar, once per published change.

    Nobody is called about a file: it is mailed, or taken from the page.
    """
    event, contact = invitation.event, invitation.contact
    if invitation.is_accepted and contact is not None and contact.takes_mail and event.stage == Stage.PUBLISHED:
        tell_partner("calendar_file", invitation, calendar.sequence_of(event))


def owe(
    kind: str,
    subject_kind: str,
    subject_id: int,
    subject_version: int,
    recipient_kind: str,
    recipient_id: int,
    language: str,
    way: Way,
    due_at: datetime | None = None,
) -> Notice:
    """The row. Written twice it is the same row; an older one on the same subject that still
    waits is dropped, so that nobody hears yesterday's news."""
    earlier = db.session.scalars(
        select(Notice).where(
            Notice.recipient_kind == recipient_kind,
            Notice.recipient_id == recipient_id,
            Notice.subject_kind == subject_kind,
            Notice.subject_id == subject_id,
        )
    ).all()
    for notice in earlier:
        if notice.kind == kind and notice.subject_version == subject_version:
            return notice
        if notice.state == NoticeState.WAITING and _same_news(notice.kind, kind):
            notice.state = NoticeState.DROPPED
            notice.done_at = clock.now()
    notice = Notice(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, subject_version=subject_version,
        recipient_kind=recipient_kind, recipient_id=recipient_id, language=language,
        channel=way.channel, assigned_to=way.by, due_at=due_at or clock.now(),
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    return notice


def within_partner_hours(moment: datetime) -> datetime:
    """`moment`, or the next morning at eight: nobody gets a request in the night."""
    shown = clock.local(moment)
    opens, closes = PARTNER_HOURS
    if shown.hour < opens:
        return clock.at(shown.date(), opens)
    if shown.hour >= closes:
        return clock.at(shown.date() + timedelta(days=1), opens)
    return moment


def mails_waiting() -> Sequence[Notice]:
    """What would be mailed, oldest first: with mail off this is the page a volunteer sends from.

    Never a sign-in: whoever reads its link would come in as somebody else.
    """
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.channel == NoticeChannel.MAIL,
            Notice.state.in_([NoticeState.WAITING, NoticeState.FAILED]),
            Notice.kind != "sign_in",
        )
        .order_by(Notice.due_at, Notice.id)
    ).all()


def calls_to_partners() -> Sequence[Notice]:
    """Partners without an address, or whom a mail could not reach: oldest first."""
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.channel == NoticeChannel.CALL,
            Notice.state == NoticeState.WAITING,
            Notice.subject_kind == "invitation",
        )
        .order_by(Notice.due_at, Notice.id)
    ).all()


def due_mails(limit: int) -> "Select[Notice]":
    """What may leave now, oldest first; also what a worker took and did not bring back."""
    now = clock.now()
    due = select(Notice).where(
        Notice.channel == NoticeChannel.MAIL,
        or_(
            and_(Notice.state == NoticeState.WAITING, Notice.due_at <= now),
            and_(Notice.state == NoticeState.LEASED, Notice.lease_until <= now),
        ),
    )
    shown = clock.local(now)
    if not PARTNER_HOURS[0] <= shown.hour < PARTNER_HOURS[1]:
        due = due.where(Notice.subject_kind != "invitation")
    return due.order_by(Notice.due_at, Notice.id).limit(limit)


def lease(notice: Notice) -> None:
    """Somebody is mailing it; nobody else does until LEASE is over."""
    notice.state = NoticeState.LEASED
    notice.lease_until = clock.now() + LEASE


def dropped(notice: Notice) -> None:
    """Nobody needs to hear it any more."""
    notice.state = NoticeState.DROPPED
    notice.lease_until = None
    notice.done_at = clock.now()


def could_not_mail(notice: Notice, has_phone: bool, for_good: bool) -> None:
    """Try again later, each time after longer; `for_good`, or after MOST_TRIES, it is a call where
    there is a telephone, and else stands among the mails as failed."""
    notice.tries += 1
    notice.lease_until = None
    if not for_good and notice.tries < MOST_TRIES:
        notice.state = NoticeState.WAITING
        notice.due_at = clock.now() + BACK_OFF[min(notice.tries, len(BACK_OFF)) - 1]
    elif has_phone and notice.kind != "calendar_file":
        notice.state = NoticeState.WAITING
        notice.channel = NoticeChannel.CALL
        notice.assigned_to = _caller(notice)
        notice.due_at = clock.now()
    else:
        notice.state = NoticeState.FAILED


def done(notice: Notice, outcome: str) -> None:
    """It was told: `outcome` is sent, told, copied."""
    notice.state = NoticeState.DONE
    notice.outcome = outcome
    notice.lease_until = None
    notice.done_at = clock.now()


def _same_news(earlier: str, kind: str) -> bool:
    """Whether the newer notice makes the older one untrue or needless."""
    dates = {"date_cancelled", "date_postponed", "date_moved"}
    return earlier == kind or {earlier, kind} <= dates


def _drop_promotions(date: EventDate) -> None:
    """Nobody hears "there is room after all" of a date that does not go on."""
    for notice in db.session.scalars(
        select(Notice).where(
            Notice.kind == "promoted",
            Notice.state == NoticeState.WAITING,
            Notice.subject_kind == "rsvp",
            Notice.subject_id.in_([rsvp.id for rsvp in date.rsvps]),
        )
    ):
        notice.state = NoticeState.DROPPED
        notice.done_at = clock.now()


def _concerned(date: EventDate) -> list[Rsvp]:
    """Parties that hold seats or wait for some."""
    return [rsvp for rsvp in date.rsvps if not rsvp.is_given_back]


def _invited(date: EventDate) -> list[Invitation]:
    """Partners who may count on this date: all asked but those who said no."""
    return [
        invitation
        for invitation in date.event.invitations
        if invitation.partstat != PartStat.DECLINED and (invitation.date_id in {None, date.id})
    ]


def _asking_still_waits(invitation: Invitation) -> bool:
    """Whether the partner has not been told of the activity at all yet."""
    waiting = select(Notice.id).where(
        Notice.kind == "invitation", Notice.subject_kind == "invitation", Notice.subject_id == invitation.id,
        Notice.state == NoticeState.WAITING,
    )  # fmt: skip
    return db.session.scalars(waiting).first() is not None


def _caller(notice: Notice) -> User | None:
    """Who calls when a mail does not arrive: whoever asked, or a host."""
    if notice.subject_kind == "invitation":
        invitation = db.session.get(Invitation, notice.subject_id)
        return invitation.invited_by if invitation else None
    rsvp = db.session.get(Rsvp, notice.recipient_id) if notice.recipient_kind == "rsvp" else None
    return _host(rsvp.date) if rsvp else None


def _host(date: EventDate) -> User | None:
    return date.event.hosts[0] if date.event.hosts else None
