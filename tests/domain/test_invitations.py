"""Asking partners, and what they answer."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import hours, later, world_kitchen
from vwg.db import db, locked
from vwg.demo import Cast
from vwg.domain import dates, errors, events, invitations, needs, partners
from vwg.domain.invitations import Offer
from vwg.models import EventDate, Invitation, Notice, NoticeChannel, PartStat, Way


def ask(town: Cast, **details: object) -> Invitation:
    return invitations.invite(world_kitchen(town, **details), town.de_brug, town.bert, "Stoelen?", town.jo)


def kinds() -> list[str]:
    return list(db.session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_a_partner_is_asked_once_per_activity(town: Cast) -> None:
    invitation = ask(town)

    with pytest.raises(errors.AlreadyInvited) as refusal:
        invitations.invite(invitation.event, town.de_brug, town.bert, "Nog eens", town.leen)
    assert refusal.value.values == {"name": "De Brug"}


def test_nobody_is_asked_for_what_is_over(town: Cast) -> None:
    kitchen = world_kitchen(town)
    with later(days=30), pytest.raises(errors.EventIsOver):
        invitations.invite(kitchen, town.de_brug, town.bert, "", town.jo)


def test_asking_owes_a_notice_and_asking_in_person_owes_none(town: Cast) -> None:
    ask(town)
    kitchen = world_kitchen(town)
    invitations.invite(kitchen, town.bakery, town.chen, "", town.jo, way=Way.VISIT)

    assert kinds() == ["invitation"]


def test_a_partner_without_an_address_is_a_call_of_whoever_asked(town: Cast) -> None:
    town.bert.email = ""
    ask(town)
    notice = db.session.scalars(select(Notice)).one()

    assert (notice.channel, notice.assigned_to.name) == (NoticeChannel.CALL, "Jo")


def test_a_partner_of_whom_nobody_is_known_can_be_asked_by_going_by(town: Cast) -> None:
    unknown = partners.add(partners.Details("Fietsclub"))
    invitations.invite(world_kitchen(town), unknown, partners.contact_for_asking(unknown), "", town.jo)
    notice = db.session.scalars(select(Notice)).one()

    assert (notice.channel, notice.recipient_kind) == (NoticeChannel.CALL, "invitation")


def test_after_a_yes_the_calendar_file_is_owed_once_per_change(town: Cast) -> None:
    invitation = ask(town)
    invitations.reply(invitation, PartStat.ACCEPTED)
    invitations.reply(invitation, PartStat.ACCEPTED, comment="Tot dan!")

    assert kinds() == ["invitation", "calendar_file"]


def test_a_yes_by_mouth_is_a_yes_the_file_comes_by_mail(town: Cast) -> None:
    invitations.reply(ask(town), PartStat.ACCEPTED, noted_by=town.jo)

    assert kinds() == ["invitation", "calendar_file"]


def test_a_draft_has_no_calendar_file_until_it_is_online(town: Cast) -> None:
    invitation = ask(town, published=False)
    invitations.reply(invitation, PartStat.ACCEPTED)
    assert kinds() == ["invitation"]

    events.publish(invitation.event, town.leen)
    assert kinds() == ["invitation", "calendar_file"]


def test_nobody_is_called_about_a_file(town: Cast) -> None:
    town.bert.email = ""
    invitations.reply(ask(town), PartStat.ACCEPTED)

    assert kinds() == ["invitation"]


def test_a_later_answer_replaces_the_earlier_one(town: Cast) -> None:
    invitation = ask(town)
    invitations.reply(invitation, PartStat.TENTATIVE, ask_again_at=date(2026, 3, 12))
    assert invitation.ask_again_at == date(2026, 3, 12)

    invitations.reply(invitation, PartStat.ACCEPTED, ask_again_at=date(2026, 3, 12))
    assert invitation.ask_again_at is None


def test_a_no_takes_promises_back_and_a_yes_can_make_them_again(town: Cast) -> None:
    invitation = ask(town)
    chairs = needs.add(invitation.event, "stoelen", 20)
    invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(chairs, 20)])
    assert chairs.missing == 0

    invitations.reply(invitation, PartStat.DECLINED, offers=[Offer(chairs, 20)])
    assert (chairs.missing, invitation.pledges) == (20, [])

    invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(chairs, 8)])
    assert (chairs.missing, [pledge.amount for pledge in invitation.pledges]) == (12, [8])


def test_zero_takes_one_promise_back_and_leaves_the_other(town: Cast) -> None:
    invitation = ask(town)
    chairs, hands = needs.add(invitation.event, "stoelen", 20), needs.add(invitation.event, "afwassers", 3)
    invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(chairs, 20), Offer(hands, 2), Offer(None, 1, "koffie")])
    invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(chairs, 0)])

    assert {pledge.what for pledge in invitation.pledges} == {"afwassers", "koffie"}


@pytest.mark.parametrize("amount", [-3, 1000, 10_000])
def test_a_promise_of_a_number_without_sense_is_refused(town: Cast, amount: int) -> None:
    invitation = ask(town)
    chairs = needs.add(invitation.event, "stoelen", 20)

    with pytest.raises(errors.PledgeAmount):
        invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(chairs, amount)])


def test_more_than_was_asked_is_welcome(town: Cast) -> None:
    invitation = ask(town)
    chairs = needs.add(invitation.event, "stoelen", 20)
    invitations.reply(invitation, PartStat.ACCEPTED, offers=[Offer(chairs, 30)])

    assert (chairs.pledged, chairs.missing) == (30, 0)


def test_after_the_activity_nobody_answers_any_more(town: Cast) -> None:
    invitation = ask(town)
    with later(days=30), pytest.raises(errors.EventIsOver):
        invitations.reply(invitation, PartStat.ACCEPTED)


def test_what_does_not_go_on_asks_nothing_any_more_until_it_does_again(town: Cast) -> None:
    kitchen = world_kitchen(town)
    invitation = invitations.invite(kitchen, town.de_brug, town.bert, "", town.jo)
    dates.cancel(kitchen.dates[0], "Zaal dicht", town.leen)
    with pytest.raises(errors.DateIsCancelled):
        invitations.reply(invitation, PartStat.ACCEPTED)
    dates.put_on_again(kitchen.dates[0], town.leen)
    invitations.reply(invitation, PartStat.ACCEPTED)
    assert invitation.is_accepted


def test_who_was_asked_for_one_date_answers_until_that_date(town: Cast) -> None:
    tables = events.create(events.Details("Praattafel"), [hours(10, 10, 12), hours(24, 10, 12)], town.leen)
    events.publish(tables, town.leen)
    invitation = invitations.invite(tables, town.de_brug, town.bert, "", town.jo, date=tables.dates[0])

    with later(days=14), pytest.raises(errors.EventIsOver):
        invitations.reply(invitation, PartStat.ACCEPTED)


def test_what_was_told_to_jo_is_seen_and_what_came_by_link_is_new(town: Cast) -> None:
    by_mouth, by_link = ask(town), invitations.invite(world_kitchen(town), town.bakery, town.chen, "", town.jo)
    invitations.reply(by_mouth, PartStat.ACCEPTED, noted_by=town.jo)
    invitations.reply(by_link, PartStat.ACCEPTED, replied_by="Chen")
    assert invitations.new_replies([by_mouth.event, by_link.event]) == [by_link]

    invitations.seen(by_link)
    assert invitations.new_replies([by_mouth.event, by_link.event]) == []


def test_only_who_agreed_is_named_and_each_once(town: Cast) -> None:
    invitation = ask(town)
    chairs, hands = needs.add(invitation.event, "stoelen", 20), needs.add(invitation.event, "afwassers", 3)
    other = invitations.invite(invitation.event, town.bakery, town.chen, "", town.jo)
    offers = [Offer(chairs, 20), Offer(hands, 2)]
    invitations.reply(other, PartStat.ACCEPTED, offers=[Offer(None, 1, "taart")])
    invitations.reply(invitation, PartStat.ACCEPTED, offers=offers, consent_to_name=True)
    assert invitations.named_helpers(invitation.event) == [town.de_brug]

    invitations.reply(invitation, PartStat.ACCEPTED, offers=offers)  # the tick is gone, and so is the name
    assert invitations.named_helpers(invitation.event) == []


def test_beside_each_name_stands_when_it_was_last_asked(town: Cast) -> None:
    first = ask(town)
    with later(days=3):
        second = ask(town)

    assert invitations.last_asked([town.de_brug, town.bakery]) == {town.de_brug.id: second.created_at}
    assert first.created_at < second.created_at


def test_a_change_tells_who_counts_on_it_and_not_who_said_no(town: Cast) -> None:
    invitation = ask(town)
    other = invitations.invite(invitation.event, town.bakery, town.chen, "", town.jo, way=Way.VISIT)
    third = partners.add(partners.Details("Fietsclub", contact_name="Rahim", contact_email="rahim@example.org"))
    asked_by_mail = invitations.invite(invitation.event, third, third.contacts[0], "", town.jo)
    for notice in db.session.scalars(select(Notice).where(Notice.subject_id == invitation.id)):
        notice.state = "done"
    invitations.reply(invitation, PartStat.ACCEPTED, noted_by=town.jo)
    invitations.reply(other, PartStat.DECLINED, noted_by=town.jo)
    dates.move(locked(EventDate, invitation.event.dates[0].id), hours(28, 14, 18), town.skala, town.leen)

    told = db.session.scalars(select(Notice.subject_id).where(Notice.kind == "invitation_changed")).all()
    assert told == [invitation.id]
    assert asked_by_mail.id not in told  # its invitation did not leave yet, and says the new day
