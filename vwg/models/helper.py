"""Somebody who offered to help: a place in a shift, or a thing to bring, without an account."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.need import Need
from vwg.models.vouch import Vouch, VouchedFor


class Helper(VouchedFor, Base):
    """So much of a need. Two volunteers must know this person before a name, a lift or a child."""

    __tablename__ = "helper"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("h"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    amount: Mapped[int] = mapped_column(default=1)  # places, or how much of a thing they bring
    language: Mapped[str] = mapped_column(default="nl")
    generation: Mapped[int] = mapped_column(default=0)
    form_key: Mapped[str | None] = mapped_column(unique=True)  # random, from the form: sent twice is once
    dropped_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    need: Mapped[Need] = relationship(back_populates="helpers")
    vouches: Mapped[list[Vouch]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def is_dropped(self) -> bool:
        return self.dropped_at is not None

    @property
    def brings(self) -> str:
        """`afwassen` of a shift, `3 kg rijst` of a thing."""
        return self.need.what if self.need.is_shift else " ".join(part for part in (str(self.amount), self.need.unit, self.need.what) if part)

    @property
    def counts(self) -> bool:
        """Whether the board counts this place as filled."""
        return not self.is_dropped and (self.is_known or not self.need.near_people)
