"""Mail: one recipient, honest headers, nothing lost and nothing twice. Over real SMTP."""

import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select

from tests.conftest import SECRET, hours, later, make_app, migrate, port_of_ours, world_kitchen
from tests.post_office import PostOffice, html, open_post_office, plain
from vwg import clock, demo, mail, messages
from vwg.db import db, locked, writing
from vwg.demo import Cast
from vwg.domain import dates, events, invitations, needs, notices, partners, rsvps, settings
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Invitation, Notice, NoticeChannel, NoticeState, PartStat, RsvpContact


@pytest.fixture
def post(app: Flask) -> Iterator[PostOffice]:
    with open_post_office(app) as office:
        yield office


def ask_de_brug(town: Cast, asks: str = "Kan De Brug stoelen lenen?", **details: object) -> Invitation:
    kitchen = world_kitchen(town, **details)
    needs.add(kitchen, "stoelen", 20)
    invitation = invitations.invite(kitchen, town.de_brug, town.bert, asks, town.jo)
    db.session.commit()
    return invitation


def only_notice() -> Notice:
    return db.session.scalars(select(Notice)).one()


def test_bert_gets_a_mail_that_says_who_asks_what_and_when(town: Cast, post: PostOffice) -> None:
    ask_de_brug(town)

    assert mail.deliver() == 1

    letter = post.letters[0]
    assert post.envelopes == [("groep@example.org", ["bert@example.org"])]
    assert letter["Reply-To"] == "groep@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    with_words = str(letter["Subject"])
    assert "stoelen" in with_words and "21" in with_words and with_words.startswith(settings.group().organisation)
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert "Kan De Brug stoelen lenen?" in plain(letter) and "Kan De Brug stoelen lenen?" in html(letter)
    assert "/nl/partners/reply/" in plain(letter) and "/nl/partners/reply/" in html(letter)


def test_a_mail_server_whose_certificate_nobody_signed_gets_no_mail(app: Flask, town: Cast, tmp_path: Path) -> None:
    ask_de_brug(town)

    with open_post_office(app, "smtps", ssl_context=signed_by_itself(tmp_path)) as office:
        assert mail.deliver() == 0

    assert office.letters == [] and only_notice().state == NoticeState.WAITING


def test_a_password_does_not_leave_in_the_open(app: Flask, town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_de_brug(town)
    settings.change(is_demo=False)
    db.session.commit()
    heard: list[Any] = []

    def let_in(*given: Any) -> AuthResult:
        heard.append(given[-1])
        return AuthResult(success=True)

    with open_post_office(app, authenticator=let_in, auth_require_tls=False) as office:
        app.config["SMTP_URL"] = office.url.replace("//", "//leen:geheim@")
        monkeypatch.setattr(mail, "LOCAL_HOSTS", set())  # as if it stood elsewhere

        assert (mail.deliver(), office.letters, heard) == (0, [], [])


def signed_by_itself(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that no authority knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    day = timedelta(days=1)
    here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), clock.now() - day, clock.now() + day)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + certificate.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem")
    return context


def test_what_was_mailed_is_not_mailed_again(town: Cast, post: PostOffice) -> None:
    ask_de_brug(town)

    assert (mail.deliver(), mail.deliver()) == (1, 0)
    assert only_notice().state == NoticeState.DONE


def test_nobody_is_asked_anything_in_the_night(town: Cast, post: PostOffice) -> None:
    with later(hours=12):  # Monday, ten in the evening
        ask_de_brug(town)
        assert mail.deliver() == 0
    with later(hours=22, minutes=1):
        assert mail.deliver() == 1


def test_with_mail_off_nothing_is_sent_and_all_of_it_waits(town: Cast) -> None:
    ask_de_brug(town)

    assert mail.deliver() == 0
    assert notices.mails_waiting() == [only_notice()]


def test_a_demo_mails_nobody_but_a_local_catcher(town: Cast, app: Flask) -> None:
    app.config["SMTP_URL"] = "smtp://mail.example.org:2525"
    try:
        ask_de_brug(town)
        assert not mail.is_on()
        assert mail.deliver() == 0
        settings.change(is_demo=False)
        assert mail.is_on()
    finally:
        app.config["SMTP_URL"] = ""


@pytest.mark.parametrize(
    "title",
    ["=?utf-8?q?a=0ABcc=3A_evil=40example=2Eorg?=", "Koken =?utf-8?b?Cg==?="],
)
def test_a_title_that_hides_a_header_is_never_mailed_but_becomes_a_call(town: Cast, post: PostOffice, title: str) -> None:
    kitchen = world_kitchen(town)
    kitchen.text.title = title
    invitations.invite(kitchen, town.de_brug, town.bert, "Koken jullie mee?", town.jo)
    db.session.commit()

    assert mail.deliver() == 0
    assert post.letters == []
    assert (only_notice().channel, only_notice().state) == (NoticeChannel.CALL, NoticeState.WAITING)
    assert only_notice().assigned_to.name == "Jo"


def test_a_line_break_in_a_title_stays_in_the_subject(town: Cast, post: PostOffice) -> None:
    kitchen = world_kitchen(town)
    kitchen.text.title = "Koken\r\nBcc: evil@example.org"
    invitations.invite(kitchen, town.de_brug, town.bert, "Koken jullie mee?", town.jo)
    db.session.commit()

    assert mail.deliver() == 1
    assert post.letters[0]["Bcc"] is None
    assert post.envelopes[0][1] == ["bert@example.org"]


def test_the_same_row_makes_the_same_message_id(town: Cast) -> None:
    ask_de_brug(town)
    first = mail.compose(only_notice())["Message-ID"]
    with later(minutes=11):
        assert mail.compose(only_notice())["Message-ID"] == first


def test_long_words_and_other_scripts_come_back_as_they_went(town: Cast, post: PostOffice) -> None:
    kitchen = world_kitchen(town)
    kitchen.text.title = "Wereldkeuken مطبخ العالم " + "heel-lang-woord" * 4
    invitations.invite(kitchen, town.de_brug, town.bert, "", town.jo)
    db.session.commit()

    assert mail.deliver() == 1
    assert kitchen.title in str(post.letters[0]["Subject"])
    assert str(post.letters[0]["List-Unsubscribe"]).startswith("<http://localhost/nl/partners/never-mail/")


def test_an_address_that_nobody_has_becomes_a_call(town: Cast, post: PostOffice) -> None:
    post.refuses.add("bert@example.org")
    ask_de_brug(town)

    assert mail.deliver() == 0
    assert only_notice().channel == NoticeChannel.CALL
    assert [notice.id for notice in notices.calls_to_partners()] == [only_notice().id]


def test_an_address_that_nobody_has_and_no_telephone_is_shown_as_failed(town: Cast, post: PostOffice) -> None:
    post.refuses.add("bert@example.org")
    town.bert.phone = ""
    ask_de_brug(town)

    mail.deliver()

    assert (only_notice().channel, only_notice().state) == (NoticeChannel.MAIL, NoticeState.FAILED)
    assert notices.mails_waiting() == [only_notice()]


def test_a_full_mail_server_is_tried_again_later_and_later_and_then_somebody_calls(town: Cast, post: PostOffice) -> None:
    post.is_full = True
    ask_de_brug(town)
    assert mail.deliver() == 0
    assert mail.deliver() == 0  # at once again is not later
    assert only_notice().tries == 1
    for step in (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)):
        notice = only_notice()
        with writing():
            notice = locked(Notice, notice.id)
            assert notice.channel == NoticeChannel.MAIL
            assert timedelta(0) < notice.due_at - clock.now() <= step
            notice.due_at = clock.now()
            db.session.commit()
        assert mail.deliver() == 0
    assert (only_notice().tries, only_notice().channel) == (5, NoticeChannel.CALL)


def test_a_mail_server_that_is_away_loses_nothing(town: Cast, app: Flask) -> None:
    ask_de_brug(town)
    with port_of_ours() as port:  # nobody listens there
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        assert mail.deliver() == 0
    assert (only_notice().state, only_notice().tries) == (NoticeState.WAITING, 1)
    with open_post_office(app), later(minutes=2):
        assert mail.deliver() == 1


def test_half_of_the_addresses_broken_and_each_partner_is_told_once(town: Cast, post: PostOffice) -> None:
    kitchen = world_kitchen(town)
    for number in range(20):
        partner = partners.add(
            partners.Details(f"Vereniging {number}", contact_name="Bert", contact_email=f"bert{number}@example.org")
        )
        invitations.invite(kitchen, partner, partner.contacts[0], "", town.jo)
        if number % 2:
            post.refuses.add(f"bert{number}@example.org")
    db.session.commit()

    assert mail.deliver(limit=8) + mail.deliver(limit=8) + mail.deliver(limit=8) == 10

    assert sorted(str(letter["To"]) for letter in post.letters) == sorted(f"bert{n}@example.org" for n in range(0, 20, 2))


def test_what_comes_too_late_is_not_mailed_any_more(town: Cast, post: PostOffice) -> None:
    ask_de_brug(town)
    with later(days=30):
        assert mail.deliver() == 0
        assert only_notice().state == NoticeState.DROPPED


def test_a_cancelled_activity_invites_nobody_whom_it_did_not_reach_yet(town: Cast, post: PostOffice) -> None:
    invitation = ask_de_brug(town)
    date = locked(EventDate, invitation.event.dates[0].id)
    dates.cancel(date, "De zaal is niet vrij.", town.leen)
    db.session.commit()

    assert mail.deliver() == 0
    assert post.letters == []


def test_who_said_yes_gets_the_calendar_file_again_when_it_moves(town: Cast, post: PostOffice) -> None:
    invitation = ask_de_brug(town)
    mail.deliver()
    with writing():
        invitations.reply(db.session.get(Invitation, invitation.id), PartStat.ACCEPTED)
        db.session.commit()
    mail.deliver()
    with writing():
        dates.move(locked(EventDate, invitation.event.dates[0].id), hours(28, 14, 18), town.skala, town.leen)
        db.session.commit()
    mail.deliver()

    files = [part.get_content() for letter in post.letters for part in letter.iter_attachments()]
    assert [letter.get_content_type() for letter in post.letters] == ["multipart/alternative", "multipart/mixed", "multipart/mixed"]
    texts = [file.decode() if isinstance(file, bytes) else file for file in files]
    sequences = [int(line.removeprefix("SEQUENCE:")) for text in texts for line in text.splitlines() if line.startswith("SEQUENCE:")]
    uids = {line for text in texts for line in text.splitlines() if line.startswith("UID:")}
    assert len(sequences) == 2 and sequences[0] < sequences[1]
    assert uids == {f"UID:{invitation.event.dates[0].uid}"}


def test_amina_reads_a_neutral_subject_and_the_news_inside(town: Cast, post: PostOffice) -> None:
    date = locked(EventDate, world_kitchen(town).dates[0].id)
    rsvp = rsvps.sign_up(date, Party(2), name="Oksana", language="en")
    rsvp.contact = RsvpContact(email="oksana@example.org")
    db.session.flush()
    dates.move(date, hours(28, 14, 18), town.skala, town.leen)
    db.session.commit()

    mail.deliver()

    letter = post.letters[0]
    assert str(letter["Subject"]) == "News: Saturday 21/3 at 14:00"
    assert "Wereldkeuken" not in str(letter["Subject"])
    assert "Saturday 21/3 at 14:00 does not go on. (Wereldkeuken) It becomes Saturday 28/3 at 14:00." in plain(letter)
    assert "/en/signup/mine/" in plain(letter)


def test_a_name_from_a_stranger_never_becomes_a_link(town: Cast, post: PostOffice) -> None:
    date = locked(EventDate, world_kitchen(town).dates[0].id)
    rsvp = rsvps.sign_up(date, Party(2), name="http://evil.example/x", language="en")
    rsvp.contact = RsvpContact(email="oksana@example.org")
    db.session.flush()
    dates.cancel(date, "Ziek", town.leen)
    db.session.commit()

    mail.deliver()

    assert "evil\u200b" not in plain(post.letters[0]) and "evil.\u200bexample" in plain(post.letters[0])
    assert "http://evil" not in plain(post.letters[0]) + html(post.letters[0])


def test_fatma_reads_all_news_of_one_family_as_one_text(town: Cast) -> None:
    kitchen = world_kitchen(town)
    date = locked(EventDate, kitchen.dates[0].id)
    rsvps.sign_up(date, Party(2), household=town.amina, language="en")
    dates.move(date, hours(28, 14, 18), town.skala, town.leen)
    other = events.create(events.Details("Wandeling"), [hours(29, 10, 12)], town.leen)
    events.publish(other, town.leen)
    walk = locked(EventDate, other.dates[0].id)
    rsvps.sign_up(walk, Party(2), household=town.amina, language="en")
    dates.cancel(walk, "Te veel regen", town.leen)

    calls = db.session.scalars(select(Notice).where(Notice.channel == NoticeChannel.CALL).order_by(Notice.id)).all()

    assert messages.ready_text(calls, "en", town.fatma) == (
        "Hello Amina, this is Fatma. Saturday 21/3 at 14:00 does not go on. (Wereldkeuken) It becomes Saturday 28/3 at 14:00."
        " Where: Zaal Skala, Kalkendorp 1, 9270 Kalken. Will you come then?\n\n"
        "Sunday 29/3 at 10:00 does not go on. (Wandeling) Why: Te veel regen (Nederlands)"
    )
    assert "\u2066Te veel regen (Nederlands)\u2069" in messages.ready_text(calls, "ar", town.fatma)
    assert messages.ready_text(calls, "nl", town.fatma).endswith("Te veel regen")


def test_a_call_about_somebody_who_was_erased_says_nothing(town: Cast) -> None:
    orphan = notices.owe("date_cancelled", "date", 999, 1, "rsvp", 999, "nl", notices.Way(NoticeChannel.CALL))

    assert messages.ready_text([orphan], "nl", town.fatma) == ""
    assert messages.addressee(orphan) is None


def test_never_mail_again_holds_for_what_is_under_way(town: Cast, post: PostOffice) -> None:
    ask_de_brug(town)
    partners.never_mail(town.bert)
    db.session.commit()

    assert mail.deliver() == 0
    assert only_notice().channel == NoticeChannel.CALL


def test_a_worker_killed_between_sending_and_marking_sends_the_same_mail_again(tmp_path: Path) -> None:
    """A process of its own is killed while the server holds its mail and has not answered."""
    app = make_app(tmp_path, base_url="http://127.0.0.1:8000")
    migrate(app)
    with app.app_context(), writing():
        town = demo.cast()
        rsvp = rsvps.sign_up(
            locked(EventDate, kitchen_of_tomorrow(town).id), Party(2), name="Oksana", language="en"
        )
        rsvp.contact = RsvpContact(email="oksana@example.org")
        db.session.flush()
        notices.tell_rsvp("promoted", rsvp)
        db.session.commit()
    environment = {
        **os.environ, "VWG_INSTANCE": str(tmp_path), "VWG_DATABASE_URL": f"sqlite:///{tmp_path / 'vwg.db'}",
        "VWG_SECRET_KEY": SECRET, "VWG_BASE_URL": "http://127.0.0.1:8000",
    }  # fmt: skip
    with open_post_office(app) as office:
        command = [sys.executable, "-m", "flask", "--app", "app", "deliver"]
        root = Path(__file__).parent.parent
        child = subprocess.Popen(command, env={**environment, "VWG_SMTP_URL": office.url}, cwd=root)
        office.before_answer = lambda: os.kill(child.pid, signal.SIGKILL)
        assert child.wait(timeout=300) == -signal.SIGKILL
        office.before_answer = None
        with app.app_context():
            assert mail.deliver() == 0  # the dead one's lease still runs
            with later(minutes=11):
                assert mail.deliver() == 1
            assert only_notice().state == NoticeState.DONE
            db.session.remove()
            db.engine.dispose()

    assert len(office.letters) == 2
    assert office.letters[0]["Message-ID"] == office.letters[1]["Message-ID"]


# ---- inside


def kitchen_of_tomorrow(town: Cast) -> EventDate:
    starts = clock.now() + timedelta(days=1)
    event = events.create(
        events.Details("Wereldkeuken", place=town.skala), [dates.Times(starts, starts + timedelta(hours=3))], town.leen
    )
    events.publish(event, town.leen)
    return event.dates[0]
