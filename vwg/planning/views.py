"""The volunteers' desk: what waits, activities, posting and changing them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import guards, links, permissions, phrases
from vwg.db import db, locked
from vwg.domain import again, changes, clashes, dates, events, invitations, needs, places, rsvps, series
from vwg.domain import today as waiting
from vwg.forms import Form, VersionedForm, asking
from vwg.guards import me
from vwg.models import Category, Event, Invitation, Need, NeedKind, Place, Stage
from vwg.pages import address_of
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import chosen_place, event_to_change, event_to_read, event_with_dates_to_change, page_of, said_of_over
from vwg.planning.forms import DateForm, LaterForm, NeedForm, NewForm, OffForm, RepeatForm, WhereForm
from vwg.planning.parts import LINES, CategoryForm, Line, PartForm

MOST_DATES_SHOWN = 8
CHANGES = {
    "created": N_("%(name)s wrote it"), "edited": N_("%(name)s changed something"), "published": N_("%(name)s put it online"),
    "date added": N_("%(name)s added a date"), "date removed": N_("%(name)s took a date away"), "moved": N_("%(name)s moved a date"),
    "postponed": N_("%(name)s put it off"), "cancelled": N_("%(name)s cancelled it"), "seats": N_("%(name)s changed the seats"),
    "repeated": N_("%(name)s repeated it"), "on again": N_("%(name)s put it on again"), "words undone": N_("%(name)s put the earlier text back"),
    "ready": N_("%(name)s said: it is ready"), "publish later": N_("%(name)s chose when it goes online"), "draft again": N_("%(name)s made it a draft again"),
    "not published": N_("It could not go online by itself"),
    "exported": N_("%(name)s took the list of names along"),
    "host": N_("%(name)s became host"), "need": N_("%(name)s said what is needed"), "enough": N_("%(name)s said: this will do"),
}  # fmt: skip


@bp.get("/")
@guards.volunteer()
def today() -> ResponseReturnValue:
    """What waits for whoever is signed in, and how the next two dates stand."""
    day = waiting.of(me(), mail_is_on=bool(current_app.config["SMTP_URL"]))
    return render_template("planning/today.html", day=day, most=waiting.MOST_LINES)


@bp.post("/answers/<int:invitation>")
@guards.volunteer()
def seen(invitation: int) -> ResponseReturnValue:
    """The answer was read: it leaves Today, and the activity opens at its partners."""
    answered = db.session.get(Invitation, invitation) or abort(404)
    invitations.seen(answered)
    db.session.commit()
    return redirect(url_for("planning.event", event=address_of(answered.event), _anchor="partners"))


@bp.get("/activities")
@guards.volunteer()
def activities() -> ResponseReturnValue:
    listed = events.to_come()
    to_come = [event for event in listed if event.stage == Stage.PUBLISHED]
    over = events.past()
    drafts = [event for event in [*listed, *over] if event.stage not in {Stage.PUBLISHED, Stage.SUBMITTED}]
    past = [event for event in over if event.stage == Stage.PUBLISHED]
    standing = rsvps.standing([event.next_date for event in to_come if event.next_date])
    return render_template("planning/activities.html", to_come=to_come, drafts=drafts, past=past, standing=standing)


@bp.route("/new", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise)
def new() -> ResponseReturnValue:
    """Five fields; all else has a good default and stands as closed lines on the activity."""
    form, known = NewForm(), places.to_choose()
    form.offer(known)
    if "more" in request.form:
        form.more_rows()
        return render_template("planning/new.html", form=form, last_ones=[])
    with asking(form) as answered:
        if answered:
            event = _post(form, known)
            db.session.commit()
            flash(gettext(N_("It is saved, and not online yet. Look it over and put it online.")))
            return redirect(page_of(event))
    return render_template("planning/new.html", form=form, last_ones=again.last_ones())


@bp.get("/<event>")
@guards.volunteer()
def event(event: str) -> ResponseReturnValue:
    """All about one activity, and every closed line to change it by."""
    chosen = event_to_read(event)
    may_change = permissions.can_edit_event(me(), chosen)
    return render_template(
        "planning/event.html", event=chosen, may_change=may_change, standing=rsvps.standing(chosen.dates),
        lines=_lines(chosen) if may_change else [], steps=_steps(chosen) if may_change else {},
        share=_share(chosen), changes=changes.of(chosen), said_of_changes=CHANGES, shown=MOST_DATES_SHOWN,
        going_on=dates.going_on(chosen), clashes=clashes.of(chosen) if chosen.stage != Stage.PUBLISHED else [],
    )  # fmt: skip


@bp.route("/<event>/edit", methods=["GET", "POST"], defaults={"part": "text"})
@bp.route("/<event>/edit/<part>", methods=["GET", "POST"])
@guards.volunteer()
def edit(event: str, part: str) -> ResponseReturnValue:
    """One closed line, saved by itself. Who saves second sees what stands there now, and keeps her own."""
    line = LINES.get(part) or abort(404)
    chosen = event_with_dates_to_change(event, with_itself=True)
    form = _form_of(line, chosen)
    with asking(form) as answered:
        if answered:
            events.edit(chosen, form.seen_version, form.said(events.details_of(chosen)), me(), getattr(form, "may_wait", False))
            address = page_of(chosen, "more")
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(address)
    now = events.details_of(chosen)
    return render_template("planning/edit.html", event=chosen, line=line, form=form, now=now, over=said_of_over(getattr(form, "over", ())))


@bp.post("/<event>/publish")
@guards.volunteer()
def publish(event: str) -> ResponseReturnValue:
    chosen = event_with_dates_to_change(event, with_itself=True)
    address = page_of(chosen)
    events.publish(chosen, me())
    db.session.commit()
    flash(gettext(N_("It is online. Tell people about it.")))
    return redirect(address)


@bp.route("/<event>/later", methods=["GET", "POST"])
@guards.volunteer()
def publish_later(event: str) -> ResponseReturnValue:
    """It goes online by itself at a day and hour."""
    chosen, form = event_to_change(event), LaterForm()
    with asking(form) as answered:
        if answered:
            events.publish_later(chosen, form.moment, me())
            db.session.commit()
            flash(gettext(N_("It goes online by itself.")))
            return redirect(page_of(chosen))
    return render_template("planning/step.html", event=chosen, form=form, title=N_("Online later"))


@bp.post("/<event>/ready")
@guards.volunteer()
def make_ready(event: str) -> ResponseReturnValue:
    """Somebody else looks it over; pressed again, it is a draft."""
    chosen = event_to_change(event)
    if chosen.stage == Stage.READY:
        events.back_to_draft(chosen, me())
    else:
        events.make_ready(chosen, me())
    db.session.commit()
    return redirect(page_of(chosen))


@bp.post("/<event>/undo")
@guards.volunteer()
def undo(event: str) -> ResponseReturnValue:
    """The title and text before their last change."""
    chosen, form = event_to_change(event), VersionedForm()
    events.undo_words(chosen, form.seen_version, me())
    db.session.commit()
    flash(gettext(N_("The earlier text is back.")))
    return redirect(page_of(chosen, "more"))


@bp.post("/<event>/discard")
@guards.volunteer()
def discard(event: str) -> ResponseReturnValue:
    events.discard(event_to_change(event))
    db.session.commit()
    flash(gettext(N_("The draft is gone.")))
    return redirect(url_for("planning.activities"))


@bp.post("/<event>/host")
@guards.volunteer()
def become_host(event: str) -> ResponseReturnValue:
    """One press, logged and shown; it leads back to where it was asked."""
    chosen = locked(Event, event_to_read(event).id)
    events.become_host(chosen, me())
    db.session.commit()
    flash(gettext(N_("You are host now. Everybody can see that.")))
    date = next((date for date in chosen.dates if date.public_id == request.form.get("date")), None)
    return redirect(url_for("planning.names", date=date.public_id) if date else page_of(chosen))


@bp.route("/<event>/needs", methods=["GET", "POST"])
@guards.volunteer()
def add_need(event: str) -> ResponseReturnValue:
    chosen, form = event_to_change(event), NeedForm()
    with asking(form) as answered:
        if answered:
            new = needs.add(chosen, form.what.data, form.amount.data or 0, NeedKind(form.kind.data))
            changes.log(chosen, me(), "need")
            db.session.commit()
            flash(gettext(N_("Noted. Now ask somebody for it.")))
            return redirect(url_for("planning.need", need=new.id) if new.is_shift else page_of(chosen, "needs"))
    return render_template("planning/need.html", event=chosen, form=form)


@bp.post("/needs/<int:need>/enough")
@guards.volunteer()
def enough(need: int) -> ResponseReturnValue:
    """This will do; pressed again, it will not."""
    chosen = db.session.get(Need, need) or abort(404)
    if not permissions.can_edit_event(me(), chosen.event):
        abort(404)
    if request.form.get("again"):
        needs.not_enough(chosen)
    else:
        needs.enough(chosen)
        changes.log(chosen.event, me(), "enough")
    db.session.commit()
    return redirect(page_of(chosen.event, "needs"))


# ---- inside


def _post(form: NewForm, known: Sequence[Place]) -> Event:
    """One series where it is weekly; the other rows are dates of their own beside it."""
    details = events.Details(form.title.data, text=form.line.data or "", place=chosen_place(form, known), seats=form.seats.data)
    times = form.times
    if not form.asks_plan:
        return events.create(details, times, me())
    plan = form.plan
    event = events.create(details, series.dates_of(times[0], plan), me(), rule=plan.rhythm.rule(times[0]))
    for single in times[1:]:
        dates.add(event, single, me())
    return event


def _form_of(line: Line, event: Event) -> PartForm:
    """Filled from what is said now; a form that was sent stays as it was sent."""
    form = line.form()
    if isinstance(form, CategoryForm):
        form.offer(_categories(), phrases.language().code)
    form.about(event)
    if not form.is_submitted():
        form.fill(events.details_of(event))
    return form


def _categories() -> Sequence[Category]:
    listed = select(Category).options(joinedload(Category.texts)).order_by(Category.position, Category.id)
    return db.session.scalars(listed).unique().all()


def _lines(event: Event) -> list[tuple[Line, PartForm, str]]:
    """Each closed line with its form and how it stands."""
    said, spoken = events.details_of(event), phrases.language().code
    return [(line, _form_of(line, event), line.says(said, spoken)) for line in LINES.values()]


def _steps(event: Event) -> dict[str, Any]:
    """The forms for all dates at once, for one more, and for a need."""
    where, known = WhereForm(), places.to_choose()
    where.offer(known)
    usual = events.details_of(event).place
    where.place.data = usual.public_id if usual else ""
    off = OffForm()
    for form in (where, off):
        form.about(event)
    return {"where": where, "usual": usual, "off": off, "more": DateForm(), "need": NeedForm(), "repeat": RepeatForm(), "later": LaterForm()}


def _share(event: Event) -> str:
    """One message for WhatsApp: what, when, where, and the page where people sign up."""
    dates = [date for date in event.dates if date.is_on and not date.is_over][:3]
    lines = [event.title, *(phrases.when(date.starts_at, date.ends_at, date.all_day) for date in dates)]
    if dates and dates[0].shown_place:
        lines.append(dates[0].shown_place)
    return "\n".join([*lines, links.outside(url_for("agenda.event", event=address_of(event)))])


@bp.app_template_filter("apart")
def _apart(form: Form, mark: str) -> Form:
    """One of several small forms on a page, perhaps there twice: a label must lead to its own field."""
    for field in form:
        field.id = f"{mark}-{field.name}"
    return form


@bp.app_template_filter("for_whatsapp")
def _for_whatsapp(text: str) -> str:
    """The address that opens WhatsApp with this text ready; nothing is fetched from there."""
    return "https://wa.me/?text=" + quote(text)
