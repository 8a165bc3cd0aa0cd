"""A passkey of somebody who signs in (W3C Web Authentication, level 2: a public key credential)."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.user import User


class Passkey(Base):
    """The public half only: what opens stays in the device. Twice the same key is refused by the verb."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True, default=keys.row_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(index=True)  # its id at the device, base64url
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class PasskeyQuestion(Base):
    """The random challenge that one window's device must sign: once, and within minutes.

    `user`: for whom a new passkey is made; None where one is only to be shown.
    """

    __tablename__ = "passkey_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    asked_by: Mapped[str] = mapped_column(index=True)  # the window that asked, sealed as in SignIn
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(index=True)
