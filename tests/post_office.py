"""A real SMTP server in the house of the tests: what is mailed arrives here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from tests.conftest import port_of_ours


@dataclass
class PostOffice:
    """`letters` in the order they came; `refuses` are addresses that nobody has."""

    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    is_full: bool = False
    url: str = ""
    before_answer: Callable[[], None] | None = None  # called when a mail came in and the sender does not know it yet

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refuses:
            return "550 5.1.1 Nobody here of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.is_full:
            return "452 4.3.1 Try again later"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if self.before_answer is not None:
            self.before_answer()
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in str(letter["To"])]


@contextmanager
def open_post_office(app: Flask | None = None, scheme: str = "smtp", **rules: Any) -> Iterator[PostOffice]:
    """Opened on a free port; the app's mail is on as long as it lasts. `rules` are aiosmtpd's own."""
    office = PostOffice()
    with port_of_ours() as port:  # the controller does not know port 0
        controller = Controller(office, hostname="127.0.0.1", port=port, ready_timeout=120, **rules)
        controller.start()
        office.url = f"{scheme}://127.0.0.1:{port}"
        before = app.config["SMTP_URL"] if app else ""
        if app:
            app.config["SMTP_URL"] = office.url
        try:
            yield office
        finally:
            if app:
                app.config["SMTP_URL"] = before
            controller.stop()


def plain(letter: EmailMessage) -> str:
    """The words of its text part."""
    return str(letter.get_body(("plain",)).get_content())


def html(letter: EmailMessage) -> str:
    return str(letter.get_body(("html",)).get_content())
