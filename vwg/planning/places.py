"""Places and kinds of activity, as lists that every organiser keeps well."""

import re

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from vwg import guards, permissions, phrases
from vwg.db import db, locked
from vwg.domain import categories as kinds
from vwg.domain import places as place_verbs
from vwg.domain.places import Said
from vwg.domain.settings import group
from vwg.forms import Form, NumberField, VersionedForm, asking, at_most, between, needed, plain_digits
from vwg.guards import me
from vwg.models import Category, Place
from vwg.pages import found
from vwg.phrases import N_, gettext
from vwg.planning import bp

COLOURS = {
    "green": N_("green"), "clay": N_("orange"), "violet": N_("violet"), "blue": N_("blue"), "ochre": N_("ochre"), "rose": N_("pink"),
    "teal": N_("sea green"), "slate": N_("grey"),
}  # fmt: skip
COORDINATES = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


class PlaceForm(VersionedForm):
    name = StringField(N_("Name"), [needed(N_("Give the place a name.")), at_most(100)])
    street = StringField(N_("Street and number"), [at_most(100)])
    postcode = StringField(N_("Postcode"), [at_most(10)])
    town = StringField(N_("Town"), [at_most(60)])
    coordinates = StringField(N_("On the map"), [at_most(60)], description=N_("Two numbers, as maps give them: 51.0283, 3.8514"))
    access = TextAreaField(N_("How one gets in"), [at_most(600)], description=N_("Stairs, wheelchair, bus stop, which door. Everybody may read it."))
    seats = NumberField(N_("How many people may be in?"), [between(1, 9999)])
    contact = TextAreaField(N_("Who has the key?"), [at_most(300)], description=N_("Only volunteers see it."))
    uit_id = StringField(N_("Its number at UiTdatabank"), [at_most(60)])
    address_public = BooleanField(N_("Everybody may read the address"), description=N_("Otherwise strangers read the town alone."))

    def validate_coordinates(self, field: StringField) -> None:
        if (field.data or "").strip() and self.point == (None, None):
            raise ValidationError(gettext(N_("Write two numbers with a comma between, like 51.0283, 3.8514.")))

    def validate_uit_id(self, field: StringField) -> None:
        if field.data and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", field.data.strip().lower()):
            raise ValidationError(gettext(N_("This is not a number of UiTdatabank: it has 36 signs, letters and digits.")))

    @property
    def point(self) -> tuple[float | None, float | None]:
        match = COORDINATES.fullmatch(plain_digits(self.coordinates.data or ""))
        if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
            return (None, None)
        return (float(match[1]), float(match[2]))

    def fill(self, place: Place) -> None:
        self.process(obj=place)
        self.coordinates.data = "" if place.latitude is None else f"{place.latitude}, {place.longitude}"

    @property
    def said(self) -> Said:
        words = {name: (self[name].data or "").strip() for name in ("name", "street", "postcode", "town", "access", "contact", "uit_id")}
        latitude, longitude = self.point
        return Said(**words, latitude=latitude, longitude=longitude, seats=self.seats.data, address_public=self.address_public.data)


PICTOGRAMS = {
    "calendar": N_("a calendar"), "messages": N_("talking"), "bowl": N_("a bowl"), "walk": N_("walking"), "bike": N_("a bicycle"),
    "ball-football": N_("a football"), "palette": N_("painting"), "music": N_("music"), "movie": N_("film"), "book": N_("a book"),
    "school": N_("learning"), "coffee": N_("coffee"), "cake": N_("cake"), "plant": N_("a plant"), "needle-thread": N_("needle and thread"),
    "tools": N_("tools"), "women": N_("women"), "baby-carriage": N_("small children"), "friends": N_("children"), "news": N_("a newspaper"),
    "bus": N_("a bus"), "heart-handshake": N_("helping"),
}  # fmt: skip


class CategoryForm(Form):
    colour = SelectField(N_("Colour"), choices=[SelectChoice(key, words) for key, words in COLOURS.items()])
    icon = SelectField(N_("Pictogram"), choices=[SelectChoice(name, PICTOGRAMS.get(name, name)) for name in kinds.ICONS])

    @property
    def names(self) -> dict[str, str]:
        return {name.removeprefix("name_"): field.data or "" for name, field in self._fields.items() if name.startswith("name_")}

    @property
    def name_fields(self) -> list[StringField]:
        return [field for name, field in self._fields.items() if name.startswith("name_")]


def _category_form(category: Category | None) -> CategoryForm:
    """With a name in each language of the group; Dutch must be there."""

    class Shown(CategoryForm):
        """This one can be added to; the other is everybody's."""

    for code in dict.fromkeys(["nl", *group().languages]):
        setattr(Shown, f"name_{code}", StringField(phrases.KNOWN[code].own_name, [at_most(60)]))
    if category is None:
        return Shown(data={"colour": "green", "icon": "calendar"})
    names = {f"name_{text.language}": text.name for text in category.texts}
    form = Shown(data={"colour": category.colour, "icon": category.icon, **names})
    if category.icon not in kinds.ICONS:
        form.icon.choices = [SelectChoice(category.icon, PICTOGRAMS.get(category.icon, category.icon)), *form.icon.choices]
    return form


def _pictograms(form: CategoryForm) -> dict[str, str]:
    """Each stands beside its own words."""
    return {choice.value: choice.value for choice in form.icon.choices}


@bp.get("/places")
@guards.volunteer()
def places() -> ResponseReturnValue:
    return render_template("planning/places.html", places=place_verbs.known(), categories=kinds.known(), may_change=permissions.can_organise(me()))


@bp.route("/places/new", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def new_place() -> ResponseReturnValue:
    form = PlaceForm(data={"town": group().municipality, "postcode": next(iter(group().postcodes), ""), "address_public": True})
    with asking(form) as answered:
        if answered:
            place_verbs.add(form.said)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("planning.places"))
    return render_template("planning/place.html", form=form, place=None)


@bp.route("/places/<place>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def place(place: str) -> ResponseReturnValue:
    chosen, form = found(select(Place), place), PlaceForm()
    if not form.is_submitted():
        form.fill(chosen)
    with asking(form) as answered:
        if answered:
            place_verbs.change(locked(Place, chosen.id), form.seen_version, form.said)
            db.session.commit()
            flash(gettext(N_("Saved. Calendars follow by themselves.")))
            return redirect(url_for("planning.places"))
    return render_template("planning/place.html", form=form, place=chosen)


@bp.route("/kinds/new", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def new_category() -> ResponseReturnValue:
    form = _category_form(None)
    with asking(form) as answered:
        if answered:
            kinds.add(form.names, form.colour.data, form.icon.data)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("planning.places"))
    return render_template("planning/category.html", form=form, category=None, pictograms=_pictograms(form))


@bp.route("/kinds/<category>", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def category(category: str) -> ResponseReturnValue:
    chosen = db.session.scalars(select(Category).where(Category.slug == category)).first()
    if chosen is None:
        raise NotFound
    form = _category_form(chosen)
    with asking(form) as answered:
        if answered:
            kinds.change(locked(Category, chosen.id), form.names, form.colour.data, form.icon.data)
            db.session.commit()
            flash(gettext(N_("Saved. Calendars follow by themselves.")))
            return redirect(url_for("planning.places"))
    return render_template("planning/category.html", form=form, category=chosen, pictograms=_pictograms(form))
