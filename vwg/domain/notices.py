"""Telling people is a row that the verb writes in the same commit as the change it tells of.

With an address the worker mails it; without one it is a call that stands on somebody's list;
who left no number and has no coach cannot be told, and the house says so beforehand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, ScalarSelect, Select, Table, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vwg import clock
from vwg.db import db
from vwg.domain import calendar, hearing, trial
from vwg.domain.hearing import Hearer
from vwg.domain.trial import Reach
from vwg.models import (
    Contact,
    EventDate,
    Household,
    Invitation,
    Lift,
    Need,
    Notice,
    NoticeChannel,
    NoticeState,
    Offer,
    Rsvp,
    Stage,
    TextWish,
    Translator,
    User,
)

PARTNER_HOURS = (8, 20)  # mails to partners leave between these hours of the village
OF_A_DATE = {"date_cancelled", "date_postponed", "date_moved", "date_on_again"}
OF_A_SEAT = {"promoted", "back_in_line"}
ONLY_SHOWN = (Notice.recipient_kind == "rsvp", Notice.channel == NoticeChannel.SHOW, Notice.state == NoticeState.WAITING)
REPLACED = {kind: news for news in (OF_A_DATE, OF_A_SEAT) for kind in news}  # what newer news makes untrue or needless; else only the same again
LEASE = timedelta(minutes=10)
MOST_TRIES = 5
ONLY_BY_MAIL = {"still_right", "welcome_taken"}  # nobody is called for it: it stands on the partner's own page
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


@dataclass(frozen=True)
class Way:
    """How somebody is reached. SHOW: only by the page itself, for nobody can tell them."""

    channel: NoticeChannel
    by: User | None = None


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


def way_to_outsider(person: Offer | Translator, by: User | None) -> Way:
    """By the mail they left, else by whoever asked them."""
    return Way(NoticeChannel.MAIL) if person.email else Way(NoticeChannel.CALL, by)


def reaches(rsvp: Rsvp) -> bool:
    """Whether they can be told something: they left a way, and no mail that went there failed for good."""
    if way_to_rsvp(rsvp).channel == NoticeChannel.SHOW:
        return False
    return db.session.scalars(select(Notice.id).where(*ONLY_SHOWN, Notice.recipient_id == rsvp.id).limit(1)).first() is None


def seen(rsvp: Rsvp) -> None:
    """They know now, by their own page or by mouth: what nobody could tell them is told."""
    for notice in db.session.scalars(select(Notice).where(*ONLY_SHOWN, Notice.recipient_id == rsvp.id)):
        done(notice, "told")


def coach_of(household: Household) -> User | None:
    """Who is there goes before who is away, a stand-in before a coach, then who carries them longest."""
    holding = [coach for coach in household.coaches if coach.holds and coach.user.ended_at is None]
    holding.sort(key=lambda coach: (coach.user.is_away, coach.until is None, coach.since, coach.user_id))
    return holding[0].user if holding else None


def called(rsvp: Rsvp) -> str:
    """What a sign-up is called on lists: nickname, name, or nothing (the page says "Guest 3")."""
    return rsvp.household.nickname if rsvp.household else rsvp.name


def reach(dates: Sequence[EventDate]) -> Reach:
    """Who would be told, and how, if these dates of one activity changed now. Invited partners count too."""
    result = Reach()
    for each in hearing.of(dates) if dates else ():
        result.add(each.channel, each.name)
    return result


def tell_of_dates(kind: str, dates: Sequence[EventDate]) -> None:
    """Tell everybody concerned that these dates of one activity changed; what was not told yet is told by this.

    `kind` is date_cancelled, date_postponed, date_moved or date_on_again. Three queries however many
    people come. A partner that was asked for more than one of them hears it once. In a trial nobody does.
    """
    if not dates:
        return
    hearers = hearing.of(dates)
    if (filled := trial.reach()) is not None:
        for each in hearers:
            filled.add(each.channel, each.name)
    if trial.is_on():
        return
    by_id = {date.id: date for date in dates}
    news = [_news_for(each, kind, dates, by_id.get(each.date_id or 0)) for each in hearers if not each.waits]
    _forget_older(kind, dates, [row for row in news if row["subject_kind"] != "date"])
    if news:
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.connection().execute(insert(cast(Table, Notice.__table__)).on_conflict_do_nothing(), news)  # nobody needs the rows now


def tell_rsvp(kind: str, rsvp: Rsvp) -> Notice:
    """Tell one party something about its own sign-up: promoted, back_in_line."""
    return owe(kind, "rsvp", rsvp.id, rsvp.version, "rsvp", rsvp.id, rsvp.language, way_to_rsvp(rsvp))


def tell_driver(kind: str, lift: Lift, by: User | None = None) -> None:
    """Tell somebody from outside about their car: driving, driving_off. `by` calls who left no
    address, else a host. A volunteer put the own car there, and knows."""
    if lift.offer is not None:
        about, identity = ("date", lift.date_id) if kind == "driving_off" else ("lift", lift.id)  # what outlives the car
        way = way_to_outsider(lift.offer, by or _host(lift.date))
        owe(kind, about, identity, lift.date.sequence, "offer", lift.offer.id, lift.offer.language, way)


def ask_translator(wish: TextWish, translator: Translator, by: User) -> Notice:
    """Tell who translates by a link that a volunteer asks for an activity's words."""
    return owe("text_wanted", "text_wish", wish.id, 0, "translator", translator.id, "nl", way_to_outsider(translator, by))


def ask_speaker(wish: TextWish, user: User) -> Notice:
    """The same to a volunteer who translates, by mail."""
    return owe("text_wanted", "text_wish", wish.id, 0, "user", user.id, user.language, Way(NoticeChannel.MAIL))


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
    known = db.session.scalars(
        select(Notice).where(
            Notice.subject_kind == subject_kind, Notice.subject_id == subject_id,
            Notice.recipient_kind == recipient_kind, Notice.recipient_id == recipient_id,
        ).order_by(Notice.id)
    ).all()  # fmt: skip
    for notice in known:
        if (notice.kind, notice.subject_version) == (kind, subject_version):
            return notice
    for notice in known:
        if notice.state == NoticeState.WAITING and notice.kind in REPLACED.get(kind, {kind}):
            dropped(notice)
    notice = Notice(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, subject_version=subject_version, recipient_kind=recipient_kind,
        recipient_id=recipient_id, language=language, channel=way.channel, assigned_to=way.by, due_at=due_at or clock.now(),
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
    return db.session.scalars(select(Notice).where(*_not_mailed(NoticeState.WAITING, NoticeState.FAILED)).order_by(Notice.due_at, Notice.id)).all()


def number_of_mails(mail_is_on: bool) -> "ScalarSelect[int]":
    """How many of them a volunteer must see to: all, and where the house mails only what no server took; for a question that asks more."""
    states = [NoticeState.FAILED] if mail_is_on else [NoticeState.WAITING, NoticeState.FAILED]
    return select(func.count(Notice.id)).where(*_not_mailed(*states)).scalar_subquery()


def _not_mailed(*states: NoticeState) -> tuple[ColumnElement[bool], ...]:
    return Notice.channel == NoticeChannel.MAIL, Notice.state.in_(states), Notice.kind.not_in(["sign_in", "week"])  # Monday's mail says what the page says


def calls_to_partners() -> Sequence[Notice]:
    """Partners without an address, or whom a mail could not reach: oldest first."""
    return db.session.scalars(select(Notice).where(*_CALLS_TO_PARTNERS).order_by(Notice.due_at, Notice.id)).all()


def by_hand() -> tuple[list[Notice], list[Notice]]:
    """`mails_waiting` and `calls_to_partners` in one query, for the page that shows both."""
    mails = and_(*_not_mailed(NoticeState.WAITING, NoticeState.FAILED))
    found = db.session.scalars(select(Notice).where(or_(mails, and_(*_CALLS_TO_PARTNERS))).order_by(Notice.due_at, Notice.id)).all()
    return [each for each in found if each.channel == NoticeChannel.MAIL], [each for each in found if each.channel == NoticeChannel.CALL]


_CALLS_TO_PARTNERS = (Notice.channel == NoticeChannel.CALL, Notice.state == NoticeState.WAITING, Notice.subject_kind == "invitation")


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
    there is a telephone. Who signed up and left none belongs to those that only the door can tell;
    anything else stands among the mails as failed."""
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
    elif notice.recipient_kind == "rsvp":
        notice.state, notice.channel = NoticeState.WAITING, NoticeChannel.SHOW
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


def _news_for(hearer: Hearer, kind: str, dates: Sequence[EventDate], date: EventDate | None) -> dict[str, object]:
    """The row: a party hears of its date, the others that their shift, their car or their invitation changed."""
    version = date.sequence if date else dates[0].sequence if len(dates) == 1 else calendar.sequence_of(dates[0].event)
    kind, subject_kind = {
        "rsvp": (kind, "date"), "helper": ("shift_changed", "need"), "offer": ("driving_changed", "lift"), "user": ("driving_changed", "lift"),
    }.get(hearer.kind, ("invitation_changed", "invitation"))  # fmt: skip
    now = clock.now()
    return {
        "kind": kind, "subject_kind": subject_kind, "subject_id": hearer.date_id if subject_kind == "date" else hearer.about, "subject_version": version,
        "recipient_kind": hearer.kind, "recipient_id": hearer.identity, "language": hearer.language, "channel": hearer.channel,
        "assigned_to_id": hearer.caller_id, "due_at": within_partner_hours(now) if subject_kind == "invitation" else now,
    }  # fmt: skip


def _forget_older(kind: str, dates: Sequence[EventDate], others: Sequence[dict[str, object]]) -> None:
    """Nobody hears yesterday's news, nor "there is room after all" of a date that does not go on."""
    ids = [date.id for date in dates]
    of_now = select(EventDate.sequence).where(EventDate.id == Notice.subject_id).scalar_subquery()
    news = (Notice.subject_kind == "date") & Notice.subject_id.in_(ids) & Notice.kind.in_(OF_A_DATE) & or_(Notice.kind != kind, Notice.subject_version != of_now)
    older = [news]
    for said in {(row["kind"], row["subject_kind"], row["subject_id"], row["subject_version"]) for row in others}:
        older.append((Notice.kind == said[0]) & (Notice.subject_kind == said[1]) & (Notice.subject_id == said[2]) & (Notice.subject_version != said[3]))
    if kind in {"date_cancelled", "date_postponed"}:
        theirs = select(Rsvp.id).where(Rsvp.date_id.in_(ids))
        older.append(Notice.kind.in_(OF_A_SEAT) & (Notice.subject_kind == "rsvp") & Notice.subject_id.in_(theirs))
    drop = update(Notice).where(Notice.state == NoticeState.WAITING, or_(*older)).values(state=NoticeState.DROPPED, lease_until=None, done_at=clock.now())
    db.session.execute(drop.execution_options(synchronize_session="fetch"))


def _caller(notice: Notice) -> User | None:
    """Who calls when a mail does not arrive: whoever asked, or a host."""
    if notice.subject_kind == "invitation":
        invitation = db.session.get(Invitation, notice.subject_id)
        return invitation.invited_by if invitation else None
    if notice.subject_kind == "text_wish":
        wish = db.session.get(TextWish, notice.subject_id)
        return wish.asked_by if wish else None
    date = _date_of(notice)
    return _host(date) if date else None


def _date_of(notice: Notice) -> EventDate | None:
    """The date it is about, where that is one."""
    if notice.recipient_kind == "rsvp":
        rsvp = db.session.get(Rsvp, notice.recipient_id)
        return rsvp.date if rsvp else None
    if notice.subject_kind == "need":
        need = db.session.get(Need, notice.subject_id)
        return (need.date or need.event.next_date) if need else None
    if notice.subject_kind == "lift":
        lift = db.session.get(Lift, notice.subject_id)
        return lift.date if lift else None
    return db.session.get(EventDate, notice.subject_id) if notice.subject_kind == "date" else None


def _host(date: EventDate) -> User | None:
    """Who is still one of us, who is there first; nobody's calls are everybody's."""
    return min((host for host in date.event.hosts if host.ended_at is None), key=lambda host: (host.is_away, host.id), default=None)
