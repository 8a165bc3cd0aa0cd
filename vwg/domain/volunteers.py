"""Who belongs to the group: letting in, changing roles, leaving."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from vwg import clock
from vwg.db import db
from vwg.domain import errors, households, signing_in
from vwg.models import Role, User, UserRole

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
        households.leave_behind(user)
    if language is not None:
        user.language = language
    db.session.flush()
    if moved:
        signing_in.forget_links(user)


def leave(user: User) -> None:
    """Not a volunteer any more: signed out everywhere at once; the families go to who stays.

    Raises LastAdministrator.
    """
    if user.is_administrator:
        _check_another_administrator(user)
    user.ended_at = clock.now()
    user.email = ""
    db.session.flush()
    households.leave_behind(user)
    signing_in.sign_out_everywhere(user)


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
