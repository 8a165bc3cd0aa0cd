"""A picture and its sizes, in the database: one database and one key are everything."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base


class Picture(Base):
    """A photo with its alt text, its credit and two separate permissions (taking, publishing)."""

    __tablename__ = "picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    alt: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    consent_taken: Mapped[bool] = mapped_column(default=False)
    consent_published: Mapped[bool] = mapped_column(default=False)
    focus: Mapped[int] = mapped_column(default=5)  # 1 to 9, as the keys of a telephone
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    blobs: Mapped[list["PictureBlob"]] = relationship(cascade="all, delete-orphan")


class PictureBlob(Base):
    """One size of a picture, re-encoded as WebP. Its own table: a list never reads the bytes."""

    __tablename__ = "picture_blob"

    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), index=True)
    size: Mapped[str]
    bytes: Mapped[bytes]
