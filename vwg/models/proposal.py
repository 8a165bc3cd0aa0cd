"""An activity that somebody outside proposes; nobody but volunteers sees it until it is accepted."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.event import Event
from vwg.models.partner import Partner
from vwg.models.user import User


class ProposalState(enum.StrEnum):
    WAITING = "waiting"
    ASKED = "asked"  # we asked something back
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Proposal(Base):
    """A row of its own and no Event: what nobody looked at can stand on no page, feed or search.

    Who sent it (name, mail, telephone) goes some time after our answer.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(unique=True)  # sent twice, it is one
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id", ondelete="SET NULL"), index=True)
    organiser: Mapped[str] = mapped_column(default="")  # in their own words, where it is no partner's
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    place_name: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")  # E.164
    language: Mapped[str] = mapped_column(default="nl")
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.WAITING, index=True)
    answer: Mapped[str] = mapped_column(default="")  # what we ask back, or why not
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    forgotten_at: Mapped[datetime | None]  # who sent it is gone
    generation: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    partner: Mapped[Partner | None] = relationship()
    answered_by: Mapped[User | None] = relationship()
    event: Mapped[Event | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    all_day = False

    @property
    def is_open(self) -> bool:
        """Whether its sender may still change it."""
        return self.state in {ProposalState.WAITING, ProposalState.ASKED}

    @property
    def who(self) -> str:
        """Who organises it."""
        return self.partner.name if self.partner else self.organiser
