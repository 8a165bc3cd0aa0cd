"""Passkeys: making, showing, keeping in order; and the page that asks for one."""

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vwg import clock, guards
from vwg.accounts import bp, coming_in
from vwg.accounts.forms import ComingBack, PasskeyForm, PasskeyNameForm, empty_sign_in_form
from vwg.db import db
from vwg.domain import errors, passkeys
from vwg.forms import Button, asking
from vwg.guards import me, viewer
from vwg.models import Passkey
from vwg.phrases import N_, gettext


@bp.get("/prove")
@guards.signed_in
@guards.in_desk_words
def prove() -> ResponseReturnValue:
    """Before exports, everybody's lists and settings: a passkey, or signing in once more."""
    return render_template("accounts/prove.html", next=guards.local_path(request.args.get("next")), kept="", keeps=True)


@bp.post("/passkeys/question")
@guards.signed_in
@guards.sure()
def ask_for_new_passkey() -> ResponseReturnValue:
    return _question(passkeys.ask_for_new(me(), coming_in.window()))


@bp.post("/passkeys/new")
@guards.signed_in
@guards.sure()
def new_passkey() -> ResponseReturnValue:
    """Who just made one has shown by it who they are."""
    form = PasskeyForm()
    with asking(form) as answered:
        if answered:
            made = passkeys.keep(me(), coming_in.window(), form.answer.data or "", form.name.data or "")
            device = guards.this_device()
            if made is not None and device is not None:
                device.sure_at = clock.now()
            db.session.commit()
            if made is None:
                raise errors.PasskeyRefused
            flash(gettext(N_("Your passkey is there. From now on we ask for it before lists and settings.")))
            return redirect(url_for("accounts.devices"))
    return coming_in.devices_page(form)


@bp.post("/passkey/question")
@guards.public
def ask_for_passkey() -> ResponseReturnValue:
    return _question(passkeys.ask(coming_in.window(), viewer()))


@bp.post("/passkey")
@guards.public
def by_passkey() -> ResponseReturnValue:
    """Signs in; or shows, on a device that is signed in, who holds it."""
    g.is_private = True
    form = ComingBack()
    with asking(form) as answered:
        if answered:
            user = passkeys.shown(coming_in.window(), request.form.get("answer", ""))
            if user is not None:
                coming_in.let_in(user, by_passkey=True)
            db.session.commit()
            if user is None:
                raise errors.PasskeyRefused
            return coming_in.go_on(user, form)
    template, kept = "accounts/prove.html" if viewer() else "accounts/sign_in.html", form.kept.data or ""
    again = empty_sign_in_form(form.goes_to, kept)
    return render_template(template, form=again, next=form.goes_to, going_to=form.goes_to, kept=kept, keeps=True, refused=form.form_errors)


@bp.post("/passkeys/<int:passkey>/name")
@guards.signed_in
def name_passkey(passkey: int) -> ResponseReturnValue:
    mine, form = _my(passkey), PasskeyNameForm()
    with asking(form) as answered:
        if answered:
            passkeys.rename(mine, form.name.data or "")
            db.session.commit()
    return redirect(url_for("accounts.devices"))


@bp.post("/passkeys/<int:passkey>/remove")
@guards.signed_in
@guards.sure(always=True)
def remove_passkey(passkey: int) -> ResponseReturnValue:
    mine = _my(passkey)
    with asking(Button()) as answered:
        if answered:
            passkeys.forget(mine)
            db.session.commit()
            flash(gettext(N_("That passkey opens nothing here any more. Remove it on your device too.")))
    return redirect(url_for("accounts.devices"))


# ---- inside


def _question(options: str) -> ResponseReturnValue:
    """For static/passkey.js, which hands it to the browser."""
    db.session.commit()
    g.is_private = True
    return Response(options, mimetype="application/json")


def _my(number: int) -> Passkey:
    """Somebody else's is a 404."""
    return next((passkey for passkey in passkeys.of(me()) if passkey.id == number), None) or abort(404)
