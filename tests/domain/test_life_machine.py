"""Any order of steps: stages, series edits and sign-ups, on both engines. What must always hold is written out."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.conftest import empty
from tests.domain.test_series import read
from vwg import clock, demo
from vwg.db import db, locked, writing
from vwg.domain import dates, errors, events, rsvps, series
from vwg.domain.dates import Times
from vwg.domain.events import Details
from vwg.domain.rsvps import Party
from vwg.domain.series import Every, Plan, Rhythm, Scope
from vwg.models import Event, EventDate, Notice, NoticeState, Published, Rsvp, RsvpStatus, Series, Stage

SEATS = 5
DAYS = st.integers(-2, 9)
# Evenings, and an hour that the nights of the clock change have twice or not at all.
HOURS = st.sampled_from([(19, 21), (2, 4), (14, 18)])
SCOPES = st.sampled_from(list(Scope))
WHICH = st.integers(0, 30)
FIRST_DAYS = st.sampled_from([date(2026, 3, 15), date(2026, 10, 18), date(2026, 12, 24), date(2028, 2, 22)])


def machine(app: Flask) -> type[RuleBasedStateMachine]:
    class Life(RuleBasedStateMachine):
        """One activity, whatever volunteers and newcomers do with it."""

        def __init__(self) -> None:
            super().__init__()
            self.context = app.app_context()
            self.context.push()
            self.transaction = writing()
            self.transaction.__enter__()
            _empty()
            self.cast = demo.cast()
            self.uids: dict[int, str] = {}
            self.sequences: dict[str, int] = {}
            self.was_online = False

        def teardown(self) -> None:
            self.transaction.__exit__(None, None, None)
            self.context.pop()

        @initialize(first=FIRST_DAYS, hours=HOURS, weeks=st.integers(1, 6), every=st.sampled_from([Every.WEEK, Every.MONTH]))
        def written(self, first: date, hours: tuple[int, int], weeks: int, every: Every) -> None:
            pattern = Times(clock.at(first, hours[0]), clock.at(first, hours[1]))
            rhythm = Rhythm(every)
            times = series.dates_of(pattern, Plan(rhythm, first + timedelta(weeks=weeks)))
            self.event = events.create(Details("Praattafel", seats=SEATS, place=self.cast.skala), times, self.cast.jo, rule=rhythm.rule(pattern))

        @rule(step=st.sampled_from([events.make_ready, events.back_to_draft, events.publish]))
        def stage(self, step: Callable[[Event, Any], None]) -> None:
            self._try(lambda: step(self.event, self.cast.jo))

        @rule(which=WHICH, scope=SCOPES, days=DAYS, hours=HOURS)
        def move(self, which: int, scope: Scope, days: int, hours: tuple[int, int]) -> None:
            chosen = self._date(which)
            day = clock.local(chosen.starts_at).date() + timedelta(days=days)
            times = Times(clock.at(day, hours[0]), clock.at(day, hours[1]))
            self._try(lambda: series.move(chosen, scope, times, self.cast.skala, self.cast.jo))

        @rule(which=WHICH, scope=SCOPES, step=st.sampled_from([series.cancel, series.postpone]))
        def take_off(self, which: int, scope: Scope, step: Callable[..., Any]) -> None:
            self._try(lambda: step(self._date(which), scope, "Ziek.", self.cast.jo))

        @rule(which=WHICH)
        def on_again(self, which: int) -> None:
            self._try(lambda: dates.put_on_again(self._date(which), self.cast.jo))

        @rule(which=WHICH, scope=SCOPES)
        def skip(self, which: int, scope: Scope) -> None:
            self._try(lambda: series.skip(self._date(which), scope, self.cast.jo))

        @rule(weeks=st.integers(1, 4))
        def repeat(self, weeks: int) -> None:
            last = max(clock.local(each.starts_at).date() for each in self.event.dates)
            if len(self.event.dates) < 12:
                self._try(lambda: series.repeat(self.event, Plan(Rhythm(), last + timedelta(weeks=weeks)), self.cast.jo))

        @rule(which=WHICH, scope=SCOPES, seats=st.integers(1, 8), may_wait=st.booleans())
        def seats(self, which: int, scope: Scope, seats: int, may_wait: bool) -> None:
            self._try(lambda: series.change_seats(self._date(which), scope, seats, self.cast.jo, may_wait))

        @rule(hours=HOURS, days=st.integers(1, 400))
        def one_more(self, hours: tuple[int, int], days: int) -> None:
            if len(self.event.dates) < 12:
                day = clock.today() + timedelta(days=days)
                self._try(lambda: dates.add(self.event, Times(clock.at(day, hours[0]), clock.at(day, hours[1])), self.cast.jo))

        @rule(which=WHICH, people=st.integers(1, 4))
        def sign_up(self, which: int, people: int) -> None:
            self._try(lambda: rsvps.sign_up(self._date(which), Party(people), language="nl", name="Rahim"))

        @rule(which=WHICH)
        def give_back(self, which: int) -> None:
            coming = db.session.scalars(select(Rsvp).order_by(Rsvp.id)).all()
            if coming:
                chosen = coming[which % len(coming)]
                locked(EventDate, chosen.date_id)
                self._try(lambda: rsvps.give_back(chosen))

        # ---- what always holds

        @invariant()
        def what_a_calendar_reads_is_what_we_have(self) -> None:
            if self.event.stage == Stage.PUBLISHED:
                ours = sorted((f"{clock.local(each.starts_at):%m %d %H:%M}", each.is_cancelled) for each in self.event.dates)
                theirs = sorted((f"{start[3:5]} {start[:2]} {start[6:]}", cancelled) for start, (_, cancelled) in read(self.event).items())
                assert sorted(set(ours)) == theirs

        @invariant()
        def a_uid_is_kept_for_life_and_its_sequence_never_falls(self) -> None:
            for row in db.session.scalars(select(Published)):
                assert row.sequence >= self.sequences.get(row.component, 0)
                self.sequences[row.component] = row.sequence
            for each in db.session.scalars(select(Series)) if self.event.stage == Stage.PUBLISHED else ():
                assert self.uids.setdefault(each.id, each.uid) == each.uid

        @invariant()
        def seats_are_never_taken_twice_and_nobody_waits_before_an_empty_one(self) -> None:
            for each in self.event.dates:
                taken = rsvps.seats_taken(each)
                assert each.seats is None or taken <= each.seats
                waiting = [rsvp for rsvp in each.rsvps if rsvp.status == RsvpStatus.WAITING]
                if waiting and each.is_on and not each.is_over and each.seats is not None:
                    first = min(waiting, key=lambda rsvp: (rsvp.queued_at, rsvp.id))
                    assert first.people > each.seats - taken

        @invariant()
        def every_date_ends_after_it_begins_and_knows_its_place_in_its_series(self) -> None:
            assert self.event.dates
            for each in self.event.dates:
                assert each.ends_at > each.starts_at
                assert (each.series is None) == (each.original_start is None)
            for one in self.event.series:
                assert self.event.stage == Stage.PUBLISHED or [each for each in self.event.dates if each.series is one]

        @invariant()
        def what_was_online_stays_online_and_a_draft_is_in_no_feed(self) -> None:
            if self.was_online:
                assert self.event.stage == Stage.PUBLISHED
            elif self.event.stage != Stage.PUBLISHED:
                assert db.session.scalars(select(Published)).all() == []
            self.was_online = self.event.stage == Stage.PUBLISHED

        @invariant()
        def nobody_is_told_twice(self) -> None:
            keys = [notice.key for notice in db.session.scalars(select(Notice))]
            assert len(keys) == len(set(keys))

        @invariant()
        def who_counts_on_a_date_waits_for_its_last_news_and_no_older(self) -> None:
            """Of a date that does not go on, everybody who has or had a seat or waits was told or waits to be."""
            news = {"date_cancelled", "date_postponed", "date_moved", "date_on_again"}
            for each in self.event.dates:
                owed = db.session.scalars(select(Notice).where(Notice.subject_kind == "date", Notice.subject_id == each.id, Notice.kind.in_(news))).all()
                waiting = [notice for notice in owed if notice.state == NoticeState.WAITING]
                assert all(notice.subject_version <= each.sequence for notice in waiting)  # a series that ends earlier counts all its dates on
                assert len({notice.recipient_id for notice in waiting}) == len(waiting)  # one each, so never yesterday's
                if not each.is_on:
                    kind = "date_cancelled" if each.is_cancelled else "date_postponed"
                    counting = {rsvp.id for rsvp in each.rsvps if not rsvp.is_given_back}
                    assert counting <= {notice.recipient_id for notice in waiting if notice.kind == kind}

        @invariant()
        def whoever_waits_or_sits_heard_the_last_of_it(self) -> None:
            """A promotion that still waits to be told is true, and so is "you stand in line again"."""
            told = select(Notice).where(Notice.subject_kind == "rsvp", Notice.state == NoticeState.WAITING)
            for notice in db.session.scalars(told):
                rsvp = db.session.get(Rsvp, notice.recipient_id)
                assert rsvp is not None
                assert rsvp.is_given_back or (notice.kind == "promoted") == rsvp.holds_seats

        # ---- inside

        def _date(self, which: int) -> EventDate:
            ids = sorted(each.id for each in self.event.dates)
            return locked(EventDate, ids[which % len(ids)])

        def _try(self, step: Callable[[], object]) -> None:
            """A step that a rule refuses leaves no trace: as the view does, all is undone."""
            db.session.commit()
            try:
                step()
            except errors.RuleBroken:
                db.session.rollback()
            else:
                db.session.commit()

    return Life


def _empty() -> None:
    """The house as it was made; between two stories of the machine."""
    empty(db.session.connection())
    db.session.commit()
    db.session.expunge_all()


@pytest.mark.parametrize("stories", [pytest.param(8, id="some"), pytest.param(150, id="many", marks=pytest.mark.slow)])
def test_whatever_is_done_these_things_hold(app: Flask, stories: int) -> None:
    run_state_machine_as_test(
        machine(app),
        settings=settings(max_examples=stories, stateful_step_count=20, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), database=None, derandomize=stories < 100),
    )
