"""A phrase of the house that a speaker read: signed off, or said better."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.user import User


class Phrase(Base):
    """Holds for one catalogue text: when the catalogue says something else, it is unchecked again.

    `forms` are the texts (one, or one for each plural of the language) as they were signed off;
    where they differ from the catalogue's they are said instead.
    """

    __tablename__ = "phrase"
    __table_args__ = (UniqueConstraint("language", "message"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str]
    message: Mapped[str]  # gettext's key: the English text, its context before it
    forms: Mapped[list[str]]
    seen: Mapped[list[str]]  # what the catalogue said then
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[User | None] = relationship()


class PhraseClip(Base):
    """A phrase of the fact card in a speaker's own voice, for languages that no browser reads aloud."""

    __tablename__ = "phrase_clip"
    __table_args__ = (UniqueConstraint("language", "message"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str]
    message: Mapped[str]  # gettext's key
    kind: Mapped[str]  # its media type, found by its first bytes
    mark: Mapped[str] = mapped_column(index=True)  # of what it holds: its address may be kept forever
    content: Mapped[bytes] = mapped_column("bytes", LargeBinary, deferred=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[User | None] = relationship()
