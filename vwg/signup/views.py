"""Taking seats, and the way back to them by eight digits."""

from datetime import timedelta

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import SelectChoice

from vwg import clock, guards, links
from vwg.db import db, locked, writing
from vwg.domain import attempts, pace, rsvps
from vwg.domain.rsvps import Party
from vwg.domain.settings import group
from vwg.forms import asking
from vwg.models import Event, EventDate, Rsvp, Signup
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.signup import bp, words
from vwg.signup.forms import CodeForm, SignUpForm

NOT_FOUND = N_("Not found. Look at the activity and at the digits again.")
BACK_SHOWS_IT = {"Cache-Control": "private, no-cache"}  # this very form, so that the next person on it is asked about
TOO_MANY = N_("Too many wrong numbers just now. Wait a minute and try again.")


@bp.route("/<date>", methods=["GET", "POST"])
@guards.public
def sign_up(date: str) -> ResponseReturnValue:
    form = SignUpForm()
    with asking(form) as answered:
        if answered:  # at five hundred at once each look counts: nothing is read before the lock, nothing again after
            held = locked(EventDate, found(EventDate.public_ids(), date))
            rsvp = rsvps.sign_up(held, Party(form.heads), language=g.lang_code, name=form.name.data or "", form_key=form.key, is_paced=True)
            own = links.to("mine", rsvp, g.lang_code)
            db.session.commit()
            return redirect(own)
        if form.is_submitted():
            rsvps.check_open(found(EventDate.public(), date))  # whatever was filled in: closed is the first thing to say
    chosen = found(EventDate.public(), date)
    if _goes_like_a_script(chosen, form):
        g.form_status = 429
        return _sign_up_page(chosen, form), {"Retry-After": str(int(pace.QUICKEST.total_seconds()))}
    return _sign_up_page(chosen, form), {} if form.is_submitted() else BACK_SHOWS_IT


@bp.route("/code", methods=["GET", "POST"])
@guards.public
def code() -> ResponseReturnValue:
    form = CodeForm(event=request.args.get("event", "").partition("-")[0])
    form.event.choices = _choices(form.event.data)
    with asking(form) as answered:
        if answered and attempts.too_many("code"):
            return _code_page(form, TOO_MANY), 429, {"Retry-After": "60"}
        if answered and (rsvp := _by_code(form)):
            return redirect(links.to("mine", rsvp, g.lang_code))
        if answered:
            attempts.count("code")
            db.session.commit()
            return _code_page(form, NOT_FOUND), 404
    return _code_page(form)


# ---- inside


def _goes_like_a_script(date: EventDate, form: SignUpForm) -> bool:
    """Too fast, or the question "these people too?" was put to this very form before: then the
    host sees a line. A form that was asked about comes back with a new mark, in its chain."""
    if not (form.is_question or form.is_too_fast) or form.is_old:
        return False
    with writing():
        too_fast = form.is_too_fast or pace.asked_before(form.key or "")
        if too_fast:
            pace.note(date)
        db.session.commit()
    if form.is_question:
        form.form_key.data = rsvps.new_form_key(form.key)
    return too_fast


def _sign_up_page(date: EventDate, form: SignUpForm) -> str:
    form.form_key.data = form.form_key.data if pace.is_ours(form.key) else rsvps.new_form_key()
    seats = rsvps.standing([date])[date.id]
    return render_template(
        "signup/sign_up.html", date=date, form=form, seats=seats, refusal=rsvps.refusal(date),
        privacy=(words.KEPT, words.NO_NUMBER), days={"days": group().keep_name_days}, wait=pace.QUICKEST.total_seconds(),
    )  # fmt: skip


def _code_page(form: CodeForm, sentence: str = "") -> str:
    if sentence:
        form.form_errors.append(gettext(sentence))
    return render_template("signup/code.html", form=form)


def _by_code(form: CodeForm) -> Rsvp | None:
    """Nothing more is said of a wrong activity than of wrong digits."""
    public_id = (form.event.data or "").partition("-")[0]
    if not public_id.isascii() or not public_id.isalnum():
        return None
    event_id = db.session.scalar(select(Event.id).where(Event.public_id == public_id))
    return rsvps.by_code(event_id, form.code) if event_id is not None else None


def _choices(given: str) -> list[SelectChoice]:
    """Activities to come, and those of the days in which sign-ups are still kept; the one that a
    slip names too, whether or not strangers see it."""
    since = clock.now() - timedelta(days=group().keep_name_days)
    live = select(EventDate.event_id).where(EventDate.ends_at > since)
    events = db.session.scalars(Event.public().where(Event.id.in_(live), Event.signup.in_([Signup.EVERYONE, Signup.BY_US])))
    named = sorted((SelectChoice(event.public_id, event.title_in(g.lang_code)) for event in events), key=lambda choice: str(choice.label).casefold())
    if given and given not in {choice.value for choice in named}:
        named.append(SelectChoice(given, gettext("The activity on my slip")))
    return [SelectChoice("", gettext("Choose the activity")), *named]
