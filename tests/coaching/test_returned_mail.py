"""A mail that did not arrive is told by a call, or at the door."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, later, world_kitchen
from tests.post_office import PostOffice, open_post_office
from vwg import demo, mail
from vwg.db import db, locked
from vwg.domain import calls, dates, invitations, notices, returned, rsvps, sign_up_rules, today
from vwg.domain.rsvps import Party
from vwg.formats import returned_mail
from vwg.models import ContactChannel, EventDate, Notice, NoticeChannel, NoticeState, Rsvp, RsvpContact, RsvpStatus

REPORT = b"""From: MAILER-DAEMON@example.org\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
MIME-Version: 1.0\r
\r
--b\r
Content-Type: text/plain\r
\r
I could not deliver it.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.org\r
\r
Final-Recipient: rfc822; Oksana@example.org\r
Action: failed\r
Status: 5.1.1\r
\r
Final-Recipient: rfc822; later@example.org\r
Action: delayed\r
Status: 4.2.2\r
\r
--b--\r
"""


@pytest.fixture
def post(app: Flask) -> Iterator[PostOffice]:
    with open_post_office(app) as office:
        yield office


def cancelled_for_oksana(town: demo.Cast, phone: str = "") -> Rsvp:
    """She left an address; the kitchen does not go on."""
    kitchen = locked(EventDate, world_kitchen(town).dates[0].id)
    oksana = rsvps.sign_up(kitchen, Party(2), language="uk", name="Oksana")
    oksana.contact = RsvpContact(email="oksana@example.org", phone=phone)
    dates.cancel(kitchen, "De kok is ziek.", town.leen)
    db.session.commit()
    return oksana


def only_notice() -> tuple[NoticeChannel, NoticeState]:
    notice = db.session.scalars(select(Notice)).one()
    return notice.channel, notice.state


def test_a_mail_that_came_back_is_a_call_and_its_address_is_not_kept(town: demo.Cast, post: PostOffice) -> None:
    oksana = cancelled_for_oksana(town, phone="+32470000031")
    assert (mail.deliver(), only_notice()) == (1, (NoticeChannel.MAIL, NoticeState.DONE))

    assert returned.came_back("OKSANA@example.org ") == 1

    assert [(call.rsvp, call.phone) for call in calls.to_make(town.leen)] == [(oksana, "+32470000031")]
    assert (oksana.contact.email, oksana.contact.phone) == ("", "+32470000031")
    with pytest.raises(returned.NothingWasMailed):  # told once, not twice
        returned.came_back("oksana@example.org")


def test_who_left_no_telephone_stands_with_those_that_only_the_door_can_tell(town: demo.Cast, post: PostOffice) -> None:
    oksana = cancelled_for_oksana(town)
    mail.deliver()

    returned.came_back("oksana@example.org")

    assert calls.cannot_be_told() == [(oksana.date, 1)]
    assert calls.door_languages(oksana.date) == ["nl", "uk"]


def test_an_address_that_the_server_refuses_at_once_goes_to_the_door_too(town: demo.Cast, post: PostOffice) -> None:
    post.refuses.add("oksana@example.org")
    oksana = cancelled_for_oksana(town)

    assert mail.deliver() == 0

    assert (calls.cannot_be_told(), calls.door_languages(oksana.date)) == ([(oksana.date, 1)], ["nl", "uk"])


def moved_up_unheard(town: demo.Cast, post: PostOffice) -> Rsvp:
    """A seat came free for Oksana, and the mail that says so is refused."""
    post.refuses.add("oksana@example.org")
    kitchen = locked(EventDate, world_kitchen(town, seats=2).dates[0].id)
    first = rsvps.sign_up(kitchen, Party(2), language="nl", name="Rahim")
    oksana = rsvps.sign_up(kitchen, Party(2), language="uk", name="Oksana")
    oksana.contact = RsvpContact(email="oksana@example.org")
    rsvps.give_back(first)
    db.session.commit()
    assert (oksana.status, mail.deliver()) == (RsvpStatus.CONFIRMED, 0)
    return oksana


def test_who_moved_up_and_cannot_be_told_stands_on_the_hosts_today_until_somebody_knows(town: demo.Cast, post: PostOffice) -> None:
    oksana = moved_up_unheard(town, post)

    assert [line.date for line in today.of(town.leen, True).lines if line.kind == today.Waits.UNSURE] == [oksana.date]
    assert [line for line in today.of(town.jo, True).lines if line.kind == today.Waits.UNSURE] == []  # not hers
    assert (sign_up_rules.to_confirm(oksana.date), notices.reaches(oksana)) == ([oksana], False)

    sign_up_rules.confirm(oksana)
    assert (sign_up_rules.to_confirm(oksana.date), today.of(town.leen, True).lines) == ([], [])


def test_who_then_leaves_a_number_stood_on_their_own_page_and_knows(town: demo.Cast, post: PostOffice) -> None:
    oksana = moved_up_unheard(town, post)
    rsvps.let_know(oksana, "+32470000031", "")

    assert (sign_up_rules.to_confirm(oksana.date), notices.reaches(oksana)) == ([], True)


def test_a_partners_address_stays_in_the_directory_and_from_now_on_somebody_calls(town: demo.Cast, post: PostOffice) -> None:
    invitations.invite(world_kitchen(town), town.de_brug, town.bert, "Stoelen?", town.jo)
    db.session.commit()
    mail.deliver()

    returned.came_back("bert@example.org")

    assert [call.invitation.partner for call in calls.to_make(town.jo)] == [town.de_brug]
    assert (town.bert.email, town.bert.channel) == ("bert@example.org", ContactChannel.CALL)


@pytest.mark.parametrize("address", ["", "nobody@example.org"])
def test_an_address_that_we_did_not_write_to_is_refused_with_a_sentence(town: demo.Cast, address: str) -> None:
    with pytest.raises(returned.NothingWasMailed):
        returned.came_back(address)


def test_what_was_mailed_long_ago_does_not_come_back(town: demo.Cast, post: PostOffice) -> None:
    cancelled_for_oksana(town)
    mail.deliver()
    with later(days=15), pytest.raises(returned.NothingWasMailed):
        returned.came_back("oksana@example.org")


def test_only_what_failed_for_good_is_read_from_a_report() -> None:
    assert returned_mail.failed_addresses(REPORT) == ["oksana@example.org"]
    assert returned_mail.failed_addresses(b"Subject: Hello\r\n\r\nFinal-Recipient: rfc822; bert@example.org\r\nAction: failed\r\n") == []
    assert returned_mail.failed_addresses(b"") == []


def test_a_mail_server_hands_it_to_the_command(app: Flask, town: demo.Cast, post: PostOffice) -> None:
    cancelled_for_oksana(town, phone="+32470000031")
    mail.deliver()
    db.session.rollback()

    said = app.test_cli_runner().invoke(args=["mail-came-back"], input=io.BytesIO(REPORT))

    assert (said.exit_code, said.output) == (0, "1 to be told in another way.\n")
    assert only_notice() == (NoticeChannel.CALL, NoticeState.WAITING)


def test_a_volunteer_types_the_address(app: Flask, visitor: Visitor) -> None:
    fatma = visitor.signed_in_as("fatma")
    page = fatma.press("/en/coaching/came-back", {"address": "nobody@example.org"})
    assert (page.status_code, "We mailed nothing to this address" in page.text) == (409, True)
