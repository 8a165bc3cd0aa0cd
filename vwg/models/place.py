"""Where something happens (schema.org Place; never "venue")."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from vwg import clock, keys
from vwg.db import Base


class Place(Base):
    """A hall, a square, a library. With `address_public` off strangers see only the town."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("l"))
    name: Mapped[str]
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    access: Mapped[str] = mapped_column(default="")
    seats: Mapped[int | None]  # how many people may be in
    contact: Mapped[str] = mapped_column(default="")  # who has the key; only volunteers see it
    uit_id: Mapped[str] = mapped_column(default="")
    address_public: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    __mapper_args__ = {"version_id_col": version}

    @property
    def address(self) -> str:
        """`Kalkendorp 3, 9270 Kalken`."""
        town = f"{self.postcode} {self.town}".strip()
        return ", ".join(part for part in (self.street, town) if part)

    @property
    def shown_to_strangers(self) -> str:
        """Name and address, or the town alone where the address comes after signing up."""
        if not self.address_public:
            return self.town
        return ", ".join(part for part in (self.name, self.address) if part)
