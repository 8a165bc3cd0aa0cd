"""A partner is asked to take part."""

import enum
from datetime import date as calendar_date
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.event import Event
from vwg.models.event_date import EventDate
from vwg.models.need import Need
from vwg.models.partner import Contact, Partner
from vwg.models.pledge import Pledge
from vwg.models.user import User


class PartStat(enum.StrEnum):
    """RFC 5545 section 3.2.12. TENTATIVE is "we ask around"."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class Way(enum.StrEnum):
    """How they were asked: by the house itself (mail, else a call to make), or by a volunteer in person."""

    HOUSE = "house"
    VISIT = "visit"
    CALL = "call"
    WHATSAPP = "whatsapp"


class Invitation(Base):
    """A request to a partner to take part in an activity (RFC 5545 ATTENDEE).

    For one date, or for all that the partner was not asked for by themselves. Who did not say yes to
    all of them may be asked anew once such a date is over: the new one stands instead of this one,
    which stays as history.
    """

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("event_id", "partner_id", "date_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    date_id: Mapped[int | None] = mapped_column(ForeignKey("event_date.id", ondelete="SET NULL"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    way: Mapped[Way] = mapped_column(default=Way.HOUSE)
    asks: Mapped[str] = mapped_column(default="")  # the volunteer's line
    reply_by: Mapped[calendar_date | None]
    partstat: Mapped[PartStat] = mapped_column(default=PartStat.NEEDS_ACTION)
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[str] = mapped_column(default="")  # who of the partner answered
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    seen_at: Mapped[datetime | None]  # a volunteer read the answer on Today
    comment: Mapped[str] = mapped_column(default="")
    contact_on_day: Mapped[str] = mapped_column(default="")  # whom to call on the day itself, in their words
    ask_again_at: Mapped[calendar_date | None]  # no reminder before
    reminded_at: Mapped[datetime | None]  # of the answer that we wait for now
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"))
    generation: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    event: Mapped[Event] = relationship(back_populates="invitations")
    date: Mapped[EventDate | None] = relationship()
    partner: Mapped[Partner] = relationship()
    contact: Mapped[Contact | None] = relationship()
    replaced_by: Mapped["Invitation | None"] = relationship(remote_side=[id])
    invited_by: Mapped[User | None] = relationship(foreign_keys=[invited_by_id])
    noted_by: Mapped[User | None] = relationship(foreign_keys=[noted_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_accepted(self) -> bool:
        return self.partstat == PartStat.ACCEPTED

    @property
    def latest(self) -> "Invitation":
        """Itself, or what stands instead of it by now."""
        return self.replaced_by.latest if self.replaced_by else self

    @property
    def dates(self) -> list[EventDate]:
        """The dates it is about: one, or all of the activity but those that were asked for by themselves."""
        if self.date is not None:
            return [self.date]
        alone = {each.date_id for each in self.event.invitations if each.partner_id == self.partner_id and each.date_id}
        return [date for date in self.event.dates if date.id not in alone] or list(self.event.dates)

    @property
    def is_over(self) -> bool:
        """All dates it is about are past: nothing can be answered any more."""
        return bool(self.dates) and all(date.is_over for date in self.dates)

    @property
    def needs(self) -> list[Need]:
        """What the dates it is about need: of the activity, and of those of its dates that are to come."""
        dates = {date.id for date in self.dates if self.date_id or not date.is_over}
        return [need for need in self.event.needs if need.date_id is None or need.date_id in dates]

    @property
    def pledges(self) -> list[Pledge]:
        """What they promised in answer to it and did not take back."""
        return [pledge for pledge in self.event.pledges if pledge.invitation_id == self.id and pledge.counts]
