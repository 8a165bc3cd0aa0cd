"""What must be done around an activity: hall, key, insurance, poster. From one list of the group."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg.db import Base
from vwg.models.event import Event
from vwg.models.user import User


class TaskTemplate(Base):
    """One line of the group's list; `days_before` the first date, or after it when below zero."""

    __tablename__ = "task_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    days_before: Mapped[int] = mapped_column(default=7)


class Task(Base):
    """The same for one activity, with who does it. Its day moves with the activity."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    what: Mapped[str]
    days_before: Mapped[int] = mapped_column(default=7)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    event: Mapped[Event] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])
