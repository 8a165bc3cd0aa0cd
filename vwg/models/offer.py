"""Somebody wants to help, and told us so."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.user import User
from vwg.models.vouch import Vouch, VouchedFor


class Offer(VouchedFor, Base):
    """An offer of help, in a queue until a volunteer answers it. Gone 30 days after the answer.

    Until two volunteers marked "we know this person" it gets no name, no pick-up point, no child.
    """

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("o"))
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")  # E.164
    email: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="nl")
    form_key: Mapped[str | None] = mapped_column(unique=True)  # random, from the form: sent twice is once
    generation: Mapped[int] = mapped_column(default=0)  # of the link to what they drive
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answered_by: Mapped[User | None] = relationship()
    vouches: Mapped[list[Vouch]] = relationship(cascade="all, delete-orphan", lazy="selectin")
