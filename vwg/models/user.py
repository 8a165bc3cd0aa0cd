"""A volunteer of the group, or a contact of a partner who wants to sign in."""

import enum
from datetime import date as calendar_date
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base, db


class Role(enum.StrEnum):
    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    COACH = "coach"
    TRANSLATOR = "translator"


class User(Base):
    """Somebody who signs in. There are no passwords anywhere."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="", index=True)  # unique by verb: a constraint would print it
    language: Mapped[str] = mapped_column(default="nl")
    languages: Mapped[list[str]] = mapped_column(default=list)  # spoken besides, for the call list
    demo_name: Mapped[str] = mapped_column(default="")  # the button of the demo's sign-in page
    monday_mail: Mapped[bool] = mapped_column(default=True)  # Today by mail, each Monday at eight
    away_until: Mapped[calendar_date | None]  # up to and with that day others call in her place
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    roles: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @classmethod
    def by_email(cls, email: str) -> "User | None":
        return db.session.scalars(
            select(cls).where(cls.email == email.strip().lower(), cls.email != "", cls.ended_at.is_(None))
        ).first()

    @classmethod
    def not_there(cls) -> ColumnElement[bool]:
        """Who left the group, or is away today."""
        return or_(cls.ended_at.is_not(None), cls.away_until >= clock.today())

    @property
    def is_there(self) -> bool:
        return self.ended_at is None and not self.is_away

    @property
    def is_away(self) -> bool:
        """Ill or on a journey; others call in her place."""
        return self.away_until is not None and self.away_until >= clock.today()

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_administrator(self) -> bool:
        return self._has(Role.ADMINISTRATOR)

    @property
    def is_organiser(self) -> bool:
        return self._has(Role.ORGANISER)

    @property
    def is_coach(self) -> bool:
        return self._has(Role.COACH)

    @property
    def is_volunteer(self) -> bool:
        """Anybody of the group; a partner's contact has no role at all."""
        return bool(self.roles)

    def _has(self, role: Role) -> bool:
        return any(held.role == role for held in self.roles)


class UserRole(Base):
    """Roles are a set: eleven volunteers are everything at once."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class SignIn(Base):
    """One request to sign in: a link and six digits, derived from this row, used once.

    `asked_by` names the window that asked (a cookie's random mark, sealed): the digits work only
    there. A row made by an administrator (mail off) has none, and only its link works. Who asked
    with an address that we do not know gets a row without a user: to the window all is the same.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[str] = mapped_column(default="", index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class UserSession(Base):
    """A device that is signed in. Signing out ends the row, so an old cookie opens nothing."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(default="")  # "Firefox, Android"
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))  # whose link opened it
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sure_at: Mapped[datetime | None]  # when it last showed who holds it: by a passkey, or by signing in once more
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined")
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])


class Attempt(Base):
    """A wrong code or a request that is limited, counted for the whole house. Names nobody."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
