"""Notices leave as mails, over SMTP, when mail is on.

Taken with a lease in one transaction, sent outside any, marked in another. A worker that dies in
between leaves the lease to run out: the mail is sent again with the same Message-ID, which mail
programs show once.
"""

import logging
import smtplib
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address, AddressHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app

from vwg import keys, messages
from vwg.db import db, locked, writing
from vwg.domain import notices
from vwg.domain.settings import group
from vwg.formats import ical
from vwg.formats.things import contact_line
from vwg.forms import shown_phone
from vwg.models import Contact, Invitation, Notice, NoticeState, User

SECONDS_TO_WAIT = 20
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}

log = logging.getLogger(__name__)


class Unsendable(Exception):
    """This mail can never leave as it is: no address any more, or a header that says more than it should."""


class _WholeLine(UnstructuredHeader):
    """A header that is one address: Python would cut it into encoded words, which nobody reads back."""

    def fold(self, *, policy: policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # the registry makes it a child of BaseHeader too


_headers = HeaderRegistry()
for _name in ("message-id", "list-unsubscribe"):
    _headers.map_to_type(_name, _WholeLine)  # type: ignore[arg-type]  # as the registry's own classes
POLICY = policy.SMTP.clone(header_factory=_headers)


@dataclass(frozen=True)
class Server:
    """What VWG_SMTP_URL says: smtp://name:password@host:port, or smtps://."""

    host: str
    port: int
    encrypted: bool
    name: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """The shape of `url` was looked at when the house opened (`config`)."""
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        port = parts.port or (465 if encrypted else 587 if parts.username else 25)
        return cls(parts.hostname or "", port, encrypted, unquote(parts.username or ""), unquote(parts.password or ""))


def server() -> Server | None:
    """Where mail goes; None when it is off, or when a demo would mail anybody but a local catcher."""
    url = current_app.config.get("SMTP_URL")
    if not url:
        return None
    found = Server.from_url(url)
    return None if group().is_demo and found.host not in LOCAL_HOSTS else found


def is_on() -> bool:
    return server() is not None


def deliver(limit: int = 50) -> int:
    """Mail what is due; how many left."""
    to = server()
    if to is None:
        return 0
    sent = 0
    with _Postman(to) as postman:
        for identity in _take(limit):
            sent += _deliver_one(identity, postman)
    return sent


def compose(notice: Notice) -> EmailMessage:
    """The mail: text first, then HTML, and the calendar file where one belongs.

    Raises Unsendable, and messages.Untellable when what it tells of is gone.
    """
    to = messages.addressee(notice)
    if to is None:
        raise messages.Untellable
    if not to.email:
        raise Unsendable("no address")
    words = messages.words(notice)
    mail = EmailMessage(policy=POLICY)
    sender = group().mailbox or f"noreply@{_own_host()}"
    try:
        mail["From"] = Address(_header(group().name), addr_spec=_header(sender))
        mail["To"] = Address(addr_spec=_header(to.email))
    except (ValueError, IndexError) as error:  # an address that the standard does not know
        raise Unsendable("address") from error
    mail["Subject"] = _header(words.subject)
    if group().mailbox:
        mail["Reply-To"] = _header(group().mailbox)
    mail["Date"] = format_datetime(notice.created_at)
    mail["Message-ID"] = message_id(notice)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = to.language
    if notice.recipient_kind == "contact":
        contact = db.session.get(Contact, notice.recipient_id)
        if contact is not None:
            mail["List-Unsubscribe"] = f"<{messages.never_mail_page(contact, to.language)}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    if notice.kind == "week" and (user := db.session.get(User, notice.recipient_id)) is not None:
        mail["List-Unsubscribe"] = f"<{messages.monday_mail_page(user, to.language)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    _attach_calendar(mail, notice)
    _check(mail)
    return mail


def message_id(notice: Notice) -> str:
    """The same for the same row, so that a mail sent twice is one mail (RFC 5322 3.6.4)."""
    return f"<{keys.sealed('message-id', notice.id, notice.kind)[:40]}@{_own_host()}>"


def calendar_file(invitation: Invitation, language: str) -> bytes:
    """The activity as the partner's calendar takes it; only for who said yes to something online."""
    own = group()
    line = contact_line(own.organisation, own.mailbox, shown_phone(own.phone))
    return ical.calendar_file(invitation.dates, language, line, own.mailbox)


# ---- one mail on its way


def _take(limit: int) -> list[int]:
    """Which rows are ours now. Looked at first without writing, for the worker asks every second."""
    db.session.rollback()
    anything = db.session.scalars(notices.due_mails(1)).first()
    db.session.rollback()
    if anything is None:
        return []
    with writing():
        due = db.session.scalars(notices.due_mails(limit).with_for_update(skip_locked=True)).all()
        for notice in due:
            notices.lease(notice)
        taken = [notice.id for notice in due]
        db.session.commit()
    return taken


def _deliver_one(identity: int, postman: "_Postman") -> int:
    """One mail: made while reading, sent while no transaction is open, marked. 1 when it left."""
    notice = db.session.get(Notice, identity)
    if notice is None:
        return 0
    mail, outcome = None, "drop"
    try:
        if not messages.is_stale(notice):
            mail = compose(notice)
    except messages.Untellable:
        pass
    except Unsendable:
        outcome = "bounced"
    db.session.rollback()
    if mail is not None:
        outcome = postman.carry(mail)
    with writing():
        _mark(locked(Notice, identity), outcome)
        db.session.commit()
    return int(outcome == "sent")


def _mark(notice: Notice, outcome: str) -> None:
    if notice.state != NoticeState.LEASED:
        return  # somebody told it by hand in the meantime
    if outcome == "sent":
        notices.done(notice, "sent")
    elif outcome == "drop":
        notices.dropped(notice)
    else:
        to = messages.addressee(notice)
        notices.could_not_mail(notice, has_phone=bool(to and to.phone), for_good=outcome == "bounced")


class _Postman:
    """One connection for a round; made when the first mail is ready, and again when it broke."""

    def __init__(self, to: Server) -> None:
        self.to = to
        self.connection: smtplib.SMTP | None = None
        self.is_away = False

    def __enter__(self) -> "_Postman":
        return self

    def __exit__(self, *_: object) -> None:
        if self.connection is not None:
            try:
                self.connection.quit()
            except (smtplib.SMTPException, OSError):
                self.connection.close()

    def carry(self, mail: EmailMessage) -> str:
        """`sent`, `bounced` (this address will never take it) or `later`."""
        if self.is_away:
            return "later"
        try:
            connection = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            log.warning("The mail server did not let us in: %s", type(error).__name__)
            self.is_away = True  # not twenty times twenty seconds in one round
            return "later"
        try:
            connection.sendmail(_bare(mail["From"]), [_bare(mail["To"])], mail.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            return "bounced" if 500 <= code < 600 else "later"
        except (smtplib.SMTPException, OSError) as error:
            log.warning("A mail did not leave: %s", type(error).__name__)
            connection.close()
            self.connection = None
            return "later"
        return "sent"

    def _connected(self) -> smtplib.SMTP:
        if self.connection is not None:
            return self.connection
        trusted = ssl.create_default_context()  # smtplib's own looks at no certificate
        options: dict[str, Any] = {"timeout": SECONDS_TO_WAIT, "local_hostname": _own_host()}
        if self.to.encrypted:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.to.host, self.to.port, context=trusted, **options)
        else:
            connection = smtplib.SMTP(self.to.host, self.to.port, **options)
        try:
            connection.ehlo()
            if not self.to.encrypted and self.to.host not in LOCAL_HOSTS:
                if connection.has_extn("starttls"):
                    connection.starttls(context=trusted)
                    connection.ehlo()
                elif self.to.name:
                    raise smtplib.SMTPNotSupportedError("a password does not leave in the open")
            if self.to.name:
                connection.login(self.to.name, self.to.password)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        return connection


# ---- what may stand in a header


def _header(text: str) -> str:
    """One line without control characters. Raises Unsendable for "=?": Python 3.11.7 and 3.12.1
    decode it while they write, line break and all, and so add a Bcc (CVE-2024-6923)."""
    if "=?" in text:
        raise Unsendable("encoded word")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _check(mail: EmailMessage) -> None:
    """Read it back as the receiver will: the same headers, each once, and one recipient."""
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    if [(name, str(value)) for name, value in read.items()] != [(name, str(value)) for name, value in mail.items()]:
        raise Unsendable("headers")
    if len(read["To"].addresses) != 1 or len(set(read.keys())) != len(read.keys()):
        raise Unsendable("recipients")


def _attach_calendar(mail: EmailMessage, notice: Notice) -> None:
    if notice.kind not in {"calendar_file", "invitation_changed"}:
        return
    invitation = db.session.get(Invitation, notice.subject_id)
    if invitation is None or not invitation.is_accepted:
        return
    language = invitation.contact.language if invitation.contact else "nl"
    mail.add_attachment(
        calendar_file(invitation, language), maintype="text", subtype="calendar", filename="activity.ics",
        params={"method": "PUBLISH", "charset": "utf-8"},
    )  # fmt: skip


def _bare(header: object) -> str:
    """The address alone."""
    assert isinstance(header, AddressHeader)
    return header.addresses[0].addr_spec


def _own_host() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
