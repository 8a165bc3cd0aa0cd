"""Who belongs to the group: letting in, changing roles, leaving."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update

from vwg import clock
from vwg.db import db
from vwg.domain import carrying, errors, events, households, lifts, passkeys, signing_in
from vwg.models import Event, EventDate, Notice, NoticeState, Role, Task, User, UserRole

USUAL_ROLES = (Role.ORGANISER, Role.COACH)
LONGEST_NAME = 60


def everybody() -> Sequence[User]:
    """All volunteers who did not leave, by name. A partner's contact has no role and is none."""
    return db.session.scalars(
        select(User).where(User.ended_at.is_(None), User.roles.any()).order_by(func.lower(User.name), User.id)
    ).all()


def invite(name: str, email: str, roles: Iterable[Role] = USUAL_ROLES, language: str = "nl") -> User:
    """Somebody may sign in from now on. The address may stay empty: then only by a link that an
    administrator shows. Raises VolunteerNameMissing, AddressIsTaken, NoRole."""
    user = User(name="", language=language)
    _describe(user, name, email, roles)
    db.session.add(user)
    db.session.flush()
    return user


def change(user: User, name: str, email: str, roles: Iterable[Role], language: str | None = None) -> None:
    """Raises VolunteerNameMissing, AddressIsTaken, NoRole, LastAdministrator."""
    wanted = set(roles)
    if user.is_administrator and Role.ADMINISTRATOR not in wanted:
        _check_another_administrator(user)
    moved, coached = user.email != email.strip().lower(), user.is_coach
    _describe(user, name, email, wanted)
    if coached and not user.is_coach:
        carrying.leave_behind(user)
    if language is not None:
        user.language = language
    db.session.flush()
    if moved:
        signing_in.forget_links(user)


def leave(user: User, successor: User | None = None) -> None:
    """Not a volunteer any more: signed out everywhere at once. Families, calls, tasks and activities
    go to the successor; without one the families wait for who stays, and calls stand on everybody's list.

    Raises LastAdministrator, NeedsSuccessor when an activity to come would have no host.
    """
    if user.is_administrator:
        _check_another_administrator(user)
    if successor is None and alone_at_the_door(user):
        raise errors.NeedsSuccessor
    if successor is not None:
        _hand_over(user, successor)
    user.ended_at = clock.now()
    user.email = ""
    db.session.flush()
    carrying.leave_behind(user)
    lifts.drive_no_more(user)
    _pass_on_calls_and_tasks(user, successor)
    signing_in.sign_out_everywhere(user)
    passkeys.forget_all(user)


def alone_at_the_door(user: User) -> list[Event]:
    """Activities to come that nobody else hosts."""
    return [event for event in _hosted(user) if [host for host in event.hosts if host.ended_at is None] == [user]]


def _hosted(user: User) -> Sequence[Event]:
    ahead = Event.dates.any(EventDate.ends_at > clock.now())
    return db.session.scalars(select(Event).where(Event.hosts.any(User.id == user.id), ahead).order_by(Event.id)).all()


def _hand_over(user: User, successor: User) -> None:
    """What is hers alone becomes the successor's; who is no coach gets no families."""
    if successor.id == user.id or successor.ended_at is not None:
        raise errors.NeedsSuccessor
    for event in alone_at_the_door(user):
        events.become_host(event, successor)
    if carrying.permitted(successor):
        for household in households.of(user):
            others = {held.user_id for held in household.coaches if held.until is None} - {user.id}
            if not others:
                carrying.hand_over(household, user, successor)


def _pass_on_calls_and_tasks(user: User, successor: User | None) -> None:
    identity = successor.id if successor else None
    calls = update(Notice).where(Notice.assigned_to_id == user.id, Notice.state == NoticeState.WAITING)
    db.session.execute(calls.values(assigned_to_id=identity))
    db.session.execute(update(Task).where(Task.owner_id == user.id, Task.done_at.is_(None)).values(owner_id=identity))
    for event in _hosted(user):
        if len(event.hosts) > 1:
            event.hosts.remove(user)
    db.session.flush()


def _describe(user: User, name: str, email: str, roles: Iterable[Role]) -> None:
    name, email, wanted = name.strip(), email.strip().lower(), set(roles)
    if not name:
        raise errors.VolunteerNameMissing
    if not wanted:
        raise errors.NoRole
    known = User.by_email(email)
    if known is not None and known is not user:
        raise errors.AddressIsTaken
    user.name, user.email = name, email
    user.roles = [held for held in user.roles if held.role in wanted] + [
        UserRole(role=role) for role in sorted(wanted - {held.role for held in user.roles})
    ]


def _check_another_administrator(user: User) -> None:
    others = [other for other in everybody() if other.is_administrator and other.id != user.id]
    if not others:
        raise errors.LastAdministrator
