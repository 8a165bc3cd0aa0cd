"""Taking seats, waiting, moving up, giving back.

One code path for every engine and every way in: the caller locks the date's row, then we count.
Never a fast path without the lock "when there is plenty left".
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from vwg import clock, keys
from vwg.db import db
from vwg.domain import errors, lifts, notices, pace, supports, trial
from vwg.domain.settings import group
from vwg.models import DateState, EventDate, Household, Rsvp, RsvpContact, RsvpStatus, Signup, Stage, User

MOST_PEOPLE = 30
LONGEST_NAME = 40
LOOKED_AT_ONCE = 20  # of a waiting list, after the first one

_BY_CODE = select(Rsvp.id).join(EventDate).where(EventDate.event_id == bindparam("event"), Rsvp.code_hmac == bindparam("seal"))
_LINE = select(Rsvp).where(Rsvp.date_id == bindparam("date"), Rsvp.status == RsvpStatus.WAITING).order_by(Rsvp.queued_at, Rsvp.id)
_FIRST_IN_LINE = _LINE.limit(1)
_OF_FORM = select(Rsvp).where(Rsvp.form_key == bindparam("form_key"))


@dataclass(frozen=True)
class Party:
    """Heads by age. Whoever tells no ages stands among the adults."""

    adults: int = 1
    band_0_2: int = 0
    band_3_5: int = 0
    band_6_11: int = 0
    band_12_17: int = 0

    @property
    def people(self) -> int:
        return int(sum(astuple(self)))

    @classmethod
    def of(cls, household: Household) -> "Party":
        return cls(
            household.adults, household.band_0_2, household.band_3_5, household.band_6_11, household.band_12_17
        )

    @classmethod
    def of_rsvp(cls, rsvp: Rsvp) -> "Party":
        return cls(rsvp.adults, rsvp.band_0_2, rsvp.band_3_5, rsvp.band_6_11, rsvp.band_12_17)


def sign_up(
    date: EventDate,
    party: Party,
    *,
    language: str,
    name: str = "",
    household: Household | None = None,
    entered_by: User | None = None,
    form_key: str | None = None,
    is_paced: bool = False,
) -> Rsvp:
    """Take seats on a locked date; a party that does not fit waits as a whole.

    `form_key` is the form's random mark: the same form sent twice gives the first sign-up back.
    The same mark with other people (the Back button, the next person) is a question: the page
    asks it and goes on with a new mark. `is_paced`: a stranger's own form, held to the pace of people.
    Raises SignupIsClosed and its kinds, PartySize, NameTooLong, NationalNumber, AnotherParty,
    HouseholdComesAlready, TooQuick, TooManySeats.
    """
    seal = _seal(date, party, name, household)
    first = _by_form(form_key)
    if first is not None:
        if first.form_seal != seal:
            raise errors.AnotherParty
        return first
    check_open(date, by_us=entered_by is not None)
    check_party(party)
    check_name(name)
    if household is not None:
        _check_comes_once(date, household)
        household.used_at = clock.now()
    before = _counted(date)
    rsvp = Rsvp(  # by numbers and not by rows: who comes through a coach is asked before it is written, and the session has less to put in order
        public_id=keys.public_id("r"), generation=0, date_id=date.id, household_id=household.id if household else None,
        entered_by_id=entered_by.id if entered_by else None, name=name.strip(), language=language, form_key=form_key, form_seal=seal,
        queued_at=clock.now(), number=before.highest_number + 1, status=RsvpStatus.WAITING, **vars(party),
    )  # fmt: skip
    _give_code(rsvp, date.event_id)
    db.session.add(rsvp)
    _tell(_let_in(date, before, _line(date) if before.somebody_waits else [rsvp]), but=rsvp)
    if is_paced:
        pace.check(rsvp)
    return rsvp


def change(rsvp: Rsvp, party: Party, name: str | None = None) -> None:
    """Come with more or fewer. More must fit; fewer lets the next ones in at once.

    The rsvp's date must be locked. Raises PartySize, NotEnoughSeats, NameTooLong, SignupIsClosed.
    """
    _check_still_ahead(rsvp)
    check_party(party)
    if name is not None:
        check_name(name)
        rsvp.name = name.strip()
    counts = rsvp.date.event.babies_count
    wanted = party.people if counts else party.people - party.band_0_2
    more = wanted - rsvp.heads(counts)
    if rsvp.holds_seats and more > 0 and more > _free(rsvp.date, _counted(rsvp.date), rsvp.household_id is None):
        raise errors.NotEnoughSeats
    for band, number in vars(party).items():
        setattr(rsvp, band, number)
    supports.follow(rsvp)
    lifts.follow(rsvp)
    db.session.flush()
    promote(rsvp.date)


def change_number(rsvp: Rsvp, people: int) -> None:
    """So many come in all. Children that were told stay told while the number has room for them.

    Raises what `change` raises.
    """
    children = rsvp.people - rsvp.adults
    if children > people:
        change(rsvp, Party(people))
    else:
        change(rsvp, Party(people - children, rsvp.band_0_2, rsvp.band_3_5, rsvp.band_6_11, rsvp.band_12_17))


def tell_ages(rsvp: Rsvp, band_0_2: int, band_3_5: int, band_6_11: int, band_12_17: int) -> None:
    """How many of the party are children; the number of people stays. Raises TooManyChildren and what `change` raises."""
    children = band_0_2 + band_3_5 + band_6_11 + band_12_17
    if children > rsvp.people:
        raise errors.TooManyChildren
    change(rsvp, Party(rsvp.people - children, band_0_2, band_3_5, band_6_11, band_12_17))


def let_know(rsvp: Rsvp, phone: str, email: str) -> None:
    """Where to tell them something: E.164 and an address, or neither, which forgets both.

    Raises DateIsOver, DateIsCancelled, AlreadyGivenBack: what is not needed is not kept.
    """
    if not phone and not email:
        rsvp.contact = None
    else:
        _check_still_ahead(rsvp)
        if rsvp.contact is None:
            rsvp.contact = RsvpContact()
        rsvp.contact.phone, rsvp.contact.email = phone, email
        notices.seen(rsvp)  # they stand on their own page; what comes next goes there
    db.session.flush()


def give_back(rsvp: Rsvp) -> None:
    """Not coming after all; the next ones in line move up at once. The date must be locked."""
    if rsvp.is_given_back:
        raise errors.AlreadyGivenBack
    rsvp.status = RsvpStatus.GIVEN_BACK
    db.session.flush()
    supports.no_longer(rsvp)
    promote(rsvp.date)


def promote(date: EventDate) -> list[Rsvp]:
    """Let waiting parties in and tell them. The date must be locked."""
    return _tell(_let_in(date, _counted(date), _line(date)))


def promote_all(dates: Sequence[EventDate]) -> None:
    """`promote` for each of these, one question for all where nobody waits. The dates must be locked."""
    if trial.is_on():
        return
    standing_now = standing(dates) if dates else {}
    for date in dates:
        if standing_now[date.id].waiting:
            promote(date)


@dataclass(frozen=True)
class Over:
    """Who would have to wait on one date with fewer seats: whole parties, the last that came first."""

    date: EventDate
    parties: list[Rsvp]

    @property
    def said(self) -> "TooMany":
        names = [(notices.called(rsvp), rsvp.number) for rsvp in self.parties]
        return TooMany(self.date.id, sum(rsvp.people for rsvp in self.parties), names)


@dataclass(frozen=True)
class TooMany:
    """The same in words, for after the step was undone: each party's name, which may be empty, and number."""

    date_id: int
    people: int
    names: list[tuple[str, int]]


def over(dates: Sequence[EventDate], seats: int) -> list[Over]:
    """Of these dates those that have more seats taken than `seats`, in one query."""
    held = select(Rsvp).where(Rsvp.date_id.in_([date.id for date in dates]), Rsvp.status.in_([RsvpStatus.CONFIRMED, RsvpStatus.TO_CONFIRM]))
    newest_first = held.order_by(Rsvp.queued_at.desc(), Rsvp.id.desc()).options(joinedload(Rsvp.household).lazyload(Household.coaches))
    coming: dict[int, list[Rsvp]] = {date.id: [] for date in dates}
    for rsvp in db.session.scalars(newest_first):
        coming[rsvp.date_id].append(rsvp)
    found = []
    for date in dates:
        counts, parties = date.event.babies_count, []
        too_many = sum(rsvp.heads(counts) for rsvp in coming[date.id]) - seats
        for rsvp in coming[date.id]:
            if too_many > 0:
                too_many -= rsvp.heads(counts)
                parties.append(rsvp)
        if parties:
            found.append(Over(date, parties))
    return found


def wait_again(those: Sequence[Over]) -> None:
    """They stand in line again, each where they came in it, and hear it. The dates must be locked."""
    for rsvp in (rsvp for each in those for rsvp in each.parties):
        rsvp.status = RsvpStatus.WAITING
        lifts.follow(rsvp)
        db.session.flush()
        notices.tell_rsvp("back_in_line", rsvp)


def _let_in(date: EventDate, before: "_Counted", line: Iterable[Rsvp]) -> list[Rsvp]:
    """Confirm who of the waiting list fits, whole parties and in order, and return them.

    Who does not fit holds back those behind, unless the host chose that smaller ones may pass.
    A stranger who waits only for seats that are kept for coaches holds back strangers only.
    """
    if date.state != DateState.ON or date.is_over:
        return []
    counts = date.event.babies_count
    admitted: list[Rsvp] = []
    strangers_wait = False
    for rsvp in line:
        stranger = rsvp.household_id is None
        if stranger and strangers_wait:
            continue
        heads = rsvp.heads(counts)
        if heads <= _free(date, before, stranger):
            rsvp.status = RsvpStatus.CONFIRMED
            before = replace(before, taken=before.taken + heads, by_strangers=before.by_strangers + (heads if stranger else 0))
            admitted.append(rsvp)
        elif date.event.smaller_may_pass:
            continue
        elif stranger and heads <= _free(date, before, stranger=False):
            strangers_wait = True
        else:
            break
    db.session.flush()
    return admitted


def _line(date: EventDate) -> Iterator[Rsvp]:
    """The waiting list, the first one and then a few at a time: mostly that one already says that nobody comes in."""
    some = db.session.scalars(_FIRST_IN_LINE, {"date": date.id}).all()
    while some:
        yield from some
        at, identity = some[-1].queued_at, some[-1].id
        further = or_(Rsvp.queued_at > at, and_(Rsvp.queued_at == at, Rsvp.id > identity))
        some = db.session.scalars(_LINE.where(further).limit(LOOKED_AT_ONCE), {"date": date.id}).all()


def places_in_line(date: EventDate) -> dict[int, int]:
    """Sign-up id → 1 for the first in line; who does not wait is not there."""
    line = select(Rsvp.id).where(Rsvp.date_id == date.id, Rsvp.status == RsvpStatus.WAITING).order_by(Rsvp.queued_at, Rsvp.id)
    return {identity: place for place, identity in enumerate(db.session.scalars(line), 1)}


def place_in_line(rsvp: Rsvp) -> int:
    """0 for who does not wait."""
    return places_in_line(rsvp.date).get(rsvp.id, 0)


def seats_taken(date: EventDate) -> int:
    """Seats of confirmed parties."""
    return _counted(date).taken


@dataclass(frozen=True)
class Seats:
    """How a date stands, for lists: no limit, or so many free; `waiting` people in line."""

    limit: int | None
    taken: int
    free: int | None
    waiting: int

    @property
    def is_full(self) -> bool:
        return self.free == 0


def standing(dates: Iterable[EventDate]) -> dict[int, Seats]:
    """How each of these dates stands, in one query, by the date's id. Their events are loaded."""
    dates = list(dates)
    heads = Rsvp.adults + Rsvp.band_3_5 + Rsvp.band_6_11 + Rsvp.band_12_17
    rows = db.session.execute(
        select(
            Rsvp.date_id, Rsvp.status, Rsvp.household_id.is_not(None),
            func.sum(heads), func.sum(Rsvp.band_0_2), func.count(),
        )
        .where(Rsvp.date_id.in_([date.id for date in dates]))
        .group_by(Rsvp.date_id, Rsvp.status, Rsvp.household_id.is_not(None))
    ).all()  # fmt: skip
    result = {}
    for date in dates:
        taken = strangers = in_line = 0
        for _, status, through_coach, older, babies, _count in (row for row in rows if row[0] == date.id):
            number = int(older) + (int(babies) if date.event.babies_count else 0)
            if status in {RsvpStatus.CONFIRMED, RsvpStatus.TO_CONFIRM}:
                taken += number
                strangers += 0 if through_coach else number
            elif status == RsvpStatus.WAITING:
                in_line += number
        free = None
        if date.seats is not None:
            free = max(min(date.seats - taken, date.seats - date.event.coach_seats - strangers), 0)
            if in_line and not date.event.smaller_may_pass:
                free = 0  # who comes now stands behind those who wait
        result[date.id] = Seats(date.seats, taken, free, in_line)
    return result


# ---- codes


def code(rsvp: Rsvp) -> str:
    """The eight digits, `48291705`; the page shows them in pairs. Derived, so it prints again."""
    return keys.digits("code", rsvp.public_id, rsvp.generation)


def by_code(event_id: int, digits: str) -> Rsvp | None:
    """The sign-up of this activity with that code, or None: a wrong code says nothing more."""
    identity = db.session.scalars(_BY_CODE, {"event": event_id, "seal": keys.sealed("code", event_id, digits)}).first()
    return None if identity is None else db.session.get(Rsvp, identity)


def _give_code(rsvp: Rsvp, event_id: int) -> None:
    """A code that no other sign-up of this activity has."""
    rsvp.code_hmac = keys.sealed("code", event_id, code(rsvp))
    while db.session.scalars(_BY_CODE, {"event": event_id, "seal": rsvp.code_hmac}).first() is not None:
        rsvp.generation += 1
        rsvp.code_hmac = keys.sealed("code", event_id, code(rsvp))


def new_form_key(after: str | None = None) -> str:
    """A form's random mark: sent twice, it is one sign-up. `after`: of the form that it comes out of."""
    return pace.new_key(after)


# ---- what may be asked


def check_open(date: EventDate, by_us: bool = False) -> None:
    """Raise the sentence that says why nobody can sign up for this date now."""
    event = date.event
    if event.stage != Stage.PUBLISHED:
        raise errors.SignupIsClosed
    if date.is_over or (date.has_begun and not by_us):
        raise errors.DateIsOver
    if date.state == DateState.CANCELLED:
        raise errors.DateIsCancelled
    if date.state == DateState.POSTPONED:
        raise errors.DateIsPostponed
    if event.signup == Signup.NONE:
        raise errors.NoSignupNeeded
    if event.signup == Signup.ELSEWHERE:
        raise errors.SignUpElsewhere
    if by_us:
        return
    if event.signup == Signup.BY_US:
        raise errors.OnlyByUs
    if not group().responsible:
        raise errors.NobodyResponsible
    if date.signup_opens and date.signup_opens > clock.now():
        raise errors.SignupNotOpenYet
    if date.signup_closes and date.signup_closes <= clock.now():
        raise errors.SignupIsClosed


def refusal(date: EventDate, by_us: bool = False) -> str:
    """What `check_open` says, for a page; empty when one can sign up."""
    try:
        check_open(date, by_us)
    except errors.SignupIsClosed as no:
        return str(no)
    return ""


def check_party(party: Party) -> None:
    if min(astuple(party)) < 0 or not 1 <= party.people <= MOST_PEOPLE:
        raise errors.PartySize(most=MOST_PEOPLE)


def check_name(name: str) -> None:
    """A name to be called by; never a number that the state gave."""
    if len(name.strip()) > LONGEST_NAME:
        raise errors.NameTooLong
    if has_national_number(name):
        raise errors.NationalNumber


def has_national_number(text: str) -> bool:
    """Whether 11 digits in it pass the check of a Belgian national register number.

    Check = 97 − (first nine mod 97); for births from 2000 a 2 goes before the nine digits
    (Vlaamse overheid, wiki page on the rijksregisternummer).
    """
    for found in re.finditer(r"(?:\d[\s.\-/]*){11}", text):
        number = re.sub(r"\D", "", found.group())
        first, check = number[:9], int(number[9:])
        if check in {97 - int(first) % 97, 97 - int("2" + first) % 97}:
            return True
    return False


# ---- seats


def _tell(admitted: list[Rsvp], but: Rsvp | None = None) -> list[Rsvp]:
    """Tell who moved up; whoever signs up this moment sees it on the page."""
    for rsvp in admitted:
        if rsvp is not but:
            notices.tell_rsvp("promoted", rsvp)
    return admitted


@dataclass(frozen=True)
class _Counted:
    """How a date stands: seats held by all and by strangers, and who stands in line."""

    taken: int
    by_strangers: int
    somebody_waits: bool
    highest_number: int


def _counted(date: EventDate) -> _Counted:
    """Counted by the database, under the date's lock: all that taking seats must know, in one question."""
    taken, by_strangers, waiting, highest = db.session.execute(_count(date.event.babies_count), {"date": date.id}).one()
    return _Counted(int(taken or 0), int(by_strangers or 0), bool(waiting), int(highest or 0))


@cache
def _count(babies_count: bool) -> Select[Any, Any, Any, int]:
    """Built once: to build it costs as much as to ask it."""
    seats = Rsvp.adults + Rsvp.band_3_5 + Rsvp.band_6_11 + Rsvp.band_12_17
    if babies_count:
        seats = seats + Rsvp.band_0_2
    held = case((Rsvp.status.in_([RsvpStatus.CONFIRMED, RsvpStatus.TO_CONFIRM]), seats), else_=0)
    by_stranger = case((Rsvp.household_id.is_(None), held), else_=0)
    waits = case((Rsvp.status == RsvpStatus.WAITING, 1), else_=0)
    return select(func.sum(held), func.sum(by_stranger), func.sum(waits), func.max(Rsvp.number)).where(Rsvp.date_id == bindparam("date"))


def _free(date: EventDate, now: _Counted, stranger: bool) -> float:
    """Free seats for this lane; without a limit there is always room."""
    if date.seats is None:
        return math.inf
    free = date.seats - now.taken
    return min(free, date.seats - date.event.coach_seats - now.by_strangers) if stranger else free


def _by_form(form_key: str | None) -> Rsvp | None:
    if not form_key:
        return None
    return db.session.scalars(_OF_FORM, {"form_key": form_key}).first()


def _seal(date: EventDate, party: Party, name: str, household: Household | None) -> str:
    """Says whether two forms are the same without keeping what they said."""
    return keys.sealed("form", date.id, *astuple(party), name.strip(), household.id if household else 0)


def _check_comes_once(date: EventDate, household: Household) -> None:
    comes = select(Rsvp.id).where(
        Rsvp.date_id == date.id, Rsvp.household_id == household.id, Rsvp.status != RsvpStatus.GIVEN_BACK
    )
    if db.session.scalars(comes).first() is not None:
        raise errors.HouseholdComesAlready(name=household.nickname)


def _check_still_ahead(rsvp: Rsvp) -> None:
    if rsvp.is_given_back:
        raise errors.AlreadyGivenBack
    if rsvp.date.is_over:
        raise errors.DateIsOver
    if rsvp.date.state == DateState.CANCELLED:
        raise errors.DateIsCancelled
