"""Asking partners, writing down what they answered, and what is still to be mailed or called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from vwg import guards, looks, mail, messages, permissions, phrases
from vwg.db import db, locked
from vwg.domain import calls, gathering, invitations, needs, notices, partners
from vwg.domain.partners import KINDS, LENDS
from vwg.forms import Button, asking, shown_phone
from vwg.guards import me
from vwg.messages import Addressee, Words
from vwg.models import Event, EventDate, Invitation, Notice, NoticeState, PartnerKind, PartStat, Way, WelcomePlace
from vwg.pages import address_of
from vwg.phrases import N_, gettext, ngettext
from vwg.planning import bp
from vwg.planning.finding import event_to_change
from vwg.planning.invitation_forms import InviteForm, note_form

MOST_NAMED = 5  # in the sentence after asking
MOST_OF_A_LIST = 200  # partners shown at once of one list, or ticked by one press


@bp.route("/<event>/invite", methods=["GET", "POST"])
@guards.volunteer()
def invite(event: str) -> ResponseReturnValue:
    """The directory with tick boxes, who can help first; beside each name when it was last asked for anything."""
    chosen = event_to_change(event, selectinload(Event.needs).options(*needs.FILLED))
    form = InviteForm(chosen, partners.tags_there(), request.args)
    if form.is_submitted() and _only_looks(form):
        return _invite_page(chosen, form, [])
    with asking(form) as answered:
        if answered and "preview" in request.form:
            return _invite_page(chosen, form, _as_they_read_it(chosen, form))
        if answered:
            asked = _invite(chosen, form)
            db.session.commit()
            flash(_said_of(asked, form.asks_in))
            if form.asks_in == Way.WHATSAPP:
                return redirect(url_for("planning.texts", event=address_of(chosen)))
            return redirect(url_for("planning.event", event=address_of(chosen), _anchor="partners"))
    return _invite_page(chosen, form, [])


@bp.get("/<event>/texts")
@guards.volunteer()
def texts(event: str) -> ResponseReturnValue:
    """What to send by WhatsApp from one's own phone, to each who did not answer yet."""
    chosen = event_to_change(event)
    asked = [each for each in invitations.standing(chosen) if each.way == Way.WHATSAPP and each.replied_at is None]
    return render_template("planning/texts.html", event=chosen, texts=[_by_hand(each) for each in asked])


@bp.route("/invitations/<int:invitation>/note", methods=["GET", "POST"])
@guards.volunteer()
def note_answer(invitation: int) -> ResponseReturnValue:
    """Two taps: this page, and one of its three buttons."""
    asked = _invitation(invitation)
    if request.method == "POST":
        locked(Invitation, asked.id)  # before its promises are read: two presses come one after the other
    form = note_form(asked)
    with asking(form) as answered:
        if answered:
            invitations.reply(
                asked, PartStat(form.answer.data), comment=form.comment.data or "", contact_on_day=form.contact_on_day.data or "", ask_again_at=form.ask_again_at.data,
                offers=form.offers(), consent_to_name=form.consent_to_name.data, noted_by=me(),
            )  # fmt: skip
            db.session.commit()
            return redirect(url_for("planning.event", event=address_of(asked.event), _anchor="partners"))
    return render_template("planning/note_answer.html", invitation=asked, event=asked.event, form=form)


# ---- what is to be mailed or called


@dataclass(frozen=True)
class Letter:
    """A notice with its words, as a volunteer sends it by hand."""

    notice: Notice
    to: Addressee
    words: Words

    @property
    def mailto(self) -> str:
        """RFC 6068: everything a mail program needs, filled in."""
        text = self.words.text.replace("\n", "\r\n")
        return f"mailto:{quote(self.to.email, safe='@')}?subject={quote(self.words.subject)}&body={quote(text)}"


@dataclass(frozen=True)
class PartnerCall:
    """A partner to call, with what to say."""

    notice: Notice
    to: Addressee
    invitation: Invitation
    text: str


@bp.get("/outbox")
@guards.volunteer()
def outbox() -> ResponseReturnValue:
    """What would be mailed, and which partners are to be called. Names only to hosts."""
    mails, to_call = notices.by_hand()
    held = gathering.gathered([*mails, *to_call])  # held until the page is made
    waiting = [notice for notice in mails if not messages.is_stale(notice)]
    mine = [notice for notice in waiting if _may_see(notice)]
    letters = [letter for letter in (_letter(notice) for notice in mine) if letter is not None]
    _record_looks(mine)
    page = render_template(
        "planning/outbox.html", letters=letters, calls=_calls(to_call), others=sum(notice.recipient_kind == "rsvp" for notice in waiting if notice not in mine), mail_is_on=mail.is_on(),
        shown_phone=shown_phone, failed=NoticeState.FAILED,
    )  # fmt: skip
    del held
    return page


@bp.post("/outbox/<int:notice>/sent")
@guards.volunteer()
def sent(notice: int) -> ResponseReturnValue:
    """Sent by hand, or told by telephone. Twice pressed is once done."""
    if Button().validate_on_submit():
        known = locked(Notice, notice)
        if known.kind == "sign_in" or not _may_see(known):
            abort(404)
        if known.state == NoticeState.FAILED:  # no server took it; somebody sent it another way
            notices.done(known, "sent")
        else:
            calls.told([known], "told" if "told" in request.form else "sent")
        db.session.commit()
    return redirect(url_for("planning.outbox"))


@bp.post("/outbox/<int:notice>/later")
@guards.volunteer()
def later(notice: int) -> ResponseReturnValue:
    """Nobody answered: it stays, behind the others."""
    if Button().validate_on_submit():
        known = locked(Notice, notice)
        if known.subject_kind != "invitation":
            abort(404)
        calls.not_yet([known])
        db.session.commit()
    return redirect(url_for("planning.outbox"))


# ---- inside


@dataclass(frozen=True)
class Sample:
    """The mail as some of them read it: one for each language among those who are ticked, and another for merchants."""

    language: phrases.Language
    names: list[str]
    words: Words


@dataclass(frozen=True)
class ByHand:
    """A message that a volunteer sends from her own phone."""

    invitation: Invitation
    to: Addressee
    text: str

    @property
    def address(self) -> str:
        """Opens WhatsApp with the text in it; without a number it asks to whom."""
        return f"https://wa.me/{self.to.phone.lstrip('+')}?text={quote(self.text)}"


def _only_looks(form: InviteForm) -> bool:
    """Searching and ticking change nothing: what was filled in stays."""
    return any(name in request.form for name in ("find", "tick_all"))


def _invite_page(event: Event, form: InviteForm, samples: Sequence[Sample]) -> str:
    settled = invitations.not_to_ask(event, form.chosen_date(event))
    ticked = [each for each in partners.by_ids(form.ticked) if each.id not in settled]
    helpful = partners.lends_for([need for need in event.needs if need.missing])
    most = MOST_OF_A_LIST if form.tag.data or "tick_all" in request.form else partners.A_PAGE
    others, total = partners.to_ask(form.wanted, [*settled, *(each.id for each in ticked)], helpful, most)
    if "tick_all" in request.form:
        form.partners.data = [*form.ticked, *(each.id for each in others)]
    shown = [*ticked, *others]
    return render_template(
        "planning/invite.html", event=event, form=form, partners=shown, more=total - len(others), helpful=helpful, samples=samples,
        last_asked=invitations.last_asked(shown), invited=invitations.of(event), kinds=KINDS, lends=LENDS, ago=phrases.ago,
        contact_for_asking=partners.contact_for_asking,
    )  # fmt: skip


def _invite(event: Event, form: InviteForm) -> list[Invitation]:
    return [
        invitations.invite(
            event, partner, partners.contact_for_asking(partner), form.asks.data or "", me(),
            date=form.chosen_date(event), reply_by=form.reply_by.data, way=form.asks_in,
        )
        for partner in partners.by_ids(form.ticked)
    ]  # fmt: skip


def _as_they_read_it(event: Event, form: InviteForm) -> list[Sample]:
    """Asked for a moment, read, and undone: what is shown is what would be mailed, but for the link."""
    alike: dict[tuple[str, bool], list[Invitation]] = {}
    for invitation in _invite(event, form):
        language = invitation.contact.language if invitation.contact else phrases.SOURCE
        alike.setdefault((language, invitation.partner.kind == PartnerKind.MERCHANT), []).append(invitation)
    samples = [
        Sample(phrases.KNOWN.get(code, phrases.KNOWN[phrases.SOURCE]), [each.partner.name for each in asked], _without_link(messages.words(_letter_to(asked[0]))))
        for (code, _), asked in alike.items()
    ]
    db.session.rollback()
    return samples


def _letter_to(invitation: Invitation) -> Notice:
    """As the house would write it; never kept."""
    contact = invitation.contact
    return Notice(
        kind="invitation", subject_kind="invitation", subject_id=invitation.id, recipient_kind="contact" if contact else "invitation",
        recipient_id=contact.id if contact else invitation.id, language=contact.language if contact else phrases.SOURCE,
    )  # fmt: skip


def _without_link(words: Words) -> Words:
    return Words(words.subject, re.sub(r"https?://\S+/partners/\S+", "https://…", words.text))


def _by_hand(invitation: Invitation) -> ByHand:
    notice = _letter_to(invitation)
    to = messages.addressee(notice) or abort(404)
    said = messages.ready_text([notice], to.language, me())
    return ByHand(invitation, to, f"{said}\n{messages.page_of('reply', invitation, to.language)}")


def _said_of(asked: Sequence[Invitation], way: Way) -> str:
    """What happens now, in one sentence each."""
    names = ", ".join(invitation.partner.name for invitation in asked[:MOST_NAMED])
    if len(asked) > MOST_NAMED:  # it travels in a cookie, which holds four kilobytes
        names += f" … ({len(asked)})"
    if way in {Way.VISIT, Way.CALL}:
        return gettext(N_("Written down: %(names)s.")) % {"names": names}
    if way == Way.WHATSAPP:
        return gettext(N_("Ready: %(names)s. Now send each the text below.")) % {"names": names}
    by_mail = sum(1 for each in asked if each.contact is not None and each.contact.takes_mail)
    to_call = len(asked) - by_mail
    said = [gettext(N_("Asked: %(names)s.")) % {"names": names}]
    if by_mail and mail.is_on():
        said.append(gettext(N_("The mails leave between 8 and 20 h.")))
    elif by_mail:
        said.append(gettext(N_("Mail is off: send them yourself, they stand ready under Mails and calls.")))
    if to_call:
        said.append(ngettext("One partner is to be called.", "%(num)s partners are to be called.", to_call) % {"num": to_call})
    return " ".join(said)


def _invitation(identity: int) -> Invitation:
    found = (db.session.get(Invitation, identity) or abort(404)).latest
    if not permissions.can_edit_event(me(), found.event):
        abort(404)
    return found


def _may_see(notice: Notice) -> bool:
    """Mails to partners and to who helps every volunteer; to people only the hosts of their date. Where one
    says a newcomer's first name to a partner, only who accompanies that family."""
    if notice.recipient_kind == "rsvp":
        date = messages.date_of(notice)
        return date is not None and permissions.can_see_names(me(), date)
    place = db.session.get(WelcomePlace, notice.subject_id) if notice.subject_kind == "welcome_place" else None
    named = [each.household for each in place.taken if each.first_name] if place else []
    return not named or any(permissions.can_see_household(me(), household) for household in named)


def _record_looks(shown: Sequence[Notice]) -> None:
    """Of people by date; of families and of who helps by day."""
    seen: set[EventDate | None] = {date for date in (messages.date_of(notice) for notice in shown) if date is not None}
    if any(notice.recipient_kind in {"helper", "offer", "translator"} or notice.subject_kind == "welcome_place" for notice in shown):
        seen.add(None)
    if seen:
        looks.record(me(), *seen)


def _letter(notice: Notice) -> Letter | None:
    to = messages.addressee(notice)
    try:
        return Letter(notice, to, messages.words(notice, by_hand=True)) if to is not None else None
    except messages.Untellable:
        return None


def _calls(to_call: Sequence[Notice]) -> list[PartnerCall]:
    lines = []
    for notice in to_call:
        to, invitation = messages.addressee(notice), db.session.get(Invitation, notice.subject_id)
        if to is None or invitation is None or messages.is_stale(notice):
            continue
        lines.append(PartnerCall(notice, to, invitation, messages.ready_text([notice], to.language, me())))
    return lines
