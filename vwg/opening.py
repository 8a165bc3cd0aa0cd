"""A house made ready: the database in today's shape, and somebody who can come in."""

import flask_migrate
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from vwg import demo
from vwg.config import Config
from vwg.db import alone, db, writing
from vwg.domain import signing_in
from vwg.domain.settings import group
from vwg.models import Contact, Role, User, UserRole, UserSession


class NoDatabase(RuntimeError):
    """Nobody answers where the database should be. Its text says what was heard instead."""


def make_ready(app: Flask) -> str:
    """Bring the database up, let the first people in, and return what to say when the door opens.

    Raises NoDatabase.
    """
    config: Config = app.extensions["vwg"]
    with app.app_context():
        bring_up()
        if config.demo:
            load_demo()
        said = [f"The house is open: {config.base_url}/", *who_can_sign_in(config.base_url)]
        db.session.remove()
        db.engine.dispose()  # the processes that are forked next make their own connections
        return "\n".join(said)


def bring_up() -> None:
    """The database in today's shape. Raises NoDatabase when it lets nobody in; what goes wrong later is a mistake of ours."""
    try:
        flask_migrate.upgrade()
    except (DatabaseError, OSError) as error:
        if isinstance(error, DatabaseError) and error.statement is not None:
            raise
        heard = error.orig if isinstance(error, DatabaseError) else error
        where = db.engine.url.render_as_string(hide_password=True)
        raise NoDatabase(f"The database {where} does not open: {heard}\nVWG_DATABASE_URL names another.") from error


def load_demo() -> bool:
    """The invented town, for an empty house; whether it was. Two that start together make one town."""
    with writing():
        alone("the first people")
        empty = is_empty()
        if empty:
            demo.load()
            db.session.commit()
    return empty


def is_empty() -> bool:
    """Nobody lives here yet."""
    return db.session.scalars(select(User.id).limit(1)).first() is None


def who_can_sign_in(base_url: str) -> list[str]:
    if group().is_demo:
        residents = db.session.scalars(select(User).where(User.demo_name != "").order_by(User.id)).all()
        return [
            "The town is invented. Each of these people has a button at " + f"{base_url}/nl/account/sign-in:",
            *(f"  {person.name} ({what_they_are(person)})" for person in residents),
        ]
    with writing():
        first = first_volunteer()
        link = signing_in.link_for(first) if first else ""
        db.session.commit()
    if not first:
        return [f"Volunteers sign in at {base_url}/nl/account/sign-in"]
    return ["Nobody lives here yet. Open this within the hour, once, to come in as the first volunteer:", f"  {link}"]


def first_volunteer() -> User | None:
    """Who came first and never signed in; made when nobody is there. None once somebody did."""
    volunteers = db.session.scalars(select(User).order_by(User.id).limit(2)).all()
    if not volunteers:
        first = User(name="", roles=[UserRole(role=role) for role in (Role.ADMINISTRATOR, Role.ORGANISER, Role.COACH)])
        db.session.add(first)
        db.session.flush()
        return first
    alone = volunteers[0]
    if len(volunteers) > 1 or alone.email or db.session.scalars(select(UserSession.id).limit(1)).first():
        return None
    return alone


def what_they_are(person: User) -> str:
    if person.is_administrator:
        return "administrator"
    if person.is_volunteer:
        return "volunteer"
    contact = db.session.scalars(Contact.of(person)).first()
    return contact.partner.name if contact else "guest"
