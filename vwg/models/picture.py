"""A picture and its sizes, in the database: one database and one key are everything."""

from datetime import datetime
from typing import Self

from sqlalchemy import ForeignKey, LargeBinary, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base


class Picture(Base):
    """A photo with its alt text, its credit and two separate permissions (taking, publishing)."""

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("i"))  # never given out twice: kept forever
    alt: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    consent_taken: Mapped[bool] = mapped_column(default=False)
    consent_published: Mapped[bool] = mapped_column(default=False)
    focus: Mapped[int] = mapped_column(default=5)  # 1 to 9, as the keys of a telephone
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    blobs: Mapped[list["PictureBlob"]] = relationship(cascade="all, delete-orphan")

    @property
    def may_be_seen(self) -> bool:
        """By everybody: who is on it agreed to be photographed, and to stand here."""
        return self.consent_taken and self.consent_published

    @classmethod
    def with_id(cls, public_id: str) -> Select[Self]:
        return select(cls).where(cls.public_id == public_id)


class PictureBlob(Base):
    """One size of a picture, re-encoded as WebP. Its own table: a list never reads the bytes."""

    __tablename__ = "picture_blob"

    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), index=True)
    size: Mapped[str]  # one of SIZES in vwg/formats/picture.py
    content: Mapped[bytes] = mapped_column("bytes", LargeBinary)

    @classmethod
    def shown(cls, public_id: str, size: str) -> Select[bytes]:
        """The bytes of one size."""
        return select(cls.content).join(Picture).where(Picture.public_id == public_id, cls.size == size)
