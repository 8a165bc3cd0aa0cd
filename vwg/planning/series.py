"""Activities that come back, and new ones like the last: the rhythm, this week in one text."""

from datetime import timedelta
from typing import cast
from urllib.parse import quote

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from vwg import clock, guards, links, permissions, phrases
from vwg.db import db
from vwg.domain import again, programme, series, today
from vwg.domain.settings import group
from vwg.forms import asking
from vwg.guards import me
from vwg.models import Event, User
from vwg.pages import address_of, found
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import event_to_change, page_of
from vwg.planning.forms import RepeatForm

A_WEEK = 7
MOST_IN_A_WEEK = 40


@bp.route("/<event>/repeat", methods=["GET", "POST"])
@guards.volunteer()
def repeat(event: str) -> ResponseReturnValue:
    """From its last date on, at the same weekday and hours."""
    chosen, form = event_to_change(event), RepeatForm()
    with asking(form) as answered:
        if answered:
            added = series.repeat(chosen, form.plan, me())
            db.session.commit()
            flash(phrases.ngettext("One date more.", "%(num)s dates more.", len(added)) % {"num": len(added)})
            return redirect(page_of(chosen))
    return render_template("planning/step.html", event=chosen, form=form, title=N_("Repeat it"))


@bp.post("/<event>/again")
@guards.volunteer(permissions.can_organise)
def like_last_time(event: str) -> ResponseReturnValue:
    """A draft out of an activity that was: its words, needs and facts, not its people."""
    everything = select(Event).options(selectinload(Event.dates), selectinload(Event.needs))
    draft = again.copy(found(everything, event), me())
    db.session.commit()
    flash(gettext(N_("A copy, not online yet. Look at the day and the place, then put it online.")))
    return redirect(page_of(draft))


@bp.get("/week")
@guards.volunteer()
def week() -> ResponseReturnValue:
    """Seven days as one text to send on, in the language that is asked."""
    asked = request.args.get("in", "")
    spoken = asked if asked in group().languages else g.lang_code
    text = _week_in_words(spoken)
    return render_template("planning/week.html", text=text, spoken=phrases.KNOWN[spoken], whatsapp="https://wa.me/?text=" + quote(text))


@bp.route("/monday-mail/<token>", methods=["GET", "POST"])
@guards.by_address("monday-mail")
@guards.in_desk_words
def monday_mail(token: str) -> ResponseReturnValue:
    """One press, also by the button of the mail program (RFC 8058), which knows no form of ours."""
    g.is_private = True
    user = cast(User, links.opened("monday-mail", token))
    if request.method == "POST":
        today.take_mail(user, wanted=bool(request.form.get("again")))
        db.session.commit()
    return render_template("planning/monday_mail.html", user=user)


# ---- inside


def _week_in_words(language: str) -> str:
    ends = clock.at(clock.today(), 0) + timedelta(days=A_WEEK)
    wanted = programme.Wish(starts=clock.at(clock.today(), 0), ends=ends)
    with phrases.speaking(language):
        lines = [gettext(N_("This week: %(group)s")) % {"group": group().name}]
        day = None
        for date in [date for date in programme.page(wanted, 1, language).dates if date.is_on][:MOST_IN_A_WEEK]:
            if (its := clock.local(date.starts_at).date()) != day:
                day = its
                lines += ["", f"*{phrases.day(day)}*"]
            place = f", {date.shown_place}" if date.shown_place else ""
            lines.append(f"{phrases.hour(date.starts_at)} {date.event.title_in(language)}{place}")
            lines.append(links.outside(url_for("agenda.event", event=address_of(date.event), lang=language)))
        return "\n".join(lines)
