"""What calendar programs read, kept ready: each published thing's bytes, and a version per feed."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.partner import Partner
from vwg.models.rsvp import Rsvp
from vwg.models.user import User


class Published(Base):
    """One series or one single date as calendars know it: what has a UID of its own.

    It outlives the activity it was made from (no foreign keys): what was published and then taken
    away is `removed` and stays, cancelled, until it leaves the window.
    """

    __tablename__ = "published"

    id: Mapped[int] = mapped_column(primary_key=True)
    component: Mapped[str] = mapped_column(unique=True)  # `s<id>` of a series, `d<id>` of a date
    event_id: Mapped[int] = mapped_column(index=True)
    seal: Mapped[str]  # of all that is shown of it, in any language: another seal is a change
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    title: Mapped[str]  # as it was last shown, in Dutch
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    leaves_at: Mapped[datetime] = mapped_column(index=True)  # no feed shows it from then on
    removed: Mapped[bool] = mapped_column(default=False)
    bytes: Mapped[list["CalendarBytes"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    feeds: Mapped[list["PublishedIn"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class CalendarBytes(Base):
    """The VEVENTs of a published thing in one language, as they are sent.

    `renderer` names the code and the words that wrote them; another or an empty one is old.
    """

    __tablename__ = "calendar_bytes"
    __table_args__ = (Index(None, "language", "renderer"),)

    published_id: Mapped[int] = mapped_column(ForeignKey("published.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    renderer: Mapped[str]
    bytes: Mapped[bytes]


class PublishedIn(Base):
    """A published thing stands in a feed: `agenda`, `categories/cooking`, `partners/p…`.

    `version` is that of the feed when the thing last changed there: a reader who knows a version
    asks only for what came after. (A time would not do: who began first may commit last.)
    """

    __tablename__ = "published_in"
    __table_args__ = (Index(None, "feed", "version"),)

    feed: Mapped[str] = mapped_column(primary_key=True)
    published_id: Mapped[int] = mapped_column(ForeignKey("published.id", ondelete="CASCADE"), primary_key=True, index=True)
    version: Mapped[int] = mapped_column(default=0)


class FeedState(Base):
    """A feed's version and the time of its last change; no blob beside it (9 ms a bump)."""

    __tablename__ = "feed_state"

    feed: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class FeedKind(enum.StrEnum):
    """What a feed of somebody's own shows."""

    VOLUNTEER = "volunteer"  # drafts, what is still missing, what one hosts
    COACH = "coach"  # where one's households go; no names
    PARTNER = "partner"  # what it was asked and what it promised
    NEWCOMER = "newcomer"  # one's own sign-ups, under a title that tells nothing


class FeedKey(Base):
    """Somebody's own feed; its address is derived from this row and its generation.

    It belongs to a volunteer, a partner or a sign-up, and goes with it. A revoked one stays, so
    that a program that still asks hears that it is gone for good (410).
    """

    __tablename__ = "feed_key"

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    rsvp_id: Mapped[int | None] = mapped_column(ForeignKey("rsvp.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(default="")
    kind: Mapped[FeedKind] = mapped_column(default=FeedKind.VOLUNTEER)
    generation: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
    owner: Mapped[User | None] = relationship()
    partner: Mapped[Partner | None] = relationship()
    rsvp: Mapped[Rsvp | None] = relationship()


class OwnStamp(Base):
    """What somebody's own feed last said of a date in one language: its seal, and since when.

    A program that reads it again must see the same SEQUENCE and LAST-MODIFIED as long as it reads the
    same, and higher ones when it reads something else. No row of the house knows that: what stands
    there hangs on pledges, households and places together.
    """

    __tablename__ = "own_stamp"

    key_id: Mapped[int] = mapped_column(ForeignKey("feed_key.id", ondelete="CASCADE"), primary_key=True)
    date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"), primary_key=True, index=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    seal: Mapped[str]
    sequence: Mapped[int]
    changed_at: Mapped[datetime]
