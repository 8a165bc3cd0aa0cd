"""What calendar programs read, kept ready: bytes per activity, a version per feed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.user import User


class CalendarBytes(Base):
    """The VEVENTs of one series or one single date in one language, as they are sent.

    `component` is `s<id>` or `d<id>`; a row outlives its date (STATUS:CANCELLED) until the window
    passes it. `ends_at` is when it leaves the window.
    """

    __tablename__ = "calendar_bytes"
    __table_args__ = (Index(None, "component", "language", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    component: Mapped[str]
    event_id: Mapped[int] = mapped_column(index=True)  # no foreign key: a tombstone stays after deletion
    language: Mapped[str]
    renderer: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    removed: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    bytes: Mapped[bytes]


class FeedState(Base):
    """A feed's version and the time of its last change; no blob beside it (9 ms a bump)."""

    __tablename__ = "feed_state"

    feed: Mapped[str] = mapped_column(primary_key=True)  # "agenda", "categories/cooking", "partners/p…"
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class FeedKey(Base):
    """Somebody's own feed; its address is derived from this row and its generation."""

    __tablename__ = "feed_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="volunteer")
    generation: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]
    owner: Mapped[User] = relationship()
