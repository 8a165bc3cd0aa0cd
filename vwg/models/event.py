"""An activity (VEVENT, schema.org Event); what happens when is its dates."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.category import Category
from vwg.models.user import User
from vwg.phrases import folded

if TYPE_CHECKING:
    from vwg.models.event_date import EventDate, Series
    from vwg.models.invitation import Invitation
    from vwg.models.need import Need
    from vwg.models.partner import Partner
    from vwg.models.picture import Picture
    from vwg.models.pledge import Pledge


class Stage(enum.StrEnum):
    """How far the activity is; whether a date goes on is that date's own state."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    READY = "ready"
    PUBLISHED = "published"


class Visibility(enum.StrEnum):
    PUBLIC = "public"
    PARTNERS = "partners"
    INTERNAL = "internal"


class Signup(enum.StrEnum):
    """Who may take seats."""

    NONE = "none"
    EVERYONE = "everyone"
    BY_US = "by_us"
    ELSEWHERE = "elsewhere"


class Event(Base):
    """One activity. `facts` is typed by the registry in `vwg/facts.py`."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("e"))
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT)  # no index: nearly all are published, and SQLite would begin there
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PUBLIC)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))
    price_cents: Mapped[int] = mapped_column(default=0)  # 0 is free
    signup: Mapped[Signup] = mapped_column(default=Signup.EVERYONE)
    signup_url: Mapped[str] = mapped_column(default="")  # where Signup.ELSEWHERE leads
    coach_seats: Mapped[int] = mapped_column(default=0)  # per date, kept for households of coaches
    babies_count: Mapped[bool] = mapped_column(default=False)
    smaller_may_pass: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dutch_level: Mapped[int] = mapped_column(default=0)  # 1 to 4; 0 says nothing
    address_after_signup: Mapped[bool] = mapped_column(default=False)  # strangers read the town alone
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    category: Mapped[Category | None] = relationship()
    picture: Mapped["Picture | None"] = relationship()
    organisation: Mapped["Partner | None"] = relationship(foreign_keys=[organisation_id])
    texts: Mapped[list["EventText"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventText.language", lazy="selectin"
    )
    series: Mapped[list["Series"]] = relationship(back_populates="event", cascade="all, delete-orphan", order_by="Series.id")
    dates: Mapped[list["EventDate"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventDate.starts_at, EventDate.id"
    )
    hosts: Mapped[list[User]] = relationship(secondary="event_host", order_by="User.id")
    needs: Mapped[list["Need"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="Need.id"
    )
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="Invitation.id"
    )
    pledges: Mapped[list["Pledge"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="Pledge.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def public(cls) -> "Select[Event]":
        """What a stranger may see: an allow-list, so that a new stage never leaks."""
        return select(cls).where(cls.stage == Stage.PUBLISHED, cls.visibility == Visibility.PUBLIC)

    @property
    def signup_elsewhere(self) -> str:
        """The address of the other site where people sign up, if it is one."""
        return self.signup_url if self.signup == Signup.ELSEWHERE and self.signup_url.startswith(("https://", "http://")) else ""

    @property
    def is_public(self) -> bool:
        """`public()` for one row in hand."""
        return self.stage == Stage.PUBLISHED and self.visibility == Visibility.PUBLIC

    def text_in(self, language: str) -> "EventText | None":
        """Its text there, if somebody wrote one."""
        return next((text for text in self.texts if text.language == language), None)

    @property
    def text(self) -> "EventText | None":
        """The Dutch text, which the others translate."""
        return self.text_in("nl") or (self.texts[0] if self.texts else None)

    @property
    def title(self) -> str:
        return self.text.title if self.text else ""

    def title_in(self, language: str) -> str:
        translated = self.text_in(language)
        return translated.title if translated and translated.title and translated.state != "draft" else self.title

    @property
    def is_over(self) -> bool:
        return bool(self.dates) and all(date.is_over for date in self.dates)

    @property
    def next_date(self) -> "EventDate | None":
        """The first date that is not over, cancelled ones too; None when all are past."""
        return next((date for date in self.dates if not date.is_over), None)


class EventHost(Base):
    """Who of the volunteers carries the activity: sees names, stands at the door."""

    __tablename__ = "event_host"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)


class EventText(Base):
    """An activity's words in one language. `source_version` is the Dutch version it translates."""

    __tablename__ = "event_text"
    __table_args__ = (UniqueConstraint("event_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    bring: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="checked")  # or draft, unchecked
    version: Mapped[int] = mapped_column(default=1)
    source_version: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(default="human")  # or machine
    folded: Mapped[str] = mapped_column(default="")  # title and text, for the search
    earlier: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the Dutch words before the last change, to undo it
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of a translation: the Dutch words it was made from
    event: Mapped[Event] = relationship(back_populates="texts")


@listens_for(EventText, "before_insert")
@listens_for(EventText, "before_update")
def _fold(_mapper: object, _connection: object, said: EventText) -> None:
    """Whoever wrote it: the search reads what stands there, in small letters without accents."""
    said.folded = folded(f"{said.title} {said.text or ''}")
