"""One time that an activity happens; seats, sign-ups and state belong to it."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from vwg import clock, keys, phrases
from vwg.db import Base
from vwg.models.event import Event, Signup
from vwg.models.place import Place

if TYPE_CHECKING:
    from vwg.models.rsvp import Rsvp


class DateState(enum.StrEnum):
    """Over and archived follow from the clock and are not states."""

    ON = "on"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Series(Base):
    """Dates published as one VEVENT with an RRULE. The shape is chosen at first publication."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(unique=True)  # minted once, random, kept for life
    sequence: Mapped[int] = mapped_column(default=0)
    rule: Mapped[str]  # RFC 5545 RRULE without UNTIL: FREQ=WEEKLY;INTERVAL=1;BYDAY=TH
    first_start: Mapped[datetime]  # DTSTART; its hour on the wall stays over clock changes
    first_end: Mapped[datetime]
    until: Mapped[datetime]  # the last start, RFC 5545 UNTIL
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship(back_populates="series")
    dates: Mapped[list["EventDate"]] = relationship(back_populates="series", order_by="EventDate.starts_at, EventDate.id")


class EventDate(Base):
    """A date of an activity (RECURRENCE-ID, schema.org subEvent). Every activity has one or more.

    A single one is a VEVENT with a `uid` of its own; one of a series carries its `original_start`.
    """

    __tablename__ = "event_date"
    __table_args__ = (Index(None, "event_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("d"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"), index=True)
    original_start: Mapped[datetime | None]
    uid: Mapped[str | None] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    moved_from: Mapped[datetime | None]  # the start that people were told before the last move
    all_day: Mapped[bool] = mapped_column(default=False)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    seats: Mapped[int | None]  # None: no limit
    signup_opens: Mapped[datetime | None]
    signup_closes: Mapped[datetime | None]
    state: Mapped[DateState] = mapped_column(default=DateState.ON)
    reason: Mapped[str] = mapped_column(default="")  # in Dutch; translations in `reasons`
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    ruled_by = "event"  # who may sign up, which seats are kept, whether babies count

    event: Mapped[Event] = relationship(back_populates="dates")
    series: Mapped[Series | None] = relationship(back_populates="dates")
    place: Mapped[Place | None] = relationship(lazy="joined")
    reasons: Mapped[list["ReasonText"]] = relationship(cascade="all, delete-orphan")
    rsvps: Mapped[list["Rsvp"]] = relationship(
        back_populates="date", cascade="all, delete-orphan", order_by="Rsvp.queued_at, Rsvp.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def public(cls) -> "Select[EventDate]":
        """Dates that a stranger may see, those that do not go on too; their activity comes along."""
        seen = Event.public().whereclause
        assert seen is not None
        return select(cls).join(cls.event).where(seen).options(contains_eager(cls.event))

    @classmethod
    def public_ids(cls) -> "Select[int]":
        """Their numbers alone, for who locks one next and reads it then."""
        seen = Event.public().whereclause
        assert seen is not None
        return select(cls.id).join(cls.event).where(seen)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def opens_later(self) -> bool:
        """Whether strangers may take seats, but not yet."""
        return self.is_on and self.event.signup == Signup.EVERYONE and self.signup_opens is not None and self.signup_opens > clock.now()

    @property
    def is_on(self) -> bool:
        return self.state == DateState.ON

    @property
    def is_cancelled(self) -> bool:
        return self.state == DateState.CANCELLED

    @property
    def is_postponed(self) -> bool:
        return self.state == DateState.POSTPONED

    @property
    def shows_address(self) -> bool:
        """Whether strangers may read where exactly it is; else after signing up."""
        return self.place is not None and self.place.address_public and not self.event.address_after_signup

    @property
    def shown_place(self) -> str:
        """Where it is, for strangers: name and address, or the town alone."""
        if self.place is None:
            return ""
        return self.place.shown_to_strangers if self.shows_address else self.place.town

    def reason_in(self, language: str) -> str:
        """Why it does not go on, in that language, else in Dutch."""
        return next((said.text for said in self.reasons if said.language == language), self.reason)

    def why_in(self, language: str) -> str:
        """The same for a text without markup: what nobody said in that language says that it is Dutch,
        and in a text from right to left it keeps its own direction (isolated, Unicode UAX #9)."""
        said = self.reason_in(language)
        if not said or said != self.reason or language == phrases.SOURCE:
            return said
        marked = f"{said} ({phrases.KNOWN[phrases.SOURCE].own_name})"
        return f"\u2066{marked}\u2069" if phrases.KNOWN[language].direction == "rtl" else marked


class ReasonText(Base):
    """The translation of a date's reason."""

    __tablename__ = "reason_text"

    date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
