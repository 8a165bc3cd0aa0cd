"""*Wij kennen deze persoon*: what stands between a helper from outside and a name, a pick-up point or a child."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock
from vwg.db import Base
from vwg.models.user import User

VOUCHES_NEEDED = 2


class Vouch(Base):
    """One volunteer's word for one person: of an offer, or with a place in a shift. Each counts once."""

    __tablename__ = "vouch"
    __table_args__ = (UniqueConstraint("offer_id", "user_id"), UniqueConstraint("helper_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("helper.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    user: Mapped[User] = relationship(lazy="joined")


class VouchedFor:
    """Somebody from outside; `vouches` is theirs."""

    vouches: Mapped[list[Vouch]]

    @property
    def is_known(self) -> bool:
        """Whether two different volunteers know this person."""
        return len({vouch.user_id for vouch in self.vouches}) >= VOUCHES_NEEDED

    def is_known_to(self, user: User) -> bool:
        return any(vouch.user_id == user.id for vouch in self.vouches)
