"""Free places that partners keep for newcomers: a coach takes some for a household."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectChoice, SelectField, StringField

from vwg import guards, looks, permissions
from vwg.coaching import bp
from vwg.db import db, locked
from vwg.domain import households, welcome_places
from vwg.forms import Button, Form, NumberField, asking, at_most, between, needed
from vwg.guards import me
from vwg.models import Household, WelcomePlace
from vwg.phrases import N_, gettext


class TakeForm(Form):
    household = SelectField(N_("For whom?"))
    people = NumberField(N_("How many places?"), [needed(N_("How many places? Choose a number from 1 to 99.")), between(1, welcome_places.MOST)], default=1)
    may_say_name = BooleanField(N_("They said yes: the partner may know a first name"))
    first_name = StringField(N_("First name"), [at_most(40)])

    def offer(self, mine: list[Household]) -> None:
        self.household.choices = [SelectChoice(str(each.id), each.nickname) for each in mine]


@bp.get("/welcome")
@guards.volunteer(permissions.can_coach)
def welcome_list() -> ResponseReturnValue:
    """What partners keep free; of what was taken only one's own families."""
    looks.record(me())
    mine = list(households.of(me()))
    return render_template(
        "coaching/welcome.html", places=welcome_places.open_ones(), ended=welcome_places.ended_for(mine), mine={household.id for household in mine}
    )


@bp.route("/welcome/<int:place>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_coach, keeps=False)
def take_welcome(place: int) -> ResponseReturnValue:
    if request.method == "GET":
        looks.record(me())
    known = locked(WelcomePlace, place) if request.method == "POST" else db.get_or_404(WelcomePlace, place)
    mine = list(households.of(me()))
    form = TakeForm()
    form.offer(mine)
    with asking(form) as answered:
        if answered:
            household = next(each for each in mine if str(each.id) == form.household.data)
            welcome_places.take(known, household, form.people.data or 0, (form.first_name.data or "") if form.may_say_name.data else "")
            db.session.commit()
            flash(gettext(N_("Taken. Tell them when and where, and who welcomes them.")))
            return redirect(url_for("coaching.welcome_list"))
    return render_template("coaching/take_welcome.html", place=known, form=form, mine=mine)


@bp.post("/welcome/<int:place>/back/<int:household>")
@guards.volunteer(permissions.can_coach, keeps=False)
def give_welcome_back(place: int, household: int) -> ResponseReturnValue:
    """Somebody else's household is a 404."""
    if Button().validate_on_submit():
        chosen = db.session.get(Household, household)
        if chosen is None or not permissions.can_see_household(me(), chosen):
            abort(404)
        welcome_places.give_back(locked(WelcomePlace, place), chosen)
        db.session.commit()
    return redirect(url_for("coaching.welcome_list"))
