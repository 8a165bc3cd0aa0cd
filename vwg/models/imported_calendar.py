"""A partner's own calendar (RFC 5545) that we read: its activities are theirs, and stand with ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.event import Event
from vwg.models.event_date import EventDate
from vwg.models.partner import Partner


class ImportedCalendar(Base):
    """An .ics address that a partner gave."""

    __tablename__ = "imported_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")  # RFC 9110 section 8.8.3, as it was given
    last_modified: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    read_at: Mapped[datetime | None]  # when it was last read whole
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    refusal: Mapped[str] = mapped_column(default="")  # why it could not be read, an English phrase
    problems: Mapped[list[str]] = mapped_column(default=list)  # "line · phrase" of what lost only itself
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    partner: Mapped[Partner] = relationship()
    items: Mapped[list["ImportedItem"]] = relationship(back_populates="calendar", cascade="all, delete-orphan", order_by="ImportedItem.id")


class ImportedItem(Base):
    """One time of one of its activities: its UID and, in a series, its RECURRENCE-ID.

    `source` is what their calendar last said, so that what a volunteer changed here is left alone.
    """

    __tablename__ = "imported_item"
    __table_args__ = (UniqueConstraint("calendar_id", "uid_hash", "occurrence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("imported_calendar.id", ondelete="CASCADE"), index=True)
    uid_hash: Mapped[str] = mapped_column(index=True)  # SHA-256: a UID may be any text, of any length
    occurrence: Mapped[str] = mapped_column(default="")  # of a series: its original start, in UTC
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    date_id: Mapped[int | None] = mapped_column(ForeignKey("event_date.id", ondelete="SET NULL"), index=True)
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    gone_at: Mapped[datetime | None]  # since when their calendar does not name it any more
    calendar: Mapped[ImportedCalendar] = relationship(back_populates="items")
    event: Mapped[Event | None] = relationship()
    date: Mapped[EventDate | None] = relationship()
