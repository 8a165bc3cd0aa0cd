"""Somebody is to be told something: a mail, or a call to make."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.user import User


class NoticeChannel(enum.StrEnum):
    MAIL = "mail"
    CALL = "call"
    SHOW = "show"


class NoticeState(enum.StrEnum):
    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class Notice(Base):
    """What and for whom, never text or address: both are made when it is sent or shown.

    `recipient_kind` is user, contact, rsvp, helper, offer, translator, proposal …; `subject_kind` is
    sign_in, invitation, date, rsvp, need, lift, text_wish … The four and the version together are unique: nobody is told twice.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("recipient_kind", "recipient_id", "kind", "subject_kind", "subject_id", "subject_version"),
        Index(None, "state", "channel", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_version: Mapped[int] = mapped_column(default=0)
    recipient_kind: Mapped[str | None]
    recipient_id: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="nl")
    channel: Mapped[NoticeChannel]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    is_leftover: Mapped[bool] = mapped_column(default=False)  # not told in time by the coach: the host's now
    outcome: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    assigned_to: Mapped[User | None] = relationship()

    @property
    def key(self) -> tuple[object, ...]:
        """What is unique."""
        return (self.recipient_kind, self.recipient_id, self.kind, self.subject_kind, self.subject_id, self.subject_version)
