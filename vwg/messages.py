"""The words of a notice, made when it is mailed or shown, in any language.

One text per kind in templates/notices: its first line is the subject, its block `news` is what a
volunteer says on the telephone or sends by WhatsApp.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from vwg import addresses, clock, links, phrases
from vwg.db import db
from vwg.domain import shifts, signing_in, today
from vwg.domain.gathering import RECIPIENTS, SUBJECTS
from vwg.domain.settings import group
from vwg.forms import shown_phone
from vwg.models import (
    Contact,
    EventDate,
    Helper,
    Invitation,
    Lift,
    Need,
    Notice,
    Offer,
    Partner,
    PartnerKind,
    Pledge,
    Proposal,
    Rsvp,
    SignIn,
    TextWish,
    Translator,
    User,
    WelcomePlace,
)
from vwg.phrases import N_, gettext, ngettext

_LOOKS_LIKE_A_LINK = re.compile(r"(?<=\S)([.:@/])(?=\S)")


@dataclass(frozen=True)
class Words:
    """`subject` one line, `text` plain, `html` the same for mail programs."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Addressee:
    """Who it goes to; `email` and `phone` may be empty."""

    name: str
    email: str
    phone: str
    language: str


class Untellable(LookupError):
    """What it tells of is not there any more: nobody needs to hear it."""


def words(notice: Notice, language: str | None = None, by_hand: bool = False) -> Words:
    """The notice in `language`, else in its recipient's. `by_hand`: a volunteer sends it, and no file goes along.
    Raises Untellable."""
    to = addressee(notice)
    if to is None:
        raise Untellable
    with phrases.speaking(language or to.language):
        told = _told(notice, to, by=None) | {"by_hand": by_hand}
        subject, _, text = _rendered(f"notices/{notice.kind}.txt", told).partition("\n")
        html = _rendered(f"notices/{notice.kind}.html", told)
    return Words(" ".join(subject.split()), text.strip() + "\n", html)


def ready_text(notices: Sequence[Notice], language: str, by: User | None) -> str:
    """All news of one person as one text to read aloud or to send: a greeting, then each in its turn.

    `by` is the volunteer who calls. Empty when nothing is left to tell.
    """
    with phrases.speaking(language):
        said = []
        to: Addressee | None = None
        for notice in notices:
            to = addressee(notice) or to
            if to is None:
                continue
            try:
                said.append(_block(f"notices/{notice.kind}.txt", "news", _told(notice, to, by)))
            except Untellable:
                continue
        return "\n\n".join([_greeting(to.name if to else "", by) + " " + said[0], *said[1:]]) if said else ""


def addressee(notice: Notice) -> Addressee | None:
    """Who hears it; None when that person was erased in the meantime."""
    found = _recipient(notice)
    if isinstance(found, User):
        return Addressee(found.first_name, found.email, "", notice.language)  # that of the page that asked
    if isinstance(found, Contact):
        return Addressee(found.first_name, found.email if found.takes_mail else "", found.phone, found.language)
    if isinstance(found, Helper | Offer):
        return Addressee(unlinked(found.name), found.email, found.phone, found.language)
    if isinstance(found, Translator):  # reads Dutch, for that is what they translate from
        return Addressee(found.name, found.email, found.phone, phrases.SOURCE)
    if isinstance(found, Invitation):  # nobody known by name: the partner's own number
        return Addressee(found.partner.name, "", found.partner.public_phone, "nl")
    if isinstance(found, Proposal):
        return Addressee(unlinked(found.sender), found.email, found.phone, found.language) if found.email or found.phone else None
    if isinstance(found, Rsvp) and found.household:
        return Addressee(found.household.nickname, "", found.household.phone, found.household.language)
    if isinstance(found, Rsvp):
        contact = found.contact
        return Addressee(
            unlinked(found.name), contact.email if contact else "", contact.phone if contact else "", found.language
        )
    return None


def is_stale(notice: Notice) -> bool:
    """Whether it comes too late: what it asks or tells of is over, or the link in it has ended."""
    if notice.subject_kind == "week":
        return notice.subject_id != today.week() or not today.is_mail_time()
    subject = _subject(notice)
    if isinstance(subject, WelcomePlace):
        return subject.is_over
    if isinstance(subject, SignIn):
        return subject.used_at is not None or subject.expires_at <= clock.now()
    if isinstance(subject, Partner):
        return subject.merged_into_id is not None or subject.checked_at > notice.created_at
    if isinstance(subject, Proposal):
        return subject.version != notice.subject_version or subject.ends_at <= clock.now()
    if isinstance(subject, Invitation):
        if notice.kind in {"invitation_reminder", "invitation_silent"} and _answered_since(subject, notice):
            return True
        asks = notice.kind in {"invitation", "invitation_reminder", "invitation_silent"}
        if asks and subject.replaced_by_id is not None:
            return True
        gone = [date.is_over or (asks and date.is_cancelled) for date in subject.dates]
        return all(gone)
    if isinstance(subject, Rsvp):
        return subject.date.is_over or subject.is_given_back
    if isinstance(subject, Need):
        helper, hours = _recipient(notice), shifts.hours_of(subject)
        return not isinstance(helper, Helper) or helper.is_dropped or hours is None or hours[1] <= clock.now()
    if isinstance(subject, Lift):
        return subject.date.is_over
    if isinstance(subject, TextWish):
        return all(date.is_over for date in subject.event.dates)
    return subject.is_over if isinstance(subject, EventDate) else True


def date_of(notice: Notice) -> EventDate | None:
    """The date of the sign-up whose person hears it; None when it is for somebody else."""
    rsvp = _recipient(notice)
    return rsvp.date if isinstance(rsvp, Rsvp) else None


def thank_you(partner: Partner, title: str, what: Sequence[str], name: str, language: str, by: User) -> str:
    """Words of thanks that are ready to be sent or read aloud, in the language of whom they are for."""
    with phrases.speaking(language):
        said = {"name": name or partner.name, "title": title, "what": ", ".join(what), "who": by.first_name, "organisation": group().organisation}
        return "\n".join((
            gettext(N_("Hello %(name)s, this is %(who)s of %(organisation)s.")) % said,
            gettext(N_("Thank you for %(what)s at %(title)s. It made a difference.")) % said,
            gettext(N_("See you next time!")),
        ))  # fmt: skip


def unlinked(text: str) -> str:
    """A stranger's text never becomes a link: mail programs make one of "evil.example" by themselves.

    A zero-width space after each dot, colon, at or slash inside a word is not seen and breaks it.
    """
    return _LOOKS_LIKE_A_LINK.sub("\\1\u200b", " ".join(text.split()))


def moment(at: datetime) -> str:
    """`Saturday 21/3 at 14:00`, in the language spoken now."""
    day = clock.local(at).date()
    return gettext(N_("%(day)s at %(hour)s")) % {
        "day": f"{phrases.weekday(day)} {day.day}/{day.month}", "hour": phrases.hour(at)
    }  # fmt: skip


def promised(pledge: Pledge) -> str:
    """`20 chairs`; what is promised without a need is in their own words, and never a link."""
    parts = (str(pledge.amount), pledge.unit, pledge.what) if pledge.need else (pledge.what,)
    return unlinked(" ".join(part for part in parts if part))


def quantity(need: Need, amount: int | None = None) -> str:
    """`20 chairs`: how much is still wanted (or `amount`) of what, in the volunteers' own words."""
    number = need.missing if amount is None else amount
    return " ".join(part for part in (str(number), need.unit, need.what) if part)


# ---- inside


def _recipient(notice: Notice) -> User | Contact | Helper | Invitation | Offer | Rsvp | Proposal | Translator | None:
    noun = RECIPIENTS.get(notice.recipient_kind or "")
    return db.session.get(noun, notice.recipient_id) if noun and notice.recipient_id is not None else None


def _answered_since(invitation: Invitation, notice: Notice) -> bool:
    return invitation.replied_at is not None and invitation.replied_at > notice.created_at


def _subject(notice: Notice) -> SignIn | Invitation | EventDate | Lift | Need | Partner | Rsvp | Proposal | TextWish | WelcomePlace | None:
    noun = SUBJECTS.get(notice.subject_kind)
    return db.session.get(noun, notice.subject_id) if noun else None


def _told(notice: Notice, to: Addressee, by: User | None) -> dict[str, Any]:
    """What the text of this notice may speak of."""
    subject, recipient = _subject(notice), _recipient(notice)
    is_week = notice.subject_kind == "week" and isinstance(recipient, User)
    if subject is None and not is_week:
        raise Untellable
    told: dict[str, Any] = {
        "notice": notice, "to": to, "by": by, "group": group(), "greeting": _greeting(to.name, by), "moment": moment,
        "quantity": quantity, "promised": promised, "first_up": _first_up, "language": phrases.language(),
    }  # fmt: skip
    if isinstance(recipient, User) and is_week:
        return told | _of_week(recipient)
    if isinstance(subject, SignIn):
        return told | _of_sign_in(subject)
    if isinstance(subject, Invitation):
        return told | _of_invitation(subject) | {"greeting": _greeting(to.name, by or subject.invited_by)}
    if isinstance(subject, Partner):
        return told | _of_partner(subject, _recipient(notice))
    if isinstance(subject, WelcomePlace):
        return told | _of_welcome(subject, recipient)
    if isinstance(subject, Need):
        return told | _of_shift(subject, recipient)
    if isinstance(subject, TextWish):
        return told | _of_wish(subject, recipient)
    if isinstance(subject, Lift) or isinstance(recipient, Offer):
        return told | _of_drive(subject, recipient)
    if isinstance(subject, Proposal):
        return told | {
            "proposal": subject, "title": unlinked(subject.title), "answer": subject.answer, "link": page_of("proposal", subject, phrases.language().code)
        }  # fmt: skip
    rsvp = _recipient(notice)
    if not isinstance(rsvp, Rsvp):
        raise Untellable
    return told | _of_date(rsvp.date, rsvp)


def _of_week(user: User) -> dict[str, Any]:
    """The lines of Today as they are when it is mailed."""
    code = phrases.language().code
    day = today.of(user, mail_is_on=True)
    return {
        "day": day, "lines": day.lines[: today.MOST_LINES], "more": max(len(day.lines) - today.MOST_LINES, 0),
        "next": [(date, day.seats[date.id]) for date in day.next_dates],
        "when": lambda date: phrases.when(date.starts_at, date.ends_at, date.all_day),
        "link": addresses.full(f"/{code}/planning/"), "no_more": monday_mail_page(user, code),
    }  # fmt: skip


def monday_mail_page(user: User, language: str) -> str:
    return page_of("monday-mail", user, language)


def _of_sign_in(sign_in: SignIn) -> dict[str, Any]:
    return {
        "link": signing_in.link(sign_in, phrases.language().code),
        "digits": signing_in.digits(sign_in),
        "minutes": int(signing_in.LINK_LASTS.total_seconds() // 60),
    }


def _of_invitation(invitation: Invitation) -> dict[str, Any]:
    event, partner, code = invitation.event, invitation.partner, phrases.language().code
    ahead = [date for date in invitation.dates if not date.is_over] or invitation.dates
    first = next((date for date in ahead if not date.is_cancelled), ahead[0])
    wanted = [need for need in invitation.needs if need.missing]
    is_merchant = partner.kind == PartnerKind.MERCHANT
    day = clock.local(first.starts_at).date()
    return {
        "invitation": invitation, "event": event, "partner": partner, "dates": ahead, "date": first, "more": len(ahead) - 1,
        "title": event.title_in(code), "needs": [] if is_merchant else wanted,
        "is_merchant": is_merchant, "asked_by": _asked_by(invitation), "day": _short(day),
        "when": lambda date: phrases.when(date.starts_at, date.ends_at, date.all_day),
        "place": first.place, "reply_by": _short(invitation.reply_by) if invitation.reply_by else "", "asked_on": _short(clock.local(invitation.created_at).date()),
        "question": _question(invitation, wanted, is_merchant, _short(day)), "pledges": invitation.pledges,
        "link": page_of("reply", invitation, code), "calendar": page_of("reply", invitation, code) + "/activity.ics", "never_mail": never_mail_page(invitation.contact, code),
        "changes": _changes(first),
    }  # fmt: skip


def _of_partner(partner: Partner, contact: Any) -> dict[str, Any]:
    """What strangers read of them, to look at once a year."""
    code = phrases.language().code
    said = (partner.name, partner.text, partner.website, partner.public_email, shown_phone(partner.public_phone) if partner.public_phone else "", partner.opening_hours)
    return {
        "partner": partner, "said": [unlinked(each) for each in said if each], "link": page_of("own", partner, code),
        "never_mail": never_mail_page(contact if isinstance(contact, Contact) else None, code),
    }  # fmt: skip


def _of_welcome(place: WelcomePlace, contact: Any) -> dict[str, Any]:
    """How many of its places are taken; a first name only where somebody ticked that it may be said."""
    return {
        "what": place.what, "taken": place.number - place.free, "names": [unlinked(each.first_name) for each in place.taken if each.first_name],
        "link": page_of("own", place.partner, phrases.language().code), "never_mail": never_mail_page(contact if isinstance(contact, Contact) else None, phrases.language().code),
    }  # fmt: skip


def _of_shift(need: Need, helper: object) -> dict[str, Any]:
    """A helper's place: what, when and where; a hidden address only for who is known."""
    code, date, hours = phrases.language().code, shifts.date_of(need), shifts.hours_of(need)
    if not isinstance(helper, Helper) or date is None or hours is None:
        raise Untellable
    shown = date.place.shown_to_strangers if date.place and helper.is_known else date.shown_place
    return {
        "what": helper.brings, "date": date, "title": need.event.title_in(code), "place": shown, "reason": date.why_in(code),
        "when": phrases.when(*hours), "subject_moment": moment(hours[0]), "link": page_of("helping", helper, code),
    }  # fmt: skip


def _of_drive(subject: object, driver: object) -> dict[str, Any]:
    """A driver's car: when, from where, to where. Never who rides along."""
    code = phrases.language().code
    lift = subject if isinstance(subject, Lift) else None
    date = lift.date if lift else subject
    if not isinstance(date, EventDate) or not isinstance(driver, Offer | User):
        raise Untellable
    link = page_of("driving", driver, code) if isinstance(driver, Offer) else addresses.full(f"/{code}/coaching/lifts/{date.public_id}")
    return {
        "date": date, "title": date.event.title_in(code), "place": date.place, "lift": lift, "reason": date.why_in(code),
        "when": phrases.when(date.starts_at, date.ends_at, date.all_day), "subject_moment": moment(date.starts_at), "link": link,
    }  # fmt: skip


def _of_wish(wish: TextWish, translator: object) -> dict[str, Any]:
    """Which activity's words somebody asks for, and where they are written."""
    code, event = phrases.language().code, wish.event
    if isinstance(translator, Translator):
        link = page_of("translate", translator, code) + f"/text/{event.public_id}"
    else:
        link = addresses.full(f"/{code}/translate/texts/{wish.language}/text/{event.public_id}")
    return {"title": event.title, "spoken": phrases.KNOWN[wish.language].own_name, "asked_by": wish.asked_by.first_name if wish.asked_by else group().name, "link": link}


def _of_date(date: EventDate, rsvp: Rsvp) -> dict[str, Any]:
    code = phrases.language().code
    return {
        "date": date, "rsvp": rsvp, "title": date.event.title_in(code), "place": date.place, "reason": date.why_in(code),
        "people": ngettext("%(number)s person", "%(number)s people", rsvp.people) % {"number": rsvp.people},
        "link": page_of("mine", rsvp, code), "old": _old_start(date), "subject_moment": moment(_old_start(date) or date.starts_at),
    }  # fmt: skip


def page_of(purpose: str, row: Any, language: str) -> str:
    """A secret page's whole address, made where there is no request: in the worker."""
    paths = {"reply": "partners/reply", "own": "partners/own", "proposal": "partners/submit", "mine": "signup/mine", "helping": "help/mine", "driving": "help/driving", "translate": "translate", "never-mail": "partners/never-mail", "monday-mail": "planning/monday-mail"}
    return addresses.full(f"/{language}/{paths[purpose]}/{links.token(purpose, row)}")


def never_mail_page(contact: Contact | None, language: str) -> str:
    return page_of("never-mail", contact, language) if contact else ""


def _question(invitation: Invitation, wanted: Sequence[Need], is_merchant: bool, day: str) -> str:
    """Who asks what and when, as a mail's subject says it."""
    said = {"who": group().organisation, "day": day, "title": invitation.event.title}
    if is_merchant:
        return gettext(N_("%(who)s asks: will you give something on %(day)s?")) % said
    if wanted:
        return gettext(N_("%(who)s asks: %(what)s on %(day)s?")) % {**said, "what": quantity(wanted[0])}
    return gettext(N_("%(who)s asks: will you join %(title)s on %(day)s?")) % said


def _asked_by(invitation: Invitation) -> str:
    return invitation.invited_by.first_name if invitation.invited_by else group().name


def _old_start(date: EventDate) -> datetime | None:
    """When it was before the move; None when only the place is another."""
    return date.moved_from if date.moved_from and date.moved_from != date.starts_at else None


def _changes(date: EventDate) -> str:
    """What happened to the date a partner counts on: cancelled, postponed or moved."""
    if date.is_cancelled:
        return "cancelled"
    return "postponed" if date.is_postponed else "moved"


def _greeting(name: str, by: User | None) -> str:
    who = by.first_name if by else group().name
    if not name:
        return gettext(N_("Hello, this is %(who)s.")) % {"who": who}
    return gettext(N_("Hello %(name)s, this is %(who)s.")) % {"name": name, "who": who}


def _short(day: Any) -> str:
    """`Sat 21 March`."""
    return f"{phrases.weekday(day, 'abbreviated')} {day.day} {phrases.month(day)}"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rendered(name: str, told: dict[str, Any]) -> str:
    return _tidy(current_app.jinja_env.get_template(name).render(told))


def _block(name: str, block: str, told: dict[str, Any]) -> str:
    template = current_app.jinja_env.get_template(name)
    return _tidy("".join(template.blocks[block](template.new_context(told)))).strip()


def _tidy(text: str) -> str:
    """Not more than one empty line, no blanks at line ends: templates leave both."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)
