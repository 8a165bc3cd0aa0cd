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
    from vwg.models.helper import Helper
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
    starts_at: Mapped[datetime | None]  # of a shift, where it is not the whole date
    ends_at: Mapped[datetime | None]
    near_people: Mapped[bool] = mapped_column(default=False)  # a child, a lift or a name comes with it: only for who is known
    generation: Mapped[int] = mapped_column(default=0)  # of the link by which helpers take a place
    is_public: Mapped[bool] = mapped_column(default=False)  # everybody reads on the activity's page what is still wanted
    enough_at: Mapped[datetime | None]  # a volunteer said "this will do"
    event: Mapped[Event] = relationship(back_populates="needs")
    date: Mapped[EventDate | None] = relationship()
    pledges: Mapped[list["Pledge"]] = relationship(back_populates="need", order_by="Pledge.id", lazy="selectin")
    helpers: Mapped[list["Helper"]] = relationship(
        back_populates="need", cascade="all, delete-orphan", order_by="Helper.id", lazy="selectin"
    )

    @property
    def pledged(self) -> int:
        """How much is promised and not withdrawn, with what helpers took upon them."""
        return sum(pledge.amount for pledge in self.pledges if pledge.counts) + sum(helper.amount for helper in self.helpers if helper.counts)

    @property
    def is_shift(self) -> bool:
        """People, or somebody who can do something: each helper is one, and comes at certain hours."""
        return self.kind in {NeedKind.PEOPLE, NeedKind.SKILL}

    @property
    def missing(self) -> int:
        """What is still wanted; nothing once somebody said that it will do."""
        return 0 if self.enough_at else max(self.amount - self.pledged, 0)
