"""A car that goes to a date, and who rides along."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.event_date import EventDate
from vwg.models.offer import Offer
from vwg.models.place import Place
from vwg.models.user import User

if TYPE_CHECKING:
    from vwg.models.rsvp import Rsvp


class Lift(Base):
    """*Rijdt*: seats besides the driver's, from a place of the list, never from a home.

    The driver is a volunteer, or somebody of an offer whom two volunteers know.
    """

    __tablename__ = "lift"

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    seats: Mapped[int]
    child_seats: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    date: Mapped[EventDate] = relationship()
    user: Mapped[User | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    place: Mapped[Place] = relationship(lazy="joined")
    riders: Mapped[list["LiftRider"]] = relationship(cascade="all, delete-orphan", back_populates="lift", order_by="LiftRider.rsvp_id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def driver(self) -> str:
        return self.user.first_name if self.user else self.offer.name if self.offer else ""


class LiftRider(Base):
    """*Wil mee*: a party that rides along, whole, in one car."""

    __tablename__ = "lift_rider"

    rsvp_id: Mapped[int] = mapped_column(ForeignKey("rsvp.id", ondelete="CASCADE"), primary_key=True)
    lift_id: Mapped[int] = mapped_column(ForeignKey("lift.id", ondelete="CASCADE"), index=True)
    child_seats: Mapped[int] = mapped_column(default=0)
    lift: Mapped[Lift] = relationship(back_populates="riders")
    rsvp: Mapped["Rsvp"] = relationship()
