"""A few photos of a partner, each with words for who does not see it and two permissions."""

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vwg import guards, permissions
from vwg.db import db, locked
from vwg.domain import pictures
from vwg.forms import Button, asking
from vwg.models import Partner
from vwg.pages import found
from vwg.partners import bp
from vwg.partners.showing import is_volunteer
from vwg.picture_form import PictureForm, encoded


@bp.route("/<partner>/photo", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def photo(partner: str) -> ResponseReturnValue:
    chosen = found(Partner.known(), partner)
    form = PictureForm()
    with asking(form) as answered:
        if answered:
            pictures.check(form.about)
            sizes = encoded()
            pictures.add_to_partner(locked(Partner, chosen.id), form.about, sizes)
            db.session.commit()
            return redirect(url_for("partners.photo", partner=partner))
    return render_template("partners/photo.html", partner=chosen, form=form, most=pictures.MOST_PHOTOS)


@bp.post("/<partner>/photo/<picture>/away")
@guards.volunteer(permissions.can_organise)
def photo_away(partner: str, picture: str) -> ResponseReturnValue:
    if Button().validate_on_submit():
        chosen = found(Partner.known(), partner)
        pictures.take_from_partner(locked(Partner, chosen.id), picture)
        db.session.commit()
    return redirect(url_for("partners.photo", partner=partner))


@bp.get("/<partner>/photo/<picture>-<size>.webp")
@guards.public
def photo_file(partner: str, picture: str, size: str) -> ResponseReturnValue:
    """Strangers see it with the partner, and when who stands on it agreed."""
    chosen = found(Partner.known() if is_volunteer() else Partner.listed(), partner)
    data = pictures.of_partner(chosen, picture, size, everybody=not is_volunteer()) or abort(404)
    return Response(data, mimetype="image/webp", headers={"Cache-Control": "private, max-age=3600"})
