"""The checklist of an activity, and the group's one list that it comes from."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from vwg import guards, permissions
from vwg.db import db, locked
from vwg.domain import tasks as chores
from vwg.domain import volunteers
from vwg.domain.tasks import LONGEST, MOST_DAYS
from vwg.forms import Form, NumberField, asking, at_most, between, needed, plain_digits
from vwg.guards import me
from vwg.models import Event, Task, User
from vwg.pages import address_of
from vwg.phrases import N_, gettext
from vwg.planning import bp
from vwg.planning.finding import event_to_change


class TaskForm(Form):
    what = StringField(N_("What must be done?"), [needed(N_("Say in a few words what must be done.")), at_most(LONGEST)])
    days_before = NumberField(N_("How many days before?"), [between(-MOST_DAYS, MOST_DAYS)], default=7)
    owner = SelectField(N_("Who does it?"), default="")

    def offer(self) -> None:
        self.people = {str(person.id): person for person in volunteers.everybody()}
        self.owner.choices = [SelectChoice("", N_("Nobody yet")), *(SelectChoice(key, person.first_name) for key, person in self.people.items())]


class TemplateForm(Form):
    lines = TextAreaField(
        N_("One line each: how many days before, then what"),
        description=N_("For example: 42 Ask for the hall. With a minus it is after: -1 Bring the key back."),
    )

    def validate_lines(self, field: TextAreaField) -> None:
        for line in self._written:
            number, _, what = plain_digits(line).strip().partition(" ")
            if not number.removeprefix("-").isdigit() or not what.strip() or abs(int(number)) > MOST_DAYS:
                raise ValidationError(gettext(N_("Begin each line with a number of days, like: 14 Put up posters. Look at: %(line)s")) % {"line": line.strip()[:40]})

    @property
    def said(self) -> list[tuple[str, int]]:
        split = [plain_digits(line).strip().partition(" ") for line in self._written]
        return [(what, int(number)) for number, _, what in split]

    @property
    def _written(self) -> list[str]:
        return [line for line in (self.lines.data or "").splitlines() if line.strip()]


@bp.route("/<event>/tasks", methods=["GET", "POST"])
@guards.volunteer()
def tasks(event: str) -> ResponseReturnValue:
    chosen, form = event_to_change(event), TaskForm()
    form.offer()
    with asking(form) as answered:
        if answered:
            chores.add(chosen, form.what.data or "", form.days_before.data or 0, form.people.get(form.owner.data))
            db.session.commit()
            return redirect(_page(chosen))
    there = chores.of_event(chosen)
    listed = [(task, chores.due(task, chosen)) for task in there]
    return render_template("planning/tasks.html", event=chosen, form=form, tasks=listed, people=form.people, may_begin=bool(chores.not_begun(there)))


@bp.post("/<event>/tasks/begin")
@guards.volunteer()
def begin_tasks(event: str) -> ResponseReturnValue:
    """The group's list, once."""
    chosen = event_to_change(event)
    chores.begin(chosen)
    db.session.commit()
    return redirect(_page(chosen))


@bp.post("/tasks/<int:task>")
@guards.volunteer()
def task(task: int) -> ResponseReturnValue:
    """Done, not done after all, or for somebody else."""
    held = locked(Task, task) if db.session.get(Task, task) else abort(404)
    if not permissions.can_edit_event(me(), held.event):
        abort(404)
    if "owner" in request.form:
        chores.give(held, _volunteer(request.form["owner"]))
    elif "again" in request.form:
        chores.not_done(held)
    else:
        chores.done(held, me())
    db.session.commit()
    return redirect(_page(held.event))


@bp.route("/tasks", methods=["GET", "POST"], endpoint="task_template")
@guards.volunteer(permissions.can_organise)
def task_template() -> ResponseReturnValue:
    lines = [(each.what, each.days_before) for each in chores.template()] or chores.usual()
    form = TemplateForm(data={"lines": "\n".join(f"{days} {what}" for what, days in lines)})
    with asking(form) as answered:
        if answered:
            chores.write_template(form.said)
            db.session.commit()
            flash(gettext(N_("Saved.")))
            return redirect(url_for("planning.task_template"))
    return render_template("planning/task_template.html", form=form)


def _page(event: Event) -> str:
    return url_for("planning.tasks", event=address_of(event))


def _volunteer(number: str) -> User | None:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return db.session.scalars(select(User).where(User.id == int(number), User.ended_at.is_(None), User.roles.any())).first()
