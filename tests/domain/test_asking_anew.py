"""Of a series a partner is asked date by date, or for all; and anew when its time went by. Never twice for the same date."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import hours, later
from vwg import phrases
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import doubles, errors, events, hearing, invitations, needs, own_calendars, partners, pledges, relations, reminders
from vwg.domain.invitations import Offer
from vwg.domain.partners import Details
from vwg.models import Event, EventDate, FeedKind, Invitation, Notice, NoticeState, Partner, PartStat


def table(town: Cast) -> Event:
    """Three Tuesdays, online; it is the Monday before."""
    event = events.create(events.Details("Praattafel"), [hours(day, 10, 12) for day in (3, 10, 17)], town.leen)
    events.publish(event, town.leen)
    return event


def ask(town: Cast, event: Event, day: EventDate | None = None, partner: Partner | None = None) -> Invitation:
    chosen = partner or town.de_brug
    return invitations.invite(event, chosen, partners.contact_for_asking(chosen), "", town.jo, date=day)


def test_once_for_each_date(town: Cast) -> None:
    event = table(town)
    first = ask(town, event, event.dates[0])
    second = ask(town, event, event.dates[1])
    assert (first.dates, second.dates) == ([event.dates[0]], [event.dates[1]])

    for day in event.dates[:2]:
        with pytest.raises(errors.AlreadyInvited):
            ask(town, event, day)


def test_for_all_dates_means_those_that_were_not_asked_for_by_themselves(town: Cast) -> None:
    event = table(town)
    ask(town, event, event.dates[1])
    rest = ask(town, event)
    assert rest.dates == [event.dates[0], event.dates[2]]

    for day in (None, *event.dates):
        with pytest.raises(errors.AlreadyInvited):
            ask(town, event, day)


def test_who_was_asked_for_each_date_by_itself_cannot_be_asked_for_all(town: Cast) -> None:
    event = table(town)
    for day in event.dates:
        ask(town, event, day)

    with pytest.raises(errors.AlreadyInvited):
        ask(town, event)
    assert invitations.not_to_ask(event) == {town.de_brug.id}


def test_a_date_that_is_over_is_not_asked_for(town: Cast) -> None:
    event = table(town)
    with later(days=3), pytest.raises(errors.EventIsOver):
        ask(town, event, event.dates[0])


@pytest.mark.parametrize("answer", [None, PartStat.DECLINED, PartStat.TENTATIVE])
@pytest.mark.parametrize("for_all", [True, False])
def test_not_this_time_is_about_this_time(town: Cast, answer: PartStat | None, for_all: bool) -> None:
    event = table(town)
    before = ask(town, event)
    if answer:
        invitations.reply(before, answer)
    with pytest.raises(errors.AlreadyInvited):
        ask(town, event, event.dates[2])

    with later(days=3):  # the first Tuesday is over
        assert invitations.not_to_ask(event) == set()
        again = ask(town, event, None if for_all else event.dates[2])

        assert (before.latest, invitations.standing(event)) == (again, [again])
        with pytest.raises(errors.AlreadyInvited):
            ask(town, event, event.dates[2])


def test_a_yes_to_all_dates_is_a_yes_to_all(town: Cast) -> None:
    event = table(town)
    invitations.reply(ask(town, event), PartStat.ACCEPTED)

    with later(days=3), pytest.raises(errors.AlreadyInvited):
        ask(town, event, event.dates[2])


def test_who_asks_around_until_a_day_is_left_in_peace_until_then(town: Cast) -> None:
    event = table(town)
    invitations.reply(ask(town, event), PartStat.TENTATIVE, ask_again_at=date(2026, 3, 7))

    with later(days=3), pytest.raises(errors.AlreadyInvited):
        ask(town, event, event.dates[2])
    with later(days=7):
        assert ask(town, event, event.dates[2]).dates == [event.dates[2]]


def test_what_was_asked_anew_is_history_and_reminds_nobody(town: Cast) -> None:
    event = table(town)
    before = ask(town, event)
    for notice in db.session.scalars(select(Notice)):
        notice.state = NoticeState.DONE
    with later(days=3):
        again = ask(town, event)
        for notice in db.session.scalars(select(Notice)):
            notice.state = NoticeState.DONE
    with later(days=9):
        assert reminders.remind_the_silent() == 1

    assert db.session.scalars(select(Notice.subject_id).where(Notice.kind == "invitation_reminder")).all() == [again.id]
    assert [entry.kind for entry in relations.time_line(town.de_brug)] == ["reminded", "asked", "asked"]
    assert partners.asked_of(town.de_brug) == [again] and before.replaced_by is again


def test_each_answer_has_its_own_promises(town: Cast) -> None:
    event = table(town)
    chairs = needs.add(event, "stoelen", 20)
    first, second = ask(town, event, event.dates[0]), ask(town, event, event.dates[1])
    invitations.reply(first, PartStat.ACCEPTED, offers=[Offer(chairs, 8), Offer(None, 1, "soep")])
    invitations.reply(second, PartStat.ACCEPTED, offers=[Offer(chairs, 5)])
    assert chairs.pledged == 13

    invitations.reply(second, PartStat.DECLINED)
    assert ([(pledge.what, pledge.amount) for pledge in first.pledges], second.pledges) == ([("stoelen", 8), ("soep", 1)], [])


def test_a_change_is_told_once_to_a_partner_by_the_invitation_it_is_about(town: Cast) -> None:
    event = table(town)
    alone, rest = ask(town, event, event.dates[1]), ask(town, event)

    assert [[each.about for each in hearing.of([day])] for day in event.dates] == [[rest.id], [alone.id], [rest.id]]
    assert {each.about for each in hearing.of(event.dates)} == {alone.id, rest.id}


def test_a_yes_to_be_named_was_for_its_date(town: Cast) -> None:
    event = table(town)
    first = ask(town, event, event.dates[0])
    whole = ask(town, event, partner=town.bakery)
    for invitation in (first, whole):
        invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(None, 1, "taart")], consent_to_name=True)
    assert invitations.named_helpers(event) == [town.bakery, town.de_brug]

    with later(days=3):
        assert invitations.named_helpers(event) == [town.bakery]
    with later(days=30):  # what was: with everybody who helped
        assert invitations.named_helpers(event) == [town.bakery, town.de_brug]


def test_what_was_promised_for_a_date_is_thanked_after_that_date(town: Cast) -> None:
    event = table(town)
    for day, what, named in zip(event.dates, ("taart", "soep"), (False, True), strict=False):
        invitations.reply(ask(town, event, day), PartStat.ACCEPTED, offers=[Offer(None, 1, what)], consent_to_name=named)
    invitations.reply(ask(town, event, partner=town.bakery), PartStat.ACCEPTED, offers=[Offer(None, 1, "brood")])
    assert pledges.to_thank() == []

    with later(days=3):
        assert pledges.to_thank() == [(event, 1)]
        mine = pledges.thanks_to(event, town.de_brug)
        assert mine is not None and ([each.what for each in mine.told], mine.may_name) == (["taart"], False)
        pledges.thank(mine.due, town.jo)
        assert pledges.to_thank() == [] and not mine.is_done
    with later(days=30):
        assert pledges.to_thank() == [(event, 2)]


def test_merged_partners_keep_what_each_was_asked(town: Cast) -> None:
    event = table(town)
    twin = partners.add(Details("De Brug vzw"))
    mine, theirs = ask(town, event, event.dates[0]), ask(town, event, event.dates[1], twin)
    both = ask(town, event, event.dates[0], twin)
    doubles.merge(town.de_brug, twin)

    assert [each.partner.name for each in (mine, theirs, both)] == ["De Brug", "De Brug", "De Brug vzw"]
    with pytest.raises(errors.AlreadyInvited):
        ask(town, event, event.dates[1])


def test_their_own_calendar_says_of_each_date_what_was_asked_of_it(town: Cast) -> None:
    event = table(town)
    chairs = needs.add(event, "stoelen", 20)
    chairs.date = event.dates[0]
    invitations.reply(ask(town, event, event.dates[0]), PartStat.ACCEPTED, offers=[Offer(chairs, 8)])
    ask(town, event, event.dates[2])
    key = own_calendars.give(FeedKind.PARTNER, "", partner=town.de_brug)

    with phrases.speaking("nl"):
        told = own_calendars.entries(key)
    assert [(shown.entry.title, shown.entry.text) for shown in told] == [("Praattafel", "Jullie brengen mee: 8 stoelen"), ("Vraag: Praattafel", "")]
