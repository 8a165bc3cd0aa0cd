"""Signing in and out, and the devices that are signed in."""

from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vwg import guards, links
from vwg.accounts import bp, device
from vwg.accounts.forms import ComingBack, DigitsForm, arriving, empty_sign_in_form
from vwg.db import db, locked
from vwg.domain import errors, signing_in
from vwg.domain.settings import group
from vwg.forms import asking
from vwg.guards import me, viewer
from vwg.models import Contact, SignIn, User, UserSession
from vwg.phrases import N_, gettext

WINDOW = "window"  # the cookie's mark of the window that asked


@bp.route("/sign-in", methods=["GET", "POST"])
@guards.public
def sign_in() -> ResponseReturnValue:
    """Whether we know the address or not, the answer is the same page."""
    g.is_private = True
    form = arriving()
    if not mail_is_on():
        return render_template("accounts/sign_in.html", form=form, going_to=form.goes_to, kept=form.kept.data or "")
    with asking(form) as answered:
        if answered:
            window = session.setdefault(WINDOW, signing_in.new_window())
            signing_in.ask(form.email.data, window, g.lang_code)
            db.session.commit()
            if form.fields_kept:
                return _ask_digits(DigitsForm(formdata=None, data={"next": form.next.data, "kept": form.kept.data}))
            return redirect(url_for("accounts.digits", next=form.goes_to or None))
    return render_template("accounts/sign_in.html", form=form, going_to=form.goes_to, kept=form.kept.data or "")


@bp.route("/digits", methods=["GET", "POST"])
@guards.public
def digits() -> ResponseReturnValue:
    g.is_private = True
    form = DigitsForm()
    if not form.is_submitted():
        form.next.data = guards.local_path(request.args.get("next"))
    if form.is_submitted() and viewer() is not None and not form.is_old:
        return _go_on(me(), form)  # the link in the mail was pressed meanwhile, in the same browser
    with asking(form) as answered:
        if answered:
            user = signing_in.by_digits(session.get(WINDOW, ""), form.digits.data)
            if user is not None:
                _let_in(user)
            db.session.commit()
            if user is None:
                raise errors.WrongDigits
            return _go_on(user, form)
    return _ask_digits(form)


@bp.route("/link/<token>", methods=["GET", "POST"])
@guards.link("sign-in")
def by_link(asked: SignIn) -> ResponseReturnValue:
    """Mail programs open links by themselves: opening shows a button, and only its press signs in."""
    form = ComingBack()
    with asking(form) as answered:
        if answered:
            row = locked(SignIn, asked.id)
            _let_in(signing_in.by_link(row), row.made_by_id)
            db.session.commit()
            return _go_on(me(), form)
    open_still = signing_in.is_open(asked)
    return render_template("accounts/link.html", form=form, asked=asked, is_open=open_still), 200 if open_still else 409


@bp.post("/demo/<who>")
@guards.public
def demo(who: str) -> ResponseReturnValue:
    """One press, only in a house that the demo's loader marked."""
    person = db.session.scalars(select(User).where(User.demo_name == who, User.demo_name != "")).first()
    if not group().is_demo or person is None or person.ended_at is not None:
        abort(404)
    _let_in(person)
    db.session.commit()
    return _go_on(person, ComingBack())


@bp.post("/sign-out")
@guards.public
def sign_out() -> ResponseReturnValue:
    signed_in = db.session.get(UserSession, session.get("device", 0))
    if signed_in is not None:
        signing_in.sign_out(signed_in)
        db.session.commit()
    session.clear()
    g.pop("viewer", None)
    flash(gettext(N_("You are signed out.")))
    return redirect(url_for("agenda.index"))


@bp.get("/devices")
@guards.signed_in
def devices() -> ResponseReturnValue:
    return render_template("accounts/devices.html", devices=signing_in.devices_of(me()), this_one=session.get("device"))


@bp.post("/devices/<int:device_id>/sign-out")
@guards.signed_in
def sign_out_device(device_id: int) -> ResponseReturnValue:
    """Throw a device out. Somebody else's is a 404."""
    mine = next((row for row in signing_in.devices_of(me()) if row.id == device_id), None)
    if mine is None:
        abort(404)
    signing_in.sign_out(mine)
    db.session.commit()
    flash(gettext(N_("That device is signed out.")))
    return redirect(url_for("accounts.devices"))


# ---- coming in


def mail_is_on() -> bool:
    return bool(current_app.config["SMTP_URL"])


def _ask_digits(form: DigitsForm) -> ResponseReturnValue:
    return render_template("accounts/digits.html", form=form)


def _let_in(user: User, made_by_id: int | None = None) -> None:
    """A new cookie for a new row: what stood in the old cookie is somebody else's."""
    row = signing_in.remember(user, device.called(request.user_agent.string), made_by_id)
    session.clear()
    g.pop("csrf_token", None)
    session.permanent = True
    session["device"] = row.id
    g.viewer = user


def _go_on(user: User, form: ComingBack) -> ResponseReturnValue:
    """To where one was going; with a form that was kept, over a page that sends it back there."""
    if form.goes_to and form.fields_kept:
        return render_template("accounts/back.html", goes_to=form.goes_to, fields=form.fields_kept, kept=guards.KEPT)
    return redirect(form.goes_to or _home(user))


def _home(user: User) -> str:
    """A volunteer's day, or a partner's own page; who came in first says who they are."""
    if user.is_administrator and not user.name:
        return url_for("admin.volunteer", user_id=user.id)
    if user.is_volunteer:
        return url_for("planning.today")
    contact = db.session.scalars(select(Contact).where(Contact.user_id == user.id)).first()
    return links.to("own", contact.partner, g.lang_code) if contact else url_for("agenda.index")


@bp.app_context_processor
def _ways_in() -> dict[str, Any]:
    """What the page of an ended sign-in needs too."""
    return {"empty_sign_in_form": empty_sign_in_form, "mail_is_on": mail_is_on, "demo_people": demo_people}


def demo_people() -> list[User]:
    """Who has a button in the demo; nobody elsewhere."""
    if not group().is_demo:
        return []
    people = select(User).where(User.demo_name != "", User.ended_at.is_(None)).order_by(User.id)
    return list(db.session.scalars(people))
