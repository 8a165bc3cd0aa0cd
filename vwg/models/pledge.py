"""What a partner promised to bring; never money."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.event import Event
from vwg.models.event_date import EventDate
from vwg.models.need import Need
from vwg.models.partner import Partner
from vwg.models.user import User

if TYPE_CHECKING:
    from vwg.models.invitation import Invitation


class PledgeState(enum.StrEnum):
    PROMISED = "promised"
    THANKED = "thanked"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class Pledge(Base):
    """So much of a need, or something else in their own words (`need` is None then)."""

    __tablename__ = "pledge"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id", ondelete="SET NULL"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"))  # what they answered with it
    what: Mapped[str] = mapped_column(default="")
    amount: Mapped[int] = mapped_column(default=1)
    unit: Mapped[str] = mapped_column(default="")
    state: Mapped[PledgeState] = mapped_column(default=PledgeState.PROMISED)
    reason: Mapped[str] = mapped_column(default="")  # why it was withdrawn, in their words
    settled_at: Mapped[datetime | None]  # when it was thanked, missed or withdrawn
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    consent_to_name: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship(back_populates="pledges")
    need: Mapped[Need | None] = relationship(back_populates="pledges")
    partner: Mapped[Partner] = relationship()
    invitation: Mapped["Invitation | None"] = relationship()
    settled_by: Mapped[User | None] = relationship()

    @property
    def date(self) -> EventDate | None:
        """The one date it is for; None is the whole activity."""
        return (self.need.date if self.need else None) or (self.invitation.date if self.invitation else None)

    @property
    def is_over(self) -> bool:
        """What it was promised for is past."""
        return self.date.is_over if self.date else self.event.is_over

    @property
    def counts(self) -> bool:
        return self.state in {PledgeState.PROMISED, PledgeState.THANKED}
