"""Telling people is a row that the verb writes in the same commit as the change it tells of.

With an address the worker mails it; without one it is a call that stands on somebody's list;
who left no number and has no coach cannot be told, and the house says so beforehand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, insert, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vwg import clock
from vwg.db import db
from vwg.domain import calendar
from vwg.models import (
    Contact,
    Event,
    EventDate,
    Helper,
    Household,
    HouseholdCoach,
    Invitation,
    Lift,
    Notice,
    NoticeChannel,
    NoticeState,
    Offer,
    PartStat,
    Rsvp,
    Stage,
    TextWish,
    Translator,
    User,
)

PARTNER_HOURS = (8, 20)  # mails to partners leave between these hours of the village
LEASE = timedelta(minutes=10)
MOST_TRIES = 5
ONLY_BY_MAIL = {"still_right", "welcome_taken"}  # nobody is called for it: it stands on the partner's own page
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


def way_to_helper(helper: Helper, date: EventDate) -> Way:
    """By the mail they left, else by a host's telephone."""
    return Way(NoticeChannel.MAIL) if helper.email else Way(NoticeChannel.CALL, _host(date))


def way_to_outsider(person: Offer | Translator, by: User | None) -> Way:
    """By the mail they left, else by whoever asked them."""
    return Way(NoticeChannel.MAIL) if person.email else Way(NoticeChannel.CALL, by)


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
    result, dates = Reach(), list(dates)
    _load(dates)
    asked: set[int] = set()
    for date in dates:
        for rsvp in _concerned(date):
            result.add(way_to_rsvp(rsvp).channel, called(rsvp))
        for helper in _helping(date):
            result.add(way_to_helper(helper, date).channel, helper.name)
        for lift in _driving([date]):
            if lift.offer is not None:
                result.add(way_to_outsider(lift.offer, None).channel, lift.offer.name)
        for invitation in _invited(date):
            if invitation.id not in asked:
                asked.add(invitation.id)
                way = way_to_contact(invitation.contact, invitation.invited_by)
                result.add(way.channel, invitation.partner.name)
    return result


def tell_of_date(kind: str, date: EventDate) -> list[Notice]:
    """Tell everybody concerned that this date changed; what was not told yet is told by this.

    `kind` is date_cancelled, date_postponed, date_moved or date_on_again.
    """
    return tell_of_dates(kind, [date])


def tell_of_dates(kind: str, dates: Sequence[EventDate]) -> list[Notice]:
    """`tell_of_date` for dates of one activity, in a handful of queries however many people come.

    A partner that was asked for more than one of them hears it once.
    """
    if not dates:
        return []
    db.session.flush()
    _load(dates)
    if kind in {"date_cancelled", "date_postponed"}:
        _drop_promotions(dates)
    told = _owe_all(
        [
            _Owed(kind, "date", date.id, date.sequence, "rsvp", rsvp.id, rsvp.language, way_to_rsvp(rsvp))
            for date in dates
            for rsvp in _concerned(date)
        ]
    )
    told += _owe_all(
        [
            _Owed("shift_changed", "need", helper.need_id, date.sequence, "helper", helper.id, helper.language, way_to_helper(helper, date))
            for date in dates
            for helper in _helping(date)
        ]
    )
    told += _owe_all([_to_driver("driving_changed", lift, lift.date.sequence, _host(lift.date)) for lift in _driving(dates)])
    counting = {invitation.id: (invitation, date) for date in reversed(dates) for invitation in _invited(date)}
    silent = _not_asked_yet(counting)
    for identity, (invitation, date) in sorted(counting.items()):
        if identity not in silent:  # a mail made later says how it is by then
            version = date.sequence if len(dates) == 1 else calendar.sequence_of(date.event)
            told.append(tell_partner("invitation_changed", invitation, version))
    return told


def tell_rsvp(kind: str, rsvp: Rsvp) -> Notice:
    """Tell one party something about its own sign-up (promoted)."""
    return owe(kind, "rsvp", rsvp.id, rsvp.version, "rsvp", rsvp.id, rsvp.language, way_to_rsvp(rsvp))


def tell_driver(kind: str, lift: Lift, by: User | None = None) -> None:
    """Tell somebody from outside about their car: driving, driving_off. `by` calls who left no
    address, else a host. A volunteer put the own car there, and knows."""
    if lift.offer is not None:
        _owe_all([_to_driver(kind, lift, lift.date.sequence, by or _host(lift.date))])


def ask_translator(wish: TextWish, translator: Translator, by: User) -> Notice:
    """Tell who translates by a link that a volunteer asks for an activity's words."""
    return owe("text_wanted", "text_wish", wish.id, 0, "translator", translator.id, "nl", way_to_outsider(translator, by))


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


def drop_asking(invitation: Invitation) -> None:
    """They answered: nobody asks them the same again, by mail or by telephone."""
    asking = ("invitation", "invitation_reminder", "invitation_silent")
    waiting = select(Notice).where(
        Notice.subject_kind == "invitation", Notice.subject_id == invitation.id, Notice.kind.in_(asking),
        Notice.state.in_([NoticeState.WAITING, NoticeState.FAILED]),
    )  # fmt: skip
    for notice in db.session.scalars(waiting):
        dropped(notice)


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
    return _owe_all([_Owed(kind, subject_kind, subject_id, subject_version, recipient_kind, recipient_id, language, way, due_at)])[0]


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
            Notice.kind.not_in(["sign_in", "week"]),  # Monday's mail says what the page says
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
        due = due.where(Notice.subject_kind.not_in(["invitation", "partner", "welcome_place"]))
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
    elif notice.kind in ONLY_BY_MAIL:
        dropped(notice)
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


def drop_subject(subject_kind: str, subject_id: int) -> None:
    """What it tells of is not there any more."""
    waiting = select(Notice).where(
        Notice.subject_kind == subject_kind, Notice.subject_id == subject_id, Notice.state.in_([NoticeState.WAITING, NoticeState.FAILED])
    )
    for notice in db.session.scalars(waiting):
        dropped(notice)


def drop_for(recipient_kind: str, recipient_id: int) -> None:
    """This person hears nothing more of what still waits."""
    waiting = select(Notice).where(
        Notice.recipient_kind == recipient_kind, Notice.recipient_id == recipient_id, Notice.state.in_([NoticeState.WAITING, NoticeState.FAILED])
    )
    for notice in db.session.scalars(waiting):
        dropped(notice)


@dataclass(frozen=True)
class _Owed:
    """What `owe` is given."""

    kind: str
    subject_kind: str
    subject_id: int
    subject_version: int
    recipient_kind: str
    recipient_id: int
    language: str
    way: Way
    due_at: datetime | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What is unique among notices."""
        return (self.recipient_kind, self.recipient_id, self.kind, self.subject_kind, self.subject_id, self.subject_version)

    @property
    def row(self) -> dict[str, object]:
        names = ("kind", "subject_kind", "subject_id", "subject_version", "recipient_kind", "recipient_id", "language")
        by = self.way.by
        more = {"channel": self.way.channel, "assigned_to_id": by.id if by else None, "due_at": self.due_at or clock.now()}
        return {name: getattr(self, name) for name in names} | more

    @property
    def about(self) -> tuple[str, int, str | None, int | None]:
        return (self.subject_kind, self.subject_id, self.recipient_kind, self.recipient_id)


_WRITE = insert(Notice).returning(Notice).execution_options(render_nulls=True)  # else rows with an empty field go apart


def _owe_all(owed: Sequence[_Owed]) -> list[Notice]:
    """One look at what was owed before and one writing, for any number of people."""
    earlier: dict[tuple[str, int, str | None, int | None], list[Notice]] = {}
    for kind in sorted({each.subject_kind for each in owed}):
        ids = sorted({each.subject_id for each in owed if each.subject_kind == kind})
        before = select(Notice).where(Notice.subject_kind == kind, Notice.subject_id.in_(ids))
        if len(owed) == 1:
            before = before.where(Notice.recipient_kind == owed[0].recipient_kind, Notice.recipient_id == owed[0].recipient_id)
        for notice in db.session.scalars(before):
            about = (notice.subject_kind, notice.subject_id, notice.recipient_kind, notice.recipient_id)
            earlier.setdefault(about, []).append(notice)
    result: list[tuple[_Owed, Notice | None]] = []
    for each in owed:
        known = earlier.setdefault(each.about, [])
        same = next((notice for notice in known if (notice.kind, notice.subject_version) == (each.kind, each.subject_version)), None)
        if same is None:
            for notice in known:
                if notice.state == NoticeState.WAITING and _same_news(notice.kind, each.kind):
                    dropped(notice)
        result.append((each, same))
    db.session.flush()
    rows = [each.row for each, same in result if same is None]
    new = {notice.key: notice for notice in db.session.scalars(_WRITE, rows)} if rows else {}
    return [same or new[each.key] for each, same in result]


def _same_news(earlier: str, kind: str) -> bool:
    """Whether the newer notice makes the older one untrue or needless."""
    dates = {"date_cancelled", "date_postponed", "date_moved", "date_on_again"}
    return earlier == kind or {earlier, kind} <= dates


def _drop_promotions(dates: Sequence[EventDate]) -> None:
    """Nobody hears "there is room after all" of a date that does not go on."""
    theirs = select(Rsvp.id).where(Rsvp.date_id.in_([date.id for date in dates]))
    for notice in db.session.scalars(
        select(Notice).where(
            Notice.kind == "promoted",
            Notice.state == NoticeState.WAITING,
            Notice.subject_kind == "rsvp",
            Notice.subject_id.in_(theirs),
        )
    ):
        dropped(notice)


def _load(dates: Sequence[EventDate]) -> None:
    """Everything that says who is told how, in one go: else it is a query a party."""
    coaches = joinedload(Rsvp.household).selectinload(Household.coaches).joinedload(HouseholdCoach.user).lazyload(User.roles)
    parties = selectinload(EventDate.rsvps).options(coaches, joinedload(Rsvp.contact))
    if len(dates) > 1:
        db.session.scalars(select(EventDate).where(EventDate.id.in_([date.id for date in dates])).options(parties)).unique().all()
    events = {date.event_id for date in dates}
    partners = selectinload(Event.invitations).options(joinedload(Invitation.partner), joinedload(Invitation.contact))
    db.session.scalars(select(Event).where(Event.id.in_(events)).options(partners, selectinload(Event.hosts).lazyload(User.roles), selectinload(Event.needs))).all()


def _concerned(date: EventDate) -> list[Rsvp]:
    """Parties that hold seats or wait for some."""
    return [rsvp for rsvp in date.rsvps if not rsvp.is_given_back]


def _helping(date: EventDate) -> list[Helper]:
    """Who has a place in a shift of this date; of the whole activity's, with its next one."""
    theirs = [need for need in date.event.needs if need.date_id == date.id or (need.date_id is None and date in (date.event.next_date, date.event.dates[-1]))]
    return [helper for need in theirs if need.is_shift for helper in need.helpers if not helper.is_dropped]


def _driving(dates: Sequence[EventDate]) -> Sequence[Lift]:
    """Whoever drives to these."""
    return db.session.scalars(select(Lift).where(Lift.date_id.in_([date.id for date in dates])).order_by(Lift.created_at, Lift.id)).all()


def _to_driver(kind: str, lift: Lift, version: int, by: User | None) -> _Owed:
    """Somebody from outside, or a volunteer by mail. What outlives the car tells of its date."""
    subject = ("date", lift.date_id) if kind == "driving_off" else ("lift", lift.id)
    if lift.offer is not None:
        return _Owed(kind, *subject, version, "offer", lift.offer.id, lift.offer.language, way_to_outsider(lift.offer, by))
    assert lift.user is not None  # a car has one driver
    return _Owed(kind, *subject, version, "user", lift.user.id, lift.user.language, Way(NoticeChannel.MAIL))


def _invited(date: EventDate) -> list[Invitation]:
    """Partners who may count on this date: all asked but those who said no."""
    return [
        invitation
        for invitation in date.event.invitations
        if invitation.partstat != PartStat.DECLINED and (invitation.date_id in {None, date.id})
    ]


def _not_asked_yet(invitations: Iterable[int]) -> set[int]:
    """Those whose partner has not been told of the activity at all yet."""
    ids = sorted(invitations)
    if not ids:
        return set()
    waiting = select(Notice.subject_id).where(
        Notice.kind == "invitation", Notice.subject_kind == "invitation", Notice.subject_id.in_(ids), Notice.state == NoticeState.WAITING,
    )  # fmt: skip
    return set(db.session.scalars(waiting))


def _caller(notice: Notice) -> User | None:
    """Who calls when a mail does not arrive: whoever asked, or a host."""
    if notice.subject_kind == "invitation":
        invitation = db.session.get(Invitation, notice.subject_id)
        return invitation.invited_by if invitation else None
    rsvp = db.session.get(Rsvp, notice.recipient_id) if notice.recipient_kind == "rsvp" else None
    return _host(rsvp.date) if rsvp else None


def _host(date: EventDate) -> User | None:
    """Who is still one of us; nobody's calls are everybody's."""
    return next((host for host in date.event.hosts if host.ended_at is None), None)
