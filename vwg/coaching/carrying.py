"""Who carries a family: two coaches, a stand-in, another one, or whoever takes them on."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from vwg.coaching import bp
from vwg.coaching.forms import IllForm, StandInForm, WhoForm
from vwg.coaching.views import coach, household_of_mine, record_look
from vwg.db import db, locked
from vwg.domain import carrying
from vwg.forms import asking
from vwg.guards import me
from vwg.models import Household, User
from vwg.phrases import gettext, ngettext


@bp.route("/households/<int:household>/share", methods=["GET", "POST"])
@coach
def share(household: int) -> ResponseReturnValue:
    """Carry a family together."""
    chosen, form = _to_keep(household), WhoForm()
    record_look()
    form.offer(_others())
    with asking(form) as answered:
        if answered:
            carrying.share(locked(Household, chosen.id), _user(form))
            db.session.commit()
            flash(gettext("Saved. You carry this family together."))
            return redirect(url_for("coaching.people", _anchor=f"of-{household}"))
    return _page("share", form, chosen)


@bp.route("/households/<int:household>/stand-in", methods=["GET", "POST"])
@coach
def stand_in(household: int) -> ResponseReturnValue:
    chosen, form = _to_keep(household), StandInForm()
    record_look()
    form.offer(_others())
    with asking(form) as answered:
        if answered:
            carrying.stand_in(locked(Household, chosen.id), _user(form), form.until.data)
            db.session.commit()
            flash(gettext("Saved. Until then calls go to who stands in."))
            return redirect(url_for("coaching.people", _anchor=f"of-{household}"))
    return _page("stand-in", form, chosen)


@bp.route("/households/<int:household>/hand-over", methods=["GET", "POST"])
@coach
def hand_over(household: int) -> ResponseReturnValue:
    """Another volunteer carries the family from now on; it leaves this page."""
    chosen, form = _to_keep(household), WhoForm()
    record_look()
    form.offer(_others())
    with asking(form) as answered:
        if answered:
            carrying.hand_over(locked(Household, chosen.id), me(), _user(form))
            db.session.commit()
            flash(gettext("Handed over."))
            return redirect(url_for("coaching.people"))
    return _page("hand-over", form, chosen)


@bp.post("/households/<int:household>/let-go")
@coach
def let_go(household: int) -> ResponseReturnValue:
    chosen = household_of_mine(household)
    carrying.let_go(locked(Household, chosen.id), me())
    db.session.commit()
    flash(gettext("You do not carry this family any more."))
    return redirect(url_for("coaching.people"))


@bp.post("/households/<int:household>/take-on")
@coach
def take_on(household: int) -> ResponseReturnValue:
    """A family whose coach left."""
    carrying.take_on(locked(Household, household), me())
    db.session.commit()
    flash(gettext("Thank you. You carry this family from now on."))
    return redirect(url_for("coaching.people", _anchor=f"of-{household}"))


@bp.route("/ill", methods=["GET", "POST"])
@coach
def ill() -> ResponseReturnValue:
    """A coach is away: somebody stands in with all her families. For oneself, or by an administrator for another."""
    form = IllForm()
    everybody = carrying.coaches()
    ours = [each for each in everybody if me().is_administrator or each.id == me().id]
    form.offer([other for other in everybody if other.is_there and (me().is_administrator or other.id != me().id)])
    form.coach.choices = [SelectChoice(each.id, each.name) for each in ours]
    with asking(form) as answered:
        if answered:
            number = carrying.go_away(locked(User, form.coach.data), _user(form), form.until.data)
            db.session.commit()
            flash(ngettext("Saved for %(num)s family.", "Saved for %(num)s families.", number) % {"num": number})
            return redirect(url_for("coaching.people"))
    if not form.is_submitted():
        form.coach.data = me().id
        form.who.data = next((other.id for other in everybody if other.is_there and other.id != me().id), None)
    return _page("ill", form, away=[each for each in ours if each.is_away])


@bp.post("/ill/<int:user_id>/back")
@coach
def back_again(user_id: int) -> ResponseReturnValue:
    """Who was away is there again. Oneself, or by an administrator another."""
    if user_id != me().id and not me().is_administrator:
        abort(404)
    carrying.come_back(locked(User, user_id))
    db.session.commit()
    flash(gettext("Saved."))
    return redirect(url_for("coaching.people"))


# ---- inside


def _page(step: str, form: WhoForm, household: Household | None = None, away: Sequence[User] = ()) -> str:
    return render_template("coaching/who.html", step=step, form=form, household=household, away=away)


def _others() -> list[User]:
    return [other for other in carrying.coaches() if other.is_there and other.id != me().id]


def _user(form: WhoForm) -> User:
    return db.session.get(User, form.who.data) or abort(404)


def _to_keep(household: int) -> Household:
    """One that is hers to give: a stand-in decides nothing about who carries it."""
    chosen = household_of_mine(household)
    if not any(held.user_id == me().id and held.until is None for held in chosen.coaches):
        abort(404)
    return chosen
