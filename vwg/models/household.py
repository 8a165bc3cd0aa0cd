"""The people a coach brings along. Everything here has its day of erasure."""

import enum
from datetime import date as calendar_date
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.user import User


class Channel(enum.StrEnum):
    """How a household is reached: by the coach, who then calls, writes or goes by."""

    CALL = "call"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    VISIT = "visit"


class Household(Base):
    """A nickname, heads by age band, languages, how to reach. Nothing else, on purpose."""

    __tablename__ = "household"

    id: Mapped[int] = mapped_column(primary_key=True)
    nickname: Mapped[str]
    adults: Mapped[int] = mapped_column(default=1)
    band_0_2: Mapped[int] = mapped_column(default=0)
    band_3_5: Mapped[int] = mapped_column(default=0)
    band_6_11: Mapped[int] = mapped_column(default=0)
    band_12_17: Mapped[int] = mapped_column(default=0)
    languages: Mapped[list[str]] = mapped_column(default=list)
    channel: Mapped[Channel] = mapped_column(default=Channel.CALL)
    phone: Mapped[str] = mapped_column(default="")  # E.164
    used_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    coaches: Mapped[list["HouseholdCoach"]] = relationship(
        back_populates="household", cascade="all, delete-orphan", order_by="HouseholdCoach.user_id", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def heads(self) -> int:
        return self.adults + self.band_0_2 + self.band_3_5 + self.band_6_11 + self.band_12_17

    @property
    def language(self) -> str:
        """The one to write in."""
        return self.languages[0] if self.languages else "nl"


class HouseholdCoach(Base):
    """Up to two coaches, and a stand-in until a date."""

    __tablename__ = "household_coach"

    household_id: Mapped[int] = mapped_column(
        ForeignKey("household.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[calendar_date | None]
    since: Mapped[datetime] = mapped_column(default=clock.now)
    household: Mapped[Household] = relationship(back_populates="coaches")
    user: Mapped[User] = relationship(lazy="joined")

    @property
    def holds(self) -> bool:
        """Whether this coach still carries the household today."""
        return self.until is None or self.until >= clock.today()
