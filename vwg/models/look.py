"""That somebody looked at a page with names; shown to all volunteers alike."""

from datetime import date as calendar_date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg.db import Base
from vwg.models.event_date import EventDate
from vwg.models.user import User


class Look(Base):
    """One line a day: who, and at which date's names (or at households, with no date)."""

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("user_id", "date_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    date_id: Mapped[int | None] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"))
    day: Mapped[calendar_date]
    user: Mapped[User] = relationship()
    date: Mapped[EventDate | None] = relationship()
