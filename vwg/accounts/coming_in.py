"""Letting somebody in on this device, and on to where they were going."""

from typing import Any

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vwg import guards, links
from vwg.accounts import bp, device
from vwg.accounts.forms import ComingBack, PasskeyForm, empty_sign_in_form
from vwg.db import db
from vwg.domain import passkeys, signing_in
from vwg.domain.settings import group
from vwg.guards import me, viewer
from vwg.models import Contact, User

WINDOW = "window"  # the cookie's mark of the window that asked


def window() -> str:
    """This window's mark; from now on it has one."""
    mark: str = session.setdefault(WINDOW, signing_in.new_window())
    return mark


def let_in(user: User, made_by_id: int | None = None, by_passkey: bool = False) -> None:
    """A new cookie for a new row: what stood in the old cookie is somebody else's. Who was signed in
    here already has shown once more who they are, and the row before makes room."""
    before = guards.this_device() if viewer() is user else None
    row = signing_in.remember(user, device.called(request.user_agent.string), made_by_id, is_sure=by_passkey or before is not None)
    if before is not None:
        signing_in.sign_out(before)
    session.clear()
    g.pop("csrf_token", None)
    session.permanent = True
    session["device"] = row.id
    g.viewer = user


def go_on(user: User, form: ComingBack) -> ResponseReturnValue:
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
    contact = db.session.scalars(Contact.of(user)).first()
    return links.to("own", contact.partner, g.lang_code) if contact else url_for("agenda.index")


def devices_page(form: PasskeyForm | None = None) -> ResponseReturnValue:
    """Where one is signed in, and one's passkeys. A new one waits until it is sure who asks."""
    form = form or PasskeyForm(formdata=None, data={"name": device.called(request.user_agent.string)})
    return render_template(
        "accounts/devices.html", devices=signing_in.devices_of(me()), this_one=session.get("device"), passkeys=passkeys.of(me()),
        form=form, may_make=guards.is_sure() or not guards.can_be_asked(),
    )  # fmt: skip


# ---- the ways in, as the pages draw them


@bp.app_context_processor
def _ways_in() -> dict[str, Any]:
    """What the pages of an ended sign-in and of showing who one is need too."""
    return {
        "empty_sign_in_form": empty_sign_in_form, "mail_is_on": mail_is_on, "demo_people": demo_people,
        "passkey_house": passkey_house, "can_be_asked": guards.can_be_asked, "has_passkey": lambda: passkeys.has_one(me()),
    }  # fmt: skip


def mail_is_on() -> bool:
    return bool(current_app.config["SMTP_URL"])


def demo_people() -> list[User]:
    """Who has a button in the demo; nobody elsewhere."""
    if not group().is_demo:
        return []
    people = select(User).where(User.demo_name != "", User.ended_at.is_(None)).order_by(User.id)
    return list(db.session.scalars(people))


def passkey_house() -> dict[str, str]:
    """The name that passkeys are tied to, and where this page stands under that name when it is not
    here (by `127.0.0.1` a browser shows none); empty where there are no passkeys at all."""
    house = passkeys.house()
    if house is None:
        return {}
    here = request.host.rsplit(":", 1)[0]
    return {"name": house.name, "elsewhere": "" if here == house.name else house.origin + request.full_path.rstrip("?")}
