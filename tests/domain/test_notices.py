"""Telling people is a row: once each, at a fair hour, by the way that works."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import hours, later, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import dates, hearing, invitations, needs, notices, rsvps
from vwg.domain.notices import Way
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Helper, Household, HouseholdCoach, NeedKind, Notice, NoticeChannel, NoticeState, Rsvp, RsvpContact, User


def comes(date: EventDate, name: str = "", **given: object) -> Rsvp:
    locked(EventDate, date.id)
    return rsvps.sign_up(date, Party(2), name=name, language="ar", **given)


def owed(kind: str = "date_cancelled", version: int = 1) -> Notice:
    return notices.owe(kind, "date", 1, version, "rsvp", 1, "nl", Way(NoticeChannel.MAIL))


@pytest.mark.parametrize(
    ("told", "leaves"),
    [
        (datetime(2026, 3, 2, 6, 59, tzinfo=UTC), datetime(2026, 3, 2, 7, 0, tzinfo=UTC)),  # 7:59 in Laarne
        (datetime(2026, 3, 2, 7, 0, tzinfo=UTC), datetime(2026, 3, 2, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 18, 59, tzinfo=UTC), datetime(2026, 3, 2, 18, 59, tzinfo=UTC)),
        (datetime(2026, 3, 2, 19, 0, tzinfo=UTC), datetime(2026, 3, 3, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),  # summer time begins
    ],
)
def test_partners_are_mailed_between_eight_and_eight(told: datetime, leaves: datetime) -> None:
    assert notices.within_partner_hours(told) == leaves


def test_written_twice_it_is_one_row(town: Cast) -> None:
    assert owed() is owed()


def test_newer_news_replaces_what_was_not_told_yet(town: Cast) -> None:
    old, new = owed("date_postponed", 1), owed("date_moved", 2)

    assert (old.state, new.state) == (NoticeState.DROPPED, NoticeState.WAITING)


def test_what_was_told_stays_told(town: Cast) -> None:
    old = owed("date_postponed", 1)
    notices.done(old, "told")
    owed("date_moved", 2)

    assert old.state == NoticeState.DONE


def test_each_is_told_by_the_way_that_works(town: Cast) -> None:
    date = world_kitchen(town).dates[0]
    by_coach = comes(date, household=town.amina)
    by_mail, by_phone, by_nobody = comes(date, "Oksana"), comes(date, "Rahim"), comes(date, "")
    by_mail.contact = RsvpContact(email="oksana@example.org")
    by_phone.contact = RsvpContact(phone="+32470000031")
    db.session.flush()

    ways = [notices.way_to_rsvp(rsvp) for rsvp in (by_coach, by_mail, by_phone, by_nobody)]
    assert [way.channel for way in ways] == [NoticeChannel.CALL, NoticeChannel.MAIL, NoticeChannel.CALL, NoticeChannel.SHOW]
    assert [way.by.name if way.by else "" for way in ways] == ["Fatma", "", "Leen", ""]


def test_what_is_asked_of_all_at_once_is_what_is_said_of_each(town: Cast) -> None:
    """Through a coach, a stand-in while it lasts, a coach who left or is away; by mail, by telephone, not at all; partners and helpers too."""
    kitchen = world_kitchen(town)
    kitchen.hosts.append(town.jo)
    sara, nour = (User(name=name, away_until=clock.today() + timedelta(days=days)) for name, days in (("Sara", 0), ("Nour", -1)))
    db.session.add_all([sara, nour])
    db.session.flush()
    town.leen.away_until = clock.today()  # who hosts it first
    date = kitchen.dates[0]
    dishes = needs.add(kitchen, "afwassen", 3, NeedKind.PEOPLE)
    today = clock.today()
    carried = [
        ("Saba", [HouseholdCoach(user=town.fatma, until=today), HouseholdCoach(user=town.jo)]), ("Rahim", [HouseholdCoach(user=town.jo, until=today - timedelta(days=1))]),
        ("Ilyas", []), ("Miriam", [HouseholdCoach(user=town.jo), HouseholdCoach(user=town.fatma)]),
        ("Luwam", [HouseholdCoach(user=sara), HouseholdCoach(user=nour)]), ("Yonas", [HouseholdCoach(user=sara, until=today), HouseholdCoach(user=nour)]), ("Selam", [HouseholdCoach(user=sara)]),
    ]  # fmt: skip
    for name, coaches in carried:
        family = Household(nickname=name, coaches=coaches)
        db.session.add(family)
        db.session.flush()
        comes(date, household=family)
    for contact in (RsvpContact(email="oksana@example.org"), RsvpContact(phone="+32470000031"), RsvpContact(email="a@example.org", phone="+32470000032"), None):
        comes(date, "Oksana").contact = contact
    rsvps.give_back(comes(date, "Dawit"))
    for name, email in (("Sien", "sien@example.org"), ("Mo", "")):
        dishes.helpers.append(Helper(name=name, email=email, phone="" if email else "+32470000033"))
    invitations.invite(kitchen, town.de_brug, town.bert, "Stoelen?", town.leen)
    invitations.invite(kitchen, town.bakery, None, "Taart?", town.leen)
    db.session.flush()
    db.session.expire_all()

    each = [(f"rsvp {rsvp.id}", notices.way_to_rsvp(rsvp)) for rsvp in date.rsvps if not rsvp.is_given_back]
    each += [(f"helper {helper.id}", Way(NoticeChannel.MAIL) if helper.email else Way(NoticeChannel.CALL, town.jo)) for helper in dishes.helpers]
    for asked in kitchen.invitations:
        way = notices.way_to_contact(asked.contact, asked.invited_by)
        each.append((f"contact {asked.contact.id}" if asked.contact else f"invitation {asked.id}", way))
    together = {f"{one.kind} {one.identity}": (one.channel, one.caller_id) for one in hearing.of([date])}
    assert together == {who: (way.channel, way.by.id if way.by else None) for who, way in each}
    assert len(together) == 15
    named = {rsvp.household.nickname: together[f"rsvp {rsvp.id}"][1] for rsvp in date.rsvps if rsvp.household}
    assert (named["Luwam"], named["Yonas"], named["Selam"], named["Ilyas"]) == (nour.id, nour.id, sara.id, town.jo.id)


def test_before_it_is_done_one_sees_who_would_be_told_how(town: Cast) -> None:
    date = world_kitchen(town).dates[0]
    comes(date, household=town.amina)
    comes(date, "Dawit")
    rsvps.give_back(comes(date, "Oksana"))
    reach = notices.reach([date])

    assert (reach.mail, reach.call, reach.unreachable) == ([], ["Amina"], ["Dawit"])


def test_tries_come_later_and_later_and_end_as_a_call_of_a_host(town: Cast) -> None:
    rsvp = comes(world_kitchen(town).dates[0], "Oksana")
    rsvp.contact = RsvpContact(email="oksana@example.org", phone="+32470000031")
    db.session.flush()
    notice = notices.tell_rsvp("promoted", rsvp)
    waits = []
    for _ in range(notices.MOST_TRIES - 1):
        notices.could_not_mail(notice, has_phone=True, for_good=False)
        waits.append(round((notice.due_at - clock.now()).total_seconds() / 60))
    assert (waits, notice.channel) == ([1, 5, 30, 120], NoticeChannel.MAIL)

    notices.could_not_mail(notice, has_phone=True, for_good=False)
    assert (notice.channel, notice.state, notice.assigned_to.name) == (NoticeChannel.CALL, NoticeState.WAITING, "Leen")


def test_what_a_worker_took_and_did_not_bring_back_is_due_again(town: Cast) -> None:
    notice = owed()
    notices.lease(notice)
    assert db.session.scalars(notices.due_mails(5)).all() == []

    with later(minutes=11):
        assert db.session.scalars(notices.due_mails(5)).all() == [notice]


def test_a_sign_in_never_stands_among_the_mails_that_volunteers_read(town: Cast) -> None:
    notices.owe("sign_in", "sign_in", 1, 0, "user", town.leen.id, "nl", Way(NoticeChannel.MAIL))

    assert notices.mails_waiting() == []


def test_a_moved_date_tells_each_party_once(town: Cast) -> None:
    date = world_kitchen(town).dates[0]
    comes(date, household=town.amina)
    dates.postpone(locked(EventDate, date.id), "Ziek", town.leen)
    dates.move(locked(EventDate, date.id), hours(28, 14, 18), town.skala, town.leen)

    assert [(notice.kind, notice.state) for notice in db.session.query(Notice).order_by(Notice.id)] == [
        ("date_postponed", NoticeState.DROPPED), ("date_moved", NoticeState.WAITING),
    ]  # fmt: skip
