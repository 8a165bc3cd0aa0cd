"""Anything, in any order: sign up, change, give back, more and fewer seats, erase, cancel."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.conftest import world_kitchen
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import dates, erasure, errors, rsvps, sign_up_rules
from vwg.domain.errors import RuleBroken
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Household, HouseholdCoach, Notice, Rsvp, RsvpContact

PARTIES = st.builds(Party, adults=st.integers(0, 5), band_0_2=st.integers(0, 2), band_6_11=st.integers(0, 3))
SEATS = st.one_of(st.none(), st.integers(1, 20))


class SigningUp(RuleBasedStateMachine):
    """One date. What is promised holds after every step, and not only at the end."""

    town: Cast

    @initialize(seats=SEATS, coach_seats=st.integers(0, 4), babies=st.booleans(), smaller=st.booleans())
    def post(self, seats: int | None, coach_seats: int, babies: bool, smaller: bool) -> None:
        self.event = world_kitchen(self.town, seats=seats, coach_seats=coach_seats)
        self.event.babies_count, self.event.smaller_may_pass = babies, smaller
        self.date = self.event.dates[0]
        others = [Household(nickname=name, adults=2, coaches=[HouseholdCoach(user=self.town.fatma)]) for name in ("Rahim", "Saba", "Ilyas")]
        db.session.add_all(others)
        self.families = [self.town.amina, self.town.dawit, *others]
        self.moved_up: Counter[int] = Counter()
        self.to_tell_of_cancelling: set[int] = set()
        self.waited: set[int] = set()

    def teardown(self) -> None:
        db.session.rollback()

    def _rows(self) -> list[Rsvp]:
        return list(db.session.scalars(select(Rsvp).where(Rsvp.date_id == self.date.id).order_by(Rsvp.queued_at, Rsvp.id)))

    def _hold(self) -> EventDate:
        self.waited = {rsvp.id for rsvp in self._rows() if rsvp.is_waiting}
        return locked(EventDate, self.date.id)

    def _note(self) -> None:
        """Who waited before the step and holds seats after it moved up, once."""
        for rsvp in self._rows():
            if rsvp.id in self.waited and rsvp.holds_seats:
                self.moved_up[rsvp.id] += 1

    def _one(self, number: int) -> Rsvp | None:
        rows = self._rows()
        return rows[number % len(rows)] if rows else None

    @rule(party=PARTIES, through=st.integers(0, 9), phone=st.booleans())
    def sign_up(self, party: Party, through: int, phone: bool) -> None:
        household = self.families[through] if through < len(self.families) else None
        date = self._hold()
        try:
            rsvp = rsvps.sign_up(date, party, language="ar", household=household, entered_by=self.town.fatma if household else None)
            if phone and household is None:
                rsvp.contact = RsvpContact(phone="+32470000031")
                db.session.flush()
        except (errors.PartySize, errors.SignupIsClosed, errors.HouseholdComesAlready):
            return
        self._note()

    @rule(number=st.integers(0, 40), party=PARTIES)
    def change(self, number: int, party: Party) -> None:
        rsvp = self._one(number)
        if rsvp is None:
            return
        self._hold()
        before = (rsvp.people, rsvp.status)
        try:
            rsvps.change(rsvp, party)
        except RuleBroken:
            assert (rsvp.people, rsvp.status) == before
            return
        self._note()

    @rule(number=st.integers(0, 40))
    def give_back(self, number: int) -> None:
        rsvp = self._one(number)
        if rsvp is None:
            return
        self._hold()
        try:
            rsvps.give_back(rsvp)
        except errors.AlreadyGivenBack:
            return
        self._note()

    @rule(seats=SEATS)
    def change_seats(self, seats: int | None) -> None:
        date = self._hold()
        try:
            dates.set_seats([date], seats)
        except errors.SeatsBelowTaken:
            return
        self._note()

    @rule(smaller=st.booleans())
    def let_smaller_pass(self, smaller: bool) -> None:
        self._hold()
        sign_up_rules.change(self.event, babies_count=self.event.babies_count, smaller_may_pass=smaller, by=self.town.leen)
        self._note()

    @rule()
    def doubt(self) -> None:
        sign_up_rules.doubt(self._hold(), self.town.leen)

    @rule(number=st.integers(0, 40))
    def confirm(self, number: int) -> None:
        rsvp = self._one(number)
        if rsvp is not None:
            self._hold()
            sign_up_rules.confirm(rsvp)

    @rule(number=st.integers(0, 40), household_too=st.booleans())
    def erase(self, number: int, household_too: bool) -> None:
        rsvp = self._one(number)
        if rsvp is None:
            return
        self._hold()
        gone = rsvp.id
        household_too = household_too and rsvp.household is None  # the cast stays for the next step
        erasure.erase_own(rsvp, household_too)
        self.waited.discard(gone)
        self.moved_up.pop(gone, None)
        self.to_tell_of_cancelling.discard(gone)
        self._note()

    @precondition(lambda self: self.date.is_on and len(self._rows()) > 5)
    @rule()
    def cancel(self) -> None:
        date = self._hold()
        self.to_tell_of_cancelling = {rsvp.id for rsvp in self._rows() if not rsvp.is_given_back}
        dates.cancel(date, "Storm", self.town.leen)

    # ---- what holds after every step

    @invariant()
    def seats_are_never_exceeded(self) -> None:
        if self.date.seats is not None:
            assert sum(rsvp.heads(self.event.babies_count) for rsvp in self._rows() if rsvp.holds_seats) <= self.date.seats

    @invariant()
    def nobody_first_in_line_waits_while_they_fit(self) -> None:
        """Nobody at all where smaller ones may pass; and behind strangers who wait only for the seats
        that are kept, no family of a coach."""
        line = [rsvp for rsvp in self._rows() if rsvp.is_waiting]
        if not self.date.is_on or not line:
            return
        first_of_a_coach = next((rsvp for rsvp in line if rsvp.household_id is not None), None)
        held_back_by = line[: line.index(first_of_a_coach)] if first_of_a_coach is not None else []
        if self.event.smaller_may_pass:
            assert not any(self._fits(rsvp) for rsvp in line)
        else:
            assert not self._fits(line[0])
            if first_of_a_coach is not None and all(self._fits(rsvp, kept=True) for rsvp in held_back_by):
                assert not self._fits(first_of_a_coach)

    def _fits(self, rsvp: Rsvp, kept: bool = False) -> bool:
        """`kept`: with the seats kept for coaches."""
        if self.date.seats is None:
            return True
        babies, held = self.event.babies_count, [each for each in self._rows() if each.holds_seats]
        free = self.date.seats - sum(each.heads(babies) for each in held)
        if rsvp.household_id is None and not kept:
            free = min(free, self.date.seats - self.event.coach_seats - sum(each.heads(babies) for each in held if each.household_id is None))
        return rsvp.heads(babies) <= free

    @invariant()
    def each_change_is_told_exactly_once(self) -> None:
        told = Counter(
            db.session.scalars(
                select(Notice.recipient_id).where(Notice.kind == "promoted", Notice.recipient_kind == "rsvp", Notice.recipient_id.in_(self._ids()))
            )
        )
        assert told == self.moved_up
        cancelled = Counter(
            db.session.scalars(select(Notice.recipient_id).where(Notice.kind == "date_cancelled", Notice.recipient_id.in_(self._ids())))
        )
        assert cancelled == Counter(self.to_tell_of_cancelling)

    def _ids(self) -> list[int]:
        return [rsvp.id for rsvp in self._rows()]


def play(town: Cast, examples: int, steps: int, anew: bool = False) -> None:
    """The same stories each day, or others (`anew`). A failure is said as it was found: making it shorter takes minutes; raise `phases` by hand for that."""
    given = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        phases=[Phase.generate], report_multiple_bugs=False, derandomize=not anew,
    )  # fmt: skip
    run_state_machine_as_test(type("SigningUpHere", (SigningUp,), {"town": town}), settings=given)


def test_whatever_happens_the_promises_hold(town: Cast) -> None:
    play(town, examples=8, steps=40)


@pytest.mark.slow
def test_whatever_happens_in_ten_thousand_steps_the_promises_hold(town: Cast) -> None:
    play(town, examples=200, steps=50, anew=True)


def test_the_machine_notices_a_broken_promise(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody is let in any more."""
    monkeypatch.setattr(rsvps, "promote", lambda date: [])
    with pytest.raises(AssertionError):
        play(town, examples=200, steps=30)
