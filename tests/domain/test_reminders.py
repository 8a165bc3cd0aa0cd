"""Who stays silent hears once more, then is called; and never before the day they named."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import hours, later, world_kitchen
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import dates, events, invitations, notices, partners, reminders
from vwg.models import Invitation, Notice, NoticeChannel, NoticeState, PartStat, Way


@pytest.fixture
def asked(town: Cast) -> Invitation:
    """Jo asked De Brug by mail; the mail left."""
    invitation = invitations.invite(world_kitchen(town), town.de_brug, town.bert, "Stoelen?", town.jo)
    notices.done(db.session.scalars(select(Notice)).one(), "sent")
    return invitation


def told() -> list[tuple[str, NoticeChannel]]:
    rows = db.session.scalars(select(Notice).where(Notice.kind.in_([reminders.REMINDER, reminders.CALL])).order_by(Notice.id))
    return [(row.kind, row.channel) for row in rows]


def remind_each_day(days: int) -> list[tuple[str, NoticeChannel]]:
    """The mornings of so many days; each mail leaves."""
    for day in range(1, days + 1):
        with later(days=day):
            reminders.remind_the_silent()
            for notice in db.session.scalars(select(Notice).where(Notice.channel == NoticeChannel.MAIL, Notice.state == NoticeState.WAITING)):
                notices.done(notice, "sent")
    return told()


def test_one_reminder_then_a_call_line_and_no_more(asked: Invitation) -> None:
    assert remind_each_day(4) == []
    assert remind_each_day(5) == [("invitation_reminder", NoticeChannel.MAIL)]
    assert remind_each_day(18) == [("invitation_reminder", NoticeChannel.MAIL), ("invitation_silent", NoticeChannel.CALL)]
    assert db.session.scalars(select(Notice.assigned_to_id).where(Notice.kind == "invitation_silent")).one() == asked.invited_by_id


def test_who_answered_is_not_reminded(asked: Invitation) -> None:
    invitations.reply(asked, PartStat.DECLINED)

    assert remind_each_day(18) == []


def test_an_answer_takes_the_reminder_back(asked: Invitation) -> None:
    with later(days=6):
        reminders.remind_the_silent()
        invitations.reply(asked, PartStat.ACCEPTED, noted_by=asked.invited_by)

    assert db.session.scalars(select(Notice.state).where(Notice.kind == reminders.REMINDER)).all() == [NoticeState.DROPPED]


def test_nobody_is_reminded_before_the_day_they_named(asked: Invitation) -> None:
    invitations.reply(asked, PartStat.TENTATIVE, ask_again_at=date(2026, 3, 14))

    assert remind_each_day(12) == []  # until Saturday 14 March
    assert remind_each_day(13) == [("invitation_reminder", NoticeChannel.MAIL)]


def test_who_wants_to_know_sooner_reminds_sooner(asked: Invitation) -> None:
    asked.reply_by = date(2026, 3, 5)

    assert remind_each_day(2) == []
    assert remind_each_day(3) == [("invitation_reminder", NoticeChannel.MAIL)]


def test_what_never_left_is_not_reminded_of(town: Cast) -> None:
    invitations.invite(world_kitchen(town), town.de_brug, town.bert, "", town.jo)
    with later(days=6):
        assert reminders.remind_the_silent() == 0


def test_who_wants_no_mail_is_called_at_once(asked: Invitation, town: Cast) -> None:
    partners.never_mail(town.bert)

    assert remind_each_day(18) == [("invitation_silent", NoticeChannel.CALL)]


def test_who_was_asked_at_the_counter_is_reminded_too(town: Cast) -> None:
    invitations.invite(world_kitchen(town), town.bakery, town.chen, "", town.jo, way=Way.VISIT)

    assert remind_each_day(5) == [("invitation_reminder", NoticeChannel.MAIL)]


def test_nobody_is_reminded_of_what_does_not_go_on_or_is_tomorrow(asked: Invitation, town: Cast) -> None:
    with later(days=18, hours=12):  # Friday evening: the kitchen is tomorrow
        assert reminders.remind_the_silent() == 0
    dates.cancel(asked.event.dates[0], "Ziek", town.leen)
    with later(days=6):
        assert reminders.remind_the_silent() == 0


def test_a_contact_who_goes_away_leaves_a_call_to_the_partner(town: Cast) -> None:
    invitation = invitations.invite(world_kitchen(town), town.de_brug, town.bert, "", town.jo)
    partners.remove_contact(town.bert)
    notice = db.session.scalars(select(Notice)).one()

    assert (notice.channel, notice.recipient_kind, notice.recipient_id) == (NoticeChannel.CALL, "invitation", invitation.id)


def test_who_was_asked_by_whatsapp_for_a_draft_is_reminded_by_mail(town: Cast) -> None:
    table = events.create(events.Details("Praattafel"), [hours(24, 10, 12, month=4)], town.leen)
    invitations.invite(table, town.de_brug, town.bert, "", town.jo, way=Way.WHATSAPP)

    assert remind_each_day(6) == [("invitation_reminder", NoticeChannel.MAIL)]
