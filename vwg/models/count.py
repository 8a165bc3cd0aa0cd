"""What stays of a date when the names are gone."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vwg.db import Base


class DateCount(Base):
    """So many adults, so many children, so many lifts: numbers that single nobody out.

    And until names go: how many presses of a page at the door are counted already (`domain/door.py`).
    """

    __tablename__ = "date_count"
    __table_args__ = (UniqueConstraint("date_id", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"))
    what: Mapped[str]
    number: Mapped[int] = mapped_column(default=0)
