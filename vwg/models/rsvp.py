"""A sign-up (schema.org RsvpAction): somebody takes seats. It is not an invitation."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.event_date import EventDate
from vwg.models.household import Household
from vwg.models.user import User


class RsvpStatus(enum.StrEnum):
    CONFIRMED = "confirmed"
    TO_CONFIRM = "to_confirm"
    WAITING = "waiting"
    GIVEN_BACK = "given_back"


class Rsvp(Base):
    """A party of one or more for one date. No field tells where somebody comes from."""

    __tablename__ = "rsvp"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("r"))
    date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"), index=True)
    household_id: Mapped[int | None] = mapped_column(
        ForeignKey("household.id", ondelete="SET NULL"), index=True
    )
    number: Mapped[int] = mapped_column(default=0)  # "Guest 3", where the name is left empty
    name: Mapped[str] = mapped_column(default="")
    adults: Mapped[int] = mapped_column(default=1)  # everybody, until ages are told
    band_0_2: Mapped[int] = mapped_column(default=0)
    band_3_5: Mapped[int] = mapped_column(default=0)
    band_6_11: Mapped[int] = mapped_column(default=0)
    band_12_17: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(default="nl")
    status: Mapped[RsvpStatus] = mapped_column(default=RsvpStatus.CONFIRMED, index=True)
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)
    form_key: Mapped[str | None] = mapped_column(unique=True)  # random, from the form: sent twice is once
    form_seal: Mapped[str] = mapped_column(default="")  # of what that form said
    code_hmac: Mapped[str] = mapped_column(default="", index=True)
    generation: Mapped[int] = mapped_column(default=0)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    date: Mapped[EventDate] = relationship(back_populates="rsvps")
    household: Mapped[Household | None] = relationship()
    entered_by: Mapped[User | None] = relationship()
    contact: Mapped["RsvpContact | None"] = relationship(cascade="all, delete-orphan", uselist=False)
    supports: Mapped[list["RsvpSupport"]] = relationship(cascade="all, delete-orphan", order_by="RsvpSupport.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def people(self) -> int:
        """Everybody, babies too."""
        return self.adults + self.band_0_2 + self.band_3_5 + self.band_6_11 + self.band_12_17

    def heads(self, babies_count: bool) -> int:
        """Seats this party takes; babies on a lap take none unless the activity counts them."""
        return self.people if babies_count else self.people - self.band_0_2

    @property
    def is_waiting(self) -> bool:
        return self.status == RsvpStatus.WAITING

    @property
    def is_given_back(self) -> bool:
        return self.status == RsvpStatus.GIVEN_BACK

    @property
    def holds_seats(self) -> bool:
        return self.status in {RsvpStatus.CONFIRMED, RsvpStatus.TO_CONFIRM}


class RsvpContact(Base):
    """A phone or an address, only if the person wants to hear from us. Its own table: gone first."""

    __tablename__ = "rsvp_contact"

    rsvp_id: Mapped[int] = mapped_column(ForeignKey("rsvp.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str] = mapped_column(default="")  # E.164
    email: Mapped[str] = mapped_column(default="")


class RsvpSupport(Base):
    """What a person would like: company, a lift, an interpreter. Reaches helpers as totals only."""

    __tablename__ = "rsvp_support"

    id: Mapped[int] = mapped_column(primary_key=True)
    rsvp_id: Mapped[int] = mapped_column(ForeignKey("rsvp.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(default="")
