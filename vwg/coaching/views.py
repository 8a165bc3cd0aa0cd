"""My people: the households of a coach, what they go to, and whom to tell."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import SelectChoice

from vwg import guards, looks, permissions
from vwg.coaching import bp, reaching
from vwg.coaching.forms import CHANNEL_ICONS, CHANNELS, HouseholdForm, PartyForm, SeveralForm, SignUpForm, SupportForm
from vwg.db import db, locked
from vwg.domain import calls, carrying, households, rsvps, supports, welcome_places
from vwg.forms import asking, shown_phone
from vwg.guards import me
from vwg.models import Event, EventDate, Household, Look, Rsvp, Stage, User
from vwg.pages import found
from vwg.phrases import KNOWN, gettext, ngettext

HIGHEST_NUMBER = 2**31 - 1  # of a PostgreSQL integer
MOST_LOOKS = 300
coach = guards.volunteer(permissions.can_coach, keeps=False)
anybody_of_us = guards.volunteer(keeps=False)  # a host without families may have somebody to call


@bp.get("/")
@coach
def people() -> ResponseReturnValue:
    record_look()
    mine = households.of(me())
    open_dates, welcome = households.open_dates(), welcome_places.to_come() if mine else []
    return render_template(
        "coaching/people.html", mine=mine, coming=households.coming(mine), fitting=households.fitting(open_dates),
        welcome=welcome, fading=households.fading(mine), places_of=lambda household: [place for place in welcome if place.has(household)], support_kinds=supports.BY_KEY,
        by_letter=households.by_letter(mine), more=len(open_dates), orphans=carrying.orphans(), to_tell=calls.number(me()), form_key=rsvps.new_form_key(), **words(),
    )  # fmt: skip


@bp.get("/dates")
@coach
def dates() -> ResponseReturnValue:
    """Everything one can bring people to; `?household=` is whom it is for."""
    chosen = household_of_mine(_number(request.args.get("household"))) if "household" in request.args else None
    if chosen:
        record_look()
    goes = {rsvp.date_id: rsvp for rsvp in households.coming([chosen])[chosen.id]} if chosen else {}
    return render_template("coaching/dates.html", household=chosen, goes=goes, dates=households.open_dates())


@bp.route("/households/new", methods=["GET", "POST"])
@coach
def new_household() -> ResponseReturnValue:
    form = HouseholdForm()
    with asking(form) as answered:
        if answered:
            household = households.add(form.details, me())
            db.session.commit()
            flash(gettext("Saved. Now you can sign them up."))
            return redirect(url_for("coaching.dates", household=household.id))
    return render_template("coaching/household.html", form=form, household=None, **words())


@bp.route(f"/households/<int(max={HIGHEST_NUMBER}):household>", methods=["GET", "POST"])
@coach
def edit_household(household: int) -> ResponseReturnValue:
    chosen = household_of_mine(household)
    record_look()
    form = HouseholdForm()
    if request.method == "GET":
        form.fill(chosen)
    with asking(form) as answered:
        if answered:
            households.edit(locked(Household, chosen.id), form.seen_version, form.details)
            db.session.commit()
            flash(gettext("Saved."))
            return redirect(url_for("coaching.people", _anchor=f"of-{household}"))
    return render_template("coaching/household.html", form=form, household=chosen, **words())


@bp.post(f"/households/<int(max={HIGHEST_NUMBER}):household>/keep")
@coach
def keep_household(household: int) -> ResponseReturnValue:
    """Its coach was asked whether they are still here."""
    households.keep(locked(Household, household_of_mine(household).id))
    db.session.commit()
    flash(gettext("Good, they stay."))
    return redirect(url_for("coaching.people", _anchor=f"of-{household}"))


@bp.route("/sign-up/<date>", methods=["GET", "POST"])
@coach
def sign_up(date: str) -> ResponseReturnValue:
    """Several households for one date in one go; `?household=` is ticked already."""
    chosen = found(select(EventDate).join(Event).where(Event.stage == Stage.PUBLISHED), date)
    record_look()
    mine = households.of(me())
    form = SignUpForm()
    form.households.choices = [SelectChoice(household.id, household.nickname) for household in mine]
    if request.method == "GET":
        form.form_key.data = rsvps.new_form_key()
        form.households.data = [_number(request.args.get("household"))]
    with asking(form) as answered:
        if answered:
            ticked = [household for household in mine if household.id in (form.households.data or [])]
            signed_up = households.sign_up(locked(EventDate, chosen.id), ticked, me(), form.form_key.data or "")
            db.session.commit()
            _say_who_comes(signed_up)
            return redirect(url_for("coaching.sign_up", date=chosen.public_id))
    seats = rsvps.standing([chosen])[chosen.id]
    return render_template(
        "coaching/sign_up.html", date=chosen, form=form, mine=mine, comes=households.comes_to(chosen, mine), seats=seats,
        free=households.free_for_us(chosen, seats), in_line=rsvps.places_in_line(chosen), refusal=rsvps.refusal(chosen, by_us=True),
    )  # fmt: skip


@bp.route("/several", methods=["GET", "POST"])
@coach
def several() -> ResponseReturnValue:
    """Several households for several dates in one go; `?date=` is ticked already."""
    record_look()
    mine, offered = households.of(me()), households.open_dates()
    form = SeveralForm()
    form.households.choices = [SelectChoice(household.id, household.nickname) for household in mine]
    form.dates.choices = [SelectChoice(each.date.public_id, "") for each in offered]
    if request.method == "GET":
        form.form_key.data = rsvps.new_form_key()
        form.dates.data = request.args.getlist("date")
    with asking(form) as answered:
        if answered:
            ticked = [household for household in mine if household.id in (form.households.data or [])]
            dates = [each.date.id for each in offered if each.date.public_id in (form.dates.data or [])]
            _say_what_was_taken(households.sign_up_for(dates, ticked, me(), form.form_key.data or ""))
            db.session.commit()
            return redirect(url_for("coaching.people"))
    return render_template("coaching/several.html", form=form, mine=mine, offered=offered)


@bp.route("/sign-ups/<rsvp>", methods=["GET", "POST"])
@coach
def party(rsvp: str) -> ResponseReturnValue:
    """One household's seats for one date: more, fewer, or none."""
    chosen, form = _sign_up(rsvp), PartyForm()
    record_look()
    if request.method == "GET":
        form.fill_party(chosen)
    with asking(form) as answered:
        if answered:
            locked(EventDate, chosen.date_id)
            households.change(locked(Rsvp, chosen.id), form.seen_version, form.party)
            db.session.commit()
            flash(gettext("Changed."))
            return redirect(url_for("coaching.party", rsvp=chosen.public_id))
    return _party_page(chosen, form, _support_form(chosen))


@bp.route("/sign-ups/<rsvp>/support", methods=["GET", "POST"])
@coach
def support(rsvp: str) -> ResponseReturnValue:
    """What would help this household come: only what the activity can give."""
    chosen, form = _sign_up(rsvp), SupportForm()
    record_look()
    form.offer(supports.offered(chosen.date.event), chosen)
    with asking(form) as answered:
        if answered:
            locked(EventDate, chosen.date_id)
            households.would_like(locked(Rsvp, chosen.id), form.seen_version, form.kinds.data or [], form.spoken)
            db.session.commit()
            flash(gettext("Saved."))
            return redirect(url_for("coaching.party", rsvp=chosen.public_id))
    numbers = PartyForm(formdata=None)
    numbers.fill_party(chosen)
    return _party_page(chosen, numbers, form)


@bp.post("/sign-ups/<rsvp>/give-back")
@coach
def give_back(rsvp: str) -> ResponseReturnValue:
    chosen = _sign_up(rsvp)
    locked(EventDate, chosen.date_id)
    rsvps.give_back(locked(Rsvp, chosen.id))
    db.session.commit()
    flash(gettext("The places are given back."))
    return redirect(url_for("coaching.sign_up", date=chosen.date.public_id))


@bp.get("/sign-ups/<rsvp>/slip")
@coach
def slip(rsvp: str) -> ResponseReturnValue:
    """What the household keeps: its own link and number, to print or to send."""
    chosen = _sign_up(rsvp)
    record_look()
    said = reaching.slip(chosen)
    link = reaching.manage_link(chosen, said.language.code)
    household = chosen.household
    assert household is not None
    return render_template(
        "coaching/slip.html", rsvp=chosen, date=chosen.date, said=said, code=reaching.pairs(rsvps.code(chosen)),
        qr=reaching.square(link),
        ways=[way for way in reaching.ways(household.phone, said.text, household, me(), chosen.language) if way.kind != "call"],
    )  # fmt: skip


@bp.get("/looks")
@anybody_of_us
def seen() -> ResponseReturnValue:
    """Who looked at names, and when: the same lines for everybody."""
    lines = db.session.scalars(
        select(Look)
        .options(joinedload(Look.user).lazyload(User.roles), joinedload(Look.date).joinedload(EventDate.event).selectinload(Event.texts))
        .order_by(Look.day.desc(), Look.id.desc())
        .limit(MOST_LOOKS)
    ).all()
    return render_template("coaching/looks.html", lines=lines)


# ---- inside


def _party_page(rsvp: Rsvp, form: PartyForm, help_form: SupportForm) -> str:
    return render_template(
        "coaching/party.html", rsvp=rsvp, date=rsvp.date, form=form, line=rsvps.place_in_line(rsvp), most=rsvps.MOST_PEOPLE,
        support=help_form, offered=supports.offered(rsvp.date.event),
    )  # fmt: skip


def _support_form(rsvp: Rsvp) -> SupportForm:
    form = SupportForm(formdata=None, version=rsvp.version)
    form.offer(supports.offered(rsvp.date.event), rsvp)
    return form


def household_of_mine(number: int) -> Household:
    """One that this coach carries; somebody else's is a 404."""
    household = db.session.get(Household, number)
    if household is None or not permissions.can_see_household(me(), household):
        abort(404)
    return household


def _sign_up(given: str) -> Rsvp:
    """A sign-up of one of this coach's households; anybody else's is a 404."""
    rsvp = found(select(Rsvp).where(Rsvp.household_id.is_not(None)), given)
    if rsvp.household is None or not permissions.can_see_household(me(), rsvp.household):
        abort(404)
    return rsvp


def record_look() -> None:
    """The line that somebody looked. A form that comes back needs none: its page left it already,
    and a writing request has the database to itself."""
    if request.method == "GET":
        looks.record(me())


def _say_who_comes(signed_up: list[Rsvp]) -> None:
    """Numbers only: what is said here passes through the browser's cookie."""
    waiting = sum(rsvp.is_waiting for rsvp in signed_up)
    come = len(signed_up) - waiting
    if come:
        flash(ngettext("%(num)s family signed up.", "%(num)s families signed up.", come) % {"num": come})
    if waiting:
        flash(
            ngettext(
                "%(num)s family waits: there are not enough places for all of them together.",
                "%(num)s families wait: there are not enough places for all of them together.", waiting,
            ) % {"num": waiting}, "warning",
        )  # fmt: skip


def _say_what_was_taken(signed_up: list[Rsvp]) -> None:
    """Of several dates: how often a family comes or waits."""
    waiting = sum(rsvp.is_waiting for rsvp in signed_up)
    number = len(signed_up)
    if not number:
        flash(gettext("They were all on these lists already."))
    else:
        flash(ngettext("%(num)s sign-up noted.", "%(num)s sign-ups noted.", number) % {"num": number})
    if waiting:
        flash(ngettext("For %(num)s of them there is no room yet: that one waits.", "For %(num)s of them there is no room yet: those wait.", waiting) % {"num": waiting}, "warning")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def words() -> dict[str, object]:
    return {"known": KNOWN, "channels": CHANNELS, "channel_icons": CHANNEL_ICONS, "shown_phone": shown_phone}
