"""Free places that a partner keeps for newcomers in an activity of its own. Never a word of it in public."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.household import Household
from vwg.models.partner import Partner


class WelcomePlace(Base):
    """`number` places in `what`, with somebody there who welcomes them by name."""

    __tablename__ = "welcome_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    what: Mapped[str]
    when_said: Mapped[str] = mapped_column(default="")  # "every Tuesday at 19:30", in their own words
    where_said: Mapped[str] = mapped_column(default="")
    welcomed_by: Mapped[str]
    number: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    partner: Mapped[Partner] = relationship()
    taken: Mapped[list["WelcomeTaken"]] = relationship(back_populates="place", cascade="all, delete-orphan", order_by="WelcomeTaken.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def free(self) -> int:
        return max(self.number - sum(each.people for each in self.taken), 0)

    def has(self, household: Household) -> bool:
        """Whether this household took some."""
        return any(each.household_id == household.id for each in self.taken)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.until <= clock.now()


class WelcomeTaken(Base):
    """A coach took places for a household. The partner learns how many, and a first name only when they tick it."""

    __tablename__ = "welcome_taken"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("welcome_place.id", ondelete="CASCADE"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id", ondelete="CASCADE"), index=True)
    people: Mapped[int]
    first_name: Mapped[str] = mapped_column(default="")  # only with their yes
    at: Mapped[datetime] = mapped_column(default=clock.now)
    place: Mapped[WelcomePlace] = relationship(back_populates="taken")
    household: Mapped[Household] = relationship()
