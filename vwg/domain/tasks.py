"""What must be done around an activity: from one list of the group, each with its day and who does it."""

from collections.abc import Sequence
from datetime import date as calendar_date
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import clock
from vwg.db import db
from vwg.domain import errors
from vwg.models import Event, Task, TaskTemplate, User
from vwg.phrases import N_, gettext

LONGEST = 120
MOST_DAYS = 365
USUAL = (  # what a new group begins with: what, and how many days before
    (N_("Ask for the hall"), 42), (N_("Declare it to the insurance"), 21), (N_("Borrow material"), 21), (N_("Text for the infokrant"), 21),
    (N_("Put up posters"), 14), (N_("Fetch the key"), 2), (N_("Ask whether photos may be taken"), 0), (N_("Bring the key back"), -1),
)  # fmt: skip


def template() -> Sequence[TaskTemplate]:
    """The group's list, the earliest first."""
    return db.session.scalars(select(TaskTemplate).order_by(TaskTemplate.days_before.desc(), TaskTemplate.id)).all()


def write_template(lines: Sequence[tuple[str, int]]) -> None:
    """The whole list anew; empty lines are left out. Activities keep what they have. Raises TaskWithoutWords when nothing is left."""
    kept = [(what.strip()[:LONGEST], min(max(days, -MOST_DAYS), MOST_DAYS)) for what, days in lines if what.strip()]
    if not kept:
        raise errors.TaskWithoutWords
    for old in template():
        db.session.delete(old)
    db.session.flush()
    db.session.add_all([TaskTemplate(what=what, days_before=days) for what, days in kept])
    db.session.flush()


def usual() -> list[tuple[str, int]]:
    """The list of a house that has none yet, in the language spoken now."""
    return [(gettext(what), days) for what, days in USUAL]


def of_event(event: Event) -> Sequence[Task]:
    """In the order of their days."""
    listed = select(Task).where(Task.event_id == event.id).options(joinedload(Task.owner).lazyload(User.roles), joinedload(Task.done_by).lazyload(User.roles))
    return db.session.scalars(listed.order_by(Task.days_before.desc(), Task.id)).all()


def not_begun(there: Sequence[Task]) -> list[tuple[str, int]]:
    """What the group's list has and is not `there`: in words, and how many days before."""
    words = {task.what for task in there}
    return [(what, days) for what, days in [(each.what, each.days_before) for each in template()] or usual() if what not in words]


def begin(event: Event) -> int:
    """The group's list for this activity; what is there already is not written twice. How many came."""
    new = [Task(event_id=event.id, what=what, days_before=days) for what, days in not_begun(of_event(event))]
    db.session.add_all(new)
    db.session.flush()
    return len(new)


def add(event: Event, what: str, days_before: int, owner: User | None = None) -> Task:
    """Raises TaskWithoutWords."""
    if not what.strip():
        raise errors.TaskWithoutWords
    task = Task(event_id=event.id, what=what.strip()[:LONGEST], days_before=days_before, owner=owner)
    db.session.add(task)
    db.session.flush()
    return task


def give(task: Task, owner: User | None) -> None:
    """Who does it; nobody in particular with None."""
    task.owner = owner
    db.session.flush()


def done(task: Task, by: User) -> None:
    """Twice is once: who did it first stays."""
    if task.done_at is None:
        task.done_at, task.done_by = clock.now(), by
        db.session.flush()


def not_done(task: Task) -> None:
    """A press by mistake."""
    task.done_at = task.done_by = None
    db.session.flush()


def due(task: Task, event: Event) -> calendar_date | None:
    """So many days before its next date (of what is over: its last); it moves along with it."""
    first = event.next_date or (event.dates[-1] if event.dates else None)
    return clock.local(first.starts_at).date() - timedelta(days=task.days_before) if first else None


def overdue(events: Sequence[Event]) -> list[tuple[Event, list[Task]]]:
    """Of each of these activities what should have been done by today; one query for all."""
    ids = [event.id for event in events]
    if not ids:
        return []
    open_still: dict[int, list[Task]] = {}
    for task in db.session.scalars(select(Task).where(Task.event_id.in_(ids), Task.done_at.is_(None)).order_by(Task.days_before.desc(), Task.id)):
        open_still.setdefault(task.event_id, []).append(task)
    late = [(event, [task for task in open_still.get(event.id, []) if (day := due(task, event)) is not None and day <= clock.today()]) for event in events]
    return [(event, tasks) for event, tasks in late if tasks]
