"""Somebody outside proposes an activity; a volunteer says yes, asks back, or says why not.

Spam meets walls that people can read: a field for robots, a pace, a number of links, a number an
hour. Each says so in a sentence; nothing is ever thrown away in silence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db
from vwg.domain import dates, doubles, errors, events, notices, pace, places
from vwg.domain.notices import Way
from vwg.domain.partners import Details as PartnerDetails
from vwg.domain.rsvps import has_national_number
from vwg.models import Event, Notice, NoticeChannel, NoticeState, Partner, Proposal, ProposalState, Signup, User

MOST_LINKS = 2
MOST_OF_ONE = 5  # that wait from one address or telephone
MOST_AN_HOUR = 60  # from everybody together; the form says to try later
FORGET_SENDER_AFTER = timedelta(days=30)

_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)


@dataclass
class Said:
    """What is proposed and by whom; mail or telephone, so that we can answer."""

    title: str
    times: dates.Times
    text: str = ""
    place_name: str = ""
    organiser: str = ""
    sender: str = ""
    email: str = ""
    phone: str = ""
    language: str = "nl"


def propose(said: Said, form_key: str | None, leave_empty: str = "", partner: Partner | None = None) -> Proposal:
    """`partner` only where its own link proves it. The same form sent twice is one proposal.

    What a partner proposes that we trust is online at once.
    Raises what `check` raises, FilledTheTrap, TooQuick, TooManyProposals.
    """
    again = db.session.scalars(select(Proposal).where(Proposal.form_key == form_key)).first() if form_key else None
    if again is not None:
        return again
    if leave_empty.strip():
        raise errors.FilledTheTrap
    pace.check_key(form_key)
    check(said, partner)
    _check_number(said)
    proposal = Proposal(form_key=form_key, partner=partner, language=said.language)
    _fill(proposal, said)
    try:
        with db.session.begin_nested():
            db.session.add(proposal)
    except IntegrityError:  # the same form, pressed twice at the same moment
        return db.session.scalars(select(Proposal).where(Proposal.form_key == form_key)).one()
    if partner is not None and partner.trusted:
        _put_online(proposal)
    return proposal


def check(said: Said, partner: Partner | None = None) -> None:
    """Raises NoTitle, EndsBeforeStart, DateInThePast, TooFarAway, NobodyOrganises, NoWayToAnswer, TooManyLinks,
    ProposalHasNationalNumber."""
    if not said.title.strip():
        raise errors.NoTitle
    dates.check_times([said.times])
    if partner is None and not said.organiser.strip():
        raise errors.NobodyOrganises
    if partner is None and not (said.email or said.phone):
        raise errors.NoWayToAnswer
    whole = " ".join((said.title, said.text, said.place_name, said.organiser, said.sender))
    if number_of_links(whole) > MOST_LINKS:
        raise errors.TooManyLinks(most=MOST_LINKS)
    if has_national_number(whole):
        raise errors.ProposalHasNationalNumber


def number_of_links(text: str) -> int:
    return len(_LINK.findall(text))


def change(proposal: Proposal, version: int, said: Said) -> None:
    """Its sender writes it otherwise, or answers what we asked back; then it waits again.

    Raises what `check` raises, ProposalIsAnswered, ChangedMeanwhile.
    """
    if not proposal.is_open:
        raise errors.ProposalIsAnswered
    if proposal.version != version:
        raise errors.ChangedMeanwhile
    check(said, proposal.partner)
    _fill(proposal, said)
    proposal.state = ProposalState.WAITING
    db.session.flush()


def waiting() -> Sequence[Proposal]:
    """What nobody answered yet, the oldest first."""
    return db.session.scalars(_shown().where(Proposal.state == ProposalState.WAITING).order_by(Proposal.created_at, Proposal.id)).all()


def answered(most: int = 20) -> Sequence[Proposal]:
    """What we answered, the latest first; what we asked back is among them."""
    done = _shown().where(Proposal.state != ProposalState.WAITING)
    return db.session.scalars(done.order_by(Proposal.answered_at.desc(), Proposal.id.desc()).limit(most)).all()


def number_waiting() -> int:
    return int(db.session.scalar(select(func.count()).where(Proposal.state == ProposalState.WAITING)) or 0)


def probably_of(proposal: Proposal) -> Partner | None:
    """The partner it is of, or whose name it gives."""
    if proposal.partner is not None or not proposal.organiser:
        return proposal.partner
    return next(iter(doubles.like(PartnerDetails(proposal.organiser))), None)


def accept(proposal: Proposal, by: User, partner: Partner | None = None, trust: bool = False) -> Event:
    """It becomes a draft of ours with `by` as host, who looks it over and puts it online. The proposal must be locked.

    `partner`: whose it is, where the volunteer knows them; `trust`: what they propose later by their own link is online at once.
    Raises ProposalIsAnswered, and what `events.create` raises (its date may be over by now).
    """
    _check_open(proposal)
    proposal.partner = proposal.partner or partner
    event = events.create(_details(proposal, Signup.EVERYONE), [dates.Times(proposal.starts_at, proposal.ends_at)], by)
    proposal.event = event
    if trust and proposal.partner is not None:
        proposal.partner.trusted = True
    _answer(proposal, ProposalState.ACCEPTED, "", by)
    return event


def ask_back(proposal: Proposal, question: str, by: User) -> None:
    """It waits until they answer. The proposal must be locked. Raises ProposalIsAnswered, NoAnswerWritten."""
    _check_open(proposal)
    if not question.strip():
        raise errors.NoAnswerWritten
    _answer(proposal, ProposalState.ASKED, question, by)


def refuse(proposal: Proposal, reason: str, by: User) -> None:
    """Always with a reason. The proposal must be locked. Raises ProposalIsAnswered, NoAnswerWritten."""
    _check_open(proposal)
    if not reason.strip():
        raise errors.NoAnswerWritten
    _answer(proposal, ProposalState.REFUSED, reason, by)


def to_tell() -> Sequence[Notice]:
    """Answers to those who left only a telephone, or whom a mail could not reach."""
    calls = select(Notice).where(Notice.kind == "proposal_answer", Notice.channel == NoticeChannel.CALL, Notice.state == NoticeState.WAITING)
    return db.session.scalars(calls.order_by(Notice.due_at, Notice.id)).all()


def forget_senders() -> int:
    """Who sent it goes 30 days after our answer, or after the day itself when nobody answered; how many."""
    before = clock.now() - FORGET_SENDER_AFTER
    due = or_(Proposal.answered_at < before, Proposal.ends_at < before)
    result = db.session.execute(
        update(Proposal).where(Proposal.forgotten_at.is_(None), due).values(sender="", email="", phone="", text="", organiser="", forgotten_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


# ---- inside


def _shown() -> "Select[Proposal]":
    return select(Proposal).options(joinedload(Proposal.partner), joinedload(Proposal.event), joinedload(Proposal.answered_by))


def _check_open(proposal: Proposal) -> None:
    if not proposal.is_open:
        raise errors.ProposalIsAnswered


def _check_number(said: Said) -> None:
    """Few from one, and not too many from all; counted in rows, so that two web servers agree."""
    recent = select(func.count()).where(Proposal.created_at > clock.now() - timedelta(hours=1))
    if int(db.session.scalar(recent) or 0) >= MOST_AN_HOUR:
        raise errors.TooManyProposals
    same = [Proposal.email == said.email] if said.email else []
    same += [Proposal.phone == said.phone] if said.phone else []
    if same:
        theirs = select(func.count()).where(Proposal.state == ProposalState.WAITING, or_(*same))
        if int(db.session.scalar(theirs) or 0) >= MOST_OF_ONE:
            raise errors.TooManyProposals


def _fill(proposal: Proposal, said: Said) -> None:
    proposal.title, proposal.text = said.title.strip(), said.text.strip()
    proposal.place_name, proposal.organiser = said.place_name.strip(), said.organiser.strip()
    proposal.starts_at, proposal.ends_at = said.times.starts_at, said.times.ends_at
    proposal.sender, proposal.email, proposal.phone = said.sender.strip(), said.email, said.phone


def _details(proposal: Proposal, signup: Signup) -> events.Details:
    place = places.named(proposal.place_name) if proposal.place_name.strip() else None
    return events.Details(proposal.title, text=proposal.text, place=place, organisation=proposal.partner, signup=signup)


def _put_online(proposal: Proposal) -> None:
    event = events.create(_details(proposal, Signup.NONE), [dates.Times(proposal.starts_at, proposal.ends_at)], None)
    events.publish(event, None)
    proposal.event, proposal.state, proposal.answered_at = event, ProposalState.ACCEPTED, clock.now()
    db.session.flush()


def _answer(proposal: Proposal, state: ProposalState, answer: str, by: User) -> None:
    proposal.state, proposal.answer = state, answer.strip()
    proposal.answered_at, proposal.answered_by = clock.now(), by
    db.session.flush()
    way = Way(NoticeChannel.MAIL) if proposal.email else Way(NoticeChannel.CALL, by)
    if proposal.email or proposal.phone:
        notices.owe(
            "proposal_answer", "proposal", proposal.id, proposal.version, "proposal", proposal.id, proposal.language, way,
            due_at=notices.within_partner_hours(clock.now()),
        )  # fmt: skip
