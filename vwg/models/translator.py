"""Somebody who puts our words into another language, by a link and without an account."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.event import Event
from vwg.models.user import User


class Translator(Base):
    """A helper of one language; the link is derived from this row and ends with it.

    With an address or a telephone they hear it when somebody asks for a translation.
    """

    __tablename__ = "translator"

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    name: Mapped[str]
    language: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")  # E.164
    generation: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by: Mapped[User | None] = relationship()


class TextWish(Base):
    """A volunteer asked for an activity's words in a language: it stands on top of the helper's list."""

    __tablename__ = "text_wish"
    __table_args__ = (UniqueConstraint("event_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    language: Mapped[str]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship()
    asked_by: Mapped[User | None] = relationship()
