"""What is true of the house as a whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from vwg.db import Base


class Setting(Base):
    """One thing the group decided about itself; `domain/settings.py` says which there are."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Beat(Base):
    """When the worker last went round."""

    __tablename__ = "beat"

    worker: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Tombstone(Base):
    """That a row was erased: an HMAC of its id, replayed after a restore. Says nothing of whom."""

    __tablename__ = "tombstone"

    id: Mapped[int] = mapped_column(primary_key=True)
    hmac: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
