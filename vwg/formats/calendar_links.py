"""How calendar programs take a feed by its address."""

from typing import NamedTuple
from urllib.parse import quote


class Subscription(NamedTuple):
    """A feed's address, and how calendar programs take it."""

    https: str
    webcal: str
    google: str
    outlook: str


def subscription(https: str, name: str) -> Subscription:
    webcal = "webcal://" + https.partition("://")[2]
    return Subscription(
        https, webcal,
        f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        f"https://outlook.live.com/calendar/0/addfromweb?url={quote(https, safe='')}&name={quote(name, safe='')}",
    )  # fmt: skip
