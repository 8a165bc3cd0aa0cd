"""One's own sign-up, by secret link: see it, change it, give it back, erase it.

Several forms on one page, each posting to an address of its own; a form that comes back shows
the whole page again.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import segno
from flask import Response, flash, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from vwg import clock, guards, keys, links, phrases
from vwg.db import db, locked
from vwg.domain import asking_again, erasure, notices, rsvps, supports, weekly
from vwg.domain.settings import group
from vwg.formats import own_calendar as own_calendar_file
from vwg.forms import Button, Form, asking, shown_phone
from vwg.models import EventDate, Rsvp
from vwg.phrases import gettext, ngettext
from vwg.signup import bp, words
from vwg.signup.forms import TILES, AgesForm, AskAgainForm, EraseForm, HelpForm, LetKnowForm, NumberForm, OwnForm


@bp.get("/mine/<token>")
@guards.link("mine")
def mine(rsvp: Rsvp) -> ResponseReturnValue:
    return _page(rsvp)


@bp.route("/mine/<token>/people", methods=["GET", "POST"])
@guards.link("mine")
def people(rsvp: Rsvp) -> ResponseReturnValue:
    form = NumberForm()
    with asking(form) as answered:
        if answered:
            _hold(rsvp, form)
            rsvps.change_number(rsvp, form.heads)
            return _done(rsvp, gettext("Now we know with how many you come."))
    return _page(rsvp, form, opened="number")


@bp.route("/mine/<token>/ages", methods=["GET", "POST"])
@guards.link("mine")
def ages(rsvp: Rsvp) -> ResponseReturnValue:
    form = AgesForm()
    with asking(form) as answered:
        if answered:
            _hold(rsvp, form)
            rsvps.tell_ages(rsvp, **form.bands)
            return _done(rsvp, gettext("Thank you. Now we know how many children come."))
    return _page(rsvp, form, opened="ages")


@bp.route("/mine/<token>/let-know", methods=["GET", "POST"])
@guards.link("mine")
def let_know(rsvp: Rsvp) -> ResponseReturnValue:
    form = LetKnowForm()
    with asking(form) as answered:
        if answered:
            _hold(rsvp)
            rsvps.let_know(rsvp, form.phone.data or "", form.email.data or "")
            return _done(rsvp, gettext("Saved.") if rsvp.contact else gettext("Your number and address are erased."))
    return _page(rsvp, form, opened="let_know")


@bp.route("/mine/<token>/support", methods=["GET", "POST"])
@guards.link("mine")
def support(rsvp: Rsvp) -> ResponseReturnValue:
    """What would help: only what this activity can give."""
    form = HelpForm()
    form.offer(supports.offered(rsvp.date.event), rsvp)
    with asking(form) as answered:
        if answered:
            _hold(rsvp, form)
            supports.ask(rsvp, form.kinds.data or [], form.spoken)
            return _done(rsvp, gettext("Thank you. Now we know what would help you."))
    return _page(rsvp, form, opened="support")


@bp.post("/mine/<token>/weekly")
@guards.link("mine")
def every_week(rsvp: Rsvp) -> ResponseReturnValue:
    """Pressed twice it is done once."""
    made = weekly.come(rsvp)
    return _done(rsvp, ngettext("%(num)s more date.", "%(num)s more dates.", len(made)) % {"num": len(made)})


@bp.route("/mine/<token>/ask-again", methods=["GET", "POST"])
@guards.link("mine")
def ask_again(rsvp: Rsvp) -> ResponseReturnValue:
    form = AskAgainForm()
    with asking(form) as answered:
        if answered:
            asking_again.allow(rsvp, form.nickname.data or "", form.phone.data or "")
            return _done(rsvp, gettext("Thank you. A volunteer asks you again when there is something for you."))
    return _page(rsvp, form, opened="ask_again")


@bp.get("/mine/<token>/calendar.ics")
@guards.link("mine")
def own_calendar(rsvp: Rsvp) -> Response:
    """This date for one's own calendar; `?title=neutral` says nothing to who looks at the screen."""
    date, place = rsvp.date, rsvp.date.place
    where = "" if place is None else place.name if date.shows_address or rsvp.holds_seats else place.town
    neutral = request.args.get("title") == "neutral"
    title = gettext("Appointment") if neutral else date.event.title_in(g.lang_code)
    body = own_calendar_file.file(date, f"{keys.sealed('own calendar', rsvp.public_id)[:32]}@{urlsplit(links.outside('/')).hostname}", title, where)
    return Response(body, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="date.ics"'})


@bp.route("/mine/<token>/give-back", methods=["GET", "POST"])
@guards.link("mine")
def give_back(rsvp: Rsvp) -> ResponseReturnValue:
    """Asked once more before; pressed twice it is done once, with the same answer."""
    form = Button()
    with asking(form) as answered:
        if answered:
            _hold(rsvp)
            if not rsvp.is_given_back:
                rsvps.give_back(rsvp)
            return _done(rsvp)
    if rsvp.is_given_back or rsvp.date.is_over:
        return redirect(_address(rsvp))
    return render_template("signup/give_back.html", rsvp=rsvp, date=rsvp.date, form=form, address=_address(rsvp))


@bp.get("/mine/<token>/known")
@guards.link("mine")
def known(rsvp: Rsvp) -> ResponseReturnValue:
    return render_template(
        "signup/known.html", rsvp=rsvp, date=rsvp.date, status=words.STATUS[rsvp.status], bands=words.BANDS,
        days={"days": group().keep_name_days}, address=_address(rsvp),
    )  # fmt: skip


@bp.get("/mine/<token>/known.json")
@guards.link("mine")
def known_as_json(rsvp: Rsvp) -> Response:
    """The same for a program: all that is kept, by the names it is kept under."""
    household, contact = rsvp.household, rsvp.contact
    answer: dict[str, Any] = {
        "date": rsvp.date.starts_at.isoformat(), "name": rsvp.name, "number_on_the_list": rsvp.number, "adults": rsvp.adults,
        **{band: getattr(rsvp, band) for band in words.BANDS}, "language": rsvp.language, "status": rsvp.status,
        "signed_up_at": rsvp.created_at.isoformat(), "in_line_since": rsvp.queued_at.isoformat(),
        "signed_up_by_a_volunteer": rsvp.entered_by_id is not None,
        "phone": contact.phone if contact else "", "email": contact.email if contact else "",
        "support": [{"kind": each.kind, "amount": each.amount, "language": each.language} for each in rsvp.supports],
        "household": None if household is None else {
            "nickname": household.nickname, "adults": household.adults, **{band: getattr(household, band) for band in words.BANDS},
            "languages": household.languages, "channel": household.channel, "phone": household.phone,
        },
    }  # fmt: skip
    return jsonify(answer)


@bp.route("/mine/<token>/erase", methods=["GET", "POST"])
@guards.link("mine")
def erase(rsvp: Rsvp) -> ResponseReturnValue:
    form = EraseForm()
    with asking(form) as answered:
        if answered:
            code = _in_pairs(rsvps.code(rsvp))
            erasure.erase_own(rsvp, household_too=form.household.data)
            db.session.commit()
            return render_template("signup/erased.html", code=code)  # at once: nothing is left to lead to
    warnings = (words.ERASED_WHAT,) if rsvp.date.is_over or rsvp.is_given_back else (words.ERASED_WHAT, words.ERASED_SEATS)
    return render_template("signup/erase.html", rsvp=rsvp, date=rsvp.date, form=form, warnings=warnings, address=_address(rsvp))


@bp.context_processor
def _words() -> dict[str, Any]:
    """What this desk's templates say of a sign-up."""
    return {
        "shown_phone": shown_phone,
        "in_address": lambda text: quote(text, safe=""),
        "support_title": lambda kind: gettext(supports.BY_KEY[kind].title) if kind in supports.BY_KEY else kind,
        "language_name": lambda code: phrases.KNOWN[code].own_name if code in phrases.KNOWN else code,
        "day_and_hour": lambda moment: f"{phrases.day(clock.local(moment).date())} {phrases.hour(moment)}",
    }


# ---- inside


def _hold(rsvp: Rsvp, form: OwnForm | None = None) -> None:
    """The date's row first, then the sign-up read afresh: somebody may have moved up meanwhile.
    Raises ChangedMeanwhile when the form's page was filled from an older one."""
    locked(EventDate, rsvp.date_id)
    locked(Rsvp, rsvp.id)
    if form is not None:
        form.check_version(rsvp)


def _done(rsvp: Rsvp, sentence: str = "") -> ResponseReturnValue:
    db.session.commit()
    if sentence:
        flash(sentence)
    return redirect(_address(rsvp))


def _address(rsvp: Rsvp) -> str:
    return links.to("mine", rsvp, g.lang_code)


def _in_pairs(digits: str) -> str:
    """`48 29 17 05`: eight digits as people read them aloud."""
    return " ".join(digits[at : at + 2] for at in range(0, 8, 2))


def _page(rsvp: Rsvp, sent: Form | None = None, opened: str = "") -> str:
    """The own page, in the order of what people look for; the form that came back stands open."""
    own = links.outside(_address(rsvp))
    place = rsvps.place_in_line(rsvp) if rsvp.is_waiting else 0
    coach = asking_again.by_whom(rsvp)
    offered = supports.offered(rsvp.date.event)
    return render_template(
        "signup/mine.html", rsvp=rsvp, date=rsvp.date, event=rsvp.date.event, own=own, opened=opened, address=_address(rsvp),
        code=_in_pairs(rsvps.code(rsvp)),
        square=segno.make(own, error="m").svg_data_uri(scale=4, border=3, light="white"),
        in_line=gettext(words.IN_LINE.get(place, words.FURTHER_IN_LINE)) % {"place": place} if place else "",
        is_told=notices.reaches(rsvp), no_number=(words.NO_NUMBER,), days={},
        **_forms(rsvp, sent, offered), offered=offered, further=_further(rsvp), together=weekly.together(rsvp), coach=coach,
        own_address=_address, to_coach=_to_coach(rsvp, own),
    )  # fmt: skip


def _forms(rsvp: Rsvp, sent: Form | None, offered: Sequence[supports.Kind]) -> dict[str, Form]:
    """Each closed line's form, filled from the sign-up; the one that was sent as it was sent."""
    fresh: dict[str, Any] = {"formdata": None, "version": rsvp.version}
    more = None if rsvp.people <= len(TILES) else rsvp.people
    forms: dict[str, Form] = {
        "number": NumberForm(people=str(rsvp.people), more=more, **fresh),
        "ages": AgesForm(obj=rsvp, **fresh),
        "let_know": LetKnowForm(obj=rsvp.contact, **fresh),
        "support": HelpForm(**fresh),
        "ask_again": AskAgainForm(nickname=rsvp.name, phone=rsvp.contact.phone if rsvp.contact else "", **fresh),
    }
    if sent is not None and sent.is_submitted():
        forms = {name: sent if type(form) is type(sent) else form for name, form in forms.items()}
    help_form = forms["support"]
    assert isinstance(help_form, HelpForm)
    help_form.offer(offered, rsvp)
    return forms


def _further(rsvp: Rsvp) -> list[EventDate]:
    """The weeks that one could still take by a press."""
    if rsvp.is_given_back:
        return []
    taken = {each.date_id for each in weekly.together(rsvp)}
    return [date for date in weekly.further(rsvp) if date.id not in taken]


def _to_coach(rsvp: Rsvp, own: str) -> str:
    """Ready text for a volunteer: in the page's language, with the Dutch below it."""
    said = [_to_coach_in(code, rsvp) for code in dict.fromkeys((g.lang_code, phrases.SOURCE))]
    return "\n\n".join([*said, own])


def _to_coach_in(code: str, rsvp: Rsvp) -> str:
    date = rsvp.date
    with phrases.speaking(code):
        return gettext(words.TO_COACH) % {
            "activity": date.event.title_in(code), "people": rsvp.people,
            "when": phrases.when(date.starts_at, date.ends_at, date.all_day),
        }  # fmt: skip
