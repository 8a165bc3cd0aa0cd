"""How a household is reached from a telephone: links that call, text and write, the best one first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import segno
from flask import render_template
from markupsafe import Markup

from vwg import links, messages, phrases
from vwg.domain import calls, rsvps
from vwg.domain.calls import Call
from vwg.models import Channel, EventDate, Household, Rsvp, User
from vwg.phrases import N_, Language


@dataclass(frozen=True)
class Way:
    """One link: `kind` is call, sms or whatsapp."""

    kind: str
    href: str

    @property
    def icon(self) -> str:
        return {"call": "phone", "sms": "message", "whatsapp": "brand-whatsapp"}[self.kind]

    @property
    def label(self) -> str:
        return {"call": N_("Call"), "sms": N_("Text message"), "whatsapp": N_("WhatsApp")}[self.kind]

    @property
    def send(self) -> str:
        return {"call": N_("Call"), "sms": N_("Send as a text message"), "whatsapp": N_("Send by WhatsApp")}[self.kind]


@dataclass(frozen=True)
class Said:
    """A text in the household's language, with the Dutch beside it where that is another."""

    language: Language
    text: str
    dutch: str


@dataclass(frozen=True)
class Line:
    """One line of the call list."""

    call: Call
    said: Said
    ways: Sequence[Way]

    @property
    def numbers(self) -> str:
        """What the line tells, for its buttons: news that comes later is not crossed off by them."""
        return ",".join(str(notice.id) for notice in self.call.notices)

    @property
    def tries(self) -> int:
        return max(notice.tries for notice in self.call.notices)

    @property
    def name(self) -> str:
        """Nickname, name, or what a partner is called; empty for a guest without a name."""
        call = self.call
        if call.household is not None:
            return call.household.nickname
        if call.rsvp is not None:
            return call.rsvp.name
        if call.outsider is not None:
            return call.outsider.name
        contact = call.invitation.contact if call.invitation else None
        partner = call.invitation.partner.name if call.invitation else ""
        return f"{contact.name} · {partner}" if contact else partner


def line(call: Call, by: User) -> Line | None:
    """None when nothing is left to tell."""
    said = _said(call.language, lambda code: messages.ready_text(call.notices, code, by))
    return Line(call, said, ways(call.phone, said.text, call.household, by, call.language)) if said.text else None


def slip(rsvp: Rsvp) -> Said:
    """What a household keeps of its sign-up: when, where, its link and its number."""
    return _said(rsvp.language, lambda code: _slip_in(code, rsvp))


def door_note(date: EventDate, code: str) -> list[str]:
    """Title, then what is to be known about this date, in one language: for a door, so it names nobody."""
    with phrases.speaking(code):
        old = date.moved_from if date.moved_from and date.moved_from != date.starts_at else None
        text = render_template(
            "notices/door.txt", date=date, moment=_upper(phrases.when(date.starts_at, date.ends_at, date.all_day)), place=date.place,
            old=_upper(phrases.when(old, old + (date.ends_at - date.starts_at), date.all_day)) if old else "", reason=date.why_in(code),
        )  # fmt: skip
    return [date.event.title_in(code), *(line.strip() for line in text.splitlines() if line.strip())]


def manage_link(rsvp: Rsvp, language: str) -> str:
    return links.outside(links.to("mine", rsvp, language))


def square(link: str) -> Markup:
    """The link as a QR code: black on white with its quiet zone, in the dark theme too."""
    return Markup(segno.make(link, error="m", micro=False).svg_inline(border=4, dark="#000", light="#fff", omitsize=True))


def pairs(code: str) -> str:
    """`48 29 17 05`."""
    return " ".join(code[place : place + 2] for place in range(0, len(code), 2))


def ways(phone: str, text: str, household: Household | None, by: User, language: str) -> list[Way]:
    """What works goes first: the written text where the two share no language, or while it is late, else a call.

    sms: with a body is RFC 5724; wa.me takes the number without its plus.
    """
    if not phone:
        return []
    body = quote(text)
    call = Way("call", f"tel:{phone}")
    sms = Way("sms", f"sms:{phone}?body={body}")
    whatsapp = Way("whatsapp", f"https://wa.me/{phone.lstrip('+')}?text={body}")
    written = [sms, whatsapp] if household is not None and household.channel == Channel.SMS else [whatsapp, sms]
    spoken = household.languages if household is not None else [language]
    return [call, *written] if share_a_language(by, spoken) and not calls.is_quiet_now() else [*written, call]


def share_a_language(user: User, spoken: Sequence[str]) -> bool:
    return bool({user.language, *user.languages} & set(spoken or ["nl"]))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slip_in(code: str, rsvp: Rsvp) -> str:
    date = rsvp.date
    number = f"\u2066{pairs(rsvps.code(rsvp))}\u2069"  # isolated left to right: else an Arabic line turns the pairs round
    with phrases.speaking(code):
        return render_template(
            "notices/slip.txt", title=date.event.title_in(code), when=phrases.when(date.starts_at, date.ends_at, date.all_day),
            place=date.place, link=manage_link(rsvp, code), code=number,
        ).strip()  # fmt: skip


def _said(code: str, text_in: Callable[[str], str]) -> Said:
    language = phrases.KNOWN.get(code, phrases.KNOWN["nl"])
    text = text_in(language.code)
    return Said(language, text, "" if language.code == phrases.SOURCE else text_in(phrases.SOURCE))
