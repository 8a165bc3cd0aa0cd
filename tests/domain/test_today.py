"""What waits for a volunteer: a sentence and one thing to do each."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event as listening
from sqlalchemy import select

from tests.conftest import hours, later, world_kitchen
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import calls, carrying, dates, events, invitations, needs, notices, offers, pace, pledges, rsvps, supports, tasks, today
from vwg.domain.rsvps import Party
from vwg.domain.today import Waits
from vwg.models import Event, EventDate, NeedKind, Notice, Partner, PartStat, RsvpContact, User
from vwg.phrases import speaking


def lines_of(user: User, mail_is_on: bool = True) -> list[tuple[Waits, str, str]]:
    with speaking("en"):
        return [(line.kind, line.title, line.line) for line in today.of(user, mail_is_on).lines]


def sign_up(date: EventDate, people: int = 1, **given: object) -> None:
    locked(EventDate, date.id)
    rsvps.sign_up(date, Party(people), language="ar", **given)


@contextmanager
def queries() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    listening.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        listening.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_house_has_nothing_to_do(town: Cast) -> None:
    assert lines_of(town.jo) == []


def test_a_partners_answer_stands_with_what_it_pledges_until_somebody_saw_it(town: Cast) -> None:
    kitchen = world_kitchen(town)
    chairs = needs.add(kitchen, "stoelen", 20)
    asked = invitations.invite(kitchen, town.de_brug, town.bert, "20 stoelen?", town.leen)
    invitations.reply(asked, PartStat.ACCEPTED, offers=[invitations.Offer(chairs, 20)], replied_by="Bert")
    db.session.flush()
    db.session.expire_all()

    assert lines_of(town.jo) == [(Waits.REPLY, "De Brug says yes", "Wereldkeuken · 20 stoelen")]
    invitations.seen(asked)
    assert lines_of(town.jo) == []


def test_a_refusal_says_so_in_its_own_words(town: Cast) -> None:
    asked = invitations.invite(world_kitchen(town), town.bakery, town.chen, "Taart?", town.leen)
    invitations.reply(asked, PartStat.DECLINED, comment="Die dag zijn we dicht.")
    db.session.expire_all()

    assert lines_of(town.jo) == [(Waits.REFUSAL, "Bakkerij Chen says: not this time", "Wereldkeuken · Die dag zijn we dicht.")]


def test_many_answers_do_not_push_a_late_key_and_a_gap_behind_the_seven(town: Cast) -> None:
    kitchen = world_kitchen(town)
    for number in range(today.MOST_LINES):
        partner = Partner(name=f"Vereniging {number}")
        db.session.add(partner)
        db.session.flush()
        invitations.reply(invitations.invite(kitchen, partner, None, "", town.leen), PartStat.ACCEPTED)
    needs.add(kitchen, "stoelen", 12)
    tasks.add(kitchen, "sleutel halen", 30, town.leen)
    db.session.expire_all()

    kinds = [kind for kind, *_ in lines_of(town.leen)]
    assert kinds[:3] == [Waits.REPLY, Waits.GAPS, Waits.TASKS]
    assert kinds[3:] == [Waits.REPLY] * (today.MOST_LINES - 1)


def test_gaps_are_one_line_an_activity_the_largest_first(town: Cast) -> None:
    kitchen = world_kitchen(town)
    needs.add(kitchen, "taart", 3)
    needs.add(kitchen, "stoelen", 12)
    needs.add(kitchen, "rijst", 5, unit="kg")
    needs.add(kitchen, "tolk Tigrinya", 1, NeedKind.SKILL)

    assert lines_of(town.jo) == [(Waits.GAPS, "Still needed: 12 stoelen, 5 kg rijst, 3 taart …", "Wereldkeuken · Sat 21/3")]


def test_what_is_cancelled_needs_nothing_any_more(town: Cast) -> None:
    kitchen = world_kitchen(town)
    needs.add(kitchen, "stoelen", 12)
    dates.cancel(locked(EventDate, kitchen.dates[0].id), "storm", town.leen)

    assert lines_of(town.jo) == []


def test_people_in_line_and_drafts_stand_there_too(town: Cast) -> None:
    kitchen = world_kitchen(town, seats=1)
    sign_up(kitchen.dates[0], people=3)
    events.create(events.Details("Wandeling"), [hours(28, 14, 16)], town.jo)

    assert lines_of(town.jo) == [
        (Waits.QUEUE, "3 people wait for a seat", "Wereldkeuken · Sat 21/3"),
        (Waits.DRAFT, "Wandeling is not online yet", "Sat 28/3"),
    ]


def test_what_is_over_waits_for_nobody(town: Cast) -> None:
    world_kitchen(town, published=False)

    with later(days=30):
        assert lines_of(town.jo) == []


def test_once_it_is_over_who_kept_a_promise_is_to_be_thanked(town: Cast) -> None:
    kitchen = world_kitchen(town)
    chairs = needs.add(kitchen, "stoelen", 20)
    asked = invitations.invite(kitchen, town.de_brug, town.bert, "20 stoelen?", town.leen)
    invitations.reply(asked, PartStat.ACCEPTED, offers=[invitations.Offer(chairs, 20)], replied_by="Bert")
    invitations.seen(asked)
    db.session.flush()
    db.session.expire_all()
    assert Waits.THANKS not in [kind for kind, _, _ in lines_of(town.jo)]

    with later(days=20):
        assert lines_of(town.jo) == [(Waits.THANKS, "One partner to thank", "Wereldkeuken")]
        pledges.thank(kitchen.pledges, town.jo)
        assert lines_of(town.jo) == []


def test_mails_stand_there_only_where_the_house_sends_none(town: Cast) -> None:
    invitations.invite(world_kitchen(town), town.de_brug, town.bert, "20 stoelen?", town.leen)

    assert lines_of(town.jo, mail_is_on=True) == []
    assert lines_of(town.jo, mail_is_on=False) == [(Waits.MAILS, "One mail to send", "This house sends no mail itself.")]


def test_as_many_calls_as_the_call_list_has_lines_and_only_my_own(town: Cast) -> None:
    kitchen, walk = world_kitchen(town), world_kitchen(town)
    for activity in (kitchen, walk):
        sign_up(activity.dates[0], household=town.amina, entered_by=town.fatma)
    sign_up(kitchen.dates[0], household=town.dawit, entered_by=town.fatma)
    sign_up(kitchen.dates[0], name="Rahim")
    kitchen.dates[0].rsvps[-1].contact = RsvpContact(phone="+32470000031")
    dates.cancel_all(kitchen, "storm", town.leen)
    dates.cancel_all(walk, "storm", town.leen)

    numbers = {user.name: len(calls.to_make(user)) for user in (town.leen, town.jo, town.fatma)}
    assert numbers == {"Leen": 1, "Jo": 0, "Fatma": 2}
    assert [line[:2] for line in lines_of(town.fatma)] == [(Waits.CALLS, "2 calls to make")]
    assert [line[:2] for line in lines_of(town.leen)] == [(Waits.CALLS, "One call to make")]
    assert lines_of(town.jo) == []


def test_the_next_two_dates_are_online_and_go_on(town: Cast) -> None:
    world_kitchen(town, published=False)
    cancelled, kitchen, walk = world_kitchen(town), world_kitchen(town), events.create(events.Details("Wandeling"), [hours(14, 14, 16), hours(28, 14, 16)], town.jo)
    events.publish(walk, town.jo)
    dates.cancel(locked(EventDate, cancelled.dates[0].id), "storm", town.leen)

    assert today.of(town.jo, True).next_dates == [walk.dates[0], kitchen.dates[0]]


def test_a_full_house_asks_no_more_queries_than_a_small_one(town: Cast) -> None:
    def busy(activity: Event) -> None:
        for what in ("stoelen", "taart"):
            needs.add(activity, what, 3)
        sign_up(activity.dates[0], people=2)
        asked = invitations.invite(activity, town.de_brug, town.bert, "?", town.leen)
        invitations.reply(asked, PartStat.ACCEPTED, offers=[invitations.Offer(activity.needs[0], 1)])

    def asked() -> int:
        db.session.flush()
        db.session.expire_all()
        viewer = town.jo
        assert viewer.is_organiser
        with queries() as said:
            day = today.of(viewer, False)
            assert day.lines and day.next_dates
        return len(said)

    busy(world_kitchen(town, seats=1))
    small = asked()
    for _ in range(8):
        busy(world_kitchen(town, seats=1))

    assert asked() == small <= 12


def test_who_waits_for_one_of_us_is_said_without_a_name(town: Cast) -> None:
    offers.offer(offers.Said("Rahim", phone="+32470000031"), pace.new_key())
    carrying.leave_behind(town.fatma)
    date = locked(EventDate, world_kitchen(town, facts={"lift": True}).dates[0].id)
    supports.ask(rsvps.sign_up(date, Party(3), language="uk", name="Oksana"), ["lift"])

    assert lines_of(town.jo) == [
        (Waits.FAMILIES, "2 families have no coach now", "Who takes them on?"),
        (Waits.LIFTS, "3 people look for a lift.", "Wereldkeuken · Sat 21/3"),
        (Waits.OFFERS, "Somebody wants to help", "They wait for an answer."),
    ]


def test_a_mail_that_no_server_took_stands_there_with_mail_on_too(town: Cast) -> None:
    invitations.invite(world_kitchen(town), town.de_brug, town.bert, "", town.jo)
    town.bert.phone = ""
    notices.could_not_mail(db.session.scalars(select(Notice)).one(), has_phone=False, for_good=True)

    assert [line[:2] for line in lines_of(town.leen)] == [(Waits.MAILS, "One mail could not be sent")]
