"""What an activity needs: chairs, cake, people for the washing-up, an interpreter."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg.db import Base
from vwg.models.event import Event
from vwg.models.event_date import EventDate

if TYPE_CHECKING:
    from vwg.models.pledge import Pledge


class NeedKind(enum.StrEnum):
    THING = "thing"
    PEOPLE = "people"
    SKILL = "skill"
    SERVICE = "service"  # done for nothing: never money


class Need(Base):
    """`amount` of `what` for the whole activity, or for one date of it."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    date_id: Mapped[int | None] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"))
    kind: Mapped[NeedKind] = mapped_column(default=NeedKind.THING)
    what: Mapped[str]
    amount: Mapped[int] = mapped_column(default=1)
    unit: Mapped[str] = mapped_column(default="")
    by: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="")  # of an interpreter
    enough_at: Mapped[datetime | None]  # a volunteer said "this will do"
    event: Mapped[Event] = relationship(back_populates="needs")
    date: Mapped[EventDate | None] = relationship()
    pledges: Mapped[list["Pledge"]] = relationship(back_populates="need")

    @property
    def pledged(self) -> int:
        """How much is promised and not withdrawn."""
        return sum(pledge.amount for pledge in self.pledges if pledge.counts)

    @property
    def missing(self) -> int:
        """What is still wanted; nothing once somebody said that it will do."""
        return 0 if self.enough_at else max(self.amount - self.pledged, 0)
