"""Somebody wants to help, and told us so."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.user import User


class Offer(Base):
    """An offer of help, in a queue until a volunteer answers it. Gone 30 days after the answer.

    Until two volunteers marked "we know this person" it gets no name, no pick-up point, no child.
    """

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")  # E.164
    email: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="nl")
    form_key: Mapped[str | None] = mapped_column(unique=True)  # random, from the form: sent twice is once
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answered_by: Mapped[User | None] = relationship()
    vouches: Mapped[list["Vouch"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def is_known(self) -> bool:
        """Whether two volunteers know this person."""
        return len(self.vouches) >= 2


class Vouch(Base):
    """One volunteer's "we know this person"."""

    __tablename__ = "vouch"

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    user: Mapped[User] = relationship(lazy="joined")
