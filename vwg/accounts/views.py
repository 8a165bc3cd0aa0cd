"""Signing in and out, and the devices that are signed in."""

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vwg import guards
from vwg.accounts import bp, coming_in
from vwg.accounts.coming_in import go_on, let_in
from vwg.accounts.forms import ComingBack, DigitsForm, arriving
from vwg.db import db, locked
from vwg.domain import errors, signing_in
from vwg.domain.settings import group
from vwg.forms import asking
from vwg.guards import me, viewer
from vwg.models import SignIn, User
from vwg.phrases import N_, gettext


@bp.route("/sign-in", methods=["GET", "POST"])
@guards.public
def sign_in() -> ResponseReturnValue:
    """Whether we know the address or not, the answer is the same page."""
    g.is_private = True
    form = arriving()
    if not coming_in.mail_is_on():
        return render_template("accounts/sign_in.html", form=form, going_to=form.goes_to, kept=form.kept.data or "")
    with asking(form) as answered:
        if answered:
            signing_in.ask(form.email.data, coming_in.window(), g.lang_code)
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
        return go_on(me(), form)  # the link in the mail was pressed meanwhile, in the same browser
    with asking(form) as answered:
        if answered:
            user = signing_in.by_digits(session.get(coming_in.WINDOW, ""), form.digits.data)
            if user is not None:
                let_in(user)
            db.session.commit()
            if user is None:
                raise errors.WrongDigits
            return go_on(user, form)
    return _ask_digits(form)


@bp.route("/link/<token>", methods=["GET", "POST"])
@guards.link("sign-in")
def by_link(asked: SignIn) -> ResponseReturnValue:
    """Mail programs open links by themselves: opening shows a button, and only its press signs in."""
    form = ComingBack()
    with asking(form) as answered:
        if answered:
            row = locked(SignIn, asked.id)
            let_in(signing_in.by_link(row), row.made_by_id)
            db.session.commit()
            return go_on(me(), form)
    open_still = signing_in.is_open(asked)
    return render_template("accounts/link.html", form=form, asked=asked, is_open=open_still), 200 if open_still else 409


@bp.post("/demo/<who>")
@guards.public
def demo(who: str) -> ResponseReturnValue:
    """One press, only in a house that the demo's loader marked."""
    person = db.session.scalars(select(User).where(User.demo_name == who, User.demo_name != "")).first()
    if not group().is_demo or person is None or person.ended_at is not None:
        abort(404)
    let_in(person)
    db.session.commit()
    return go_on(person, ComingBack())


@bp.post("/sign-out")
@guards.public
def sign_out() -> ResponseReturnValue:
    signed_in = guards.this_device()
    if signed_in is not None:
        signing_in.sign_out(signed_in)
        db.session.commit()
    session.clear()
    g.pop("viewer", None)
    flash(gettext(N_("You are signed out.")))
    return redirect(url_for("agenda.index"))


@bp.get("/devices")
@guards.signed_in
@guards.in_desk_words
def devices() -> ResponseReturnValue:
    return coming_in.devices_page()


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


def _ask_digits(form: DigitsForm) -> ResponseReturnValue:
    return render_template("accounts/digits.html", form=form)
