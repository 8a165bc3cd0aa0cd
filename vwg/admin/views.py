"""Settings, and who belongs to the group."""

import logging

import segno
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vwg import guards
from vwg.admin import bp
from vwg.admin.forms import LeaveForm, LogoForm, SettingsForm, VolunteerForm
from vwg.db import db, locked
from vwg.domain import calendar, errors, pictures, signing_in, volunteers
from vwg.domain import settings as group_settings
from vwg.domain.settings import LEAST, MOST
from vwg.forms import asking
from vwg.guards import me
from vwg.models import User
from vwg.phrases import N_, gettext

log = logging.getLogger("vwg")


@bp.route("/settings", methods=["GET", "POST"])
@guards.administrator
@guards.sure()
def settings() -> ResponseReturnValue:
    form = SettingsForm.now()
    with asking(form) as answered:
        if answered:
            if form.seen.data != group_settings.version():
                raise errors.ChangedMeanwhile
            before = group_settings.group()
            group_settings.change(**form.values)
            calendar.moved_with_group(before)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("admin.settings"))
    return render_template("admin/settings.html", form=form, most=MOST, least=LEAST)


@bp.route("/logo", methods=["GET", "POST"])
@guards.administrator
@guards.sure()
def logo() -> ResponseReturnValue:
    form = LogoForm()
    with asking(form) as answered:
        if answered:
            pictures.set_logo(form.picture.data.read(pictures.MOST_BYTES + 1))
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("admin.logo"))
    return render_template("admin/logo.html", form=form)


@bp.post("/logo/remove")
@guards.administrator
@guards.sure()
def remove_logo() -> ResponseReturnValue:
    pictures.remove_logo()
    db.session.commit()
    flash(gettext(N_("The logo is gone.")))
    return redirect(url_for("admin.logo"))


@bp.route("/volunteers", methods=["GET", "POST"], endpoint="volunteers")
@guards.administrator
@guards.sure()
def all_volunteers() -> ResponseReturnValue:
    form = VolunteerForm.of(None)
    with asking(form) as answered:
        if answered:
            new = volunteers.invite(form.name.data, form.email.data, form.chosen_roles, form.language.data)
            db.session.commit()
            flash(gettext(N_("%(name)s may sign in now.")) % {"name": new.name})
            return redirect(url_for("admin.volunteer", user_id=new.id))
    return render_template("admin/volunteers.html", form=form, everybody=volunteers.everybody())


@bp.route("/volunteers/<int:user_id>", methods=["GET", "POST"])
@guards.administrator
@guards.sure()
def volunteer(user_id: int) -> ResponseReturnValue:
    person = _volunteer(user_id)
    form = VolunteerForm.of(person)
    with asking(form) as answered:
        if answered:
            volunteers.change(locked(User, person.id), form.name.data, form.email.data, form.chosen_roles, form.language.data)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("admin.volunteers"))
    return render_template("admin/volunteer.html", form=form, person=person, devices=signing_in.devices_of(person))


@bp.post("/volunteers/<int:user_id>/link")
@guards.administrator
@guards.sure()
def link(user_id: int) -> ResponseReturnValue:
    """A link that signs in once, on the screen and nowhere else; who made it stays on the device's row."""
    person = _volunteer(user_id)
    address = signing_in.link_for(person, made_by=me())
    db.session.commit()
    log.info("volunteer %s made a sign-in link for volunteer %s", me().id, person.id)
    picture = segno.make(address, error="m").svg_data_uri(scale=6, border=4, light="#fff", dark="#000")
    return render_template("admin/link.html", person=person, address=address, picture=picture)


@bp.route("/volunteers/<int:user_id>/leave", methods=["GET", "POST"])
@guards.administrator
@guards.sure()
def leave(user_id: int) -> ResponseReturnValue:
    """Somebody takes over what she carried; without anything to carry nobody needs to."""
    person, form = _volunteer(user_id), LeaveForm()
    form.offer([other for other in volunteers.everybody() if other.id != person.id])
    with asking(form) as answered:
        if answered:
            volunteers.leave(locked(User, person.id), form.chosen)
            db.session.commit()
            flash(gettext(N_("%(name)s is not a volunteer any more, and signed out everywhere.")) % {"name": person.name})
            return redirect(url_for("admin.volunteers"))
    return render_template("admin/leave.html", form=form, person=person, alone=volunteers.alone_at_the_door(person))


def _volunteer(user_id: int) -> User:
    person = db.session.scalars(select(User).where(User.id == user_id, User.ended_at.is_(None), User.roles.any())).first()
    return person or abort(404)
