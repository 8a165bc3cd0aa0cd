"""A calendar of one's own, by a secret address: a volunteer's, a coach's, a partner's, a newcomer's.

Each address has a label ("my telephone") and can be taken back alone. What it shows is asked anew at
each reading: nothing about people is kept ready. Only a seal over what was last shown of each date is
kept, so that SEQUENCE and LAST-MODIFIED move when it shows something else, and then alone.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vwg import addresses, clock, keys, permissions, phrases
from vwg.db import db
from vwg.domain import errors, households
from vwg.formats import ical
from vwg.models import DateState, Event, EventDate, FeedKey, FeedKind, Invitation, Need, OwnStamp, Partner, PartStat, Pledge, Rsvp, Stage, User
from vwg.phrases import N_, gettext, ngettext

MOST_KEYS = 20  # of one owner; each device one is plenty
LONGEST_LABEL = 60
SHOWN_PAST = timedelta(days=30)
MOST_DATES = 1_000


class TooManyCalendars(errors.RuleBroken):
    sentence = N_("You have many calendars already. Take one back first.")


class LabelTooLong(errors.RuleBroken):
    sentence = N_("Use fewer words.")
    field = "label"


# ---- the keys


def give(kind: FeedKind, label: str, *, owner: User | None = None, partner: Partner | None = None, rsvp: Rsvp | None = None) -> FeedKey:
    """A new secret address for one owner. Raises TooManyCalendars, LabelTooLong."""
    label = label.strip()
    if len(label) > LONGEST_LABEL:
        raise LabelTooLong
    if len(open_keys(owner=owner, partner=partner, rsvp=rsvp)) >= MOST_KEYS:
        raise TooManyCalendars
    key = FeedKey(kind=kind, label=label, owner=owner, partner=partner, rsvp=rsvp)
    db.session.add(key)
    db.session.flush()
    return key


def revoke(key: FeedKey) -> None:
    """Its address is gone for good; a second time changes nothing."""
    key.revoked_at = key.revoked_at or clock.now()


def open_keys(*, owner: User | None = None, partner: Partner | None = None, rsvp: Rsvp | None = None) -> Sequence[FeedKey]:
    """The addresses of one owner that still work, the oldest first."""
    theirs = {FeedKey.owner_id: owner, FeedKey.partner_id: partner, FeedKey.rsvp_id: rsvp}
    whose = [column == row.id for column, row in theirs.items() if row is not None]
    return db.session.scalars(select(FeedKey).where(*whose, FeedKey.revoked_at.is_(None)).order_by(FeedKey.created_at, FeedKey.id)).all()


def is_open(key: FeedKey) -> bool:
    """Not taken back, and its owner may still see what it shows."""
    if key.revoked_at is not None:
        return False
    if key.owner is not None:
        may = permissions.can_coach(key.owner) if key.kind == FeedKind.COACH else key.owner.is_volunteer
        return key.owner.ended_at is None and may
    return key.partner is not None or key.rsvp is not None


def kinds_for(user: User) -> list[FeedKind]:
    """Which calendars a volunteer may have."""
    return [FeedKind.VOLUNTEER, FeedKind.COACH] if permissions.can_coach(user) else [FeedKind.VOLUNTEER] if user.is_volunteer else []


# ---- what they show


def name_of(key: FeedKey) -> str:
    names = {
        FeedKind.VOLUNTEER: N_("What we still have to do"), FeedKind.COACH: N_("My people"),
        FeedKind.PARTNER: N_("What we promised"), FeedKind.NEWCOMER: N_("My appointments"),
    }  # fmt: skip
    return gettext(names[FeedKind(key.kind)])


class Shown(NamedTuple):
    """A date in somebody's calendar. `is_news`: it shows something else than at the last reading."""

    date_id: int
    entry: ical.Entry
    seal: str
    is_news: bool


def entries(key: FeedKey) -> list[Shown]:
    """All that stands in it, by time, in the language that is spoken now. Changes nothing: of what is
    news, `remember` keeps the stamp that it has here."""
    made: list[tuple[EventDate, ical.Entry]] = []
    if key.kind == FeedKind.VOLUNTEER and key.owner:
        made = [(date, _for_volunteer(key, date)) for date in _dates_to_work_on(key.owner)]
    elif key.kind == FeedKind.COACH and key.owner:
        made = [(rsvps[0].date, _for_coach(key, rsvps)) for rsvps in _by_date(_sign_ups_of_my_people(key.owner))]
    elif key.kind == FeedKind.PARTNER and key.partner:
        made = _for_partner(key, key.partner.merged_into or key.partner)
    elif key.kind == FeedKind.NEWCOMER and key.rsvp:
        made = [(rsvps[0].date, _for_newcomer(key, rsvps)) for rsvps in _by_date(_own_sign_ups(key.rsvp))]
    made.sort(key=lambda each: (each[1].starts_at, each[1].uid))
    language = phrases.language().code
    of_this = select(OwnStamp).where(OwnStamp.key_id == key.id, OwnStamp.language == language)
    known = {stamp.date_id: stamp for stamp in db.session.scalars(of_this)}
    return [_shown(date, entry, known.get(date.id)) for date, entry in made[:MOST_DATES]]


def remember(session: Session, key_id: int, shown: Iterable[Shown]) -> list[Shown]:
    """What a program is told now, so that the next time can be told apart; what somebody else kept of the same
    a moment ago counts. In a session of its own, that holds the key. Raises OperationalError, IntegrityError."""
    language = phrases.language().code
    of_this = select(OwnStamp).where(OwnStamp.key_id == key_id, OwnStamp.language == language)
    known = {stamp.date_id: stamp for stamp in session.scalars(of_this)}
    kept = []
    for each in shown:
        row, stamp = known.get(each.date_id), each.entry.stamp
        if row is not None and row.seal == each.seal:
            each = each._replace(entry=replace(each.entry, stamp=ical.Stamp(row.sequence, row.changed_at)))
        elif each.is_news:
            news = OwnStamp(key_id=key_id, date_id=each.date_id, language=language, seal=each.seal, sequence=stamp.sequence, changed_at=stamp.changed_at)
            session.merge(news)
        kept.append(each)
    return kept


def _shown(date: EventDate, entry: ical.Entry, known: OwnStamp | None) -> Shown:
    seal = hashlib.sha256(repr(entry).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    if known is None:
        stamp = ical.Stamp(date.sequence, max(date.changed_at, date.event.created_at).replace(microsecond=0))
    elif known.seal == seal:
        stamp = ical.Stamp(known.sequence, known.changed_at)
    else:
        stamp = ical.Stamp(known.sequence + 1, _later_than(known.changed_at))
    return Shown(date.id, replace(entry, stamp=stamp), seal, known is None or known.seal != seal)


def _later_than(before: datetime) -> datetime:
    """Now, in the whole seconds that calendars know; a second later than before in any case."""
    return max(clock.now().replace(microsecond=0), before + timedelta(seconds=1))


UNSTAMPED = ical.Stamp(0, datetime(2026, 1, 1, tzinfo=UTC))


def _entry(key: FeedKey, date: EventDate, *, title: str, text: str = "", sure: bool = True, open_place: bool = True, state: DateState | None = None,
           page: bool = True) -> ical.Entry:  # fmt: skip
    event, place = date.event, date.place
    language = phrases.language().code
    return ical.Entry(
        # Nobody who sees two calendars can tell that they are about the same date.
        uid=keys.sealed("own calendar", key.id, date.id)[:32],
        starts_at=date.starts_at, ends_at=date.ends_at, all_day=date.all_day,
        state=state or DateState(date.state), is_sure=sure, title=title, text=text,
        location="" if place is None else (f"{place.name}, {place.address}" if open_place and place.address else date.shown_place),
        page=addresses.event_page(language, event.public_id, event.title_in(language)) if page and event.is_public else "",
        stamp=UNSTAMPED,
    )  # fmt: skip


# ---- a volunteer


def _dates_to_work_on(user: User) -> list[EventDate]:
    """Drafts, what misses something or somebody, and what one carries oneself."""
    wanted = (
        select(EventDate)
        .join(EventDate.event)
        .where(EventDate.ends_at > clock.now() - SHOWN_PAST)
        .options(selectinload(EventDate.event).selectinload(Event.needs).selectinload(Need.pledges))
        .order_by(EventDate.starts_at)
    )
    found = db.session.scalars(wanted).unique()
    return [date for date in found if date.event.stage != Stage.PUBLISHED or user in date.event.hosts or (date.is_on and _missing(date))]


def _missing(date: EventDate) -> list[str]:
    """What nobody brings yet; that nobody carries it comes first."""
    said = [] if date.event.hosts else [gettext("Nobody carries this yet.")]
    for need in date.event.needs:
        if need.missing and need.date_id in {None, date.id}:
            said.append(" ".join(part for part in (str(need.missing), need.unit, need.what) if part))
    return said


def _for_volunteer(key: FeedKey, date: EventDate) -> ical.Entry:
    event = date.event
    missing = _missing(date) if date.is_on else []
    is_draft = event.stage != Stage.PUBLISHED
    title = event.title_in(phrases.language().code)
    if is_draft:
        title = gettext("Not online yet: %(title)s") % {"title": title}
    elif missing:
        title = gettext("Still needed: %(title)s") % {"title": title}
    return _entry(key, date, title=title, text="\n".join(missing), sure=not is_draft)


# ---- a coach


def _sign_ups_of_my_people(coach: User) -> Sequence[Rsvp]:
    mine = [household.id for household in households.of(coach)]
    return db.session.scalars(
        select(Rsvp).join(Rsvp.date).where(Rsvp.household_id.in_(mine), EventDate.ends_at > clock.now() - SHOWN_PAST).order_by(Rsvp.id)
    ).all()


def _by_date(rsvps: Iterable[Rsvp]) -> list[list[Rsvp]]:
    found: dict[int, list[Rsvp]] = {}
    for rsvp in rsvps:
        found.setdefault(rsvp.date_id, []).append(rsvp)
    return list(found.values())


def _for_coach(key: FeedKey, rsvps: list[Rsvp]) -> ical.Entry:
    """How many families, and no names: a telephone's lock screen is read by others."""
    date = rsvps[0].date
    coming = [rsvp for rsvp in rsvps if not rsvp.is_given_back]
    text = ngettext("%(num)s family of yours", "%(num)s families of yours", len(coming)) % {"num": len(coming)}
    return _entry(
        key, date, title=date.event.title_in(phrases.language().code), text=text if coming else "",
        sure=any(rsvp.holds_seats for rsvp in coming), state=None if coming else DateState.CANCELLED,
    )  # fmt: skip


# ---- a partner


def _for_partner(key: FeedKey, partner: Partner) -> list[tuple[EventDate, ical.Entry]]:
    theirs = select(Invitation).where(Invitation.partner_id == partner.id, Invitation.replaced_by_id.is_(None))
    invitations = db.session.scalars(theirs.options(joinedload(Invitation.event)).order_by(Invitation.id)).all()
    asked = {(invitation.event_id, invitation.date_id): invitation for invitation in invitations}
    promised = select(Pledge).where(Pledge.partner_id == partner.id).options(joinedload(Pledge.event), joinedload(Pledge.need).lazyload(Need.helpers), joinedload(Pledge.invitation))
    pledges = db.session.scalars(promised.order_by(Pledge.id)).all()
    events = {invitation.event_id for invitation in invitations} | {pledge.event_id for pledge in pledges if pledge.counts}
    dates = db.session.scalars(select(EventDate).where(EventDate.event_id.in_(events), EventDate.ends_at > clock.now() - SHOWN_PAST).order_by(EventDate.starts_at, EventDate.id)).unique()
    made = []
    for date in dates:
        invitation = asked.get((date.event_id, date.id)) or asked.get((date.event_id, None))
        brought = [pledge for pledge in pledges if pledge.event_id == date.event_id and pledge.date in {None, date}]
        if invitation is not None or brought:
            made.append((date, _asked_and_promised(key, date, invitation, brought)))
    return made


def _asked_and_promised(key: FeedKey, date: EventDate, invitation: Invitation | None, pledges: list[Pledge]) -> ical.Entry:
    title = date.event.title_in(phrases.language().code)
    said = invitation.partstat if invitation is not None else PartStat.ACCEPTED
    if said in {PartStat.NEEDS_ACTION, PartStat.TENTATIVE}:
        title = gettext("Question: %(title)s") % {"title": title}
    brought = [" ".join(part for part in (str(pledge.amount) if pledge.need else "", pledge.unit, pledge.what or (pledge.need.what if pledge.need else "")) if part)
               for pledge in pledges if pledge.counts]  # fmt: skip
    text = gettext("You bring: %(things)s") % {"things": ", ".join(brought)} if brought else ""
    return _entry(
        key, date, title=title, text=text, sure=said == PartStat.ACCEPTED,
        state=DateState.CANCELLED if said == PartStat.DECLINED else None,
    )  # fmt: skip


# ---- a newcomer


def _own_sign_ups(rsvp: Rsvp) -> Sequence[Rsvp]:
    """This one, and the others of the same household."""
    same = or_(Rsvp.id == rsvp.id, Rsvp.household_id == rsvp.household_id) if rsvp.household_id else Rsvp.id == rsvp.id
    return db.session.scalars(select(Rsvp).where(same).order_by(Rsvp.id)).all()


def _for_newcomer(key: FeedKey, rsvps: list[Rsvp]) -> ical.Entry:
    """When and where, and nothing of what it is. Who gave back and signed up again has one appointment."""
    date = rsvps[0].date
    coming = [rsvp for rsvp in rsvps if not rsvp.is_given_back]
    is_sure = any(rsvp.holds_seats for rsvp in coming)
    return _entry(
        key, date, title=gettext("Appointment"), page=False, sure=is_sure, state=None if coming else DateState.CANCELLED,
        open_place=date.shows_address or is_sure,
    )  # fmt: skip
